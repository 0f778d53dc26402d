// SPDX-License-Identifier: MIT

/// Any engine, up to the renaming of elements of symmetric types: each initial state and each successor is replaced by
/// a representative of its orbit.
///
/// Each state is expanded once; with it, the size of its orbit is added up as one more reachability count, after the
/// model's own, and after that one the states whose orbit's size is not known: so they travel with batches,
/// checkpoints and results as those do. An exhaustive exploration's sum is the number of reachable states without
/// symmetry.
package final class SymmetricSuccessors: SuccessorFunction {
    private let model: any SuccessorFunction
    private let symmetry: Symmetry

    package init(_ model: any SuccessorFunction, symmetry: Symmetry) {
        self.model = model
        self.symmetry = symmetry
    }

    package var wordsPerState: Int { model.wordsPerState }
    package var bitsPerState: Int { model.bitsPerState }
    package var invariantCount: Int { model.invariantCount }
    package var reachableCount: Int { model.reachableCount + 2 }
    package var operationCount: Int { model.operationCount }

    package func makeExpander() -> any StateExpander {
        SymmetricExpander(model.makeExpander(), symmetry: symmetry, sumIndex: model.reachableCount)
    }

    /// The number of states that the explored ones stand for, from the reachability counts of a result; `nil` where it
    /// is not known, since for some state there were too many orders.
    package static func representedCount(in reachableCounts: [UInt64]) -> UInt64? {
        guard reachableCounts.last == 0 else { return nil }
        return reachableCounts.dropLast().last
    }
}

private final class SymmetricExpander: StateExpander {
    /// So no sum over as many states as there can be leaves 64 bits.
    private static let orbitMax: UInt64 = 1 << 31

    private let expander: any StateExpander
    private let canonicalizer: Canonicalizer
    private let sumIndex: Int
    private let scratch: UnsafeMutablePointer<UInt64>
    private let wordCount: Int

    init(_ expander: any StateExpander, symmetry: Symmetry, sumIndex: Int) {
        self.expander = expander
        self.sumIndex = sumIndex
        canonicalizer = Canonicalizer(symmetry)
        wordCount = symmetry.layout.wordCount
        scratch = .allocate(capacity: wordCount)
    }

    deinit { scratch.deallocate() }

    func appendInitialStates(to buffer: ExpansionBuffer) {
        expander.appendInitialStates(to: buffer)
        canonicalize(from: 0, in: buffer)
    }

    func expand(_ states: UnsafePointer<UInt64>, count: Int, into buffer: ExpansionBuffer) {
        let first = buffer.successorCount
        expander.expand(states, count: count, into: buffer)
        canonicalize(from: first, in: buffer)
        for source in 0..<count {
            scratch.update(from: states + source * wordCount, count: wordCount)
            canonicalizer.canonicalize(scratch)
            if let size = canonicalizer.orbitSize, size <= Self.orbitMax {
                buffer.reachableCounts[sumIndex] += size
            } else {
                buffer.reachableCounts[sumIndex + 1] += 1
            }
        }
    }

    private func canonicalize(from first: Int, in buffer: ExpansionBuffer) {
        let successors = buffer.successors
        for number in first..<buffer.successorCount {
            canonicalizer.canonicalize(successors + number * wordCount)
        }
    }
}
