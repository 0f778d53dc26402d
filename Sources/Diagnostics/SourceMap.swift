// SPDX-License-Identifier: MIT

/// Number of a file in a `SourceMap`.
package struct SourceFileID: Hashable, Comparable, Sendable {
    package let index: Int

    package init(index: Int) { self.index = index }

    package static func < (left: SourceFileID, right: SourceFileID) -> Bool { left.index < right.index }
}

/// A stretch of bytes in one file: `start ..< end`.
package struct Span: Hashable, Sendable {
    package let file: SourceFileID
    package let start: Int
    package let end: Int

    package init(file: SourceFileID, start: Int, end: Int) {
        self.file = file
        self.start = start
        self.end = max(start, end)
    }

    /// The smallest span that holds both. Both lie in the same file.
    package func joined(with other: Span) -> Span {
        Span(file: file, start: min(start, other.start), end: max(end, other.end))
    }
}

/// All files of one invocation, so that a `Span` can be shown.
package struct SourceMap: Sendable {
    package private(set) var files: [SourceFile] = []

    package init() {}

    package mutating func add(_ file: SourceFile) -> SourceFileID {
        files.append(file)
        return SourceFileID(index: files.count - 1)
    }

    package subscript(id: SourceFileID) -> SourceFile { files[id.index] }

    package func position(of span: Span) -> SourcePosition { self[span.file].position(at: span.start) }

    /// `path:line:column`, the form editors jump to.
    package func describe(_ span: Span) -> String {
        let place = position(of: span)
        return "\(self[span.file].path):\(place.line):\(place.column)"
    }
}
