// SPDX-License-Identifier: MIT

/// Text of specs and files in lines that are read back: printable ASCII, one line, no two spaces in a row,
/// so that columns
/// and line breaks can be told from the text. `unescaped` is the exact inverse of `escape`.
package enum EscapedText {
    /// What stands for the empty text.
    private static let emptyMark = "\\e"

    /// One unit a character of the result that must not be torn apart when a line is broken.
    ///
    /// - Parameter reserved: Characters that have a meaning at the place where the text is going to stand.
    static func units(_ text: String, reserved: Set<Unicode.Scalar> = []) -> [String] {
        let scalars = Array(text.unicodeScalars)
        if scalars.isEmpty { return [emptyMark] }
        return scalars.enumerated().map { index, scalar in
            switch scalar {
            case "\\":
                "\\\\"
            case " ":
                // Blanks at the ends, and runs of them, would be lost or taken for the gap between two
                // columns.
                index == 0 || index == scalars.count - 1 || scalars[index - 1] == " "
                    ? encoded(scalar) : " "
            case ">" where index == 0:
                // At the start of a line it would be taken for the mark of a quotation.
                encoded(scalar)
            case "~" where index == 0:
                // At the start of a line it would be taken for the mark of a loop.
                encoded(scalar)
            case "!"..."~" where !reserved.contains(scalar):
                String(scalar)
            default:
                encoded(scalar)
            }
        }
    }

    static func escape(_ text: String, reserved: Set<Unicode.Scalar> = []) -> String {
        units(text, reserved: reserved).joined()
    }

    static func encoded(_ scalar: Unicode.Scalar) -> String {
        "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    }

    /// - Returns: `nil` where the text has a backslash that `escape` never writes.
    static func unescape(_ text: String) -> String? {
        if text == emptyMark { return "" }
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                result.append(scalar)
                continue
            }
            switch rest.popFirst() {
            case "\\":
                result.append("\\")
            case "u":
                guard rest.popFirst() == "{", let end = rest.firstIndex(of: "}") else { return nil }
                let digits = String(rest[..<end])
                guard digits.count <= 6, let value = UInt32(digits, radix: 16),
                    let decoded = Unicode.Scalar(value)
                else { return nil }
                result.append(decoded)
                rest = rest[rest.index(after: end)...]
            default:
                return nil
            }
        }
        return String(result)
    }

    /// Text of specs and files for a terminal: letters of all scripts stay, what moves the cursor, changes
    /// colours or turns
    /// the direction of writing is written out. Not meant to be read back.
    package static func visible(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .privateUse, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator:
                result += encoded(scalar)
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
