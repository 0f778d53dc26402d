import Synchronization
import TransitionSystem

/// A breadth-first search, level by level. Threads share the states of a level in any order; a level is judged when all
/// of it is expanded. So states, counts and the counterexample do not depend on who did what when.
final class Search {
    private let model: any SuccessorFunction
    private let options: ExplorationOptions
    private let signals: SearchSignals
    private let table: StateTable?
    private let frontier: Frontier
    private let pool: WorkerPool
    private var depth = 0
    /// The greatest depth of a state that was added.
    private var greatestDepth = 0
    private var peakBytes = 0
    /// Levels with fewer states are expanded by one thread.
    private static let smallLevel = 256

    init(model: any SuccessorFunction, options: ExplorationOptions, signals: SearchSignals) {
        self.model = model
        self.options = options
        self.signals = signals
        let format = EntryFormat(wordsPerState: model.wordsPerState, bitsPerState: model.bitsPerState)
        let limit = max(0, options.memoryLimit)
        let threads = max(1, options.threads)
        // Each thread reads a block and fills one, however little memory there is.
        let smallest = (2 * threads + 1) * FrontierBlock.byteCount(format.stateBytes)
        frontier = Frontier(stateBytes: format.stateBytes, byteLimit: max(limit / 8, smallest))
        let rest = limit - max(limit / 8, smallest)
        guard let table = StateTable(format: format, byteLimit: rest, threads: threads) else {
            self.table = nil
            pool = WorkerPool([])
            return
        }
        self.table = table
        let frontier = frontier
        pool = WorkerPool(
            (0..<threads).map { number in
                Worker(
                    number: number, model: model, table: table, frontier: frontier, signals: signals, options: options)
            })
    }

    deinit { pool.close() }

    func run() -> ExplorationResult.Outcome {
        guard options.maximumStates > 0 else { return .stopped(.states, completedDepth: nil) }
        guard let table else { return .stopped(.memory, completedDepth: nil) }
        let first = pool.workers[0]
        first.addInitialStates()
        if let best = first.best {
            return .violated(Counterexample(kind: best.kind, trace: [], isShortest: true))
        }
        if let reason = reasonForNoRoom { return .stopped(reason, completedDepth: nil) }
        while true {
            frontier.advance()
            if frontier.currentCount == 0 { return .exhausted }
            if let outcome = exploreLevel(table) { return outcome }
            depth += 1
        }
    }

    /// - Returns: the outcome, if the search ends with this level.
    private func exploreLevel(_ table: StateTable) -> ExplorationResult.Outcome? {
        let level = depth
        // Full, but nothing was left out yet: whether this level has successors tells whether that is all.
        let isFull = signals.isFull.load(ordering: .relaxed)
        let isLast = isFull || depth >= options.maximumDepth
        for worker in pool.workers { worker.addedCount = 0 }
        signals.depth.store(depth, ordering: .relaxed)
        pool.run(isSmall: frontier.currentCount < Self.smallLevel) { $0.explore(level: level, onlyLooks: isLast) }
        peakBytes = max(peakBytes, table.byteCount.load(ordering: .relaxed) + frontier.byteCount)
        let isComplete = frontier.isExhausted && !signals.isIncomplete.load(ordering: .relaxed)
        let added = pool.workers.reduce(0) { $0 + $1.addedCount }
        if added > 0, !isLast { greatestDepth = depth + 1 }
        let best = pool.workers.compactMap(\.best).reduce(nil as Candidate?) { best, next in
            best.map { next.precedes($0) ? next : $0 } ?? next
        }
        // In a level that is cut short only a state at fault is known to end a shortest run.
        if let best {
            return .violated(
                Counterexample(
                    kind: best.kind, trace: trace(to: best.state, table), isShortest: isComplete || best.isInState))
        }
        if !isComplete {
            return .stopped(signals.stopReason(options) ?? .memory, completedDepth: depth == 0 ? nil : depth - 1)
        }
        if isLast {
            let reason: ExplorationResult.StopReason = depth >= options.maximumDepth ? .depth : .memory
            return added == 0 ? .exhausted : .stopped(reason, completedDepth: depth)
        }
        if let reason = reasonForNoRoom { return .stopped(reason, completedDepth: depth) }
        return nil
    }

    /// Where not all states that were found have found room.
    private var reasonForNoRoom: ExplorationResult.StopReason? {
        if signals.states.load(ordering: .relaxed) > options.maximumStates { return .states }
        return signals.hasDropped.load(ordering: .relaxed) || frontier.isFull.load(ordering: .relaxed) ? .memory : nil
    }

    func result(_ outcome: ExplorationResult.Outcome, duration: Duration) -> ExplorationResult {
        var counts = Counts(for: model)
        for worker in pool.workers { counts.add(worker.counts) }
        let states = min(signals.states.load(ordering: .relaxed), max(0, options.maximumStates))
        return ExplorationResult(
            outcome: outcome, stateCount: states, transitionCount: counts.transitions,
            depth: greatestDepth,
            bytesPeak: max(peakBytes, (table?.byteCount.load(ordering: .relaxed) ?? 0) + frontier.byteCount),
            duration: duration, operationCounts: counts.operations,
            premiseCounts: counts.premises, reachableCounts: counts.reachables,
            quiescentCount: counts.quiescent,
            ignoredFindingCount: pool.workers.reduce(0) { $0 + $1.ignoredFindingCount })
    }

    // MARK: Traces

    /// The way to a state of the present depth, rebuilt backwards: of the states one level up that lead to it the
    /// least, and so on. Costs nothing while exploring but a byte a state, and in the end at most one more expansion of
    /// each state.
    private func trace(to state: [UInt64], _ table: StateTable) -> [[UInt64]] {
        if state.isEmpty { return [] }
        guard let trace = trace(to: state, depth: depth, table) else {
            preconditionFailure("every state in the table has a predecessor one level up")
        }
        return trace
    }

    private func trace(to state: [UInt64], depth: Int, _ table: StateTable) -> [[UInt64]]? {
        if depth == 0 { return pool.workers[0].isInitial(state) ? [state] : nil }
        let tag = EntryFormat.tag(ofLevel: depth - 1)
        let next = Atomic<Int>(0)
        let found = FoundStates()
        pool.run(isSmall: signals.states.load(ordering: .relaxed) < 10_000) { worker in
            while true {
                let segment = next.add(1, ordering: .relaxed).oldValue
                guard segment < table.segmentCount else { return }
                found.add(worker.predecessors(of: state, inSegment: segment, tag: tag))
            }
        }
        // Beyond 254 levels a tag can be of a later level: then there is no way back from it, and the next is tried.
        for predecessor in found.sorted {
            if let start = trace(to: predecessor, depth: depth - 1, table) { return start + [state] }
        }
        return nil
    }
}

/// States that several threads find.
private final class FoundStates: Sendable {
    private let states = Mutex<[[UInt64]]>([])

    func add(_ new: [[UInt64]]) {
        if !new.isEmpty { states.withLock { $0 += new } }
    }

    var sorted: [[UInt64]] { states.withLock { $0.sorted { $0.lexicographicallyPrecedes($1) } } }
}
