// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Proofs
import SpecLanguage
import Testing
import TransitionSystem

/// At few bits every argument can be tried: the prover must say what trying says.
@Suite struct ContractOracleTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let spec: String
        let change: String?
        let width: Int

        var testDescription: String { "\(change ?? "top_down") at \(width) bits" }
    }

    static let broken = [
        "no_underflow_check", "no_underflow_check_unaligned", "limit_off_by_one", "alignment_lost",
    ]

    /// Both widths for the good one; the broken ones break at three bits already.
    static let cases =
        [3, 4].map { Case(spec: "Specs/layers/iova_allocator.spec", change: nil, width: $0) }
        + broken.map { Case(spec: "Specs/proposals/broken/iova_arithmetic.spec", change: $0, width: 3) }

    @Test(arguments: cases)
    func proverAgreesWithTryingEverything(_ test: Case) throws {
        try #require(Repository.isCurrentDirectory)
        let function = try Self.function("alloc_top_down", test)
        let report = ContractProver(millisecondsMax: 30_000, execute: Self.execute).prove(function)
        let found = try Self.firstBroken(function, width: test.width)
        switch report.outcome {
        case .proved: #expect(found == nil, "proved, and broken by \(found.map { "\($0)" } ?? "")")
        case .refuted(let witness):
            #expect(found != nil, "refuted, and no arguments break it")
            let answer = try Evaluator().checkContract(function, arguments: witness.arguments.map(\.value))
            guard case .broken(_, let result) = answer else {
                Issue.record("the witness breaks nothing: \(answer)")
                return
            }
            #expect(result == witness.result)
        case .inconclusive(let why): Issue.record("inconclusive: \(why)")
        }
        #expect((found != nil) == (test.change != nil))
    }

    private static func function(_ name: String, _ test: Case) throws -> Typed.Function {
        let loaded = try LoadedSpec.load(test.spec)
        var composition = Syntax.Composition()
        for declaration in loaded.library.main.declarations {
            guard case .proof(let proof) = declaration.kind,
                declaration.name.text == (test.change ?? "top_down")
            else {
                continue
            }
            composition = proof.composition
            composition.settings = composition.settings.map { setting in
                guard setting.name.text == "PAGE_BITS" else { return setting }
                let value = Syntax.Expression(.integer(Int128(test.width)), span: setting.value.span)
                return Syntax.Setting(name: setting.name, value: value)
            }
        }
        let (program, _) = Program.compose(composition, in: loaded.library)
        let (spec, _) = TypeChecker.check(try #require(program), for: .proof)
        let function = try #require(spec?.functions.first { $0.name == name })
        #expect(function.parameters.dropFirst().first?.type.description == "Page")
        return function
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

    /// The first arguments that break the contract. All there are at three bits with `LONG_TESTS=1`; else,
    /// and at four bits,
    /// a spread of the sets and starts with all other arguments.
    private static func firstBroken(_ function: Typed.Function, width: Int) throws -> [Value]? {
        let count = 1 << width
        let evaluator = Evaluator()
        let isFull = width == 3 && LazyUnmapCountTests.hasLongTests
        // Odd steps, so that all bits vary.
        for mask in stride(from: 0, to: 1 << count, by: isFull ? 1 : width == 3 ? 7 : 6007) {
            let owned = Value.set(IntegerSet((0..<count).filter { mask >> $0 & 1 != 0 }.map { Int128($0) }))
            for size in 1..<count {
                for align in (0..<width).map({ 1 << $0 }) {
                    for start in isFull ? Array(0..<count) : [0, 1, count / 2, count - 1] {
                        for limit in 0..<count {
                            let arguments =
                                [owned] + [size, align, start, limit].map { Value.number(Int128($0)) }
                            do {
                                let answer = try evaluator.checkContract(function, arguments: arguments)
                                if case .broken = answer { return arguments }
                            } catch {
                                // A run that does not end or computes nothing breaks the contract too.
                                return arguments
                            }
                        }
                    }
                }
            }
        }
        return nil
    }
}
