// SPDX-License-Identifier: MIT

import SpecLanguage
import Testing
import Z3

@testable import Proofs

/// Shifts in contracts are exact: nothing is lost on the left, and on the right they round toward minus
/// infinity.
@Suite struct ShiftTests {
    private static func outcome(_ width: Int, _ ensures: String) throws -> ProofReport.Outcome {
        let function = try SmallFunction.named(
            "f", in: "type W = bits(\(width))\nfn f(p: W, k: W) -> W\n    ensures \(ensures)\n{ return p }\n")
        return SmallFunction.prover { $0[0] }.prove(function).outcome
    }

    private static func isProved(_ outcome: ProofReport.Outcome) -> Bool {
        if case .proved = outcome { true } else { false }
    }

    @Test(arguments: [1, 2, 8, 60, 64])
    func aShiftByOneIsTwice(width: Int) throws {
        #expect(Self.isProved(try Self.outcome(width, "p <= (p << 1) && (p << 1) == p * 2")))
        #expect(Self.isProved(try Self.outcome(width, "(p << 3) >> 3 == p && (p >> 1) << 1 <= p")))
        #expect(Self.isProved(try Self.outcome(width, "(-p) >> 1 == -((p + 1) / 2)")))
        #expect(Self.isProved(try Self.outcome(width, "~p >= 0 && p + ~p == (1 << \(width)) - 1")))
        guard case .refuted = try Self.outcome(width, "(p << 1) <= \((Int128(1) << Int128(width)) - 1)")
        else {
            Issue.record("a shifted word of \(width) bits is said to fit in them")
            return
        }
    }

    @Test(arguments: [1, 2, 3, 8])
    func anyAmountOfFewBitsIsExact(width: Int) throws {
        #expect(Self.isProved(try Self.outcome(width, "p <= (p << k) && (p << k) >> k == p")))
        #expect(Self.isProved(try Self.outcome(width, "(1 << k) > k && (p == 0 || (p << k) >= (1 << k))")))
    }

    /// Where an amount has no bound, the limit is named; with one there is an answer.
    @Test func amountsBeyondExactNumbersAreALimit() throws {
        guard case .inconclusive(let why) = try Self.outcome(64, "p <= (p << k)") else {
            Issue.record("a shift by up to 2^64 is decided")
            return
        }
        #expect(why.contains("2^120"))
        #expect(Self.isProved(try Self.outcome(64, "k > 50 || p <= (p << k)")))
    }

    @Test func boundsBelongToTheRequirement() throws {
        let function = try SmallFunction.named(
            "f",
            in: """
                type W = bits(60)
                fn f(p: W, k: W) -> W
                    requires k < 12
                    ensures (result << k) >= result && (result << k) >> k == result
                { return p }
                """)
        #expect(Self.isProved(SmallFunction.prover { $0[0] }.prove(function).outcome))
    }

    /// The solver computes what the interpreter does, of numbers with and without a sign.
    @Test func theSolverShiftsAsTheInterpreter() throws {
        let context = Context()
        for left: Int128 in [-9, -8, -1, 0, 1, 5, 255, 1 << 60] {
            for amount: Int128 in [0, 1, 2, 3, 7, 8, 63, 64, 100] {
                for operation in [ArithmeticOperator.shiftLeft, .shiftRight] {
                    guard
                        let expected = try? Arithmetic.apply(
                            operation, left, amount, type: .integer(unit: nil))
                    else { continue }
                    let a = SymbolicNumber(term: try context.freshBits("a", width: 64), isSigned: left < 0)
                    let b = SymbolicNumber(term: try context.freshBits("b", width: 8), isSigned: false)
                    let result = try SymbolicNumber.exact(operation, a, b)
                    let solver = try Solver(context, logic: .simple, millisecondsMax: 60_000)
                    try solver.assert(try a.term.equals(try context.bits(left, width: 64)))
                    try solver.assert(try b.term.equals(try context.bits(amount, width: 8)))
                    let isOther = try SymbolicNumber.compare(
                        .notEqual, result, try .literal(expected, context))
                    try solver.assert(try #require(try isOther.plainTerm(in: context)))
                    guard case .unsatisfiable = solver.check() else {
                        Issue.record("\(left) \(operation.rawValue) \(amount) is not \(expected)")
                        continue
                    }
                }
            }
        }
    }
}
