// SPDX-License-Identifier: MIT

/// A model as exploration sees it: packed states in raw words, nothing of the language they came from. The
/// interpreter is
/// one; compiled models and models written by hand in tests are others.
///
/// Everything here is deterministic: the same state gives the same successors in the same order, in every
/// expander.
package protocol SuccessorFunction: Sendable {
    /// 64-bit words a packed state takes; at least 1. All bits above the layout's last are zero.
    var wordsPerState: Int { get }
    /// Bits of a packed state that can be set, counted from the lowest of the first word.
    var bitsPerState: Int { get }
    var invariantCount: Int { get }
    var reachableCount: Int { get }
    var operationCount: Int { get }
    /// An expander is used by one thread at a time and holds that thread's scratch memory.
    func makeExpander() -> any StateExpander
}

extension SuccessorFunction {
    package var bitsPerState: Int { 64 * wordsPerState }
}

package protocol StateExpander: AnyObject {
    /// Appends the initial states (as successors of one source) to an empty buffer.
    func appendInitialStates(to buffer: ExpansionBuffer)

    /// For each of the `count` packed states at `states`, in order: evaluates the properties in that state,
    /// then appends its
    /// successors, then calls `buffer.finishSource()`. One call a batch, so that the hot loop stays on one
    /// side.
    func expand(_ states: UnsafePointer<UInt64>, count: Int, into buffer: ExpansionBuffer)
}

/// What an expansion found wrong, without its story: the story is told by running the trace again.
package struct ExpansionFinding: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The source state violates the invariant of this index. The lowest index only.
        case invariant(Int)
        /// No process can move and not all are between two rounds, or a circle of lock waits.
        case deadlock
        /// The transition of this number (counted from 0 over all transitions of the source, in order)
        /// fails half-way: a failed
        /// assertion or a run-time error. It has no successor.
        case failingTransition(Int)
        /// The condition of this index, of those that only count or belong to endless runs, cannot be evaluated.
        case failingCondition(Int)
        /// A limit of the checker was reached: what is asked stays open.
        case limit(Limited)
    }

    /// What a limit keeps from being known.
    package enum Limited: Hashable, Sendable {
        case invariant(Int)
        case condition(Int)
        /// As `failingTransition`.
        case transition(Int)
    }

    /// Index of the source state within the batch.
    package let source: Int
    package let kind: Kind

    package init(source: Int, kind: Kind) {
        self.source = source
        self.kind = kind
    }
}

/// Successors and findings of one batch; memory is kept from batch to batch.
///
/// A buffer is used by one thread at a time, and nothing changes a variable while it is being accessed: the
/// run-time check
/// of that, a fifth of the time with a fast model, is off for the variables that each successor uses.
package final class ExpansionBuffer {
    package let wordsPerState: Int
    /// `successorCount` packed states, one after the other.
    @exclusivity(unchecked) package private(set) var successors: UnsafeMutablePointer<UInt64>
    @exclusivity(unchecked) package private(set) var successorCount = 0
    /// Packed states that fit `successors`.
    @exclusivity(unchecked) package private(set) var capacity: Int
    /// For each source finished so far, `successorCount` when it was finished.
    @exclusivity(unchecked) package private(set) var sourceEnds: [Int] = []
    /// Transitions taken, failing ones included.
    @exclusivity(unchecked) package var transitionCount: UInt64 = 0
    package var findings: [ExpansionFinding] = []
    /// By operation, invariant, reachability property: entered; states with a true premise; states where it
    /// is true.
    package var operationCounts: [UInt64]
    package var premiseCounts: [UInt64]
    package var reachableCounts: [UInt64]

    package init(for model: some SuccessorFunction) {
        wordsPerState = model.wordsPerState
        capacity = 1024
        successors = .allocate(capacity: capacity * model.wordsPerState)
        operationCounts = Array(repeating: 0, count: model.operationCount)
        premiseCounts = Array(repeating: 0, count: model.invariantCount)
        reachableCounts = Array(repeating: 0, count: model.reachableCount)
    }

    deinit { successors.deallocate() }

    /// Room for one more packed state; the caller writes all of its words.
    package func appendSuccessor() -> UnsafeMutablePointer<UInt64> {
        if successorCount == capacity { grow() }
        defer { successorCount += 1 }
        return successors + successorCount * wordsPerState
    }

    /// Takes back the last successor.
    package func removeLastSuccessor() {
        assert(successorCount > (sourceEnds.last ?? 0))
        successorCount -= 1
    }

    package func finishSource() { sourceEnds.append(successorCount) }

    /// Number of sources finished in this batch: the index of the one being expanded.
    package var sourceIndex: Int { sourceEnds.count }

    /// Empties the batch; counts of operations, premises and reachability go on adding up.
    package func beginBatch() {
        successorCount = 0
        sourceEnds.removeAll(keepingCapacity: true)
        findings.removeAll(keepingCapacity: true)
    }

    /// For expanders that write to `successors` themselves: ends of the sources they finished, each a number of
    /// successors from the start of the buffer.
    package func finishSources(_ ends: UnsafeBufferPointer<Int>) {
        guard let last = ends.last else { return }
        assert(last >= successorCount && last <= capacity)
        successorCount = last
        sourceEnds.append(contentsOf: ends)
    }

    /// Doubles the room for successors, for expanders that write to it themselves: keeps the first `count`.
    package func grow(keeping count: Int) {
        assert(count >= successorCount && count <= capacity)
        let finished = successorCount
        successorCount = count
        grow()
        successorCount = finished
    }

    private func grow() {
        let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * capacity * wordsPerState)
        larger.update(from: successors, count: successorCount * wordsPerState)
        successors.deallocate()
        successors = larger
        capacity *= 2
    }
}
