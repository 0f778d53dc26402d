// SPDX-License-Identifier: MIT

import TransitionSystem

/// A model given by closures over arrays: slow, and easy to see through.
struct FunctionModel: SuccessorFunction {
    /// What a closure says about one state.
    struct Expansion {
        var successors: [[UInt64]] = []
        var violatedInvariant: Int?
        var isDeadlock = false
        /// Numbers of failing transitions; they count as transitions beside the successors.
        var failingTransitions: [Int] = []
        var operations: [Int] = []
        var truePremises: [Int] = []
        var reached: [Int] = []
    }

    var wordsPerState = 1
    var invariantCount = 4
    var reachableCount = 1
    var operationCount = 1
    var initialStates: [[UInt64]]
    var initialFindings: [ExpansionFinding.Kind] = []
    let expansion: @Sendable ([UInt64]) -> Expansion

    init(
        wordsPerState: Int = 1, initialStates: [[UInt64]],
        expansion: @escaping @Sendable ([UInt64]) -> Expansion
    ) {
        self.wordsPerState = wordsPerState
        self.initialStates = initialStates
        self.expansion = expansion
    }

    func makeExpander() -> any StateExpander { Expander(model: self) }

    private final class Expander: StateExpander {
        let model: FunctionModel

        init(model: FunctionModel) { self.model = model }

        func appendInitialStates(to buffer: ExpansionBuffer) {
            for state in model.initialStates { append(state, to: buffer) }
            for kind in model.initialFindings {
                buffer.findings.append(ExpansionFinding(source: 0, kind: kind))
            }
            buffer.finishSource()
        }

        func expand(_ states: UnsafePointer<UInt64>, count: Int, into buffer: ExpansionBuffer) {
            let words = model.wordsPerState
            for source in 0..<count {
                let state = Array(UnsafeBufferPointer(start: states + source * words, count: words))
                let expansion = model.expansion(state)
                // Failing transitions first: the order among findings is the explorer's business.
                var kinds = expansion.failingTransitions.map(ExpansionFinding.Kind.failingTransition)
                if expansion.isDeadlock { kinds.append(.deadlock) }
                if let invariant = expansion.violatedInvariant { kinds.append(.invariant(invariant)) }
                buffer.findings += kinds.map { ExpansionFinding(source: source, kind: $0) }
                for successor in expansion.successors { append(successor, to: buffer) }
                buffer.transitionCount += UInt64(
                    expansion.successors.count + expansion.failingTransitions.count)
                for operation in expansion.operations { buffer.operationCounts[operation] += 1 }
                for premise in expansion.truePremises { buffer.premiseCounts[premise] += 1 }
                for property in expansion.reached { buffer.reachableCounts[property] += 1 }
                buffer.finishSource()
            }
        }

        private func append(_ state: [UInt64], to buffer: ExpansionBuffer) {
            let target = buffer.appendSuccessor()
            for (word, value) in state.enumerated() { target[word] = value }
        }
    }
}
