// SPDX-License-Identifier: MIT

import CheckerTesting
import SpecLanguage

@testable import Proofs

/// Functions of a text that stands alone.
enum SmallFunction {
    struct NotTyped: Error { let text: String }

    static func named(_ name: String, in text: String) throws -> Typed.Function {
        let spec = try StandaloneSpec.typed(text, for: .proof).spec
        guard let function = spec.functions.first(where: { $0.name == name }) else {
            throw NotTyped(text: text)
        }
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
