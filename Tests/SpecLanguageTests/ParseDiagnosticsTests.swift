import CheckerTesting
import Diagnostics
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
}
