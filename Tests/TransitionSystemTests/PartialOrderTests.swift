// SPDX-License-Identifier: MIT

import CheckerTesting
import Testing
import TransitionSystem

/// With partial-order reduction the same is found in fewer states.
@Suite struct PartialOrderTests {
    struct Comparison {
        let explored: Int
        let all: Int
        let ample: AmpleLocations
        var hasDeadlock = false
    }

    @discardableResult
    static func compare(_ text: String) throws -> Comparison {
        let model = try Model(text)
        let ample = AmpleLocations(model.system)
        let full = PlainSearch(Interpreter(model.system))
        let reduced = PlainSearch(Interpreter(model.system, reduction: ample))
        guard full.isComplete else { return Comparison(explored: 0, all: 0, ample: ample) }
        #expect(reduced.states.isSubset(of: full.states), "\(text)")
        // After a step that fails, an exploration that passes findings over may miss others.
        if !reduced.findings.contains("failing") {
            #expect(reduced.findings == full.findings, "\(text)")
            #expect(reduced.ends == full.ends, "\(text)")
            #expect(reduced.reachableCounts.map { $0 > 0 } == full.reachableCounts.map { $0 > 0 }, "\(text)")
        } else {
            #expect(full.findings.contains("failing"), "\(text)")
        }
        if let shortest = full.shortest, let found = reduced.shortest {
            #expect(found >= shortest && found <= shortest + ample.extraStepsMax, "\(text)")
        }
        if let symmetry = Symmetry(model.system) {
            let both = PlainSearch(
                SymmetricSuccessors(Interpreter(model.system, reduction: ample), symmetry: symmetry))
            #expect(both.states.count <= reduced.states.count, "\(text)")
            if !both.findings.contains("failing") {
                #expect(both.findings == full.findings, "\(text)")
            } else {
                #expect(full.findings.contains("failing"), "\(text)")
            }
        }
        return Comparison(
            explored: reduced.states.count, all: full.states.count, ample: ample,
            hasDeadlock: full.findings.contains("deadlock"))
    }

    @Test(arguments: 4..<8)
    func randomSpecsAreTheSame(part: Int) throws {
        var (reduced, complete) = (0, 0)
        for seed in RandomSpec.seeds(part) {
            let found = try Self.compare(RandomSpec.text(seed: seed))
            if found.all > 0 { complete += 1 }
            if found.explored < found.all { reduced += 1 }
        }
        #expect(complete >= 15)
        #expect(reduced * 5 > complete)
    }

    @Test(arguments: 8..<12)
    func randomStepsAreTheSame(part: Int) throws {
        var (reduced, complete, deadlocks) = (0, 0, 0)
        for seed in RandomSpec.seeds(part, count: 200) {
            let text = RandomSteps.text(seed: seed)
            let found = try Self.compare(text)
            if found.all > 0 { complete += 1 }
            if found.explored < found.all { reduced += 1 }
            if found.hasDeadlock { deadlocks += 1 }
        }
        #expect(complete >= 150)
        #expect(reduced * 2 > complete)
        #expect(deadlocks > 0)
    }

    /// Each works on a variable of its own, several steps long.
    static let privateWork = """
        type Cpu = 0 ..< 3
        state { own: [Cpu]0 ... 3, done: 0 ... 3 }
        process cpu(cpu: Cpu) {
            choose { where own[cpu] == 0 => own[cpu] = 1 }
            step
            own[cpu] = 2
            step
            own[cpu] = 3
            step
            done = done + 1
        }
        reachable all_done: done == 3
        """

    @Test func privateStepsAreTakenAtOnce() throws {
        let found = try Self.compare(Self.privateWork)
        // One at a time is between its second and third step.
        #expect((found.explored, found.all) == (81, 125))
        #expect(found.ample.count == 3 * 2)
        #expect(found.ample.extraStepsMax == 3 * 2)
        #expect(!found.ample.isAmple.contains { $0[0] })
    }

    @Test func whatAPropertyReadsIsVisible() throws {
        let visible = Self.privateWork + "\ninvariant second: own[1] != 9"
        #expect(try Self.compare(visible).ample.isAmple.map { $0.contains(true) } == [true, false, true])
    }

    @Test func anIndexThatVariesTouchesTheWholeArray() throws {
        let text = """
            type Cpu = 0 ..< 2
            state { own: [Cpu]0 ... 1, any_one: Cpu }
            process cpu(cpu: Cpu) {
                step
                own[cpu] = 1
                step
                own[cpu] = 0
            }
            """
        #expect(try Self.compare(text).ample.count == 2 * 2)
        let varying = text.replacing("own[cpu] = 0", with: "own[any_one] = 0")
        #expect(try Self.compare(varying).ample.count == 0)
    }

    /// A process that is not ample inside its loop would be put off for ever.
    @Test func noCycleIsAllAmple() throws {
        let found = try Self.compare(
            """
            state { mine: Bool, go: Bool, bad: Bool }
            process busy {
                go = true
                step
                while go {
                    mine = !mine
                    step
                }
            }
            process other { choose { where go && !bad => bad = true } }
            invariant good: !bad
            """)
        #expect(found.all > 2)
        #expect(!found.ample.isAmple[0].dropFirst().allSatisfy { $0 })
    }

    /// What only a lock's holder touches is touched by nobody while it is held.
    @Test func locksMakeIndependent() throws {
        let found = try Self.compare(
            """
            type Cpu = 0 ..< 2
            state { l: Lock, shared: 0 ... 3, done: [Cpu]Bool }
            process cpu(cpu: Cpu) {
                with lock(l) {
                    shared = 1
                    step
                    shared = 2
                    step
                    shared = 3
                }
                step
                done[cpu] = !done[cpu]
            }
            """)
        #expect(found.ample.count > 0)
        #expect(found.explored < found.all)
    }

    @Test func aLockThatIsNotHeldProtectsNothing() throws {
        let found = try Self.compare(
            """
            state { l: Lock, shared: 0 ... 3, seen: 0 ... 3 }
            process one {
                with lock(l) {
                    step
                    shared = 2
                    step
                    shared = 0
                }
            }
            process other {
                seen = shared
            }
            """)
        // Taking a lock that nobody else wants is no concern of others; what is done under it is.
        #expect(found.ample.count == 1)
    }

    @Test func deadlocksAndFailuresAreFound() throws {
        let found = try Self.compare(
            """
            type Cpu = 0 ..< 2
            state { a: Lock, b: Lock, own: [Cpu]0 ... 2 }
            process one {
                with lock(a) {
                    own[0] = 1
                    step
                    own[0] = 2
                    step
                    with lock(b) { own[0] = 0 }
                }
            }
            process other {
                with lock(b) {
                    own[1] = 1
                    step
                    own[1] = 2
                    step
                    with lock(a) { own[1] = 0 }
                }
            }
            """)
        #expect(found.ample.count > 0)
    }
}
