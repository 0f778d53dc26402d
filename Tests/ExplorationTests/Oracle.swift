// SPDX-License-Identifier: MIT

import Exploration
import TransitionSystem

/// Breadth-first search over a whole graph as the textbook has it, with no regard for findings or limits;
/// these are judged afterwards.
struct Oracle {
    let graph: RandomGraph
    /// Nodes in the order found.
    private(set) var order: [Int] = []
    private(set) var depths: [Int: Int] = [:]

    init(_ graph: RandomGraph) {
        self.graph = graph
        for node in graph.initial where depths[node] == nil {
            depths[node] = 0
            order.append(node)
        }
        var head = 0
        while head < order.count {
            let node = order[head]
            head += 1
            for successor in graph.successors[node] where depths[successor] == nil {
                depths[successor] = depths[node, default: 0] + 1
                order.append(successor)
            }
        }
    }

    var depth: Int { order.map { depths[$0, default: 0] }.max() ?? 0 }

    func states(upTo depth: Int) -> [Int] { order.filter { depths[$0, default: 0] <= depth } }

    func transitions(upTo depth: Int = .max) -> Int {
        states(upTo: depth).reduce(0) { sum, node in
            sum + graph.successors[node].count + graph.findings[node].filter(Self.isFailing).count
        }
    }

    /// The first finding of all, in the order that `Counterexample` describes.
    func first(where isTarget: (ExpansionFinding.Kind) -> Bool = { _ in true }) -> (
        depth: Int, Counterexample
    )? {
        var best: (key: [UInt64], node: Int, kind: ExpansionFinding.Kind)?
        for node in order {
            for kind in graph.findings[node] where isTarget(kind) {
                let place = [UInt64(depths[node, default: 0]), Self.isFailing(kind) ? 1 : 0]
                let key = place + graph.states[node] + Self.rank(kind)
                if best.map({ key.lexicographicallyPrecedes($0.key) }) ?? true { best = (key, node, kind) }
            }
        }
        guard let best else { return nil }
        var trace = [best.node]
        while let parent = nearestPredecessor(of: trace[trace.count - 1]) { trace.append(parent) }
        let states = trace.reversed().map { graph.states[$0] }
        return (Int(best.key[0]), Counterexample(kind: best.kind, trace: states, isShortest: true))
    }

    /// Of the states a level before that lead to it, the one that differs in the fewest bits; of these the one with the
    /// least words.
    private func nearestPredecessor(of node: Int) -> Int? {
        let depth = depths[node, default: 0]
        let keys = order.filter { depths[$0] == depth - 1 && graph.successors[$0].contains(node) }.map {
            parent in
            let distance = zip(graph.states[parent], graph.states[node]).reduce(0) {
                $0 + ($1.0 ^ $1.1).nonzeroBitCount
            }
            return (key: [UInt64(distance)] + graph.states[parent], node: parent)
        }
        return keys.min { $0.key.lexicographicallyPrecedes($1.key) }?.node
    }

    private static func isFailing(_ kind: ExpansionFinding.Kind) -> Bool {
        if case .failingTransition = kind { true } else { false }
    }

    private static func rank(_ kind: ExpansionFinding.Kind) -> [UInt64] {
        switch kind {
        case .invariant(let index): [0, UInt64(index)]
        case .deadlock: [1, 0]
        case .failingTransition(let number): [0, UInt64(number)]
        case .failingCondition, .limit: preconditionFailure("random graphs have none")
        }
    }
}
