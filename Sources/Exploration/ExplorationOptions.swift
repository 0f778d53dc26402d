// SPDX-License-Identifier: MIT

import Synchronization
package import TransitionSystem

/// How an exploration runs and when it gives up. Limits never change a verdict: they end in `.stopped`.
package struct ExplorationOptions: Sendable {
    /// Threads that explore, at least 1. The result is the same for any number, but for what time limits and
    /// cancelling do.
    package var threads = 1
    /// Bytes for the states found and for those that wait to be expanded; the batches in flight come on top, and do not
    /// grow with the number of states.
    package var memoryLimit = Int.max
    /// Where states that wait are written where memory is short; `nil`: nowhere.
    package var spillFolder: String?
    /// Where the search is written down from time to time, and when it ends by time or by `cancellation`.
    package var checkpoint: Checkpoint?
    /// Looked at between two batches of states.
    package var timeout: Duration?
    /// States deeper than this are not visited; initial states have depth 0.
    package var maximumDepth = Int.max
    package var maximumStates = Int.max
    package var cancellation: Cancellation?
    /// Whether a finding ends the run: its kind and the packed state it was found in (empty: while making the
    /// initial states). Others are passed over and counted. An expansion reports the lowest violated
    /// invariant of a state only.
    package var isTarget: @Sendable (ExpansionFinding.Kind, [UInt64]) -> Bool = { _, _ in true }
    /// What the scope has too little of in a packed state, as bits: 0 where it has enough. A level with a
    /// state that has too little is the last one, and what is found wrong with such a state is no finding: a
    /// larger scope would go on in another way.
    package var shortage: (@Sendable (UnsafePointer<UInt64>) -> UInt64)?

    package init() {}
}

/// Asks a running exploration to end. May be set from any thread, and from a signal handler.
package final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)
    private let heard = Atomic<Bool>(false)

    package init() {}

    package func request() { flag.store(true, ordering: .relaxed) }

    package var isRequested: Bool {
        guard flag.load(ordering: .relaxed) else { return false }
        heard.store(true, ordering: .relaxed)
        return true
    }

    /// Whether somebody has looked, and found that the end was asked for: the work is about to end.
    package var isHeard: Bool { heard.load(ordering: .relaxed) }
}
