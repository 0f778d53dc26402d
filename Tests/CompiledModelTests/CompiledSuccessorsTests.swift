// SPDX-License-Identifier: MIT

import Testing

/// A spec, written out as Swift, compiled, loaded and run, gives the interpreter's successors, counts and
/// findings in every reachable state. The numbers expected beside that are counted by hand.
@Suite struct CompiledSuccessorsTests {
    /// Two counters that step independently: 3 * 4 states, each with two transitions.
    @Test func countersAndProperties() throws {
        let found = try CompiledComparison.run(
            """
            type A = 0 ..< 3
            type B = -2 ... 1
            state { a: A, b: B }
            op next_a() { a = if a == 2 { 0 } else { A(a + 1) } }
            op next_b() { if b == 1 { b = -2 } else { b = B(b + 1) } }
            process p { next_a() }
            process q { next_b() }
            invariant premise: a == 2 implies b <= 1
            invariant violated: Int(a) + Int(b) != 3
            invariant never_true: b > 1 implies false
            reachable low: a == 0 && b == -2
            reachable none_: a == 1 && b == 2
            """)
        #expect(found.stateCount == 12)
        #expect(found.transitionCount == 24)
        #expect(found.operationCounts == [12, 12])
        #expect(found.premiseCounts == [4, 12, 0])
        #expect(found.violations == [1: 1])
        #expect(found.reachableCounts == [1, 0])
        #expect(found.failureCount == 0)
    }

    /// Types at their smallest and largest: one value, the largest words that are compiled, sets that fill
    /// their words.
    @Test func typesAtTheirEdges() throws {
        let found = try CompiledComparison.run(
            """
            type One = 5 ... 5
            type Bit = bits(1)
            type Word = bits(60)
            type Far = -1000000000000 ... -999999999998
            type Wide = 0 ..< 128
            type Sixty = 0 ..< 64
            enum Only { it }
            state { one: One, bit: Bit, word: Word, far: Far, only: Only, maybe: One?, few: Set<One>, wide: Set<Wide>,
                    sixty: Set<Sixty>, none_at_all: [One]Only? }
            process bit_ { bit = bit + 1 }
            process word_ {
                choose {
                    where word == 0 => { word = word - 1 }
                    where word == ~Word(0) => { word = (word << 59) ^ (word >> 59) }
                    where word == (Word(1) << 59) + 1 => { word = -word * 2 + 4 }
                    where word == 2 => { word = (word / 2) % 1 }
                }
            }
            process far_ { far = if far == -999999999998 { -1000000000000 } else { Far(far + 1) } }
            process sets {
                choose {
                    where wide.is_empty => { wide.insert(0 ... 127); sixty.insert(63 ... 63); few.insert(one) }
                    where wide.count == 128 => { wide.remove(64 ... 64); sixty.insert(0 ... 62) }
                    where wide.count == 127 => { wide.remove(0 ... 63); sixty.remove(1 ... 62) }
                    where wide.count == 63 => { wide.clear(); sixty.clear(); few.remove(5 ... 5) }
                }
            }
            process options { maybe = if maybe == none { one } else { none }; none_at_all[5] = if maybe == none { none } else { it } }
            invariant runs: if let r = wide.lowest_run(0 ... 127) { r.first == 0 || r.first == 65 } else { true }
            invariant high: if let r = wide.highest_run(0 ... 63) { r.last >= 63 } else { true }
            invariant sixty_: sixty.contains(63) == !wide.is_empty
            invariant few_: few.contains(5) == !wide.is_empty && few.count <= 1
            invariant only_: only == it && one == 5
            reachable low_end: if let r = wide.lowest_run(0 ... 127) { r.last == 63 } else { false }
            """)
        // bit 2, word 4 (0, all ones, 2^59 + 1, and then -(2^59 + 1) * 2 + 4 = 2, which goes to 0), far 3,
        // sets 4, maybe 2.
        #expect(found.stateCount == 2 * 4 * 3 * 4 * 2)
        // Only where 64 alone is missing does the lowest run end at 63.
        #expect(found.reachableCounts == [2 * 4 * 3 * 2])
        #expect(found.violations.isEmpty)
        #expect(found.failureCount == 0)
    }

    /// Each way in which a step fails, once, and none that the compiled code takes for another.
    @Test func stepsThatFail() throws {
        let found = try CompiledComparison.run(
            """
            type N = 0 ... 3
            type Word = bits(3)
            state { n: N, word: Word, table: [N]N, maybe: N?, queue: Queue<N, 1>, done: Bool }
            process p {
                choose {
                    any(k: N) => { n = N(n + k) }
                    any(w: Word) => { word = word / w; done = true; word = 0; done = false }
                    any(k: N) => { n = N(10 / k - 2); n = 0 }
                    any(k: Word) => { n = table[N(k)]; n = 0 }
                    => { queue.push(1) }
                    => { queue.pop() }
                    => { n = queue.front; n = 0 }
                    any(k: N) => { assert small: k < 2 || n == 3 }
                    => { choose { where n == 1 => { n = 2 } } }
                }
            }
            """)
        // States: n in 0 ... 3 and the queue empty or full.
        #expect(found.stateCount == 8)
        // By state: n + k beyond 3: n ways (6 in all, twice); a division by 0: 1 of words, 1 of numbers, and
        // 10 / 1 - 2 = 8 beyond 3 (10 / 2 - 2 = 3 and 10 / 3 - 2 = 1 fit); N(k) of 4 ... 7: 4; push if full,
        // pop and front if empty; k = 2 and 3 unless n is 3; no arm unless n is 1.
        let perQueue = 6 + 4 * (1 + 1 + 1 + 4) + 3 * 2 + 3
        #expect(found.failureCount == 2 * perQueue + 4 * 1 + 4 * 2)
    }

    /// Locks, waits, faults, operations with results, locals that live across boundaries.
    @Test func processesThatWait() throws {
        let found = try CompiledComparison.run(
            """
            const CPUS = 2
            type Cpu = 0 ..< CPUS
            type N = 0 ... 2
            fault no_memory
            struct Pair { left: N, right: N?, flag: Bool }
            state { outer: Lock, inner: [Cpu]Lock, owner: Cpu?, pair: Pair, count: N }
            op take(cpu: Cpu) -> Pair? {
                with lock(outer) {
                    let before = pair
                    step inside
                    with lock(inner[cpu]) {
                        if fault no_memory { return none }
                        guard count < 2 else { return none }
                        owner = cpu
                        count = count + 1
                        return Pair(left: count, right: before.left, flag: !before.flag)
                    }
                }
            }
            process cpu(cpu: Cpu) as "CPU" {
                if let found = take(cpu) {
                    step taken
                    pair = found
                    pair.right = none
                    if found.flag && found.right == 1 { pair.flag = false }
                } else {
                    await owner != cpu || count == 2
                    with lock(inner[Cpu(1 - cpu)]) { step }
                }
            }
            process reset { choose { where count == 2 => { count = 0; owner = none } } }
            process crossed {
                choose { where count == 1 && owner == 1 => { with lock(inner[1]) { with lock(outer) { step } } } }
            }
            invariant held: count > 0 implies owner != none
            reachable is_two: count == 2 && pair.left == 2
            """)
        #expect(found.stateCount > 100)
        // CPU 0 or 1 in `outer` wants its inner lock while `crossed` holds it.
        #expect(found.deadlockCount > 0)
        #expect(found.violations.isEmpty)
        #expect(found.reachableCounts[0] > 0)
    }

    /// Functions, loops over every kind of collection, quantifiers and bindings, deeply nested types.
    @Test func functionsAndNestedTypes() throws {
        let found = try CompiledComparison.run(
            """
            type I = 0 ..< 2
            type N = 0 ... 4
            enum Kind { low, mid, high }
            struct Inner { kind: Kind, values: [I]N? }
            struct Outer { inner: Inner, twice: [I]Inner, sets: [Kind]Set<N> }
            const LIST: List<N> = [4, 0, 2]
            const NOTHING: List<N> = []
            state { outer: [I]Outer, queue: Queue<Kind, 2>, highest: N, kind: Kind }
            fn total(limit: N) -> Int {
                var sum: Int = 0
                for n in N { if n <= limit { sum = sum + n } }
                for n in LIST { sum = sum - n }
                for n in NOTHING { sum = sum + 1000 }
                for i in 1 ... 0 { sum = sum + 1000 }
                for i in -1 ... 1 { sum = sum + i * i }
                return sum
            }
            fn pick(k: Kind, i: I) -> N? {
                guard let n = outer[i].inner.values[I(1 - i)] else {
                    return if k == mid { 3 } else { none }
                }
                if outer[i].twice[0].kind == k { return n }
                return outer[i].twice[1].values[i]
            }
            process p(i: I) {
                choose {
                    any(k: Kind) where k != kind => {
                        kind = k
                        outer[i].twice[all].kind = k
                        if !queue.is_full { queue.push(k) }
                    }
                    where kind == low => {
                        outer[i].inner.values[all] = pick(kind, i)
                        outer[i].sets[kind].insert(0 ... 4)
                        outer[i].sets[mid].remove(1 ... 2)
                    }
                    where kind == mid && queue.count == 2 => {
                        outer[i].inner.values[I(1 - i)] = pick(mid, i)
                        outer[i].twice[i] = outer[i].inner
                        queue.pop()
                    }
                    where kind == high => {
                        outer[all].sets[high].clear()
                        highest = N(total(3) + 2)
                        outer[i] = outer[I(1 - i)]
                        queue.clear()
                    }
                }
            }
            invariant forall_: forall(i: I, k: Kind) exists(n: N) n <= highest implies outer[i].sets[k].contains(n) || n >= 0
            invariant list: forall(n in LIST) n % 2 == 0
            invariant nothing: forall(n in NOTHING) false
            invariant empty: !exists(n in NOTHING) true
            invariant front: !queue.is_empty implies (queue.front == low || queue.contains(queue.front))
            invariant bound: forall(i: I) if let n = pick(kind, i) { n == 3 } else { true }
            """, batchSize: 7, statesMax: 500)
        // total(3) = 0 + 1 + 2 + 3 - 6 + 2 = 2.
        #expect(found.violations.isEmpty)
        #expect(found.failureCount == 0)
        #expect(found.stateCount > 500)
        // Of 'list' and 'empty' every state is asked; the premise of 'nothing' is true in none.
        #expect(found.premiseCounts[1] == found.premiseCounts[3] && found.premiseCounts[1] >= 500)
        #expect(found.premiseCounts[2] == 0)
    }

    /// Several initial states, symmetric values, more than one word of state.
    @Test func manyWords() throws {
        let found = try CompiledComparison.run(
            """
            type Nine = 0 ... 8
            type Frame = symmetric 2
            state { first: [Nine]Nine, table: [Nine][Nine]Bool, owner: [Frame]Frame?, used: Set<Frame>, n: Nine }
            init { choose { any(k: Nine) where k % 4 == 0 => { n = k } } }
            process p(f: Frame) {
                choose {
                    any(g: Frame) where f != g && !used.contains(f) => { owner[f] = g; used.insert(f) }
                    where owner[f] == f => { n = 1 }
                    where n != 8 && used.count == 2 => { first[n] = n; table[n][8] = !table[n][8] }
                }
            }
            reachable both: forall(f: Frame) owner[f] != none && owner[f] != f
            """)
        // From n = 0 and 4: used is {}, {f}, {g} or both, and then the table is as it was, or not: with n = 0
        // `first` is the same; with n = 4 it changes once. From n = 8 nothing but `used` changes. n = 0: 4
        // states, and one with the entry set. n = 4: 4, then first[4] = 4 with and without the entry: 2. n =
        // 8: 4.
        #expect(found.stateCount == 5 + 6 + 4)
        #expect(found.failureCount == 0)
        // Once both are used: 2 states of n = 0, 3 of n = 4, 1 of n = 8.
        #expect(found.reachableCounts == [6])
    }
}
