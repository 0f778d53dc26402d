import Diagnostics
import SpecLanguage

@testable import Proofs

/// Functions of a text that stands alone.
enum SmallFunction {
    struct NotTyped: Error { let text: String }

    static func named(_ name: String, in text: String) throws -> Typed.Function {
        var sources = SourceMap()
        let file = SourceFile(path: "m.spec", text: "module m\n" + text)
        let (library, _) = ModuleLibrary.load(main: file, identity: "m", sources: &sources) { _ in
            .unreadable("tests stand alone")
        }
        guard let library, let program = Program.compose(Syntax.Composition(), in: library).0,
            let function = TypeChecker.check(program, for: .proof).0?.functions.first(where: {
                $0.name == name
            })
        else { throw NotTyped(text: text) }
        return function
    }

    /// A prover that is told what the function returns.
    static func prover(_ run: @escaping ([Int128]) -> Int128) -> ContractProver {
        ContractProver(millisecondsMax: 60_000) { _, arguments in execution(arguments, run) }
    }

    static func execution(
        _ arguments: [Value], _ run: ([Int128]) -> Int128
    ) -> ContractProver.Execution {
        let numbers = arguments.compactMap { if case .number(let number) = $0 { number } else { nil } }
        return numbers.count == arguments.count ? .returned(.number(run(numbers))) : .undecided
    }
}
