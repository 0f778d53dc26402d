import TransitionSystem

/// Which finding comes first; see `Counterexample`. Within one batch: the batches of a level are taken in
/// order.
extension ExpansionFinding {
    /// Whether it concerns the source state itself, and not a step out of it.
    var isInState: Bool {
        switch kind {
        case .invariant, .deadlock: true
        case .failingTransition: false
        }
    }

    /// Only findings of the same sort, as `isInState` tells them, are compared.
    func precedes(_ other: ExpansionFinding) -> Bool {
        (source, rank, ordinal) < (other.source, other.rank, other.ordinal)
    }

    private var rank: Int {
        switch kind {
        case .invariant: 0
        case .deadlock: 1
        case .failingTransition: 2
        }
    }

    private var ordinal: Int {
        switch kind {
        case .invariant(let index): index
        case .deadlock: 0
        case .failingTransition(let number): number
        }
    }
}
