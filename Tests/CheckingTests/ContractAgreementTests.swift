// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import Proofs
import SpecLanguage
import Testing
import TransitionSystem

/// On random functions with contracts, what Z3 says is what trying all arguments says.
@Suite struct ContractAgreementTests {
    /// What trying all arguments says.
    private enum Truth {
        case kept, broken
        /// With some arguments the function, or a clause of its contract, comes to an error.
        case fails
        /// No arguments meet what is required.
        case saysNothing
    }

    private static func function(_ text: String) -> Typed.Function? {
        try? StandaloneSpec.typed(text, for: .proof).spec.functions.first { $0.name == "f" }
    }

    private static func truth(of function: Typed.Function, width: Int) -> Truth {
        let count = 1 << width
        let evaluator = Evaluator()
        var arguments: [[Value]] = [[]]
        for parameter in function.parameters {
            var values: [Value] = (0..<count).map { .number(Int128($0)) }
            if case .set = parameter.type {
                values = (0..<(1 << count)).map { mask in
                    .set(IntegerSet((0..<count).filter { mask >> $0 & 1 != 0 }.map { Int128($0) }))
                }
            }
            arguments = arguments.flatMap { before in values.map { before + [$0] } }
        }
        var saysNothing = true
        for each in arguments {
            do throws(RunTimeError) {
                switch try evaluator.checkContract(function, arguments: each) {
                case .broken: return .broken
                case .kept: saysNothing = false
                case .notRequired: continue
                }
            } catch {
                return .fails
            }
        }
        return saysNothing ? .saysNothing : .kept
    }

    private static let execute: @Sendable (Typed.Function, [Value]) -> ContractProver.Execution = {
        function, arguments in
        do throws(RunTimeError) {
            return .returned(try Evaluator().call(function, arguments: arguments))
        } catch {
            return error.cause.isLimit
                ? .undecided : .failed(error.message, error.span)
        }
    }

    /// A function with a promise that is kept or broken, as far as a few tries find one.
    private static func contract(
        _ seed: UInt64, isKept: Bool
    ) -> (text: String, function: Typed.Function, truth: Truth)? {
        var random = RandomContract(seed: seed)
        let (head, body) = random.function()
        var found: (String, Typed.Function, Truth)?
        for _ in 0..<12 {
            let text = head + random.promise() + body
            guard let function = function(text) else { continue }
            let truth = truth(of: function, width: random.width)
            let isDecided = truth == .kept || truth == .broken
            if !isDecided, found != nil { continue }
            found = (text, function, truth)
            if isDecided, (truth == .kept) == isKept { break }
        }
        return found
    }

    /// With LONG_TESTS=1: 500 contracts.
    private static let perPart: UInt64 = LazyUnmapCountTests.hasLongTests ? 125 : 8

    @Test(arguments: 0..<4)
    func z3SaysWhatTryingSays(part: Int) throws {
        var (kept, broken) = (0, 0)
        var seed = UInt64(part) * 1_000_000
        while kept + broken < Int(Self.perPart) {
            seed += 1
            try #require(seed % 1_000_000 < 4 * Self.perPart + 20, "the generator makes too few contracts")
            guard let (text, function, truth) = Self.contract(seed, isKept: kept <= broken) else { continue }
            let report = ContractProver(millisecondsMax: 60_000, execute: Self.execute).prove(function)
            switch (truth, report.outcome) {
            case (.kept, .proved): kept += 1
            case (.broken, .refuted): broken += 1
            // A contradiction may be too deep to be seen.
            case (.fails, .refuted), (.fails, .inconclusive), (.saysNothing, .proved),
                (.saysNothing, .inconclusive):
                break
            default: Issue.record("seed \(seed): \(report.outcome), and it is \(truth)\n\(text)")
            }
        }
        #expect(min(kept, broken) * 4 >= kept + broken, "\(kept) kept, \(broken) broken")
    }
}
