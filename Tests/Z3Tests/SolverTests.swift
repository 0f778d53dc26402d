// SPDX-License-Identifier: MIT

import Testing
import Z3

struct SolverTests {
    @Test(arguments: [Solver.Logic.words, .wordsAndFunctions, .all])
    func aModelSatisfiesWhatWasAsserted(logic: Solver.Logic) throws {
        let context = Context()
        let x = try context.freshBits("x", width: 64)
        let flag = try context.freshBool("flag")
        let solver = try Solver(context, logic: logic, millisecondsMax: 10_000)
        try solver.assert(try x.equals(try context.bits(0xffff_ffff_ffff_fffe, width: 64)))
        try solver.assert(try flag.not())
        guard case .satisfiable(let model) = solver.check() else {
            Issue.record("no model")
            return
        }
        #expect(try model.number(x) == 0xffff_ffff_ffff_fffe)
        #expect(try model.word(x) == UInt64.max - 1)
        #expect(try model.number(try x.extended(by: 16, isSigned: true)) == (1 << 80) - 2)
        #expect(try model.bool(flag) == false)
        #expect(try model.number(flag) == nil)
    }

    @Test func predicatesAreFunctions() throws {
        let context = Context()
        let isOwned = try context.freshPredicate("owned", widths: [64])
        let a = try context.freshBits("a", width: 64)
        let b = try context.freshBits("b", width: 64)
        let solver = try Solver(context, logic: .wordsAndFunctions, millisecondsMax: 10_000)
        try solver.assert(try isOwned(a))
        try solver.assert(try isOwned(b).not())
        try solver.assert(try a.equals(b))
        guard case .unsatisfiable = solver.check() else {
            Issue.record("equal words are members of the same sets")
            return
        }
    }

    @Test func quantifiersWithPatterns() throws {
        let context = Context()
        let isOwned = try context.freshPredicate("owned", widths: [64])
        let x = try context.freshBits("x", width: 64)
        let limit = try context.bits(100, width: 64)
        let body = try isOwned(x).implies(try x.apply(.unsignedLess, limit))
        let solver = try Solver(context, millisecondsMax: 10_000)
        try solver.assert(try Term.quantified(.forAll, [x], patterns: [try isOwned(x)], body: body))
        try solver.assert(try isOwned(try context.bits(200, width: 64)))
        guard case .unsatisfiable = solver.check() else {
            Issue.record("200 is not below 100")
            return
        }
        #expect(try solver.smtLib().contains(":pattern"))
    }

    /// Factoring: no answer within a millisecond, nor within a few steps; and no verdict without an answer.
    @Test(arguments: ["timeout", "rlimit"])
    func limitsEndInUnknown(limit: String) throws {
        let context = Context()
        let a = try context.freshBits("a", width: 40)
        let b = try context.freshBits("b", width: 40)
        var parameters = try Parameters(context)
        try parameters.set(limit, limit == "timeout" ? 1 : 1000)
        let solver = try Solver(context, parameters: parameters)
        let wide = try a.extended(by: 40, isSigned: false).apply(
            .multiply, try b.extended(by: 40, isSigned: false))
        try solver.assert(try wide.equals(try context.bits(1_099_511_627_689 * 1_099_511_627_563, width: 80)))
        let one = try context.bits(1, width: 40)
        try solver.assert(try one.apply(.unsignedLess, a))
        try solver.assert(try one.apply(.unsignedLess, b))
        guard case .unknown(let reason) = solver.check() else {
            Issue.record("an answer within the limit")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func theTextOfAQueryIsSMTLIB() throws {
        let context = Context()
        let x = try context.freshBits("x", width: 64)
        let solver = try Solver(context, millisecondsMax: 1000)
        try solver.assert(try x.apply(.unsignedLess, try context.bits(5, width: 64)))
        let text = try solver.smtLib()
        #expect(text.contains("(declare-fun x!1 () (_ BitVec 64))"))
        #expect(text.contains("(assert (bvult x!1 #x0000000000000005))"))
        #expect(text.hasSuffix("(check-sat)\n"))
    }

    @Test func theSameQuestionHasTheSameAnswer() throws {
        func ask() throws -> [Int128] {
            let context = Context()
            let words = try (0..<6).map { try context.freshBits("w\($0)", width: 64) }
            let solver = try Solver(context, logic: .words, millisecondsMax: 10_000)
            for (a, b) in zip(words, words.dropFirst()) { try solver.assert(try a.apply(.unsignedLess, b)) }
            guard case .satisfiable(let model) = solver.check() else { return [] }
            return try words.compactMap { try model.number($0) }
        }
        let first = try ask()
        #expect(first.count == 6 && first == first.sorted())
        for _ in 0..<5 { #expect(try ask() == first) }
    }
}
