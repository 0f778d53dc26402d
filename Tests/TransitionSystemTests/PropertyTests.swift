// SPDX-License-Identifier: MIT

import Findings
import Testing
import TransitionSystem

@Suite struct PropertyTests {
    @Test func theLowestViolatedInvariantIsReported() throws {
        let model = try Model(
            """
            state { n: 0 ... 3 }
            process p { choose { where n < 3 => { n = n + 1 } } }
            invariant sure: n >= 0
            invariant small: n < 2
            invariant tiny: n < 1
            """)
        #expect(model.explore().findings.map(\.kind) == [.invariant(2), .invariant(1), .invariant(1)])
    }

    @Test func premisesAreCountedByState() throws {
        let model = try Model(
            """
            type Page = 0 ..< 2
            state { n: 0 ... 4, rows: [Page]Page? }
            process p { choose { where n < 4 => {
                n = n + 1
                if n == 2 { rows[1] = 0 }
            } } }
            invariant implied: n > 2 implies n > 1
            invariant bound: forall(page: Page) if let row = rows[page] { row == 0 }
            invariant tested: if n == 4 { rows[1] != none }
            invariant vacuous: forall(page: Page) n > 9 implies false
            """)
        let found = model.explore()
        #expect(found.findings.isEmpty)
        #expect(found.premiseCounts == [2, 3, 1, 0])
    }

    @Test func reachablesAreCountedByState() throws {
        let model = try Model(
            """
            state { n: 0 ... 4 }
            process p { choose { where n < 4 => { n = n + 1 } } }
            reachable high: n >= 3
            reachable never: n > 4
            """)
        #expect(model.explore().reachableCounts == [2, 0])
    }

    @Test func operationsAreCounted() throws {
        let model = try Model(
            """
            state { n: 0 ... 4 }
            op up() { n = n + 1 }
            op down() { n = n - 1 }
            process p { choose { where n < 4 => up() } }
            """)
        #expect(model.explore().operationCounts == [4, 0])
    }

    @Test func twoExpandersAgreeStateForState() throws {
        let model = try Model(
            """
            type Page = 0 ..< 3
            state { l: Lock, owned: Set<Page>, last: Page? }
            op work(page: Page) {
                with lock(l) { owned.insert(page) }
                step
                last = page
            }
            process p(cpu: Page) { choose { any(page: Page) where !owned.contains(page) => work(page) } }
            """)
        let one = model.explore()
        let two = model.explore()
        #expect(one.states == two.states)
        #expect(one.successors == two.successors)
        #expect(one.states.count > 50)
    }
}
