// SPDX-License-Identifier: MIT

package import TransitionSystem

/// What an exploration saw. Everything but `duration` is the same for any number of threads, unless it was
/// stopped by the clock or by the user.
package struct ExplorationResult: Sendable {
    package enum Outcome: Hashable, Sendable {
        /// Every reachable state was visited, its properties evaluated and its transitions taken. No target
        /// was found.
        case exhausted
        case violated(Counterexample)
        /// Nothing is known to be wrong up to this level, and a limit of the checker was reached in it: the run there.
        case limited(Counterexample)
        /// A limit was hit. All states of depth at most `completedDepth` were visited, their properties
        /// evaluated and their transitions taken, and no target was found: so 'all runs of up to
        /// `completedDepth` steps' were checked, each state on them and each step. `nil` where not even the
        /// initial states were.
        case stopped(StopReason, completedDepth: Int?)
    }

    package enum StopReason: Hashable, Sendable {
        case memory, time, depth, states, cancelled
        /// The search was taken up from a file that no search has written.
        case forgedCheckpoint
        /// What `ExplorationOptions.shortage` says of the states of a level, together.
        case shortage(UInt64)
    }

    package let outcome: Outcome
    /// Distinct states found, whether expanded or not.
    package let stateCount: Int
    /// Transitions taken, failing ones and those to states already seen included.
    package let transitionCount: UInt64
    /// The greatest depth of any state found; initial states have depth 0.
    package let depth: Int
    /// Most memory that the states found and those that waited took at any time; blocks that are not full come on top.
    package let bytesPeak: Int
    package let duration: Duration
    /// By operation: how often it was entered.
    package let operationCounts: [UInt64]
    /// By invariant: states in which its premise was true.
    package let premiseCounts: [UInt64]
    /// By reachability property: states in which it was true.
    package let reachableCounts: [UInt64]
    /// States without a transition and without a finding: all processes stand between two rounds, and none
    /// can start.
    package let quiescentCount: UInt64
    /// Findings that `ExplorationOptions.isTarget` passed over.
    package let ignoredFindingCount: UInt64
    /// Why the search could not be written down the last time; `nil`: it was, or was not asked to be.
    package let checkpointFailure: String?

    /// Of an exploration without an initial state.
    package static let notBegun = ExplorationResult(
        outcome: .stopped(.states, completedDepth: nil), stateCount: 0, transitionCount: 0, depth: 0,
        bytesPeak: 0,
        duration: .zero, operationCounts: [], premiseCounts: [], reachableCounts: [], quiescentCount: 0,
        ignoredFindingCount: 0, checkpointFailure: nil)

    package var bytesPerState: Double { stateCount == 0 ? 0 : Double(bytesPeak) / Double(stateCount) }
}

/// The first target found, and the way there.
///
/// The first is one with the fewest steps, and among those: an invariant violated or a deadlock in a state of
/// depth d (d steps) comes before a failing transition out of a state of depth d (d + 1 steps), which comes
/// before anything in a state of depth d + 1. Within one of these the lowest state number decides, then an
/// invariant before a deadlock, or the lowest transition.
package struct Counterexample: Hashable, Sendable {
    package let kind: ExpansionFinding.Kind
    /// Packed states from an initial state to the one in which the finding was made; a failing transition
    /// starts in the last. Empty where making the initial states failed.
    package let trace: [[UInt64]]
    /// False only where time ran out, or the user did, between finding a failing transition and excluding
    /// shorter traces.
    package let isShortest: Bool

    package init(kind: ExpansionFinding.Kind, trace: [[UInt64]], isShortest: Bool) {
        self.kind = kind
        self.trace = trace
        self.isShortest = isShortest
    }
}

/// A glance at a running exploration.
package struct ExplorationProgress: Sendable {
    /// Depth of the states that are being expanded.
    package let depth: Int
    package let stateCount: Int
    package let transitionCount: UInt64
    /// Since the glance before.
    package let statesPerSecond: Double
    /// States found and not yet expanded.
    package let frontierCount: Int
    package let elapsed: Duration
}
