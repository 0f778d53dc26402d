import Synchronization

/// What passes between a running search and the thread that waits for it: how far it is, and whether it
/// should end.
final class SearchSignals: Sendable {
    let isTimeOver = Atomic<Bool>(false)
    let depth = Atomic<Int>(0)
    let states = Atomic<Int>(0)
    let expanded = Atomic<Int>(0)
    let transitions = Atomic<UInt64>(0)

    func publish(depth: Int, states: Int, expanded: Int, transitions: UInt64) {
        self.depth.store(depth, ordering: .relaxed)
        self.states.store(states, ordering: .relaxed)
        self.expanded.store(expanded, ordering: .relaxed)
        self.transitions.store(transitions, ordering: .relaxed)
    }
}
