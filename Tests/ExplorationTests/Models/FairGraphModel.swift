// SPDX-License-Identifier: MIT

import TransitionSystem

/// A graph written down edge by edge, with constraints and conditions.
final class FairGraphModel: FairModel {
    struct Edge {
        let target: Int
        let satisfied: UInt64
    }

    let wordsPerState = 1
    let constraintCount: Int
    /// By state.
    let edges: [[Edge]]
    let initial: [Int]
    /// By condition, then state.
    let conditions: [[Bool]]
    /// Constraints that are strong everywhere.
    let strong: UInt64

    init(edges: [[Edge]], initial: [Int], conditions: [[Bool]], constraintCount: Int, strong: UInt64) {
        self.edges = edges
        self.initial = initial
        self.conditions = conditions
        self.constraintCount = constraintCount
        self.strong = strong
    }

    func initialStates() -> [[UInt64]] { initial.map { [UInt64($0)] } }

    func expand(_ state: UnsafePointer<UInt64>, _ visit: (UnsafePointer<UInt64>, UInt64) -> Void) {
        for edge in edges[Int(state[0])] {
            withUnsafePointer(to: UInt64(edge.target)) { visit($0, edge.satisfied) }
        }
    }

    func lockWaits(in state: UnsafePointer<UInt64>) -> UInt64 { strong }

    func holds(_ condition: Int, in state: UnsafePointer<UInt64>) -> Bool {
        conditions[condition][Int(state[0])]
    }

    func enabled(_ state: Int) -> UInt64 { edges[state].reduce(0) { $0 | $1.satisfied } }
}
