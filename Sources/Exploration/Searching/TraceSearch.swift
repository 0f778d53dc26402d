import Synchronization
import TransitionSystem

/// Rebuilds a shortest run to a state, backwards: among the states one level up that lead to it, the one that differs from
/// it in the fewest bits, of those the least by words; and so on. Neither threads nor the order in which states were
/// found show in it.
///
/// A step changes few bits of a state, so trying the nearest states first finds a predecessor after few expansions. What
/// costs time is looking through the table: once for a level that is large, once for many levels together where they
/// are small. The table only keeps levels modulo 126; entries of the levels already passed are taken out, so what has a
/// level's tag is of that level or of one 126, 252… levels above it, and a state up there has no successor here.
///
/// Nothing can be inserted into the table afterwards.
struct TraceSearch {
    private let table: StateTable
    private let pool: WorkerPool
    private let ledger: MemoryLedger
    private let words: Int
    private let bucketEnd: Int
    private static let share = 1 << 14
    /// States of small levels that are held at a time.
    private let statesMax: Int

    /// How many bits predecessors differ in, tried in turn.
    private static let distances = [8, 20, 48, Int.max]

    init(table: StateTable, pool: WorkerPool, ledger: MemoryLedger) {
        self.table = table
        self.pool = pool
        self.ledger = ledger
        words = table.format.wordsPerState
        bucketEnd = table.bucketEnd()
        statesMax = max(1 << 14, table.count / 32)
    }

    /// - Parameters:
    ///   - state: of level `depth`; empty: of none.
    ///   - depth: levels beyond `depth + 1` were not begun.
    func trace(to state: [UInt64], depth: Int) -> [[UInt64]] {
        if state.isEmpty { return [] }
        var trace = [state]
        var passed = [depth + 1, depth]
        var level = depth - 1
        while level >= 0 {
            let counts = countTags(takingOut: passed)
            // As many levels as may be held, but no two with the same tag.
            var lowest = level
            var total = counts[tag(level)]
            while lowest > 0, level - lowest < BucketFormat.levelsMax - 4,
                total + counts[tag(lowest - 1)] <= statesMax
            {
                lowest -= 1
                total += counts[tag(lowest)]
            }
            if total > statesMax {
                trace.append(predecessorInTable(of: trace[trace.count - 1], tag: tag(level)))
            } else {
                let levels = gather(from: lowest, through: level)
                for number in (lowest...level).reversed() {
                    let target = trace[trace.count - 1]
                    let near = nearest(to: target, in: levels[number - lowest])
                    guard let predecessor = firstPredecessor(of: target, among: near) else {
                        preconditionFailure("every state found at a level has a predecessor one level up")
                    }
                    trace.append(predecessor)
                }
            }
            passed = Array(lowest...level)
            level = lowest - 1
        }
        return trace.reversed()
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

    /// Takes the entries of some levels out, and counts the others by tag.
    private func countTags(takingOut levels: [Int]) -> [Int] {
        var isOut = [Bool](repeating: false, count: 128)
        for level in levels { isOut[tag(level)] = true }
        let sums = Mutex([Int](repeating: 0, count: 128))
        let table = table
        let out = isOut
        forEachShare { buckets in
            let counts = table.countTags(inBuckets: buckets, takingOut: out)
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
    private func predecessorInTable(of target: [UInt64], tag: Int) -> [UInt64] {
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
        preconditionFailure("every state found at a level has a predecessor one level up")
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
        expander.expand(states, count: candidates.count, into: buffer)
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
