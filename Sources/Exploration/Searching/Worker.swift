// SPDX-License-Identifier: MIT

import Synchronization
import TransitionSystem

/// One thread's part of the search: takes states of the frontier, expands them, and adds what is new.
///
/// `@unchecked`: a worker is used by one thread at a time, as `WorkerPool` hands it out.
final class Worker: @unchecked Sendable {
    /// States that are expanded together.
    static let batchMax = 64

    let number: Int
    let table: StateTable
    let expander: any StateExpander
    let buffer: ExpansionBuffer
    let wordsPerState: Int
    /// Room for `batchMax` states.
    let states: UnsafeMutablePointer<UInt64>
    /// The same states packed, on their way from the frontier.
    private let packed: UnsafeMutableRawPointer
    private let frontier: Frontier
    private let writer: FrontierWriter
    private let scratch = InsertionScratch()
    private let signals: SearchSignals
    private let options: ExplorationOptions
    var counts: Counts
    var ignoredFindingCount: UInt64 = 0
    /// The first target of the level, in the order of `Candidate`.
    private(set) var best: Candidate?
    /// What `ExplorationOptions.shortage` says of the states expanded, together.
    private(set) var shortage: UInt64 = 0
    /// States added to the next level; with `onlyLooks`, some that would have been.
    var addedCount = 0

    init(
        number: Int, model: any SuccessorFunction, table: StateTable, frontier: Frontier,
        signals: SearchSignals,
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
        writer = FrontierWriter(frontier)
        states = .allocate(capacity: Self.batchMax * wordsPerState)
        states.initialize(repeating: 0, count: Self.batchMax * wordsPerState)
        packed = .allocate(byteCount: Self.batchMax * frontier.packing.stateBytes, alignment: 16)
    }

    deinit {
        states.deallocate()
        packed.deallocate()
    }

    // MARK: Levels

    func addInitialStates() {
        buffer.beginBatch()
        expander.appendInitialStates(to: buffer)
        counts.takeInitial(from: buffer)
        judge(sources: nil)
        addSuccessors(tag: BucketFormat.tag(ofLevel: 0))
        writer.flush()
    }

    /// Expands states of the level until there are no more, or the search is to stop or to pause.
    ///
    /// - Parameters:
    ///   - batch: states that are expanded together, at most `batchMax`.
    ///   - onlyLooks: successors are looked up, not added.
    func explore(level: Int, batch: Int, onlyLooks: Bool) {
        let tag = onlyLooks ? 0 : BucketFormat.tag(ofLevel: level + 1)
        while !signals.mustStop(options), !signals.mustPause.load(ordering: .relaxed) {
            let count = frontier.take(limit: batch, into: states, by: packed)
            if count == 0 { break }
            expand(count: count)
            addSuccessors(tag: tag)
            signals.expanded.add(count, ordering: .relaxed)
        }
        writer.flush()
    }

    private func expand(count: Int) {
        buffer.beginBatch()
        expander.expand(states, count: count, into: buffer)
        precondition(buffer.sourceIndex == count, "the model must finish each source state")
        signals.transitions.add(buffer.transitionCount, ordering: .relaxed)
        counts.take(from: buffer)
        if let shortage = options.shortage {
            for number in 0..<count { self.shortage |= shortage(states + number * wordsPerState) }
        }
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
            signals.hasTarget.store(true, ordering: .relaxed)
        }
    }

    // MARK: Successors

    /// Adds the successors to the table, and those that are new to the frontier.
    private func addSuccessors(tag: UInt64) {
        var start = 0
        while start < buffer.successorCount, !signals.isFull.load(ordering: .relaxed),
            !signals.hasTarget.load(ordering: .relaxed)
        {
            let count = min(table.batch, buffer.successorCount - start)
            let successors = UnsafePointer(buffer.successors) + start * wordsPerState
            let freshCount = table.insert(
                successors, count: count, tag: tag, scratch: scratch, thread: number)
            addedCount += freshCount
            if tag != 0 {
                writer.append(scratch.fresh, count: freshCount, of: successors)
                noteAdded(freshCount)
            } else if freshCount > 0 {
                // There is something deeper: that is all the search wants to know.
                signals.isFull.store(true, ordering: .relaxed)
            }
            start += count
        }
    }

    private func noteAdded(_ count: Int) {
        let total = signals.states.add(count, ordering: .relaxed).newValue
        if total > options.maximumStates || table.isFull.load(ordering: .relaxed)
            || frontier.isBroken.load(ordering: .relaxed)
        {
            signals.isFull.store(true, ordering: .relaxed)
        }
    }
}
