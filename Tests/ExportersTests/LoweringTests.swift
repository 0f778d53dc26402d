// SPDX-License-Identifier: MIT

import CheckerTesting
import Testing
import TransitionSystem

@testable import Exporters

/// A system as rules and terms has the states, transitions, errors and verdicts that the interpreter finds,
/// whatever other checkers are installed: the rules are run here, statement by statement.
@Suite struct LoweringTests {
    /// - Returns: what both found, where there are not too many states.
    @discardableResult
    private func compare(_ system: TransitionSystem, _ remark: String, statesMax: Int) throws -> ModelRun
        .Found?
    {
        guard let expected = ModelRun.interpreted(system, statesMax: statesMax) else { return nil }
        let found = try ModelRun(try SystemLowering(system).lower()).explore(statesMax: 2 * statesMax)
        #expect(found == expected, "\(remark)")
        return found
    }

    private func found(_ text: String) throws -> ModelRun.Found {
        let system = try #require(SpecText.system(text))
        let found = try compare(system, text, statesMax: 3000)
        return try #require(found)
    }

    @Test func randomSpecs() throws {
        var compared = 0
        for seed in RandomSpec.seeds(51, count: 12) {
            guard let system = SpecText.system(RandomSpec.text(seed: seed)) else { continue }
            if try compare(system, "seed \(seed)", statesMax: 150) != nil { compared += 1 }
        }
        #expect(compared >= 2)
    }

    @Test func rangesThatLeaveTheirTypes() throws {
        let system = try #require(SpecText.system(try SpecText.read("Tests/Golden/compiled/ranges.spec")))
        let found = try #require(try compare(system, "ranges", statesMax: 3000))
        #expect(found.failureCount > 0)
    }

    /// Numbers: words wrap, ranges are exact and fail where they are left. The values are computed by hand:
    /// of the 64 pairs (a, b), `a / b` fails for 8; `N(a - b)` for the 21 with a - b > 1 and the 21 with a -
    /// b < -1.
    @Test func arithmetic() throws {
        let found = try found(
            """
            type Word = bits(3)
            type N = -1 ... 1
            state { w: Word, n: N }
            process p {
                choose {
                    any(a: Word, b: Word) => { w = a / b; w = 0 }
                    any(a: Word, b: Word) => { n = N(Int(a) - Int(b)) }
                    any(a: Word) => { w = (a + 7) ^ (a - 1) }
                    any(a: Word) => { w = ~a & -(a + 1) | (a << 3) >> 1; w = w * 0 }
                    any(m: N) => { n = N((Int(m) * 3) / 2 % 2) }
                }
            }
            reachable low: n == -1
            invariant zero: w == 0
            """)
        // w is always 0; n is -1, 0 or 1.
        #expect(found.stateCount == 3)
        #expect(found.transitionCount == 3 * (64 + 64 + 8 + 8 + 3))
        #expect(found.failureCount == 3 * (8 + 21 + 21))
        #expect(found.violatedCount == 0)
        #expect(found.reachableCounts == [1])
    }

    /// Sets, queues, options, structs in arrays, at their edges.
    @Test func containers() throws {
        let found = try found(
            """
            type One = 4 ... 4
            type N = 2 ... 4
            enum Kind { a, b }
            struct S { kind: Kind, maybe: N? }
            state { set_: Set<N>, queue: Queue<Kind, 2>, table: [Kind]S?, one: Set<One> }
            fn run_end(from: N) -> N? { return if let r = set_.highest_run(2 ... from) { N(r.last) } else { none } }
            process sets {
                choose {
                    any(n: N) where !set_.contains(n) => { set_.insert(n ... n); one.insert(4) }
                    where set_.contains_all(2 ... 4) => { set_.remove(1 ... 3) }
                    where set_.count == 1 && set_.contains(4) => { set_.clear(); one.clear() }
                }
            }
            process queues {
                choose {
                    any(k: Kind) where !queue.contains(k) => { queue.push(k) }
                    where queue.is_full => { queue.pop() }
                }
            }
            process tables(k: Kind) {
                choose {
                    where table[k] == none && set_.is_empty => {
                        table[k] = S(kind: k, maybe: run_end(4))
                    }
                    => { if let s = table[k] { if s.kind == k { table[all] = none } } }
                }
            }
            invariant front: queue.is_empty || queue.front == a || queue.front == b
            invariant runs: if let end = run_end(2) { set_.contains(end) } else { !set_.contains(2) }
            invariant ones: one.is_empty == set_.is_empty
            reachable full: queue.is_full && set_.count == 3
            """)
        #expect(found.violatedCount == 0)
        #expect(found.failureCount == 0)
        #expect(found.reachableCounts[0] > 0)
        // set_: all 8 sets are reached; queue: empty, a, b, ab, ba (and what a pop leaves of them); table: 4.
        #expect(found.stateCount == 8 * 5 * 4)
    }

    /// Locks, waits, faults, results that cross boundaries, deadlocks of both sorts.
    @Test func processesThatWait() throws {
        let found = try found(
            """
            type Cpu = 0 ..< 2
            fault no_memory
            state { first: Lock, second: Lock, flag: Bool, last: Cpu? }
            op both(cpu: Cpu) -> Bool {
                if cpu == 0 {
                    with lock(first) { with lock(second) { if fault no_memory { return false }; last = cpu; return true } }
                }
                with lock(second) { with lock(first) { last = cpu } }
                return flag
            }
            process cpu(cpu: Cpu) {
                let is_done = both(cpu)
                step
                if is_done { flag = !flag } else { await last != none }
            }
            invariant held: last == none || flag || !flag
            """)
        // One holds `first` and waits for `second`, the other the other way round.
        #expect(found.deadlockCount > 0)
        #expect(found.violatedCount == 0)
    }

    /// Loops and quantifiers, with and without rounds.
    @Test func loops() throws {
        let found = try found(
            """
            type N = 0 ... 5
            type Sum = 0 ... 40
            const LIST: List<N> = [5, 1]
            state { n: N, sum: Sum }
            fn climb(to: N) -> Sum {
                var k: N = 0
                var total: Sum = 0
                while k < to { k = k + 1; for m in N { if m <= k { total = total + 1 } } }
                for m in LIST { total = Sum(total + Int(m)) }
                for i in 3 ... to { total = total + 1 }
                return total
            }
            process p { choose { any(m: N) => { n = m; sum = climb(m) } } }
            invariant all_: forall(m: N) exists(k: N) k >= m && (forall(l in LIST) l > 0)
            invariant sums: n == 0 || sum >= 8
            reachable most: sum == 6 + 20 + 3
            """)
        // climb(5) = 2 + 3 + 4 + 5 + 6 and 6 of the list, and 3, 4, 5: 29. climb(1) = 2 + 6 = 8. climb(0) =
        // 6.
        #expect(found.reachableCounts == [1])
        #expect(found.violatedCount == 0)
        #expect(found.failureCount == 0)
        // n and sum go together, but for the beginning, where sum is 0.
        #expect(found.stateCount == 7)
    }

    /// Several beginnings, one of them twice.
    @Test func initialStates() throws {
        let system = try #require(
            SpecText.system(
                """
                type N = 0 ... 5
                state { n: N, m: N? }
                init { choose { any(k: N) where k > 3 => { n = k }\n => { n = 5 }\n => { m = 0 } } }
                process p { n = n }
                """))
        let model = try SystemLowering(system).lower()
        #expect(model.starts.count == 3)
        let found = try #require(try compare(system, "initial states", statesMax: 10))
        #expect(found.stateCount == 3)
        #expect(found.transitionCount == 3)
    }
}
