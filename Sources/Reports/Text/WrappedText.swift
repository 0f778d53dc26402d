// SPDX-License-Identifier: MIT

/// Escaped text broken into lines, and joined again. A line that ends in one backslash goes on without a
/// blank; any
/// other line break stands for one blank.
enum WrappedText {
    /// - Parameters:
    ///   - first: Columns for the first line.
    ///   - next: Columns for each further line.
    /// - Precondition: Both are larger than the longest unit.
    static func lines(_ units: [String], first: Int, next: Int) -> [String] {
        precondition(min(first, next) > 10)
        var lines: [String] = []
        var rest = units[...]
        var width = first
        while let fitting = firstOverflow(rest, width: width) {
            // A blank just behind the last column is as good as any before it.
            if let blank = rest[...fitting].lastIndex(of: " "), blank > rest.startIndex {
                lines.append(rest[..<blank].joined())
                rest = rest[(blank + 1)...]
            } else {
                // Torn at the last unit that leaves a column for the backslash.
                let end = firstOverflow(rest, width: width - 1) ?? fitting
                lines.append(rest[..<end].joined() + "\\")
                rest = rest[end...]
            }
            width = next
        }
        lines.append(rest.joined())
        return lines
    }

    /// Index of the first unit that does not fit; `nil` where all do.
    private static func firstOverflow(_ units: ArraySlice<String>, width: Int) -> Int? {
        var length = 0
        for index in units.indices {
            length += units[index].count
            if length > width { return index }
        }
        return nil
    }

    static func joined(_ lines: [String]) -> String {
        var result = ""
        for (index, line) in lines.enumerated() {
            let backslashes = line.reversed().prefix { $0 == "\\" }.count
            if index + 1 == lines.count {
                result += line
            } else if backslashes % 2 == 1 {
                result += line.dropLast()
            } else {
                result += line + " "
            }
        }
        return result
    }
}
