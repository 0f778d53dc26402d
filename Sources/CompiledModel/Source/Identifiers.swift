// SPDX-License-Identifier: MIT

import Core

/// Names in generated code: letters, digits and underscores of the author's name, and a number that makes the name
/// unique and keeps it apart from keywords. Nothing else of a spec's text gets into the source.
enum Identifiers {
    private static let lengthMax = 40

    static func name(_ text: String, _ number: Int) -> String {
        let word = String(text.unicodeScalars.prefix(lengthMax).map { isPlain($0) ? Character($0) : "_" })
        let first = word.unicodeScalars.first
        let startsWell = first.map { ("a"..."z").contains($0) || ("A"..."Z").contains($0) } ?? false
        return (startsWell ? word : "n" + word) + "_\(number)"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }

    static func name(_ variable: Core.Variable) -> String { name(variable.name, variable.number) }
}
