// SPDX-License-Identifier: MIT

import Stopping
import Synchronization
import TransitionSystem

/// Rebuilds a shortest run to a state, backwards: among the states one level up that lead to it, the one that differs from
/// it in the fewest bits, of those the least by words; and so on. Neither threads nor the order in which states were
/// found show in it.
///
/// A step changes few bits of a state, so trying the nearest states first finds a predecessor after few expansions. What
/// costs time is looking through the table: once for a level that is large, once for many levels together where they
/// are small. The table only keeps levels modulo 126. Of the last levels that is enough: nothing is 126 levels below
/// them, and a state 126 levels above has no successor here. For those above, the search is done again up to there.
struct TraceSearch {
    private let table: StateTable
    private let pool: WorkerPool
    private let words: Int
    private let bucketEnd: Int
    private static let share = 1 << 14
    /// States of small levels that are held at a time. Neither is it seen in the trace.
    private let statesMax: Int
    /// Its words, its place in an order, and an array of its own.
    private static let bytesPerHeldState = 160

    /// How many bits predecessors differ in, tried in turn.
    private static let distances = [8, 20, 48, Int.max]

    init(table: StateTable, pool: WorkerPool, ledger: MemoryLedger) {
        self.table = table
        self.pool = pool
        words = table.format.wordsPerState
        bucketEnd = table.bucketEnd()
        let room = (ledger.limit - table.byteCount) / Self.bytesPerHeldState
        statesMax = max(1 << 14, min(table.count / 32, room))
    }

    /// Levels that one table tells apart from those below and above.
    private static let levelsMax = BucketFormat.levelsMax - 2

    /// - Parameters:
    ///   - state: of level `depth`; empty: of none.
    ///   - depth: levels beyond `depth + 1` were not begun.
    /// - Returns: the run's last states, and the level of the first of them: 0, unless there are too many levels. `nil`
    ///   where a state has no predecessor one level up: the table is none that a search has filled.
    func trace(to state: [UInt64], depth: Int) -> (states: [[UInt64]], level: Int)? {
        if state.isEmpty { return ([], 0) }
        let counts = countTags()
        let top = max(0, depth - Self.levelsMax)
        var trace = [state]
        var level = depth - 1
        while level >= top {
            // As many levels as may be held.
            var lowest = level
            var total = counts[tag(level)]
            while lowest > top, total + counts[tag(lowest - 1)] <= statesMax {
                lowest -= 1
                total += counts[tag(lowest)]
            }
            if total > statesMax {
                guard
                    let predecessor = predecessorInTable(of: trace[trace.count - 1], tag: tag(level))
                else { return nil }
                trace.append(predecessor)
            } else {
                let levels = gather(from: lowest, through: level)
                for number in (lowest...level).reversed() {
                    let target = trace[trace.count - 1]
                    let near = nearest(to: target, in: levels[number - lowest])
                    guard let predecessor = firstPredecessor(of: target, among: near) else { return nil }
                    trace.append(predecessor)
                }
            }
            level = lowest - 1
        }
        return (trace.reversed(), top)
    }

    private func tag(_ level: Int) -> Int { Int(BucketFormat.tag(ofLevel: level)) }

    // MARK: Looking through the table

    /// Calls `body` on all threads with shares of the buckets.
    private func forEachShare(_ body: @escaping (Range<Int>) -> Void) {
        let next = Atomic<Int>(0)
        let end = bucketEnd
        pool.run(isSmall: end <= 2 * Self.share) { _ in
            while true {
                let start = next.add(Self.share, ordering: .relaxed).oldValue
                guard start < end else { return }
                body(start..<min(start + Self.share, end))
            }
        }
    }

    private func countTags() -> [Int] {
        let sums = Mutex([Int](repeating: 0, count: 128))
        let table = table
        forEachShare { buckets in
            let counts = table.countTags(inBuckets: buckets)
            sums.withLock { sums in for tag in 0..<128 { sums[tag] += counts[tag] } }
        }
        return sums.withLock { $0 }
    }

    /// The states of some levels, by level, word after word.
    private func gather(from lowest: Int, through highest: Int) -> [[UInt64]] {
        var place = [Int](repeating: -1, count: 128)
        for level in lowest...highest { place[tag(level)] = level - lowest }
        let levels = Mutex([[UInt64]](repeating: [], count: highest - lowest + 1))
        let (table, places) = (table, place)
        forEachShare { buckets in
            var found = [[UInt64]](repeating: [], count: highest - lowest + 1)
            table.appendStates(inBuckets: buckets, places: places, to: &found)
            levels.withLock { levels in
                for (index, states) in found.enumerated() where !states.isEmpty { levels[index] += states }
            }
        }
        return levels.withLock { $0 }
    }

    /// Of a level that is too large to hold: with few bits of difference first, then with more.
    private func predecessorInTable(of target: [UInt64], tag: Int) -> [UInt64]? {
        var least = 0
        for greatest in Self.distances {
            let found = Mutex<[UInt64]>([])
            let range = least...greatest
            let table = table
            forEachShare { buckets in
                let states = table.states(inBuckets: buckets, tag: tag, near: target, range)
                if !states.isEmpty { found.withLock { $0 += states } }
            }
            let near = nearest(to: target, in: found.withLock { $0 })
            if let predecessor = firstPredecessor(of: target, among: near) { return predecessor }
            if greatest < .max { least = greatest + 1 }
        }
        return nil
    }

    // MARK: Trying states

    /// States by their distance to another, those at the same distance by their words.
    private func nearest(to target: [UInt64], in states: [UInt64]) -> [[UInt64]] {
        let count = states.count / words
        let distances = (0..<count).map { index in
            (0..<words).reduce(0) { $0 + (states[index * words + $1] ^ target[$1]).nonzeroBitCount }
        }
        let order = (0..<count).sorted { left, right in
            if distances[left] != distances[right] { return distances[left] < distances[right] }
            for word in 0..<words where states[left * words + word] != states[right * words + word] {
                return states[left * words + word] < states[right * words + word]
            }
            return false
        }
        return order.map { Array(states[$0 * words..<($0 + 1) * words]) }
    }

    /// The first that leads to `target` in a step.
    private func firstPredecessor(of target: [UInt64], among states: [[UInt64]]) -> [UInt64]? {
        let next = Atomic<Int>(0)
        let first = Atomic<Int>(.max)
        pool.run(isSmall: states.count < 4 * Worker.batchMax) { worker in
            // In shares that grow: most often one of the first is it.
            while true {
                let share = min(Worker.batchMax, 4 + next.load(ordering: .relaxed) / 8)
                let start = next.add(share, ordering: .relaxed).oldValue
                guard start < states.count, start < first.load(ordering: .relaxed) else { return }
                let candidates = states[start..<min(start + share, states.count)]
                if let index = worker.firstPredecessor(of: target, among: candidates) {
                    first.min(index, ordering: .relaxed)
                }
            }
        }
        let index = first.load(ordering: .relaxed)
        return index < states.count ? states[index] : nil
    }
}

extension Worker {
    /// Index of the first of at most `batchMax` states that has `target` as a successor.
    fileprivate func firstPredecessor(of target: [UInt64], among candidates: ArraySlice<[UInt64]>) -> Int? {
        for (number, state) in candidates.enumerated() {
            for word in 0..<wordsPerState { states[number * wordsPerState + word] = state[word] }
        }
        buffer.beginBatch()
        StopRequest.ignored { expander.expand(states, count: candidates.count, into: buffer) }
        counts.forget(buffer)
        var source = 0
        for number in 0..<buffer.successorCount {
            while buffer.sourceEnds[source] <= number { source += 1 }
            let successor = buffer.successors + number * wordsPerState
            if (0..<wordsPerState).allSatisfy({ successor[$0] == target[$0] }) {
                return candidates.startIndex + source
            }
        }
        return nil
    }
}
