import Synchronization
import TransitionSystem

/// One thread's part of the search: takes blocks of the frontier, expands them, sorts the successors by segment of the
/// table, and inserts some dozens at a time: so each time a small part of memory is used, and a lock taken once.
final class Worker: @unchecked Sendable {
    private static let batchSize = 64
    /// Records of one segment that are inserted together.
    private static let recordsMax = 96

    private let table: StateTable
    private let frontier: Frontier
    private let signals: SearchSignals
    private let options: ExplorationOptions
    private let expander: any StateExpander
    private let buffer: ExpansionBuffer
    private let wordsPerState: Int
    private let recordWords: Int
    private let records: UnsafeMutablePointer<UInt64>
    private let recordCounts: UnsafeMutablePointer<Int>
    private let fresh: UnsafeMutablePointer<Int32>
    private let states: UnsafeMutablePointer<UInt64>
    private var found: FrontierBlock?
    private(set) var counts: Counts
    private(set) var ignoredFindingCount: UInt64 = 0
    /// The first target of the level, in the order of `Candidate`.
    var best: Candidate?
    /// States added to the next level; with `onlyLooks`, states that would have been.
    var addedCount = 0

    init(
        model: any SuccessorFunction, table: StateTable, frontier: Frontier, signals: SearchSignals,
        options: ExplorationOptions
    ) {
        self.table = table
        self.frontier = frontier
        self.signals = signals
        self.options = options
        expander = model.makeExpander()
        buffer = ExpansionBuffer(for: model)
        counts = Counts(for: model)
        wordsPerState = model.wordsPerState
        recordWords = table.format.recordWords
        records = .allocate(capacity: table.segmentCount * Self.recordsMax * recordWords)
        recordCounts = .allocate(capacity: table.segmentCount)
        recordCounts.initialize(repeating: 0, count: table.segmentCount)
        fresh = .allocate(capacity: Self.recordsMax)
        states = .allocate(capacity: Self.batchSize * wordsPerState)
    }

    deinit {
        records.deallocate()
        recordCounts.deallocate()
        fresh.deallocate()
        states.deallocate()
    }

    // MARK: Levels

    func addInitialStates() {
        buffer.beginBatch()
        expander.appendInitialStates(to: buffer)
        counts.takeInitial(from: buffer)
        judge(sources: nil)
        route(tag: EntryFormat.tag(ofLevel: 0))
        flush(tag: EntryFormat.tag(ofLevel: 0))
    }

    /// Expands blocks until there are no more or the search is asked to stop.
    ///
    /// - Parameter onlyLooks: successors are looked up, not added.
    func explore(level: Int, onlyLooks: Bool) {
        let tag = onlyLooks ? 0 : EntryFormat.tag(ofLevel: level + 1)
        while !signals.mustStop(options), let block = frontier.take() {
            var start = 0
            while start < block.count {
                let end = min(start + Self.batchSize, block.count)
                block.copy(start..<end, wordsPerState: wordsPerState, to: states)
                expand(count: end - start)
                route(tag: tag)
                signals.expanded.add(end - start, ordering: .relaxed)
                start = end
                if signals.mustStop(options) { break }
            }
            if start < block.count { signals.isIncomplete.store(true, ordering: .relaxed) }
            frontier.recycle(block)
        }
        flush(tag: tag)
    }

    private func expand(count: Int) {
        buffer.beginBatch()
        expander.expand(states, count: count, into: buffer)
        precondition(buffer.sourceIndex == count, "the model must finish each source state")
        signals.transitions.add(buffer.transitionCount, ordering: .relaxed)
        counts.take(from: buffer)
        if !buffer.findings.isEmpty { judge(sources: UnsafePointer(states)) }
    }

    private func judge(sources: UnsafePointer<UInt64>?) {
        for finding in buffer.findings {
            let state = sources.map {
                Array(UnsafeBufferPointer(start: $0 + finding.source * wordsPerState, count: wordsPerState))
            }
            guard options.isTarget(finding.kind, state ?? []) else {
                ignoredFindingCount += 1
                continue
            }
            let candidate = Candidate(kind: finding.kind, state: state ?? [])
            if let best, !candidate.precedes(best) { continue }
            best = candidate
        }
    }

    // MARK: Successors

    private func route(tag: UInt64) {
        if table.format.isNarrow { routeNarrow(tag: tag) } else { routeWide(tag: tag) }
    }

    private func routeNarrow(tag: UInt64) {
        let successors = UnsafePointer(buffer.successors)
        let mixing = table.format.mixing
        let shift = mixing.lowBits &- UInt64(table.format.segmentBits)
        let hasHigh = wordsPerState > 1
        for number in 0..<buffer.successorCount {
            let state = successors + number &* wordsPerState
            let (low, high) = mixing.mix(state[0], hasHigh ? state[1] : 0)
            let segment = Int(truncatingIfNeeded: low &>> shift)
            if recordCounts[segment] == Self.recordsMax { insert(segment, tag: tag) }
            let count = recordCounts[segment]
            let record = records + 2 &* (segment &* Self.recordsMax &+ count)
            record[0] = low
            record[1] = high
            recordCounts[segment] = count &+ 1
        }
    }

    private func routeWide(tag: UInt64) {
        let successors = UnsafePointer(buffer.successors)
        for number in 0..<buffer.successorCount {
            let state = successors + number &* wordsPerState
            let hash = StateHash.hash(state, count: wordsPerState)
            let segment = Int(truncatingIfNeeded: hash &>> UInt64(64 &- table.format.segmentBits))
            if recordCounts[segment] == Self.recordsMax { insert(segment, tag: tag) }
            let count = recordCounts[segment]
            let record = records + (segment &* Self.recordsMax &+ count) &* recordWords
            record[0] = hash
            (record + 1).update(from: state, count: wordsPerState)
            recordCounts[segment] = count &+ 1
        }
    }

    /// Inserts what is waiting, and hands over the last block of found states.
    private func flush(tag: UInt64) {
        for segment in 0..<table.segmentCount where recordCounts[segment] > 0 {
            insert(segment, tag: tag)
        }
        if let found, found.count > 0 {
            frontier.add(found)
            self.found = nil
        }
    }

    private func insert(_ segment: Int, tag: UInt64) {
        let count = recordCounts[segment]
        recordCounts[segment] = 0
        if signals.isFull.load(ordering: .relaxed) { return }
        let waiting = records + segment * Self.recordsMax * recordWords
        let freshCount = table.insert(segment: segment, waiting, count: count, tag: tag, fresh: fresh)
        addedCount += freshCount
        if tag == 0 { return }
        let total = signals.states.add(freshCount, ordering: .relaxed).newValue
        if total >= options.maximumStates || table.isFull.load(ordering: .relaxed)
            || frontier.isFull.load(ordering: .relaxed)
        {
            signals.isFull.store(true, ordering: .relaxed)
        }
        for index in 0..<freshCount {
            let block: FrontierBlock
            if let found, !found.isFull {
                block = found
            } else {
                if let found { frontier.add(found) }
                block = frontier.emptyBlock()
                found = block
            }
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: wordsPerState) { state in
                guard let state = state.baseAddress else { return }
                table.readState(of: waiting + Int(fresh[index]) &* recordWords, into: state)
                block.append(state)
            }
        }
    }

    // MARK: Predecessors

    func isInitial(_ state: [UInt64]) -> Bool {
        buffer.beginBatch()
        expander.appendInitialStates(to: buffer)
        counts.forget(buffer)
        return (0..<buffer.successorCount).contains { number in
            (0..<wordsPerState).allSatisfy { buffer.successors[number * wordsPerState + $0] == state[$0] }
        }
    }

    /// States of a segment, found at a level with this tag, that have `target` as a successor.
    func predecessors(of target: [UInt64], inSegment segment: Int, tag: UInt64) -> [[UInt64]] {
        var result: [[UInt64]] = []
        var count = 0
        func expandBatch() {
            buffer.beginBatch()
            expander.expand(states, count: count, into: buffer)
            counts.forget(buffer)
            var number = 0
            for source in 0..<count {
                var isPredecessor = false
                while number < buffer.sourceEnds[source] {
                    let successor = buffer.successors + number * wordsPerState
                    if (0..<wordsPerState).allSatisfy({ successor[$0] == target[$0] }) { isPredecessor = true }
                    number += 1
                }
                if isPredecessor {
                    let state = states + source * wordsPerState
                    result.append(Array(UnsafeBufferPointer(start: state, count: wordsPerState)))
                }
            }
            count = 0
        }
        table.forEachState(inSegment: segment, tag: tag) { state in
            (states + count * wordsPerState).update(from: state, count: wordsPerState)
            count += 1
            if count == Self.batchSize { expandBatch() }
        }
        if count > 0 { expandBatch() }
        return result
    }
}
