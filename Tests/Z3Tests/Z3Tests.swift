// SPDX-License-Identifier: MIT

import Testing
import Z3

/// libz3 frees by hand what Swift frees by itself: these are the ways in which that could go wrong.
@Suite struct Z3Tests {
    @Test func thousandsOfContextsComeAndGo() throws {
        for number in 0..<1000 {
            let context = Context()
            let solver = try Solver(context, millisecondsMax: 10_000)
            let x = try context.freshBits("x", width: 8)
            try solver.assert(try x.equals(try context.bits(Int128(number & 255), width: 8)))
            guard case .satisfiable(let model) = solver.check() else {
                Issue.record("x == \(number & 255) has a solution")
                return
            }
            #expect(try model.number(x) == Int128(number & 255))
        }
    }

    private static func termOfALostSolver() throws -> Term {
        let context = Context()
        let solver = try Solver(context, millisecondsMax: 1000)
        let x = try context.freshBits("x", width: 16)
        let term = try x.apply(.add, try context.bits(1, width: 16))
        try solver.assert(try term.equals(x))
        guard case .unsatisfiable = solver.check() else {
            Issue.record("x + 1 == x has no solution")
            return term
        }
        return term
    }

    @Test func termOutlivesItsSolver() throws {
        let terms = try (0..<200).map { _ in try Self.termOfALostSolver() }
        for term in terms {
            #expect(term.width == 16)
            #expect(term.description.contains("bvadd"))
            #expect(try term.negated().width == 16)
        }
    }

    @Test func mixedWidthsAreAnErrorAndNotAnExit() throws {
        let context = Context()
        let narrow = try context.freshBits("narrow", width: 4)
        let wide = try context.freshBits("wide", width: 8)
        let flag = try context.freshBool("flag")
        #expect(throws: Z3Error.self) { try narrow.apply(.add, wide) }
        #expect(throws: Z3Error.self) { try narrow.equals(wide) }
        #expect(throws: Z3Error.self) { try flag.negated() }
        #expect(throws: Z3Error.self) { try narrow.not() }
        #expect(throws: Z3Error.self) { try context.bits(0, width: 0) }
        // The context is as good as before.
        #expect(try narrow.apply(.add, narrow).width == 4)
    }

    @Test func arithmeticWraps() throws {
        let context = Context()
        let solver = try Solver(context, millisecondsMax: 10_000)
        let x = try context.freshBits("x", width: 64)
        let next = try x.apply(.add, try context.bits(1, width: 64))
        try solver.assert(try next.apply(.unsignedLess, x))
        guard case .satisfiable(let model) = solver.check() else {
            Issue.record("the largest word wraps around")
            return
        }
        #expect(try model.number(x) == Int128(UInt64.max))
    }

    /// Factoring the product of two primes takes a solver for bit-vectors long.
    @Test func timeoutIsUnknown() throws {
        let context = Context()
        let solver = try Solver(context, millisecondsMax: 50)
        let product: Int128 = 4_294_967_291 * 4_294_967_279
        let one = try context.bits(1, width: 64)
        let limit = try context.bits(1 << 32, width: 64)
        let (x, y) = (try context.freshBits("x", width: 64), try context.freshBits("y", width: 64))
        for factor in [x, y] {
            try solver.assert(try one.apply(.unsignedLess, factor))
            try solver.assert(try factor.apply(.unsignedLess, limit))
        }
        try solver.assert(try x.apply(.multiply, y).equals(try context.bits(product, width: 64)))
        let start = ContinuousClock.now
        guard case .unknown(let reason) = solver.check() else {
            Issue.record("this cannot be answered in 50 ms")
            return
        }
        #expect(!reason.isEmpty)
        #expect(start.duration(to: .now) < .seconds(10))
    }

    @Test func namesAreTheSameInEveryRun() throws {
        func script() throws -> String {
            let context = Context()
            let solver = try Solver(context, millisecondsMax: 1000)
            let owned = try context.freshPredicate("owned", widths: [8])
            try solver.assert(try owned(try context.freshBits("page", width: 8)).not())
            return try solver.smtLib()
        }
        #expect(try script() == script())
        #expect(try script().contains("page!2"))
    }
}
