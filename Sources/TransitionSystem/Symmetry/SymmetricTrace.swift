// SPDX-License-Identifier: MIT

import Stopping

/// A trace of representatives as a run of the system itself, in which each element has one name from start to end.
package struct SymmetricTrace {
    private let symmetry: Symmetry
    private let system: TransitionSystem

    package init(_ symmetry: Symmetry, of system: TransitionSystem) {
        self.symmetry = symmetry
        self.system = system
    }

    /// Real states, of which the given ones are the representatives: the first is initial, and each is a successor of
    /// the one before.
    ///
    /// Keeps the renaming that leads from a representative to the real state: if the representative has the successor t,
    /// the real state has the successor that this renaming makes of t.
    package func unfolded(_ trace: [[UInt64]]) -> [[UInt64]] {
        StopRequest.ignored { unfoldedWhole(trace) }
    }

    private func unfoldedWhole(_ trace: [[UInt64]]) -> [[UInt64]] {
        let interpreter = Interpreter(system)
        let expander = interpreter.makeExpander()
        let canonicalizer = Canonicalizer(symmetry)
        let buffer = ExpansionBuffer(for: interpreter)
        var run: [[UInt64]] = []
        /// From the representative to the real state.
        var renaming = Permutation(identityOf: symmetry)
        for (number, representative) in trace.enumerated() {
            buffer.beginBatch()
            if number == 0 {
                expander.appendInitialStates(to: buffer)
            } else {
                trace[number - 1].withUnsafeBufferPointer { words in
                    if let start = words.baseAddress { expander.expand(start, count: 1, into: buffer) }
                }
            }
            guard let found = Self.first(in: buffer, canonicalizer, leadingTo: representative) else {
                preconditionFailure("exploration and interpreter disagree on a transition")
            }
            run.append(canonicalizer.apply(renaming, to: found.state))
            renaming = renaming.after(found.toRepresentative.inverse)
        }
        return run
    }

    private static func first(
        in buffer: ExpansionBuffer, _ canonicalizer: Canonicalizer, leadingTo representative: [UInt64]
    ) -> (state: [UInt64], toRepresentative: Permutation)? {
        let count = buffer.wordsPerState
        for number in 0..<buffer.successorCount {
            let start = buffer.successors + number * count
            let state = Array(UnsafeBufferPointer(start: start, count: count))
            canonicalizer.canonicalize(start)
            if representative.elementsEqual(UnsafeBufferPointer(start: start, count: count)) {
                return (state, canonicalizer.permutation)
            }
        }
        return nil
    }
}
