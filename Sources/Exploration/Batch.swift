import TransitionSystem

/// Some states of one level on their way: given out by the search, expanded by one thread, taken back by the
/// search. Its memory is used again for the next batch.
///
/// Who may touch it goes with its place in `BatchPipeline`: the search until it is submitted, then the thread
/// that claimed it until it is expanded, then the search again. The pipeline's lock lies between any two of
/// them.
final class Batch {
    let buffer: ExpansionBuffer
    private(set) var firstNumber = 0
    private(set) var count = 0
    private var states: UnsafePointer<UInt64>?
    /// Of the successors, in order.
    private(set) var hashes: UnsafeMutablePointer<UInt64>
    private var hashCapacity = 1024

    init(for model: some SuccessorFunction) {
        buffer = ExpansionBuffer(for: model)
        hashes = .allocate(capacity: hashCapacity)
    }

    deinit { hashes.deallocate() }

    /// - Parameter states: `count` packed states, the first of which has number `firstNumber`; must stay
    ///   where they are until the batch is taken.
    func assign(states: UnsafePointer<UInt64>, firstNumber: Int, count: Int) {
        assert(count > 0)
        self.states = states
        self.firstNumber = firstNumber
        self.count = count
    }

    func expand(with expander: any StateExpander) {
        guard let states else { preconditionFailure("a batch is assigned before it is expanded") }
        buffer.beginBatch()
        expander.expand(states, count: count, into: buffer)
        precondition(buffer.sourceIndex == count, "the model must finish each source state")
        hashSuccessors()
    }

    func makeInitialStates(with expander: any StateExpander) {
        buffer.beginBatch()
        expander.appendInitialStates(to: buffer)
        hashSuccessors()
    }

    /// Done by the thread that expanded, while the words are in its cache.
    private func hashSuccessors() {
        let successorCount = buffer.successorCount
        if successorCount > hashCapacity {
            hashes.deallocate()
            hashCapacity = max(successorCount, 2 * hashCapacity)
            hashes = .allocate(capacity: hashCapacity)
        }
        let hashes = hashes
        let successors = UnsafePointer(buffer.successors)
        let words = buffer.wordsPerState
        for k in 0..<successorCount {
            hashes[k] = StateHash.hash(successors + k &* words, count: words)
        }
    }
}
