// SPDX-License-Identifier: MIT

import CheckerTesting
import Findings
import Testing
import TransitionSystem

/// What a spec may not do is a finding with a trace, never a crash.
@Suite struct RunTimeErrorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let id: String
        let body: String
        var state = "n: 0 ... 3"
        var declarations = ""
        var testDescription: String { "\(id): \(body)" }
    }

    static let cases = [
        Case(id: "out_of_range", body: "n = n + 4"),
        Case(id: "out_of_range", body: "n = n - 1"),
        Case(id: "out_of_range", body: "take(n + 7)", declarations: "op take(x: 0 ... 3) { n = x }"),
        Case(
            id: "out_of_range", body: "n = three(n + 5)", declarations: "fn three(x: 0 ... 3) -> 0 ... 3 = x"),
        Case(id: "out_of_range", body: "n = far()", declarations: "fn far() -> 0 ... 3 = n + 9"),
        Case(
            id: "out_of_range", body: "q = Page(n + 9)", state: "n: 0 ... 3, q: Page",
            declarations: "type Page = 0 ..< 5"),
        Case(id: "out_of_range", body: "s.insert(n ... n + 9)", state: "n: 0 ... 3, s: Set<0 ... 3>"),
        Case(
            id: "out_of_range", body: "n = first(n ... n + 9)",
            declarations: "fn first(r: Range<0 ... 3>) -> 0 ... 3 = r.first"),
        Case(
            id: "out_of_range", body: "n = held()",
            declarations: "fn held() -> 0 ... 3 {\nlet r: Range<0 ... 3> = n ... n + 9\nreturn r.first\n}"),
        Case(id: "index_out_of_range", body: "rows[n + 4] = 1", state: "n: 0 ... 3, rows: [0 ... 3]0 ... 3"),
        Case(id: "index_out_of_range", body: "n = rows[n + 4]", state: "n: 0 ... 3, rows: [0 ... 3]0 ... 3"),
        Case(id: "index_out_of_range", body: "n = rows[n - 1]", state: "n: 0 ... 3, rows: [0 ... 3]0 ... 3"),
        Case(
            id: "index_out_of_range", body: "m = 9\nn = rows[m]",
            state: "n: 0 ... 3, m: 0 ... 9, rows: [0 ... 3]0 ... 3"),
        Case(
            id: "index_out_of_range", body: "m = 9\nrows[m] = 1", state: "m: 0 ... 9, rows: [0 ... 3]0 ... 3"),
        Case(
            id: "out_of_range", body: "m = 9\nrows[Row(m)] = 1", state: "m: 0 ... 9, rows: [Row]0 ... 3",
            declarations: "type Row = 0 ... 3"),
        Case(id: "division_by_zero", body: "n = 3 / n"),
        Case(id: "division_by_zero", body: "n = 3 % n"),
        Case(id: "queue_full", body: "while true { q.push(1) }", state: "q: Queue<0 ... 3, 2>"),
        Case(id: "queue_empty", body: "q.pop()", state: "q: Queue<0 ... 3, 2>"),
        Case(id: "queue_empty", body: "n = q.front", state: "n: 0 ... 3, q: Queue<0 ... 3, 2>"),
        Case(id: "empty_choice", body: "choose { where n > 0 => { n = 0 } }"),
        Case(id: "empty_choice", body: "if n == 0 { choose { where n > 0 => { n = 0 } } }"),
        Case(id: "endless_loop", body: "while n == 0 { ran = true }"),
        Case(id: "endless_loop", body: "n = spin()", declarations: "fn spin() -> 0 ... 3 { while true {} }"),
        Case(id: "assertion too_small", body: "assert too_small: n > 0"),
        Case(
            id: "out_of_range", body: "for i in whole() { n = 0 }",
            declarations: "fn whole() -> Range<0 ... 3> = beyond()\nfn beyond() -> Range<Int> = 0 ... n + 5"),
    ]

    @Test(arguments: cases)
    func isAFinding(_ wrong: Case) throws {
        let model = try Model(
            """
            \(wrong.declarations)
            state { ran: Bool, \(wrong.state) }
            process p { choose { where !ran => {
                ran = true
                \(wrong.body)
            } } }
            """)
        #expect(model.errors() == [wrong.id])
    }

    @Test func aFailingTransitionIsCountedAndTheOthersGoOn() throws {
        let model = try Model(
            """
            type Page = 0 ..< 3
            state { n: 0 ... 1 }
            process p { choose { any(page: Page) => { n = page } } }
            """)
        let found = model.explore()
        #expect(found.states.count == 2)
        #expect(found.transitionCount == 6)
        #expect(found.findings.map(\.kind) == [.failingTransition(2), .failingTransition(2)])
        let failing = model.teller.transitions(of: found.states[0])[2]
        guard case .failure(let error) = failing.result else {
            Issue.record("the third transition fails")
            return
        }
        #expect(error.message.contains("2"))
        #expect(error.span != nil)
    }

    @Test func aWaitingConditionMayFail() throws {
        let model = try Model(
            """
            state { n: 0 ... 3, rows: [0 ... 3]Bool }
            process p {
                n = 3
                await rows[n + 1]
            }
            """)
        #expect(model.errors() == ["index_out_of_range"])
    }

    @Test func aPropertyThatCannotBeEvaluatedDoesNotHold() throws {
        let model = try Model(
            """
            state { n: 0 ... 3, rows: [0 ... 3]Bool }
            process p { choose { where n < 3 => { n = n + 1 } } }
            invariant inside: !rows[n + 1]
            """)
        let finding = try #require(model.explore().findings.first)
        #expect(finding.kind == .invariant(0))
        #expect(!model.teller.holds(invariant: 0, in: finding.state))
        #expect(model.teller.explainInvariant(0, in: finding.state).joined().contains("index"))
    }

    /// A step that comes back to where it was never ends, whatever it chooses in between.
    @Test(arguments: [
        "while true { if fault f { n = 1 } }",
        "while true { choose { any(k: 0 ... 3) where k != n => { n = k } } }",
        "while true { n = 1 - n }",
        "n = spin()",
    ])
    func endlessLoopsAreKnownForCertain(body: String) throws {
        let model = try Model(
            """
            fault f
            state { n: 0 ... 3 }
            fn spin() -> 0 ... 3 {
                var k: 0 ... 3 = n
                var odd: Bool = false
                while k < 2 { odd = !odd }
                return k
            }
            process p { \(body) }
            """)
        #expect(model.errors() == ["endless_loop"])
    }

    /// What is too much for the checker is no error of the spec.
    @Test(arguments: [
        (0..<40).map { "if fault f { n = \($0 % 3) }" }.joined(separator: "\n"),
        "n = climb()",
        "var k: 0 ... 100000000 = 0\nwhile k < 90000000 { k = k + 1 }",
        "if (forall(a: Big, b: Big) a + b + n >= 0) { n = 1 }",
        "n = high() * high() * high() * high()",
    ])
    func limitsAreNoErrors(body: String) throws {
        let model = try Model(
            """
            fault f
            type Big = 0 ..< 5000
            type High = 0 ... 0x1fff_ffff_ffff_ffff
            fn high() -> High = 0x1fff_ffff_ffff_ffff - n
            state { n: 0 ... 3 }
            fn climb() -> 0 ... 3 {
                var k: 0 ... 100000000 = 0
                while k < 90000000 { k = k + 1 }
                return 3
            }
            process p { \(body) }
            """)
        let kinds = model.explore(statesMax: 2).findings.map(\.kind)
        #expect(!kinds.isEmpty)
        #expect(
            kinds.allSatisfy { kind in
                if case .limit = kind { true } else { false }
            }, "\(kinds.prefix(3))")
    }

    /// A condition that cannot be evaluated is a finding wherever it stands.
    @Test(arguments: [
        "reachable inside: rows[n + 1]", "property p1: always eventually rows[n + 1]",
        "property p2: rows[n + 1] leads_to n == 0",
    ])
    func conditionsThatFailAreFindings(property: String) throws {
        let model = try Model(
            """
            state { n: 0 ... 3, rows: [0 ... 3]Bool }
            process p { choose { where n < 3 => { n = n + 1 } } }
            \(property)
            """)
        #expect(model.explore().findings.map(\.kind) == [.failingCondition(0)])
    }

    @Test(arguments: [
        "state { rows: [0 ..< 60000][0 ..< 60000]Bool }",
        "type Word = bits(40)\nstate { s: Set<Word> }",
        "state { rows: [0 ..< 60000][0 ..< 60000][0 ..< 60000][0 ..< 60000][0 ..< 60000]Queue<0 ... 3, 200> }",
        "state { n: Bool }\nop work() { var rows: [0 ..< 60000][0 ..< 60000]Bool = rows0() \n step \n rows[0][0] = true }\n"
            + "fn rows0() -> [0 ..< 60000][0 ..< 60000]Bool { return rows0a() }\n"
            + "fn rows0a() -> [0 ..< 60000][0 ..< 60000]Bool { while true {} }\nprocess q { work() }",
        "type Many = 0 ..< 64\nstate { n: Bool }\nprocess q(a: Many, b: Many, c: Many) { n = !n }",
    ])
    func whatIsTooLargeIsSaidSo(_ text: String) throws {
        #expect(throws: StandaloneSpec.Rejected.self) {
            _ = try Model(text + "\nprocess p { step }")
        }
    }
}
