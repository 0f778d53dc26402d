// SPDX-License-Identifier: MIT

/// Text of specs in Markdown: nothing of it becomes markup.
enum MarkdownText {
    /// For a cell of a table: one line.
    static func cell(_ text: String) -> String {
        let marks: Set<Unicode.Scalar> = [
            "\\", "|", "`", "*", "_", "[", "]", "<", ">", "&", "#", "~", "!", "@",
        ]
        let scalars = Array(EscapedText.visible(text).unicodeScalars)
        return scalars.indices.reduce(into: "") { result, index in
            let scalar = scalars[index]
            // GitHub makes links of addresses: 'https://…', 'www.…'.
            let isAddress =
                scalar == ":" && scalars[index...].dropFirst().starts(with: ["/", "/"])
                || scalar == "." && scalars[..<index].suffix(3).allSatisfy { $0 == "w" || $0 == "W" }
            if marks.contains(scalar) || isAddress {
                result += "&#\(scalar.value);"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }

    /// A name between backquotes, where it has none itself.
    static func code(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
        }
        return isPlain && !name.isEmpty ? "`\(name)`" : cell(name)
    }

    /// The target of a link: what has a meaning in one is given by its number.
    static func target(_ path: String) -> String {
        path.utf8.reduce(into: "") { result, byte in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
    }
}
