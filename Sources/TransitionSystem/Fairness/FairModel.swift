// SPDX-License-Identifier: MIT

/// A model whose transitions tell what they are fair to: what the search for endless runs sees. Used by one thread.
///
/// A **constraint** is a set of transitions of one process instance that may not be put off for ever. It is *enabled* in a
/// state out of which one of them leads. A run that goes on for ever is fair to a constraint if it takes one of its
/// transitions again and again, or if the constraint is disabled again and again; where the instance waits for a
/// lock, only if it is disabled for ever from some state on (strong fairness: a lock that is free again and again is
/// got at last).
package protocol FairModel: AnyObject {
    /// 64-bit words a packed state takes.
    var wordsPerState: Int { get }
    /// At most 64.
    var constraintCount: Int { get }

    func initialStates() -> [[UInt64]]

    /// Calls `visit` for each transition out of a state, in order: where it leads, and which constraints it satisfies,
    /// as bits.
    func expand(_ state: UnsafePointer<UInt64>, _ visit: (UnsafePointer<UInt64>, UInt64) -> Void)

    /// Constraints, as bits, whose instance waits for a lock in this state, or begins its next round by taking one.
    func lockWaits(in state: UnsafePointer<UInt64>) -> UInt64

    /// Whether the condition of this number holds in a state.
    func holds(_ condition: Int, in state: UnsafePointer<UInt64>) -> Bool
}
