// SPDX-License-Identifier: MIT

import Diagnostics
import Testing

@Suite struct TextRendererTests {
    /// The excerpt for a span of a text: source line and carets.
    private func excerpt(_ text: String, marking part: String, label: String? = nil) throws -> [String] {
        let range = try #require(text.firstRange(of: part))
        let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
        return excerpt(text, from: start, to: start + part.utf8.count, label: label)
    }

    private func excerpt(_ text: String, from start: Int, to end: Int, label: String? = nil) -> [String] {
        var sources = SourceMap()
        let id = sources.add(SourceFile(path: "test.spec", text: text))
        let span = Span(file: id, start: start, end: end)
        let shown = TextRenderer(sources: sources).render(
            Diagnostic("some-id", "message", at: span, label: label))
        return shown.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test func showsPlaceLineCaretsNotesAndHelp() {
        var sources = SourceMap()
        let id = sources.add(SourceFile(path: "a.spec", text: "first\nsecond line\nthird\n"))
        let diagnostic = Diagnostic(
            "unknown-name", severity: .warning, "there is no 'line'", at: Span(file: id, start: 13, end: 17),
            label: "not found",
            notes: [.init(message: "declared here", span: Span(file: id, start: 0, end: 5))],
            help: "did you mean 'lane'?")
        #expect(
            TextRenderer(sources: sources).render([diagnostic]) == """
                warning[unknown-name]: there is no 'line'
                 --> a.spec:2:8
                  |
                2 | second line
                  |        ^^^^ not found
                note: declared here
                 --> a.spec:1:1
                  |
                1 | first
                  | ^^^^^
                help: did you mean 'lane'?

                1 warning

                """)
    }

    @Test func countsErrorsAndWarnings() {
        let error = Diagnostic("a", "x", at: nil)
        let warning = Diagnostic("b", severity: .warning, "y", at: nil)
        let shown = TextRenderer(sources: SourceMap()).render([error, warning, error])
        #expect(shown == "error[a]: x\n\nwarning[b]: y\n\nerror[a]: x\n\n2 errors, 1 warning\n")
    }

    @Test func tabsTakeOneColumn() throws {
        let lines = try excerpt("\t\tx = y\n", marking: "y", label: "here")
        #expect(lines[1] == " --> test.spec:1:7")
        #expect(lines[3] == "1 |   x = y")
        #expect(lines[4] == "  |       ^ here")
    }

    /// Columns count characters; carets stand below what they mean.
    @Test func wideCharactersTakeTwoColumns() throws {
        let lines = try excerpt("// 漢字 = é́ bad\n", marking: "bad")
        #expect(lines[1] == " --> test.spec:1:11")
        #expect(lines[4] == "  |             ^^^")
        #expect(try excerpt("漢字\n", marking: "漢字")[4] == "  | ^^^^")
    }

    @Test func longLinesAreCutAroundTheMark() throws {
        let text = String(repeating: "a", count: 500) + "BAD" + String(repeating: "z", count: 500)
        let lines = try excerpt(text, marking: "BAD")
        #expect(lines[1] == " --> test.spec:1:501")
        let source = lines[3].dropFirst(4)
        let carets = lines[4].dropFirst(4)
        #expect(source.count == 122)
        #expect(source.hasPrefix("…a"))
        #expect(source.hasSuffix("z…"))
        #expect(source.dropFirst(carets.prefix { $0 == " " }.count).hasPrefix("BAD"))
        #expect(carets.filter { $0 == "^" }.count == 3)
    }

    @Test func longMarksEndWithTheShownPiece() {
        let lines = excerpt(String(repeating: "a", count: 1000), from: 0, to: 1000)
        #expect(lines[3].count == lines[4].count + 1)
    }

    @Test func marksOfSeveralLinesEndWithTheFirst() {
        let lines = excerpt("op f() {\n    step\n}\n", from: 0, to: 19)
        #expect(lines[3] == "1 | op f() {")
        #expect(lines[4] == "  | ^^^^^^^^")
    }

    @Test func marksTheEndOfAFile() {
        #expect(excerpt("ab", from: 2, to: 2)[4] == "  |   ^")
        #expect(excerpt("", from: 0, to: 0)[4] == "  | ^")
        #expect(excerpt("a\r\nb\r\n", from: 1, to: 3)[3] == "1 | a")
    }

    /// Untrusted text cannot move the cursor, change colours, or turn the direction.
    @Test func controlCharactersAreHidden() throws {
        let lines = try excerpt("x \u{1B}[31m \u{202E}y\n", marking: "y", label: "\u{7}bell")
        #expect(lines[3] == "1 | x ?[31m ?y")
        #expect(lines[4].hasSuffix("?bell"))
    }
}

@Suite struct ClosestNameTests {
    @Test(arguments: [
        ("iommu_unamp", "iommu_unmap"), ("pgae", "page"), ("a", nil), ("entirely_different", nil),
        ("map", "amp"),
    ])
    func suggestsWhatIsNear(_ name: String, _ expected: String?) {
        #expect(closestName(to: name, among: ["iommu_map", "iommu_unmap", "page", "amp", name]) == expected)
    }

    @Test func prefersTheNearestThenTheFirst() {
        #expect(closestName(to: "pages", among: ["paged", "page", "wages"]) == "page")
    }
}

@Suite struct SourceFileTests {
    @Test func positionsCountCharacters() {
        let file = SourceFile(path: "a", text: "é漢\nx\r\ny")
        #expect(file.position(at: 0) == SourcePosition(line: 1, column: 1))
        #expect(file.position(at: 2) == SourcePosition(line: 1, column: 2))
        #expect(file.position(at: 6) == SourcePosition(line: 2, column: 1))
        #expect(file.position(at: 9) == SourcePosition(line: 3, column: 1))
        #expect(file.position(at: 1000) == SourcePosition(line: 3, column: 2))
        #expect(file.line(1) == "é漢")
        #expect(file.line(2) == "x")
        #expect(file.line(3) == "y")
        #expect(file.line(4).isEmpty)
    }
}
