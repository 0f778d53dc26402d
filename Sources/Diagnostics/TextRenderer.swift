// SPDX-License-Identifier: MIT

/// Diagnostics as plain text: message, place, source line, carets, remedy.
///
///     error[unknown-name]: there is no operation 'iommu_unamp'
///       --> Specs/layers/dma_generic.spec:41:8
///        |
///     41 |         iommu_unamp(domain, page)
///        |         ^^^^^^^^^^^ not found
///        |
///     help: did you mean 'iommu_unmap'?
package struct TextRenderer {
    private let sources: SourceMap
    /// Longest piece of a source line that is shown; longer lines are cut around the caret.
    private let widthMax = 120

    package init(sources: SourceMap) { self.sources = sources }

    /// All diagnostics in source order, a blank line between two, a closing count.
    package func render(_ diagnostics: [Diagnostic]) -> String {
        let shown = diagnostics.map(render(_:)).joined(separator: "\n")
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count - errors
        let counts = [count(errors, "error"), count(warnings, "warning")].compactMap { $0 }
        return shown + "\n" + counts.joined(separator: ", ") + "\n"
    }

    private func count(_ number: Int, _ noun: String) -> String? {
        number == 0 ? nil : "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    package func render(_ diagnostic: Diagnostic) -> String {
        var text = "\(diagnostic.severity.rawValue)[\(diagnostic.id)]: \(printable(diagnostic.message))\n"
        if let span = diagnostic.span {
            text += excerpt(span, arrow: "-->", label: diagnostic.label ?? "")
        }
        for note in diagnostic.notes {
            text += "note: \(printable(note.message))\n" + excerpt(note.span, arrow: "-->", label: "")
        }
        if let help = diagnostic.help { text += "help: \(printable(help))\n" }
        return text
    }

    private func excerpt(_ span: Span, arrow: String, label: String) -> String {
        let file = sources[span.file]
        let start = file.position(at: span.start)
        let end = file.position(at: span.end)
        let gutter = String(repeating: " ", count: String(start.line).count)
        let line = Array(file.line(start.line))
        // A span over several lines is marked to the end of its first line.
        let lastColumn = end.line == start.line ? max(end.column, start.column + 1) : line.count + 1
        let (shown, caretStart, caretLength) = window(line, from: start.column - 1, to: lastColumn - 1)
        var text = "\(gutter)\(arrow) \(printable(file.path)):\(start.line):\(start.column)\n"
        text += "\(gutter) |\n\(start.line) | \(shown)\n"
        let carets = String(repeating: " ", count: caretStart) + String(repeating: "^", count: caretLength)
        text += "\(gutter) | \(carets)\(label.isEmpty ? "" : " " + printable(label))\n"
        return text
    }

    /// The piece of a line that is shown, tabs as one space, control characters as '?'.
    private func window(
        _ line: [Character], from start: Int, to end: Int
    ) -> (text: String, caretStart: Int, caretLength: Int) {
        let first = line.count > widthMax ? max(0, min(start - widthMax / 3, line.count - widthMax)) : 0
        let last = min(line.count, first + widthMax)
        let cutLeft = first > 0 ? "…" : ""
        let cutRight = last < line.count ? "…" : ""
        let piece = line[min(first, last)..<last].map { $0 == "\t" ? " " : Self.visible($0) }
        let before = piece.prefix(max(0, start - first))
        let marked = piece.dropFirst(before.count).prefix(max(0, min(end, last) - start))
        return (
            cutLeft + String(piece) + cutRight, before.displayWidth + cutLeft.count,
            max(1, marked.displayWidth)
        )
    }

    /// Untrusted text must not move the cursor or change colours of the reader's terminal.
    private func printable(_ text: String) -> String { String(text.map(Self.visible)) }

    private static func visible(_ character: Character) -> Character {
        character.unicodeScalars.contains { isUnsafe($0) } ? "?" : character
    }

    /// Control, format (bidirectional overrides) and private characters.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator:
            true
        default: false
        }
    }
}
