// SPDX-License-Identifier: MIT

/// Lines of source code with their indentation.
struct SourceText {
    private(set) var lines: [String] = []
    private var depth = 0

    var isEmpty: Bool { lines.isEmpty }
    var text: String { lines.joined(separator: "\n") + "\n" }

    mutating func line(_ text: String) {
        lines.append(text.isEmpty ? "" : String(repeating: "    ", count: depth) + text)
    }

    /// `head {`, what `body` writes, `}`.
    mutating func block<Failure: Error>(
        _ head: String, _ body: (inout SourceText) throws(Failure) -> Void
    ) throws(Failure) {
        line(head + " {")
        depth += 1
        try body(&self)
        depth -= 1
        line("}")
    }

    /// What was written elsewhere, at this depth.
    mutating func append(_ other: SourceText) {
        for text in other.lines { line(text) }
    }
}
