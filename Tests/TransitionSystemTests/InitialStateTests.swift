// SPDX-License-Identifier: MIT

import Findings
import Testing
import TransitionSystem

@Suite struct InitialStateTests {
    @Test func variablesStartAtTheirDefaults() throws {
        let model = try Model(
            """
            enum Kind { msi, direct }
            struct Pair { low: 3 ... 4, kind: Kind }
            state { a: Bool, b: 2 ... 5, c: Kind, d: Kind?, e: Pair, f: Set<Kind>, g: Queue<Bool, 2>, h: [Bool]4 ... 5
                i: 0 ... 9 = 2 + 3, j: Pair? = Pair(low: 4, kind: direct), k: Lock }
            process p { step }
            """)
        let texts = model.teller.observe(try model.teller.initialStates()[0]).map {
            Storyteller.text($0.value)
        }
        #expect(
            texts == [
                "false", "2", "msi", "none", "{low: 3, kind: msi}", "{}", "[]", "[false: 4, true: 4]", "5",
                "{low: 4, kind: direct}", "free",
            ])
    }

    @Test func initMayChoose() throws {
        let model = try Model(
            """
            type Page = 0 ..< 3
            state { first: Page, owned: Set<Page> }
            init {
                for page in Page { if page > 0 { owned.insert(page) } }
                choose { any(page: Page) where owned.contains(page) => { first = page } }
            }
            process p { step }
            """)
        let states = try model.teller.initialStates()
        let texts = states.map { state in model.teller.observe(state).map { Storyteller.text($0.value) } }
        #expect(texts == [["1", "{1, 2}"], ["2", "{1, 2}"]])
        #expect(model.values(of: "first") == ["1", "2"])
    }

    @Test func localsOfInitLeaveNothingBehind() throws {
        let model = try Model(
            """
            state { n: 0 ... 9 }
            init {
                var sum: 0 ... 9 = 0
                for i in 0 ... 3 { sum = sum + i }
                n = sum
            }
            process p { step }
            """)
        #expect(model.values(of: "n") == ["6"])
    }

    @Test func whatFailsInInitIsSaid() throws {
        let model = try Model(
            """
            state { n: 0 ... 3 }
            init { n = n + 4 }
            process p { step }
            """)
        #expect(throws: RunTimeError.self) { _ = try model.teller.initialStates() }
    }
}
