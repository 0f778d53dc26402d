// SPDX-License-Identifier: MIT

import TransitionSystem

/// A seeded random graph with findings, as a model and as a plain table for the oracle.
struct RandomGraph: Sendable {
    /// Node 0, 1, … as packed states.
    let states: [[UInt64]]
    let initial: [Int]
    let successors: [[Int]]
    /// By node; order as an expansion would report them.
    let findings: [[ExpansionFinding.Kind]]
    let premises: [Bool]

    /// - Parameter findingsPerThousand: how many nodes in a thousand have each kind of finding.
    init(seed: UInt64, nodes: Int, words: Int, degree: Int, findingsPerThousand: Int = 0) {
        var random = Generator(seed: seed)
        // A permutation of 64-bit numbers in one word, chosen by node, and repeating noise in the others:
        // states that differ in a single word, wherever it is.
        states = (0..<nodes).map { node in
            (0..<words).map { word in
                word == node % words ? UInt64(node + 1) &* 0x9E37_79B9_7F4A_7C15 : UInt64(node / 64 % 3)
            }
        }
        initial = (0..<3).map { _ in Int.random(in: 0..<nodes, using: &random) }
        successors = (0..<nodes).map { _ in
            let count = Int.random(in: 0...degree, using: &random)
            return (0..<count).map { _ in Int.random(in: 0..<nodes, using: &random) }
        }
        findings = (0..<nodes).map { _ in
            var kinds: [ExpansionFinding.Kind] = []
            func strikes() -> Bool { Int.random(in: 0..<1000, using: &random) < findingsPerThousand }
            if strikes() { kinds.append(.invariant(Int.random(in: 0..<4, using: &random))) }
            if strikes() { kinds.append(.deadlock) }
            if strikes() { kinds.append(.failingTransition(Int.random(in: 3..<5, using: &random))) }
            if strikes() { kinds.append(.failingTransition(Int.random(in: 0..<3, using: &random))) }
            return kinds
        }
        premises = (0..<nodes).map { _ in Bool.random(using: &random) }
    }

    var model: FunctionModel {
        let nodes = Dictionary(uniqueKeysWithValues: states.enumerated().map { ($1, $0) })
        return FunctionModel(wordsPerState: states[0].count, initialStates: initial.map { states[$0] }) {
            state in
            guard let node = nodes[state] else { preconditionFailure("\(state) is not a state of the graph") }
            var expansion = FunctionModel.Expansion()
            expansion.successors = successors[node].map { states[$0] }
            for kind in findings[node] {
                switch kind {
                case .invariant(let index): expansion.violatedInvariant = index
                case .deadlock: expansion.isDeadlock = true
                case .failingTransition(let number): expansion.failingTransitions.append(number)
                case .failingCondition, .limit: preconditionFailure("random graphs have none")
                }
            }
            expansion.operations = successors[node].map { _ in 0 }
            expansion.truePremises = premises[node] ? [1] : []
            expansion.reached = node % 7 == 0 ? [0] : []
            return expansion
        }
    }
}

/// SplitMix64.
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
