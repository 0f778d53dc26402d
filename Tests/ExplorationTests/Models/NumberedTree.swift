// SPDX-License-Identifier: MIT

import TransitionSystem

/// The numbers below `count` as a tree of nodes with two children, spread over the words of a state: many
/// states, little work. State number and tree number agree, as the explorer numbers states by levels. The
/// last one violates invariant 0.
struct NumberedTree: SuccessorFunction {
    let wordsPerState: Int
    let count: Int

    let invariantCount = 1
    let reachableCount = 0
    let operationCount = 0

    func makeExpander() -> any StateExpander { Expander(model: self) }

    /// Bits of the number go to all words by turns.
    func words(of number: Int) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: wordsPerState)
        for bit in 0..<Int.bitWidth {
            words[bit % wordsPerState] |= UInt64(number >> bit & 1) << UInt64(bit / wordsPerState)
        }
        return words
    }

    func number(of words: UnsafePointer<UInt64>) -> Int {
        var number = 0
        for bit in 0..<Int.bitWidth {
            number |=
                Int(truncatingIfNeeded: words[bit % wordsPerState] >> UInt64(bit / wordsPerState) & 1) << bit
        }
        return number
    }

    private final class Expander: StateExpander {
        let model: NumberedTree

        init(model: NumberedTree) { self.model = model }

        func appendInitialStates(to buffer: ExpansionBuffer) { append(0, to: buffer) }

        func expand(_ states: UnsafePointer<UInt64>, count: Int, into buffer: ExpansionBuffer) {
            for source in 0..<count {
                let number = model.number(of: states + source * model.wordsPerState)
                if number == model.count - 1 {
                    buffer.findings.append(ExpansionFinding(source: source, kind: .invariant(0)))
                }
                // Back to the parent, then down.
                for next in [(number - 1) / 2, 2 * number + 1, 2 * number + 2] where next < model.count {
                    append(next, to: buffer)
                    buffer.transitionCount += 1
                }
                buffer.finishSource()
            }
        }

        private func append(_ number: Int, to buffer: ExpansionBuffer) {
            let target = buffer.appendSuccessor()
            for (word, value) in model.words(of: number).enumerated() { target[word] = value }
        }
    }
}
