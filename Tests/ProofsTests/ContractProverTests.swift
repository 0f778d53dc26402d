// SPDX-License-Identifier: MIT

import SpecLanguage
import Testing

@testable import Proofs

@Suite struct ContractProverTests {
    private static let text = """
        type W = bits(8)
        fn low(x: W) -> W
            ensures result <= 15
        { return x & 3 }
        fn f(x: W) -> W
            ensures result <= 3
        { return low(x) }
        fn g(x: W) -> W
            requires low(x) > 3
            ensures result == 0
        { return 0 }
        fn twice(x: W) -> W
            ensures low(result) == low(x)
        { return x + 4 }
        fn next(x: W) -> W
            ensures low(result) == low(x)
        { return x + 1 }
        """

    private static func prove(_ name: String) throws -> ProofReport.Outcome {
        let function = try SmallFunction.named(name, in: text)
        let prover = ContractProver(millisecondsMax: 30_000) { function, arguments in
            SmallFunction.execution(arguments) { numbers in
                switch function.name {
                case "low", "f": numbers[0] & 3
                case "twice": (numbers[0] + 4) & 255
                case "next": (numbers[0] + 1) & 255
                default: 0
                }
            }
        }
        return prover.prove(function).outcome
    }

    /// The contract of 'low' does not say it; the body does.
    @Test func aShortBodySaysWhatItsContractDoesNot() throws {
        guard case .proved = try Self.prove("f") else {
            Issue.record("\(try Self.prove("f"))")
            return
        }
        guard case .proved = try Self.prove("twice") else {
            Issue.record("\(try Self.prove("twice"))")
            return
        }
    }

    @Test func whatNoArgumentsMeetIsNotProved() throws {
        guard case .inconclusive(let why) = try Self.prove("g") else {
            Issue.record("a contract of nothing has a verdict")
            return
        }
        #expect(why == "it says nothing: no arguments meet what 'g' requires")
    }

    /// What the contract says is told by a function that has a contract of its own: it is run.
    @Test func aPromiseOfAnotherFunctionIsNotItsResult() throws {
        guard case .refuted(let witness) = try Self.prove("next") else {
            Issue.record("'next' is not refuted")
            return
        }
        #expect(witness.sentence == "the 1st 'ensures' does not hold of the result")
    }
}
