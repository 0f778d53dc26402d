// SPDX-License-Identifier: MIT

import Dispatch
import Synchronization
package import TransitionSystem

/// Visits every reachable state of a model, breadth first, until a target is found or a limit hit.
///
/// Which thread does what never shows in the result: see `Search`.
package struct Explorer {
    private static let progressInterval = Duration.milliseconds(500)

    /// Levels are not interrupted more often for checkpoints.
    private static let leastPause = Duration.seconds(1)

    private let model: any SuccessorFunction
    private let options: ExplorationOptions

    package init(model: any SuccessorFunction, options: ExplorationOptions = ExplorationOptions()) {
        self.model = model
        self.options = options
    }

    /// Returns when the exploration has ended; the calling thread only waits.
    ///
    /// - Parameter progress: called on the calling thread about twice a second.
    package func run(progress: ((ExplorationProgress) -> Void)? = nil) -> ExplorationResult {
        let start = ContinuousClock.now
        let signals = SearchSignals()
        if let timeout = options.timeout, timeout <= .zero {
            signals.isTimeOver.store(true, ordering: .relaxed)
        }
        let result = ResultCell()
        let finished = DispatchSemaphore(value: 0)
        let search: @Sendable () -> Void = { [model, options] in
            result.store(Self.search(model, options, signals, start: start))
            finished.signal()
        }
        do throws(StackedThread.CannotStart) {
            try StackedThread.start(stackBytes: WorkerPool.stackSize, search)
        } catch {
            // Without room for another thread the search runs here, and nobody looks at the clock between states.
            search()
        }
        watch(signals, from: start, until: finished, progress: progress)
        return result.load()
    }

    /// Runs on the search's thread.
    private static func search(
        _ model: any SuccessorFunction, _ options: ExplorationOptions, _ signals: SearchSignals,
        start: ContinuousClock.Instant
    ) -> ExplorationResult {
        let search = Search(model: model, options: options, signals: signals)
        let outcome = search.run()
        return search.result(outcome, duration: start.duration(to: .now))
    }

    /// Looks at the clock for the search, and reports progress, until it has finished.
    private func watch(
        _ signals: SearchSignals, from start: ContinuousClock.Instant, until finished: DispatchSemaphore,
        progress: ((ExplorationProgress) -> Void)?
    ) {
        // A century is for ever, and far from the ends of the clock.
        let deadline = options.timeout.map { start + min($0, .seconds(100 * 366 * 86_400)) }
        var last = (time: start, states: 0)
        var lastPause = start
        while true {
            var pause = last.time + Self.progressInterval - .now
            if let deadline, !signals.isTimeOver.load(ordering: .relaxed) {
                pause = min(pause, deadline - .now)
            }
            if finished.wait(timeout: .now() + pause.dispatchInterval) == .success { return }
            let now = ContinuousClock.now
            if let deadline, now >= deadline { signals.isTimeOver.store(true, ordering: .relaxed) }
            if signals.mustPause.load(ordering: .relaxed) {
                lastPause = now
            } else if let checkpoint = options.checkpoint,
                now >= lastPause + max(checkpoint.interval, Self.leastPause)
            {
                signals.mustPause.store(true, ordering: .relaxed)
            }
            if now >= last.time + Self.progressInterval {
                let states = signals.states.load(ordering: .relaxed)
                progress?(
                    ExplorationProgress(
                        depth: signals.depth.load(ordering: .relaxed), stateCount: states,
                        transitionCount: signals.transitions.load(ordering: .relaxed),
                        statesPerSecond: Double(states - last.states) / ((now - last.time) / .seconds(1)),
                        frontierCount: max(0, states - signals.expanded.load(ordering: .relaxed)),
                        elapsed: now - start))
                last = (now, states)
            }
        }
    }
}

/// Carries the result from the search's thread to the one that waits for it.
private final class ResultCell: Sendable {
    private let result = Mutex<ExplorationResult?>(nil)

    func store(_ value: ExplorationResult) { result.withLock { $0 = value } }

    func load() -> ExplorationResult {
        guard let value = result.withLock({ $0 }) else {
            preconditionFailure("read before the search has ended")
        }
        return value
    }
}

extension Duration {
    /// At least nothing, at most an hour: a waiter looks again.
    fileprivate var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = min(max(self, .zero), .seconds(3600)).components
        return .nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
    }
}
