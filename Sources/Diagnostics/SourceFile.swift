// SPDX-License-Identifier: MIT

/// One text that diagnostics may point into: a spec, a kernel log, a table in text form.
package struct SourceFile: Sendable {
    /// The path as the user wrote it (or as it is shown to the user); never resolved again from here.
    package let path: String
    /// The whole text as UTF-8. Spans are byte offsets into it.
    package let bytes: [UInt8]
    /// Byte offset at which each line starts; line 1 starts at `lineStarts[0] == 0`.
    package let lineStarts: [Int]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            starts.append(offset + 1)
        }
        lineStarts = starts
    }

    package init(path: String, text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }

    /// One-based line and column of a byte offset. Columns count characters, not bytes.
    package func position(at offset: Int) -> SourcePosition {
        let offset = min(max(offset, 0), bytes.count)
        var low = 0
        var high = lineStarts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        let prefix = bytes[lineStarts[low]..<offset]
        let column = String(decoding: prefix, as: UTF8.self).count + 1
        return SourcePosition(line: low + 1, column: column)
    }

    /// The text of a one-based line, without its line end.
    package func line(_ number: Int) -> String {
        guard number >= 1, number <= lineStarts.count else { return "" }
        let start = lineStarts[number - 1]
        var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
    }
}

/// One-based line and column.
package struct SourcePosition: Hashable, Comparable, Sendable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
