import Synchronization
import TransitionSystem

/// A breadth-first search, level by level. It gives the states of a level out in batches, takes the batches
/// back in the same order and adds their successors: so numbers, counts and the first finding do not depend
/// on who expanded what when.
///
/// Where batches begin and end depends on the level alone. Counts go by whole batches, so they too are the
/// same for any number of threads, even where the search ends halfway through a level.
///
/// Lives on one thread; the others see its pipeline only.
final class Search {
    private let options: ExplorationOptions
    private let signals: SearchSignals
    private let pipeline: BatchPipeline
    private let expander: any StateExpander
    private let initial: Batch
    private var visited: VisitedSet
    private var counts: Counts
    private var ignoredFindingCount: UInt64 = 0
    private var depth = 0
    /// The level being expanded: numbers of its states.
    private var level = 0..<0
    /// States of the level that are taken back.
    private var expandedEnd = 0
    /// The first failing transition out of this level. States of the level not expanded yet may still hold
    /// something shorter.
    private var failingTransition: (source: Int, kind: ExpansionFinding.Kind)?
    /// Why no state is added any more. What is left of the level is still checked, so that its depth is
    /// complete.
    private var fullReason: ExplorationResult.StopReason?

    init(
        model: any SuccessorFunction, options: ExplorationOptions, signals: SearchSignals,
        pipeline: BatchPipeline
    ) {
        self.options = options
        self.signals = signals
        self.pipeline = pipeline
        expander = model.makeExpander()
        initial = Batch(for: model)
        visited = VisitedSet(
            wordsPerState: model.wordsPerState, maximumCount: max(0, options.maximumStates),
            memoryLimit: max(0, options.memoryLimit))
        counts = Counts(for: model)
    }

    func run() -> ExplorationResult.Outcome {
        if let outcome = addInitialStates() { return outcome }
        while true {
            level = expandedEnd..<visited.count
            if level.isEmpty { return .exhausted }
            // States beyond the greatest depth are not added; the first that would be tells that there are
            // some.
            if depth >= options.maximumDepth { visited.maximumCount = visited.count }
            if let outcome = exploreLevel() { return outcome }
            if let (source, kind) = failingTransition {
                return .violated(counterexample(kind, in: source, isShortest: true))
            }
            if let fullReason { return .stopped(fullReason, completedDepth: depth) }
            if visited.count == level.upperBound { return .exhausted }
            depth += 1
        }
    }

    func result(_ outcome: ExplorationResult.Outcome, duration: Duration) -> ExplorationResult {
        ExplorationResult(
            outcome: outcome, stateCount: visited.count, transitionCount: counts.transitions,
            depth: visited.count > level.upperBound && !level.isEmpty ? depth + 1 : depth,
            bytesPeak: visited.byteCount, duration: duration, operationCounts: counts.operations,
            premiseCounts: counts.premises, reachableCounts: counts.reachables,
            quiescentCount: counts.quiescent,
            ignoredFindingCount: ignoredFindingCount)
    }

    /// - Returns: the outcome, if this is the end.
    private func addInitialStates() -> ExplorationResult.Outcome? {
        initial.makeInitialStates(with: expander)
        let buffer = initial.buffer
        counts.takeInitial(from: buffer)
        for finding in buffer.findings.sorted(by: { $0.precedes($1) }) {
            if options.isTarget(finding.kind, []) {
                return .violated(Counterexample(kind: finding.kind, trace: [], isShortest: true))
            }
            ignoredFindingCount += 1
        }
        let haveRoom = visited.insertInitial(
            buffer.successors, hashes: initial.hashes, count: buffer.successorCount)
        return haveRoom ? nil : .stopped(reasonForNoRoom, completedDepth: nil)
    }

    /// - Returns: the outcome, if the search ends within the level.
    private func exploreLevel() -> ExplorationResult.Outcome? {
        let batchSize = Self.batchSize(levelSize: level.count)
        var next = level.lowerBound
        while expandedEnd < level.upperBound {
            if let reason = stopRequest {
                if let (source, kind) = failingTransition {
                    return .violated(counterexample(kind, in: source, isShortest: false))
                }
                return .stopped(reason, completedDepth: depth == 0 ? nil : depth - 1)
            }
            pipeline.refill { batch in
                guard next < level.upperBound else { return false }
                let count = min(batchSize, level.upperBound - next, visited.contiguousCount(from: next))
                batch.assign(states: visited.state(next), firstNumber: next, count: count)
                next += count
                return true
            }
            let batch = pipeline.oldestExpanded(helpingWith: expander)
            let outcome = take(batch)
            pipeline.takeOldest()
            if let outcome { return outcome }
        }
        return nil
    }

    /// Counts, judges and stores what a batch brought.
    ///
    /// - Returns: the outcome, if the batch ends the search.
    private func take(_ batch: Batch) -> ExplorationResult.Outcome? {
        assert(batch.firstNumber == expandedEnd)
        counts.take(from: batch.buffer)
        expandedEnd += batch.count
        if !batch.buffer.findings.isEmpty, let outcome = judge(batch) { return outcome }
        // After a failing transition only the other states of this level matter, not what comes after them.
        if fullReason == nil, failingTransition == nil { insertSuccessors(of: batch) }
        signals.publish(
            depth: depth, states: visited.count, expanded: expandedEnd, transitions: counts.transitions)
        return nil
    }

    private func insertSuccessors(of batch: Batch) {
        let haveRoom = batch.buffer.sourceEnds.withUnsafeBufferPointer { ends in
            visited.insert(
                batch.buffer.successors, hashes: batch.hashes, sourceEnds: ends,
                firstParent: batch.firstNumber)
        }
        if !haveRoom { fullReason = reasonForNoRoom }
    }

    /// - Returns: the outcome, if a state of the batch is itself at fault.
    private func judge(_ batch: Batch) -> ExplorationResult.Outcome? {
        let findings = batch.buffer.findings.sorted { $0.precedes($1) }
        for finding in findings where finding.isInState {
            let source = batch.firstNumber + finding.source
            if options.isTarget(finding.kind, words(of: source)) {
                return .violated(counterexample(finding.kind, in: source, isShortest: true))
            }
            ignoredFindingCount += 1
        }
        for finding in findings where !finding.isInState && failingTransition == nil {
            let source = batch.firstNumber + finding.source
            if options.isTarget(finding.kind, words(of: source)) {
                failingTransition = (source, finding.kind)
            } else {
                ignoredFindingCount += 1
            }
        }
        return nil
    }

    private func counterexample(
        _ kind: ExpansionFinding.Kind, in state: Int, isShortest: Bool
    ) -> Counterexample {
        var trace: [[UInt64]] = []
        var number: Int? = state
        while let current = number {
            trace.append(words(of: current))
            number = visited.parent(of: current)
        }
        assert(trace.count == depth + 1)
        return Counterexample(kind: kind, trace: trace.reversed(), isShortest: isShortest)
    }

    private func words(of number: Int) -> [UInt64] {
        Array(UnsafeBufferPointer(start: visited.state(number), count: visited.wordsPerState))
    }

    private var stopRequest: ExplorationResult.StopReason? {
        if options.cancellation?.isRequested.load(ordering: .relaxed) == true { return .cancelled }
        return signals.isTimeOver.load(ordering: .relaxed) ? .time : nil
    }

    private var reasonForNoRoom: ExplorationResult.StopReason {
        if visited.count < visited.maximumCount { return .memory }
        return !level.isEmpty && depth >= options.maximumDepth ? .depth : .states
    }

    /// Large enough that handing batches over costs nothing beside expanding them, small enough that a level
    /// of a few hundred states keeps all threads busy, and a time limit is seen soon with a slow model.
    private static func batchSize(levelSize: Int) -> Int {
        min(max(levelSize / 64, 4), 128)
    }
}
