// SPDX-License-Identifier: MIT

import Stopping
import Synchronization
import TransitionSystem

/// A breadth-first search, level by level. Threads share the states of a level in any order; a level is judged when all
/// of it is expanded. So states, counts and the counterexample do not depend on who did what when.
final class Search {
    let model: any SuccessorFunction
    private let options: ExplorationOptions
    let signals: SearchSignals
    private let ledger: MemoryLedger
    let table: StateTable?
    let frontier: Frontier
    let pool: WorkerPool
    var depth = 0
    /// States of all levels up to the one being expanded.
    var countUpToLevel = 0
    /// Most bytes that states of a level and the next took.
    private var frontierPeak = 0
    private var levelCount = 0
    /// When the search was last written down, or begun.
    var lastSave = ContinuousClock.now
    /// Why it could not be written down the last time.
    var checkpointFailure: String?
    /// How long a state took to expand, on one thread: of the level before.
    private var timePerState = Duration.zero
    /// Work for less time is not worth waking other threads.
    private static let smallestShare = Duration.microseconds(50)

    init(model: any SuccessorFunction, options: ExplorationOptions, signals: SearchSignals) {
        self.model = model
        self.options = options
        self.signals = signals
        let format = BucketFormat(wordsPerState: model.wordsPerState, bitsPerState: model.bitsPerState)
        let ledger = MemoryLedger(limit: options.memoryLimit)
        self.ledger = ledger
        let frontier = Frontier(
            packing: PackedStates(format, bitsPerState: model.bitsPerState), ledger: ledger,
            spillFolder: options.spillFolder)
        self.frontier = frontier
        let threads = max(1, options.threads)
        guard let table = StateTable(format: format, ledger: ledger, threads: threads) else {
            self.table = nil
            pool = WorkerPool([])
            return
        }
        self.table = table
        pool = WorkerPool(
            (0..<threads).map { number in
                Worker(
                    number: number, model: model, table: table, frontier: frontier, signals: signals,
                    options: options)
            })
    }

    deinit { pool.close() }

    func run() -> ExplorationResult.Outcome {
        guard options.maximumStates > 0 else { return .stopped(.states, completedDepth: nil) }
        guard let table else { return .stopped(.memory, completedDepth: nil) }
        if let saved = options.checkpoint?.saved {
            guard restore(saved, into: table) else { return .stopped(.memory, completedDepth: nil) }
            if let outcome = exploreLevel(table) { return outcome }
            depth += 1
        } else {
            let first = pool.workers[0]
            first.addInitialStates()
            if let best = first.best {
                return Self.outcome(best, Counterexample(kind: best.kind, trace: [], isShortest: true))
            }
            if let reason = reasonForNoRoom { return .stopped(reason, completedDepth: nil) }
        }
        while true {
            frontier.advance()
            if frontier.currentCount.load(ordering: .relaxed) == 0 {
                depth = max(0, depth - 1)
                return exhausted
            }
            countUpToLevel = signals.states.load(ordering: .relaxed)
            noteLevel()
            if let outcome = exploreLevel(table) { return outcome }
            depth += 1
        }
    }

    /// That all states were visited; unless some evaluation was given up, whose states nobody has seen.
    private var exhausted: ExplorationResult.Outcome {
        guard let request = StopRequest.current, request.hasCutShort, let reason = request.reason else {
            return .exhausted
        }
        return .stopped(reason == .time ? .time : .cancelled, completedDepth: nil)
    }

    private static func outcome(_ found: Candidate, _ example: Counterexample) -> ExplorationResult.Outcome {
        found.isLimit ? .limited(example) : .violated(example)
    }

    /// - Returns: the outcome, if the search ends with this level.
    private func exploreLevel(_ table: StateTable) -> ExplorationResult.Outcome? {
        let isLast = depth >= options.maximumDepth
        for worker in pool.workers { worker.addedCount = 0 }
        signals.depth.store(depth, ordering: .relaxed)
        while true {
            expandLevel(isLast: isLast)
            if !saveIfDue(isLast: isLast) { break }
        }
        let isComplete = frontier.currentCount.load(ordering: .relaxed) == 0
        let shortage = shortage
        // A step that was cut short is no finding.
        if firstTarget?.isLimit == true, let reason = StopRequest.current?.reason {
            let reason: ExplorationResult.StopReason = reason == .time ? .time : .cancelled
            return .stopped(reason, completedDepth: depth == 0 ? nil : depth - 1)
        }
        // What stays open says nothing of a level that is cut short.
        if let best = firstTarget, isComplete || !best.isLimit, !isShort(best.state) {
            // In a level that is cut short only a state at fault is known to end a shortest run.
            guard let trace = StopRequest.ignored(in: { trace(to: best.state, table) }) else {
                precondition(options.checkpoint?.saved != nil, "what was found has predecessors")
                return .stopped(.forgedCheckpoint, completedDepth: nil)
            }
            return Self.outcome(
                best, Counterexample(kind: best.kind, trace: trace, isShortest: isComplete || best.isInState))
        }
        if !isComplete {
            let reason = signals.stopReason(options) ?? .memory
            // Where there was no room, states were left out that a search with more room would miss.
            let isWhole =
                !isLast && !signals.isFull.load(ordering: .relaxed) && firstTarget == nil && shortage == 0
            if reason != .memory, isWhole, let checkpoint = options.checkpoint { save(to: checkpoint) }
            return .stopped(reason, completedDepth: depth == 0 ? nil : depth - 1)
        }
        if shortage != 0 {
            return .stopped(.shortage(shortage), completedDepth: depth == 0 ? nil : depth - 1)
        }
        if isLast {
            // Also what was found before the search was taken up again.
            let isDeeper = frontier.foundCount > 0 || pool.workers.contains { $0.addedCount > 0 }
            return isDeeper ? .stopped(.depth, completedDepth: depth) : exhausted
        }
        return reasonForNoRoom.map { .stopped($0, completedDepth: depth) }
    }

    /// Writes the search down if it is time to.
    ///
    /// - Returns: whether the level was interrupted for it, and goes on.
    private func saveIfDue(isLast: Bool) -> Bool {
        guard let checkpoint = options.checkpoint else { return false }
        let wasPaused = signals.mustPause.exchange(false, ordering: .relaxed)
        if signals.mustStop(options) { return false }
        let isWhole =
            !isLast && !signals.hasTarget.load(ordering: .relaxed) && !signals.isFull.load(ordering: .relaxed)
            && shortage == 0
        if isWhole, wasPaused || lastSave.duration(to: .now) >= checkpoint.interval { save(to: checkpoint) }
        return wasPaused && frontier.currentCount.load(ordering: .relaxed) > 0
    }

    // MARK: Traces

    /// A shortest run to a state of the level being expanded. Of a deep search a part at a time: each from a search of its
    /// own, up to where the part before ends.
    /// - Returns: `nil` where there is none: the search was taken up from a file that no search has written.
    private func trace(to state: [UInt64], _ table: StateTable) -> [[UInt64]]? {
        guard
            var (states, level) = TraceSearch(table: table, pool: pool, ledger: ledger).trace(
                to: state, depth: depth)
        else { return nil }
        if level > 0 { table.giveBack() }
        while level > 0 {
            var again = options
            again.checkpoint = nil
            again.timeout = nil
            again.cancellation = nil
            again.shortage = nil
            again.isTarget = { _, _ in false }
            let search = Search(model: model, options: again, signals: SearchSignals())
            guard let part = search.trace(upTo: level, to: states[0]) else { return nil }
            states = part.states + states.dropFirst()
            level = part.level
        }
        return states
    }

    /// - Parameters:
    ///   - level: expanded are those before.
    ///   - state: of that level.
    private func trace(upTo level: Int, to state: [UInt64]) -> (states: [[UInt64]], level: Int)? {
        guard let table else { return nil }
        pool.workers[0].addInitialStates()
        frontier.advance()
        for _ in 0..<level {
            expandLevel(isLast: false)
            guard !signals.isFull.load(ordering: .relaxed) else { return nil }
            frontier.advance()
            depth += 1
            if frontier.currentCount.load(ordering: .relaxed) == 0 { return nil }
        }
        return TraceSearch(table: table, pool: pool, ledger: ledger).trace(to: state, depth: level)
    }

    private func noteLevel() {
        let count = frontier.currentCount.load(ordering: .relaxed)
        frontierPeak = max(frontierPeak, (levelCount + count) * frontier.packing.stateBytes)
        levelCount = count
    }

    private func expandLevel(isLast: Bool) {
        let count = frontier.currentCount.load(ordering: .relaxed)
        let isSmall = count == 1 || timePerState * count < Self.smallestShare * 2
        // Large enough that handing states out costs nothing beside expanding them, small enough that a level of a few
        // hundred keeps all threads busy.
        let batch = isSmall ? Worker.batchMax : min(max(count / (8 * pool.workers.count), 1), Worker.batchMax)
        let level = depth
        let start = ContinuousClock.now
        pool.run(isSmall: isSmall) { $0.explore(level: level, batch: batch, onlyLooks: isLast) }
        timePerState = start.duration(to: .now) * (isSmall ? 1 : pool.workers.count) / max(count, 1)
    }

    private var firstTarget: Candidate? {
        pool.workers.compactMap(\.best).reduce(nil as Candidate?) { best, next in
            best.map { next.precedes($0) ? next : $0 } ?? next
        }
    }

    /// Of the states expanded.
    private var shortage: UInt64 { pool.workers.reduce(0) { $0 | $1.shortage } }

    private func isShort(_ state: [UInt64]) -> Bool {
        guard let shortage = options.shortage else { return false }
        return state.withUnsafeBufferPointer { $0.baseAddress.map(shortage) ?? 0 } != 0
    }

    private var reasonForNoRoom: ExplorationResult.StopReason? {
        guard signals.isFull.load(ordering: .relaxed) else { return nil }
        return signals.states.load(ordering: .relaxed) > options.maximumStates ? .states : .memory
    }

    /// What the states took: the same for any number of threads, whose unfilled blocks are not counted.
    private func bytes(for states: Int) -> Int {
        guard let table else { return 0 }
        return min(StateTable.byteCount(for: states, table.format), table.byteCount) + frontierPeak
    }

    func result(_ outcome: ExplorationResult.Outcome, duration: Duration) -> ExplorationResult {
        var counts = Counts(for: model)
        for worker in pool.workers { counts.add(worker.counts) }
        // With a target, how much of the next level was found depends on when it was.
        let hasTarget = signals.hasTarget.load(ordering: .relaxed) && table != nil
        let found = min(signals.states.load(ordering: .relaxed), max(0, options.maximumStates))
        let states = hasTarget ? countUpToLevel : found
        return ExplorationResult(
            outcome: outcome, stateCount: states, transitionCount: counts.transitions,
            depth: states > countUpToLevel && countUpToLevel > 0 ? depth + 1 : depth,
            bytesPeak: bytes(for: states), duration: duration, operationCounts: counts.operations,
            premiseCounts: counts.premises, reachableCounts: counts.reachables,
            quiescentCount: counts.quiescent,
            ignoredFindingCount: pool.workers.reduce(0) { $0 + $1.ignoredFindingCount },
            checkpointFailure: checkpointFailure)
    }
}
