// SPDX-License-Identifier: MIT

import Findings
import Testing
import TransitionSystem

/// Documentation/language.md, 'Steps: what happens at once'.
@Suite struct StepTests {
    @Test func whatStandsBetweenTwoBoundariesHappensAtOnce() throws {
        let model = try Model(
            """
            state { a: 0 ... 3, b: 0 ... 3 }
            process p { choose { where a < 3 => {
                a = a + 1
                b = b + 1
            } } }
            invariant together: a == b
            """)
        let found = model.explore()
        #expect(found.states.count == 4)
        #expect(found.transitionCount == 3)
        #expect(found.findings.isEmpty)
    }

    @Test func othersRunAtAStep() throws {
        let model = try Model(
            """
            state { a: Bool, b: Bool }
            process p { choose { where !a => {
                a = true
                step
                b = true
            } } }
            process q { choose { where a && !b => { a = false } } }
            """)
        // a, b and where p is: 00 round, 10 step, 00 step (q was there), 11 round, 01 round, 11 step
        let found = model.explore()
        #expect(found.states.count == 6)
        #expect(found.transitionCount == 6)
    }

    @Test func enteringAndLeavingOperationsAreNoBoundaries() throws {
        let model = try Model(
            """
            state { n: 0 ... 4 }
            op bump() -> Bool {
                n = n + 1
                return n > 1
            }
            op twice() {
                let first = bump()
                let second = bump()
                assert second_is_larger: !first && second
            }
            process p { choose { where n == 0 => twice() } }
            """)
        let found = model.explore()
        #expect(found.states.count == 2)
        #expect(found.transitionCount == 1)
        #expect(model.errors().isEmpty)
        #expect(found.operationCounts == [2, 1])
    }

    @Test func eachStepIsATransitionEvenIfNothingChanges() throws {
        let model = try Model(
            """
            state { n: 0 ... 1 }
            process p {
                step
                step
            }
            """)
        // Three places to rest, or two where the first `step` is the start of the round; none changes the
        // state.
        let found = model.explore()
        #expect(found.transitionCount == found.states.count)
        #expect(found.findings.isEmpty)
    }

    @Test func everyChoiceIsATransition() throws {
        let model = try Model(
            """
            type Page = 0 ..< 3
            state { last: Page, twin: Page }
            process p { choose {
                any(page: Page, other: Page) where page != other => { last = page }
                => { twin = 0 }
            } }
            """)
        let found = model.explore()
        #expect(found.states.count == 3)
        #expect(found.transitionCount == 3 * 7)
    }

    @Test func aChoiceMidwayIsMadeAtOnce() throws {
        let model = try Model(
            """
            state { a: 0 ... 2, b: 0 ... 2 }
            process p {
                a = 1
                choose { => { b = 1 } => { b = 2 } }
            }
            """)
        let found = model.explore()
        #expect(found.states.count == 3)
        #expect(found.transitionCount == 6)
        #expect(model.values(of: "b") == ["0", "1", "2"])
    }

    @Test func aChoiceBehindABoundaryWaits() throws {
        let model = try Model(
            """
            state { go: Bool, done: Bool }
            op work() { choose { where go => { done = true } } }
            process p {
                step
                work()
            }
            process q { choose { where !go => { go = true } } }
            """)
        #expect(model.errors().isEmpty)
        #expect(model.values(of: "done") == ["false", "true"])
    }

    @Test func awaitWaitsAndIsABoundary() throws {
        let model = try Model(
            """
            state { go: Bool, early: Bool, done: Bool }
            process p {
                early = true
                await go
                assert opened: go
                done = true
                step
                early = false
            }
            process q { choose { where early && !go => { go = true } } }
            """)
        #expect(model.errors().isEmpty)
        let waiting = model.explore().states.filter { state in
            let text = model.teller.observe(state).map { Storyteller.text($0.value) }
            return text == ["false", "true", "false"]
        }
        #expect(waiting.count == 1)
        #expect(model.values(of: "done") == ["false", "true"])
    }

    @Test func aRoundThatBeginsByWaitingIsQuiescentWhileItWaits() throws {
        let model = try Model(
            """
            state { go: Bool }
            process timer { await go }
            """)
        let found = model.explore()
        #expect(found.states.count == 1)
        #expect(found.findings.isEmpty)
    }

    @Test func aFaultIsExploredBothWays() throws {
        let model = try Model(
            """
            fault table_page
            fault other
            state { failed: 0 ... 3, runs: 0 ... 1 }
            process p { choose { where runs == 0 => {
                runs = 1
                if fault table_page { failed = failed + 1 }
                if fault other { failed = failed + 2 }
            } } }
            """)
        let found = model.explore()
        #expect(found.transitionCount == 4)
        #expect(model.values(of: "failed") == ["0", "1", "2", "3"])
        let actions = try model.actions()
        #expect(Set(actions).count == 4, "\(actions)")
    }

    @Test func processesAreInstancesOfTheirParameters() throws {
        let model = try Model(
            """
            type Cpu = 0 ..< 3
            enum Kind { dma, msi }
            state { turns: [Cpu][Kind]Bool }
            process cpu(cpu: Cpu, kind: Kind) as "CPU" { choose { where !turns[cpu][kind] => { turns[cpu][kind] = true } } }
            """)
        let found = model.explore()
        #expect(found.states.count == 64)
        #expect(found.transitionCount == 6 * 32)
        #expect(
            model.teller.lanes.map(\.title) == [
                "CPU 0,dma", "CPU 0,msi", "CPU 1,dma", "CPU 1,msi", "CPU 2,dma", "CPU 2,msi",
            ])
    }

    @Test func choicesInOrderGiveSuccessorsInOrder() throws {
        let model = try Model(
            """
            type Page = 0 ..< 3
            state { last: Page? }
            process p { choose { any(page: Page) where last == none => { last = page } } }
            """)
        let first = try #require(model.explore().states.first)
        let order = model.explore().successors[first]?.map { state in
            model.teller.observe(state).map { Storyteller.text($0.value) }.joined()
        }
        #expect(order == ["0", "1", "2"])
    }
}
