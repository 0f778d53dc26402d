// SPDX-License-Identifier: MIT

package import Findings

extension ObservedValue {
    /// On one line, close to what an author would write: `{frame: frame_1, writable: true}`.
    package var text: String {
        switch self {
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .name(let name): name
        case .none: "none"
        case .record(let fields):
            "{" + fields.map { "\($0.name): \($0.value.text)" }.joined(separator: ", ") + "}"
        case .map(let entries):
            "[" + entries.map { "\($0.key.text): \($0.value.text)" }.joined(separator: ", ") + "]"
        case .set(let members): "{" + members.map(\.text).joined(separator: ", ") + "}"
        case .list(let elements): "[" + elements.map(\.text).joined(separator: ", ") + "]"
        }
    }

    /// A setting's value, from its text: what is no number and no truth value stays the text it is.
    init(setting text: String) {
        switch text {
        case "true": self = .bool(true)
        case "false": self = .bool(false)
        case "none": self = .none
        default:
            let number = Int128(text)
            self = if let number, String(number) == text { .integer(number) } else { .name(text) }
        }
    }
}
