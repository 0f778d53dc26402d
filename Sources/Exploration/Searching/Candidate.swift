// SPDX-License-Identifier: MIT

import TransitionSystem

/// A target found in a state, and the order that says which of a level is told: by what it is, then by the packed
/// state, so that it does not matter which thread found what when.
struct Candidate {
    let kind: ExpansionFinding.Kind
    let state: [UInt64]

    /// Invariants and deadlocks are in the state itself, so a run to them is a step shorter.
    var isInState: Bool {
        switch kind {
        case .invariant, .deadlock, .failingCondition, .limit(.invariant), .limit(.condition): true
        case .failingTransition, .limit(.transition): false
        }
    }

    /// Whether a question stays open. What is wrong for certain comes first.
    var isLimit: Bool {
        switch kind {
        case .limit: true
        case .invariant, .deadlock, .failingCondition, .failingTransition: false
        }
    }

    func precedes(_ other: Candidate) -> Bool {
        if isLimit != other.isLimit { return other.isLimit }
        if isInState != other.isInState { return isInState }
        if state != other.state { return state.lexicographicallyPrecedes(other.state) }
        return order < other.order
    }

    private var order: (Int, Int) {
        switch kind {
        case .invariant(let index): (0, index)
        case .deadlock: (1, 0)
        case .failingCondition(let index): (2, index)
        case .failingTransition(let number): (3, number)
        case .limit(.invariant(let index)): (4, index)
        case .limit(.condition(let index)): (5, index)
        case .limit(.transition(let number)): (6, number)
        }
    }
}
