// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import Testing

/// A limit of the checker makes a check inconclusive, with either engine, and never a violation; errors are found with and
/// without reductions.
@Suite struct CheckerLimitTests {
    private func check(
        _ body: String, _ engine: ExplorationLimits.Engine, _ reductions: Reductions = Reductions()
    ) throws -> Answer {
        let folder = try TemporaryDirectory()
        let path = try folder.write("module a\n" + body + "\ncheck it { expect holds }\n", as: "a.spec")
        var limits = BadInputTests.limits
        limits.engine = engine
        limits.reductions = reductions
        limits.secondsMax = 300
        return try CheckQuestion(CheckRequest(spec: path, limits: limits)).answer()
    }

    static let tooMuch = [
        "state { n: 0 ... 1 }\nprocess p { var k: 0 ... 100000000 = 0\nwhile k < 90000000 { k = k + 1 }\nn = 1 }",
        "type Big = 0 ..< 5000\nstate { n: 0 ... 1 }\nprocess p { n = 1 }\n"
            + "invariant i: forall(a: Big, b: Big) a + b + n >= 0",
        "type Big = 0 ..< 5000\nstate { n: 0 ... 1 }\nprocess p { n = 1 }\n"
            + "reachable r: exists(a: Big, b: Big) a + b + n < 0",
    ]

    @Test(arguments: tooMuch, [ExplorationLimits.Engine.interpreter, .compiled])
    func isInconclusive(_ body: String, _ engine: ExplorationLimits.Engine) throws {
        let answer = try check(body, engine)
        #expect(answer.exitCode == .inconclusive, "\(answer.text)")
        #expect(answer.text.contains("take more than 2097152 rounds at "), "\(answer.text)")
        #expect(answer.text.contains("set a smaller scope"), "\(answer.text)")
    }

    /// More rounds than once counted, and fewer than the limit.
    @Test(arguments: [ExplorationLimits.Engine.interpreter, .compiled])
    func whatIsBelowTheLimitHolds(_ engine: ExplorationLimits.Engine) throws {
        let answer = try check(
            "type Page = 0 ..< 1100\nstate { top: 0 ..< 2 }\nprocess p { choose { where top < 1 => { top = top + 1 } } }\n"
                + "invariant sums: forall(a: Page, b: Page) a + b + top >= 0", engine)
        #expect(answer.exitCode == .expected, "\(answer.text)")
    }

    /// What fails for one element of a symmetric type fails whatever the elements are called.
    @Test(arguments: [
        "exists(c: Cpu) fits(wide(c))", "exists(c: Cpu) small(6 - last[c]) == 6",
        "exists(c: Cpu) rows[last[c] - 6]", "exists(c: Cpu) 6 / last[c] == 9",
        "exists(c: Cpu) last[c] << (last[c] - 1) == 0",
    ])
    func symmetryHidesNoError(_ condition: String) throws {
        let body = """
            type Cpu = symmetric 2
            type Page = 0 ..< 4
            state { last: [Cpu]0 ..< 8, started: Bool, rows: [0 ..< 1]Bool }
            fn wide(cpu: Cpu) -> Range<Int> = 0 ... 6 - last[cpu]
            fn fits(pages: Range<Page>) -> Bool = pages.first <= pages.last
            fn small(k: 0 ..< 4) -> Int = k
            process cpu(cpu: Cpu) { choose { where !started => { last[cpu] = 6; started = true } } }
            invariant one: started implies \(condition)
            """
        for reductions in [Reductions(), .none] {
            let answer = try check(body, .interpreter, reductions)
            #expect(answer.text.contains("violated: one after 1 step"), "\(answer.text)")
        }
    }

    /// Sources that a Swift compiler takes for mistakes.
    @Test(arguments: [
        "var x: C = c\nx = x\nstep\na = x",
        "var r: [C]C = all0()\nr[c] = r[c]\nr = r\nstep\na = r[c]",
        "var e: E = E(f: c)\ne = e\ne.f = e.f\nstep\na = e.f",
        "var b: Bool = false\nwhile b && true { b = b }\na = c",
        "var k: C = c\nif 1 == 1 { k = k } else { k = 2 }\na = k",
        "a = if " + (0..<60).map { "c + \($0) != a + \($0 + 7)" }.joined(separator: " && ")
            + " { 1 } else { 2 }",
    ])
    func compiles(_ statements: String) throws {
        let answer = try check(
            """
            type C = 0 ... 2
            struct E { f: C }
            state { a: C }
            fn all0() -> [C]C { var r: [C]C = zero()
                r = r
                return r }
            fn zero() -> [C]C { return rows(0) }
            fn rows(k: C) -> [C]C { var r: [C]C = base()
                r[k] = k
                return r }
            fn base() -> [C]C { return started }
            state { started: [C]C }
            process p { choose { any(c: C) => { \(statements) } } }
            invariant i: a <= 2
            """, .compiled)
        #expect(answer.exitCode == .expected, "\(answer.text)")
    }
}
