// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import SpecLanguage
import Testing

/// What the user sees of each mistake that only types show.
@Suite struct TypeDiagnosticsTests {
    static let specs = Repository.specs(below: "Tests/Golden/diagnostics/types")

    @Test func thereAreSpecs() { #expect(Self.specs.count >= 5) }

    @Test(arguments: specs)
    func rendersEachMistake(_ path: String) throws {
        let shown = path.split(separator: "/").last.map(String.init) ?? path
        let file = SourceFile(path: shown, bytes: try Repository.bytes(path))
        var sources = SourceMap()
        let (loaded, parseDiagnostics) = ModuleLibrary.load(main: file, identity: path, sources: &sources) {
            _ in
            .unreadable("these specs import nothing")
        }
        let library = try #require(loaded, "\(TextRenderer(sources: sources).render(parseDiagnostics))")
        let (program, composed) = Program.compose(Syntax.Composition(), in: library)
        let (spec, found) = TypeChecker.check(try #require(program))
        #expect(spec == nil)
        var text = TextRenderer(sources: sources).render(composed + found)
        for declaration in library.main.declarations {
            guard case .change = declaration.kind else { continue }
            var composition = Syntax.Composition()
            composition.changes = [declaration.name]
            let (changed, mistakes) = Program.compose(composition, in: library)
            #expect(changed == nil)
            text += "\nwith \(declaration.name.text):\n" + TextRenderer(sources: sources).render(mistakes)
        }
        let difference = golden(text, file: "\(repositoryRoot)/\(path).expected")
        #expect(difference == nil, "\(difference ?? "")")
    }
}
