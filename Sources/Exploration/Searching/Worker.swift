import Synchronization
import TransitionSystem

/// One thread's part of the search: takes blocks of the frontier, expands them, and adds what is new.
final class Worker: @unchecked Sendable {
    private static let batchSize = 32

    private let number: Int
    private let table: StateTable
    private let frontier: Frontier
    private let signals: SearchSignals
    private let options: ExplorationOptions
    private let expander: any StateExpander
    private let buffer: ExpansionBuffer
    private let wordsPerState: Int
    private let records: UnsafeMutablePointer<UInt64>
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
        number: Int, model: any SuccessorFunction, table: StateTable, frontier: Frontier, signals: SearchSignals,
        options: ExplorationOptions
    ) {
        self.number = number
        self.table = table
        self.frontier = frontier
        self.signals = signals
        self.options = options
        expander = model.makeExpander()
        buffer = ExpansionBuffer(for: model)
        counts = Counts(for: model)
        wordsPerState = model.wordsPerState
        records = .allocate(capacity: StateTable.recordsMax * table.format.recordWords)
        fresh = .allocate(capacity: 2 * StateTable.recordsMax)
        states = .allocate(capacity: Self.batchSize * wordsPerState)
    }

    deinit {
        records.deallocate()
        fresh.deallocate()
        states.deallocate()
    }

    // MARK: Levels

    func addInitialStates() {
        buffer.beginBatch()
        expander.appendInitialStates(to: buffer)
        counts.takeInitial(from: buffer)
        judge(sources: nil)
        addSuccessors(tag: EntryFormat.tag(ofLevel: 0))
        flush()
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
                addSuccessors(tag: tag)
                signals.expanded.add(end - start, ordering: .relaxed)
                start = end
                if signals.mustStop(options) { break }
            }
            if start < block.count { signals.isIncomplete.store(true, ordering: .relaxed) }
            frontier.recycle(block)
        }
        flush()
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

    /// Adds the successors to the table, and those that are new to the frontier, in their order: states that are found
    /// together lead to the same states, so they find them in the cache.
    private func addSuccessors(tag: UInt64) {
        var start = 0
        while start < buffer.successorCount {
            if tag != 0, signals.isFull.load(ordering: .relaxed) {
                signals.hasDropped.store(true, ordering: .relaxed)
                return
            }
            let count = min(StateTable.recordsMax, buffer.successorCount - start)
            let successors = UnsafePointer(buffer.successors) + start * wordsPerState
            table.prepare(successors, count: count, records: records)
            let freshCount = table.insert(records, count: count, tag: tag, fresh: fresh, thread: number)
            addedCount += freshCount
            if tag != 0 { addFresh(freshCount, of: successors) }
            start += count
        }
    }

    private func addFresh(_ count: Int, of successors: UnsafePointer<UInt64>) {
        for index in 0..<count {
            let block: FrontierBlock
            if let found, !found.isFull {
                block = found
            } else {
                if let found { frontier.add(found) }
                block = frontier.emptyBlock()
                found = block
            }
            block.append(successors + Int(fresh[index]) &* wordsPerState)
        }
        let total = signals.states.add(count, ordering: .relaxed).newValue
        if total > options.maximumStates || table.isFull.load(ordering: .relaxed)
            || frontier.isFull.load(ordering: .relaxed)
        {
            signals.isFull.store(true, ordering: .relaxed)
        }
    }

    /// Hands over the last block of found states.
    private func flush() {
        guard let found, found.count > 0 else { return }
        frontier.add(found)
        self.found = nil
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
