// SPDX-License-Identifier: MIT

import Testing
import Z3

@testable import Proofs

/// What integers say cannot be true is not true of words either.
@Suite struct IntegerTranslationTests {
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static func word(_ variables: [Term], _ depth: Int, _ random: inout Numbers) throws -> Term {
        let context = variables[0].context
        let width = variables[0].width
        if depth == 0 || Int.random(in: 0..<5, using: &random) == 0 {
            if Bool.random(using: &random) {
                return variables[Int.random(in: 0..<variables.count, using: &random)]
            }
            return try context.bits(Int128.random(in: 0..<(1 << Int128(width)), using: &random), width: width)
        }
        let operations: [Term.BitOperation] = [
            .add, .subtract, .multiply, .and, .or, .xor, .shiftLeft, .shiftRightLogical,
            .shiftRightArithmetic,
            .unsignedRemainder,
        ]
        let a = try word(variables, depth - 1, &random)
        if Int.random(in: 0..<8, using: &random) == 0 { return try a.complemented() }
        let b = try word(variables, depth - 1, &random)
        return try a.apply(operations[Int.random(in: 0..<operations.count, using: &random)], b)
    }

    @Test func whatIntegersRefuteWordsDo() throws {
        var random = Numbers(state: 7)
        var refuted = 0
        for _ in 0..<400 {
            let context = Context()
            let variables = try (0..<2).map { try context.freshBits("v\($0)", width: 3) }
            let comparisons: [Term.BitOperation] = [
                .unsignedLess, .unsignedLessOrEqual, .signedLess, .signedLessOrEqual,
            ]
            let statements = try (0..<3).map { _ in
                // Exact numbers are wider than what they are made of.
                let (a, b) = (try Self.word(variables, 2, &random), try Self.word(variables, 2, &random))
                let wide = Bool.random(using: &random) ? 2 : 0
                let isSigned = Bool.random(using: &random)
                return try a.extended(by: wide, isSigned: isSigned).apply(
                    comparisons[Int.random(in: 0..<4, using: &random)],
                    try b.extended(by: wide, isSigned: isSigned))
            }
            guard let said = try IntegerTranslation.translated(statements, in: context) else { continue }
            guard try Self.isImpossible(said, in: context) else { continue }
            refuted += 1
            #expect(try Self.isImpossible(statements, in: context), "\(statements.map(\.description))")
        }
        #expect(refuted > 20)
    }

    private static func isImpossible(_ statements: [Term], in context: Context) throws -> Bool {
        let solver = try Solver(context, logic: .simple, millisecondsMax: 20_000)
        for statement in statements { try solver.assert(statement) }
        if case .unsatisfiable = solver.check() { return true }
        return false
    }
}
