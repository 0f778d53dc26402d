// SPDX-License-Identifier: MIT

import SpecLanguage
import Testing
import TransitionSystem

/// Whether an expression can fail: never 'no' where the interpreter may throw, and 'no' where bounds show it.
@Suite struct FailureAnalysisTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let expression: String
        let canFail: Bool
        var testDescription: String { expression }
    }

    static let cases = [
        Case(expression: "n + 1 <= 9", canFail: false),
        Case(expression: "small(n + 1) == 3", canFail: true),
        Case(expression: "small(n / 2) == 3", canFail: false),
        Case(expression: "small(n % 4) == 3", canFail: false),
        Case(expression: "n / n == 1", canFail: true),
        Case(expression: "n / (n + 1) == 1", canFail: false),
        Case(expression: "n * n * n < 600", canFail: false),
        Case(expression: "high * high == 1", canFail: false),
        Case(expression: "high * high * high == 1", canFail: true),
        Case(expression: "1 << n == 2", canFail: false),
        Case(expression: "1 << (n - 1) == 2", canFail: true),
        Case(expression: "1 << (n * 20) == 2", canFail: true),
        Case(expression: "-n <= 0", canFail: false),
        Case(expression: "rows[n]", canFail: false),
        Case(expression: "rows[n + 1]", canFail: true),
        Case(expression: "rows[Index(n / 1)]", canFail: false),
        Case(expression: "rows[Index(n - 1)]", canFail: true),
        Case(expression: "first(0 ... n) == 0", canFail: true),
        Case(expression: "first(0 ... n / 2) == 0", canFail: false),
        Case(expression: "first(wide(n)) == 0", canFail: true),
        Case(expression: "first(narrow(n)) == 0", canFail: false),
        Case(expression: "q.front == 1", canFail: true),
        Case(expression: "q.contains(1) && q.count < 9", canFail: false),
        Case(expression: "s.contains(n + 9)", canFail: true),
        Case(expression: "forall(a: Index) rows[a]", canFail: false),
        Case(expression: "forall(a: Many, b: Many) a + b >= 0", canFail: true),
        Case(expression: "spin(n) == 1", canFail: true),
        Case(expression: "sum(n) < 9", canFail: false),
        Case(expression: "word + 1 == 0", canFail: false),
        Case(expression: "if let k = maybe { k < 3 } else { small(n) == 1 }", canFail: true),
    ]

    @Test(arguments: cases)
    func knows(_ wanted: Case) throws {
        let text = """
            type Index = 0 ..< 8
            type Small = 0 ..< 4
            type Many = 0 ..< 5000
            type High = 0 ... 0x0fff_ffff_ffff_ffff
            type Word = bits(64)
            state {
                n: 0 ..< 8, rows: [0 ..< 8]Bool, q: Queue<Small, 2>, s: Set<Index>, high: High, word: Word, maybe: Small?
            }
            fn small(k: 0 ..< 4) -> Int = k
            fn first(r: Range<0 ..< 4>) -> Int = r.first
            fn wide(k: 0 ..< 8) -> Range<Int> = 0 ... k
            fn narrow(k: 0 ..< 8) -> Range<Int> {
                let half = k / 2
                return half ... 3
            }
            fn spin(k: 0 ..< 8) -> Int {
                while k > 8 {}
                return 1
            }
            fn sum(k: 0 ..< 8) -> Int {
                let twice = k + k
                return twice / 2
            }
            process p { n = 0 }
            invariant i: \(wanted.expression)
            """
        let condition = try #require(try Model(text).system.spec.invariants.first?.condition)
        var analysis = FailureAnalysis()
        #expect(analysis.canFail(condition) == wanted.canFail)
    }
}
