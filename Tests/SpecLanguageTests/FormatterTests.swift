// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import SpecLanguage
import Testing

@Suite struct FormatterTests {
    /// Texts in no particular form, and what becomes of them.
    @Test(arguments: SpecFile.below("Tests/Golden/format"))
    func formats(_ file: SpecFile) throws {
        let (text, diagnostics) = SpecFormatter.format(file.source, id: firstFile)
        let formatted = try #require(text, "\(rendered(file.source, diagnostics))")
        let difference = golden(formatted, file: "\(repositoryRoot)/\(file.path).expected")
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test(
        arguments: SpecFile.below("Tests/Golden/format") + SpecFile.below("Tests/Golden/parse")
            + SpecFile.below("Specs"))
    func keepsTheMeaningAndChangesNothingTwice(_ file: SpecFile) throws {
        let problem = formattingProblem(file.source)
        #expect(problem == nil, "\(problem ?? "")")
    }

    /// Written in canonical form by hand.
    @Test(arguments: SpecFile.below("Tests/Golden/parse") + SpecFile.below("Specs"))
    func changesNothingThatIsFormatted(_ file: SpecFile) throws {
        let text = try #require(SpecFormatter.format(file.source, id: firstFile).text)
        let difference = golden(text, file: "\(repositoryRoot)/\(file.path)")
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test func refusesWhatHasErrors() {
        let (text, diagnostics) = SpecFormatter.format(
            SourceFile(path: "test.spec", text: "module m\nconst A =\n"), id: firstFile)
        #expect(text == nil)
        #expect(diagnostics.map(\.id) == ["expected-token"])
    }
}

/// What is wrong with the formatting of a text; `nil` if nothing is, or the text has errors.
func formattingProblem(_ source: SourceFile) -> String? {
    let (text, _) = SpecFormatter.format(source, id: firstFile)
    guard let text else { return nil }
    let again = SourceFile(path: source.path, text: text)
    let (module, diagnostics) = Parser.parse(again, id: firstFile)
    guard diagnostics.isEmpty else {
        return "formatted text has errors:\n\(rendered(again, diagnostics))\n\(text)"
    }
    guard dump(module) == dump(Parser.parse(source, id: firstFile).module) else {
        return "formatted text means something else:\n\(text)"
    }
    guard let twice = SpecFormatter.format(again, id: firstFile).text else {
        return "cannot be formatted again"
    }
    return twice == text ? nil : "not idempotent; once:\n\(text)\ntwice:\n\(twice)"
}
