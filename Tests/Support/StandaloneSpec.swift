// SPDX-License-Identifier: MIT

package import Diagnostics
package import SpecLanguage

/// Specs of tests that import nothing.
package enum StandaloneSpec {
    /// What the parser or the type checker says against it.
    package struct Rejected: Error, CustomStringConvertible {
        package let description: String
        package let ids: [String]

        package init(description: String, ids: [String]) {
            self.description = description
            self.ids = ids
        }
    }

    /// - Parameter text: of a module; `module test` is added where its head is missing.
    /// - Throws: `Rejected`
    package static func typed(
        _ text: String, for purpose: TypeChecker.Purpose = .exploration
    ) throws -> (spec: TypedSpec, sources: SourceMap) {
        var sources = SourceMap()
        let hasHead = ("\n" + text).contains("\nmodule ")
        let file = SourceFile(path: "test.spec", text: hasHead ? text : "module test\n" + text)
        let (library, parsing) = ModuleLibrary.load(main: file, identity: "test", sources: &sources) { _ in
            .unreadable("tests stand alone")
        }
        var diagnostics = parsing
        if let library {
            let (program, composing) = Program.compose(Syntax.Composition(), in: library)
            diagnostics += composing
            if let program {
                let (spec, checking) = TypeChecker.check(program, for: purpose)
                if let spec { return (spec, sources) }
                diagnostics += checking
            }
        }
        throw Rejected(
            description: TextRenderer(sources: sources).render(diagnostics), ids: diagnostics.map(\.id))
    }
}
