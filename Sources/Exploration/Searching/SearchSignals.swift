// SPDX-License-Identifier: MIT

import Synchronization

/// What passes between the threads of a running search and the one that waits for it: how far it is, and whether it
/// should end.
final class SearchSignals: Sendable {
    let isTimeOver = Atomic<Bool>(false)
    /// The search wants its workers back, to write a checkpoint; the level goes on afterwards.
    let mustPause = Atomic<Bool>(false)
    /// No state is added any more. What is left of the level is still checked, so that its depth is complete.
    let isFull = Atomic<Bool>(false)
    /// A target was found: what comes after this level does not matter.
    let hasTarget = Atomic<Bool>(false)
    let depth = Atomic<Int>(0)
    let states = Atomic<Int>(0)
    let expanded = Atomic<Int>(0)
    let transitions = Atomic<UInt64>(0)

    func mustStop(_ options: ExplorationOptions) -> Bool { stopReason(options) != nil }

    func stopReason(_ options: ExplorationOptions) -> ExplorationResult.StopReason? {
        if options.cancellation?.isRequested == true { return .cancelled }
        return isTimeOver.load(ordering: .relaxed) ? .time : nil
    }
}
