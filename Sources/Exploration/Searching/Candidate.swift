import TransitionSystem

/// A target found in a state, and the order that says which of a level is told: by what it is, then by the packed
/// state, so that it does not matter which thread found what when.
struct Candidate {
    let kind: ExpansionFinding.Kind
    let state: [UInt64]

    /// Invariants and deadlocks are in the state itself, so a run to them is a step shorter.
    var isInState: Bool { if case .failingTransition = kind { false } else { true } }

    func precedes(_ other: Candidate) -> Bool {
        if isInState != other.isInState { return isInState }
        if state != other.state { return state.lexicographicallyPrecedes(other.state) }
        return order < other.order
    }

    private var order: (Int, Int) {
        switch kind {
        case .invariant(let index): (0, index)
        case .deadlock: (1, 0)
        case .failingTransition(let number): (2, number)
        }
    }
}
