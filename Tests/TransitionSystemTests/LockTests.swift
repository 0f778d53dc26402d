// SPDX-License-Identifier: MIT

import Findings
import Testing
import TransitionSystem

@Suite struct LockTests {
    private static func critical(_ body: String) -> String {
        """
        type Cpu = 0 ..< 2
        state { l: Lock, inside: 0 ... 2 }
        process cpu(cpu: Cpu) as "CPU" { \(body) }
        invariant exclusive: inside <= 1
        """
    }

    @Test func aLockKeepsOutThoseWhoTakeIt() throws {
        let locked = try Model(
            Self.critical(
                """
                with lock(l) {
                    inside = inside + 1
                    step
                    inside = inside - 1
                }
                """))
        #expect(locked.explore().findings.isEmpty)
        let unlocked = try Model(
            Self.critical(
                """
                inside = inside + 1
                step
                inside = inside - 1
                """))
        #expect(unlocked.explore().findings.contains { $0.kind == .invariant(0) })
    }

    @Test func takingALockIsABoundary() throws {
        let model = try Model(
            """
            state { l: Lock, a: Bool, b: Bool }
            process p { choose { where !a => {
                a = true
                with lock(l) { b = true }
            } } }
            """)
        // a is visible before b: the boundary stands before the lock, even though it is free.
        let found = model.explore()
        #expect(found.states.count == 3)
        #expect(found.transitionCount == 2)
    }

    @Test func returnReleases() throws {
        let model = try Model(
            """
            state { l: Lock, m: Lock, n: 0 ... 3 }
            op work() -> Bool {
                with lock(l) {
                    with lock(m) {
                        if n == 0 { return false }
                        n = 0
                    }
                    return true
                }
            }
            process p {
                let done = work()
                if !done { n = 1 }
            }
            """)
        let found = model.explore()
        #expect(found.findings.isEmpty)
        #expect(model.values(of: "n") == ["0", "1"])
        for state in found.states where model.teller.transitions(of: state).isEmpty {
            Issue.record("a lock was not released: \(model.teller.observe(state))")
        }
    }

    @Test func locksOfAnArrayAreSeparate() throws {
        let model = try Model(
            """
            type Cpu = 0 ..< 2
            state { l: [Cpu]Lock, inside: [Cpu]Bool }
            process cpu(cpu: Cpu) as "CPU" {
                step
                with lock(l[cpu]) {
                    inside[cpu] = true
                    step
                    inside[cpu] = false
                }
            }
            reachable both: inside[0] && inside[1]
            """)
        let found = model.explore()
        #expect(found.findings.isEmpty)
        #expect(found.reachableCounts[0] > 0)
    }

    @Test func aCircleOfWaitsIsADeadlockWhateverOthersDo() throws {
        let text = """
            type Cpu = 0 ..< 2
            state { a: Lock, b: Lock, beat: Bool }
            process one { with lock(a) { step
                with lock(b) { step } } }
            process two { with lock(SECOND) { step
                with lock(FIRST) { step } } }
            process clock { beat = !beat }
            """
        let crossed = try Model(text.replacing("SECOND", with: "b").replacing("FIRST", with: "a"))
        let deadlocked = crossed.explore().findings.filter { $0.kind == .deadlock }
        #expect(deadlocked.count == 2, "once for each beat of the clock")
        let state = try #require(deadlocked.first?.state)
        let story = crossed.teller.explainDeadlock(in: state).joined(separator: "\n")
        #expect(story.contains("one waits"))
        #expect(story.contains("two waits"))
        #expect(crossed.teller.isDeadlock(state))
        let ordered = try Model(text.replacing("SECOND", with: "a").replacing("FIRST", with: "b"))
        #expect(ordered.explore().findings.isEmpty)
    }

    @Test func takingALockTwiceIsADeadlock() throws {
        let model = try Model(
            """
            state { l: Lock, beat: Bool }
            op inner() { with lock(l) { step } }
            process p { with lock(l) { inner() } }
            process clock { beat = !beat }
            """)
        #expect(model.explore().findings.contains { $0.kind == .deadlock })
    }

    @Test func waitingForAConditionThatNeverHoldsIsADeadlock() throws {
        let model = try Model(
            """
            state { go: Bool, started: Bool }
            process p { choose { where !started => {
                started = true
                await go
            } } }
            """)
        #expect(model.explore().findings.map(\.kind) == [.deadlock])
    }

    @Test func nothingToDoIsNoDeadlock() throws {
        let model = try Model(
            """
            state { n: 0 ... 2 }
            process p { choose { where n < 2 => { n = n + 1 } } }
            """)
        #expect(model.explore().findings.isEmpty)
    }

    @Test func whatWaitsWhileAnotherMovesIsNoDeadlock() throws {
        let model = try Model(
            """
            state { go: Bool, beat: Bool, started: Bool }
            process p { choose { where !started => {
                started = true
                await go
            } } }
            process clock { beat = !beat }
            """)
        #expect(model.explore().findings.isEmpty)
    }
}
