// SPDX-License-Identifier: MIT

/// A value to be written as JSON. Members keep their order, so that the same report is the same text.
package indirect enum JSONValue: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    case null
    case bool(Bool)
    case integer(Int128)
    /// With so many digits after the point.
    case decimal(Double, digits: Int)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// One line for whatever fits into it, two blanks for each level, a line end at the end. ASCII only.
    package var text: String {
        var text = ""
        append(to: &text, level: 0, column: 0)
        return text + "\n"
    }

    private static let columnsMax = 110

    private func append(to text: inout String, level: Int, column: Int) {
        if let line = oneLine(columnsMax: Self.columnsMax - column) {
            text += line
            return
        }
        let inner = String(repeating: "  ", count: level + 1)
        let outer = String(repeating: "  ", count: level)
        switch self {
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                text += (index == 0 ? "\n" : ",\n") + inner
                element.append(to: &text, level: level + 1, column: inner.utf8.count)
            }
            text += "\n" + outer + "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                let name = Self.quoted(member.name) + ": "
                text += (index == 0 ? "\n" : ",\n") + inner + name
                member.value.append(to: &text, level: level + 1, column: inner.utf8.count + name.utf8.count)
            }
            text += "\n" + outer + "}"
        default:
            text += oneLine(columnsMax: .max) ?? ""
        }
    }

    /// - Returns: `nil` as soon as it is longer than allowed.
    private func oneLine(columnsMax: Int) -> String? {
        var text: String
        switch self {
        case .null: text = "null"
        case .bool(let flag): text = flag ? "true" : "false"
        case .integer(let number): text = String(number)
        case .decimal(let number, let digits): text = Numbers.fixed(number, digits: digits)
        case .string(let string): text = Self.quoted(string)
        case .array(let elements):
            text = "["
            for (index, element) in elements.enumerated() {
                guard let line = element.oneLine(columnsMax: columnsMax - text.utf8.count) else { return nil }
                text += (index == 0 ? "" : ", ") + line
            }
            text += "]"
        case .object(let members):
            text = "{"
            for (index, member) in members.enumerated() {
                guard let line = member.value.oneLine(columnsMax: columnsMax - text.utf8.count) else {
                    return nil
                }
                text += (index == 0 ? "" : ", ") + Self.quoted(member.name) + ": " + line
            }
            text += "}"
        }
        return text.utf8.count <= columnsMax ? text : nil
    }

    /// Everything but printable ASCII as an escape: no reader and no terminal takes it for something else.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: result += "\\\""
            case 0x5c: result += "\\\\"
            case 0x0a: result += "\\n"
            case 0x20...0x7e: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
