// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import Foundation
import SpecLanguage
import Testing

@Suite struct ParseDiagnosticsTests {
    /// What the user sees for each kind of mistake.
    @Test(arguments: SpecFile.below("Tests/Golden/diagnostics/parse"))
    func rendersEachMistake(_ file: SpecFile) {
        let (_, diagnostics) = Parser.parse(file.source, id: firstFile)
        #expect(!diagnostics.isEmpty)
        let difference = golden(
            rendered(file.source, diagnostics), file: "\(repositoryRoot)/\(file.path).expected")
        #expect(difference == nil, "\(difference ?? "")")
    }

    /// The examples show every id but one, and Documentation/diagnostics.md lists them all.
    @Test func everyIdIsShownAndListed() throws {
        let sources = try String(
            contentsOfFile: "\(repositoryRoot)/Sources/SpecLanguage/Parsing/ParseDiagnostics.swift",
            encoding: .utf8)
        let known = Set(sources.matches(of: /Diagnostic\(\s*"([a-z0-9-]+)"/).map { String($0.output.1) })
        #expect(known.count > 30)
        // A file that is too large is made by `ParserLimitTests`.
        var shown: Set = ["file-too-large"]
        for file in SpecFile.below("Tests/Golden/diagnostics/parse") {
            shown.formUnion(Parser.parse(file.source, id: firstFile).diagnostics.map(\.id))
        }
        #expect(known.subtracting(shown).sorted() == [])
        let page = try String(
            contentsOfFile: "\(repositoryRoot)/Documentation/diagnostics.md", encoding: .utf8)
        #expect(known.filter { !page.contains("| `\($0)` |") }.sorted() == [])
    }
}
