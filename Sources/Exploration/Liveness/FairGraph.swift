// SPDX-License-Identifier: MIT

package import TransitionSystem

/// The reachable states of a `FairModel` and all transitions between them, kept in memory: the search for endless runs
/// walks them many times. States are numbered breadth first, transitions lie source after source in the model's order.
package final class FairGraph {
    package let model: any FairModel
    private let wordsPerState: Int
    private var words: [UInt64] = []
    package private(set) var stateCount = 0
    package private(set) var initialCount = 0
    /// By state: its first edge; one more at the end.
    private(set) var edgeStarts: [Int] = [0]
    private(set) var targets: [UInt32] = []
    private var labels: [UInt16] = []
    /// By label: satisfied constraints.
    private var labelMasks: [UInt64] = []
    private var labelNumbers: [UInt64: UInt16] = [:]
    /// Open addressing; 0 is empty, else a state's number plus one.
    private var slots: [UInt32] = Array(repeating: 0, count: 1024)

    package enum Failure: Error {
        case memory, time, cancelled
    }

    /// Explores all that is reachable.
    package init(_ model: any FairModel, limits: LivenessLimits) throws(Failure) {
        self.model = model
        wordsPerState = model.wordsPerState
        for state in model.initialStates() {
            state.withUnsafeBufferPointer { words in
                if let start = words.baseAddress { _ = number(of: start) }
            }
        }
        initialCount = stateCount
        var source = 0
        let scratch = UnsafeMutablePointer<UInt64>.allocate(capacity: wordsPerState)
        defer { scratch.deallocate() }
        while source < stateCount {
            // The states' memory may move while successors are added.
            for word in 0..<wordsPerState { scratch[word] = words[source * wordsPerState + word] }
            model.expand(scratch) { successor, satisfied in
                targets.append(UInt32(number(of: successor)))
                labels.append(label(of: satisfied))
            }
            edgeStarts.append(targets.count)
            source += 1
            if source % 256 == 0 || source == stateCount { try limits.check(bytes: byteCount) }
        }
    }

    /// What the arrays take while one of them grows.
    private var byteCount: Int {
        2 * (8 * words.count + 8 * edgeStarts.count + 6 * targets.count + 4 * slots.count)
    }

    package var edgeCount: Int { targets.count }

    // MARK: States

    private func number(of state: UnsafePointer<UInt64>) -> Int {
        if 4 * stateCount >= 3 * slots.count { grow() }
        var position = position(of: state)
        while slots[position] != 0 {
            let candidate = Int(slots[position]) - 1
            if isEqual(candidate, state) { return candidate }
            position = (position + 1) & (slots.count - 1)
        }
        precondition(stateCount < Int(UInt32.max) / 4, "the memory limit comes before so many states")
        words.append(contentsOf: UnsafeBufferPointer(start: state, count: wordsPerState))
        stateCount += 1
        slots[position] = UInt32(stateCount)
        return stateCount - 1
    }

    private func isEqual(_ number: Int, _ state: UnsafePointer<UInt64>) -> Bool {
        for word in 0..<wordsPerState where words[number * wordsPerState + word] != state[word] {
            return false
        }
        return true
    }

    private func position(of state: UnsafePointer<UInt64>) -> Int {
        Int(truncatingIfNeeded: StateHash.hash(state, count: wordsPerState)) & (slots.count - 1)
    }

    private func grow() {
        slots = Array(repeating: 0, count: 2 * slots.count)
        words.withUnsafeBufferPointer { words in
            guard let start = words.baseAddress else { return }
            for number in 0..<stateCount {
                var position = position(of: start + number * wordsPerState)
                while slots[position] != 0 { position = (position + 1) & (slots.count - 1) }
                slots[position] = UInt32(number + 1)
            }
        }
    }

    package func state(_ number: Int) -> [UInt64] {
        Array(words[number * wordsPerState..<(number + 1) * wordsPerState])
    }

    func withState<Result>(_ number: Int, _ body: (UnsafePointer<UInt64>) -> Result) -> Result {
        words.withUnsafeBufferPointer { words in
            guard let start = words.baseAddress else { preconditionFailure("there is no state") }
            return body(start + number * wordsPerState)
        }
    }

    // MARK: Edges

    private func label(of mask: UInt64) -> UInt16 {
        if let known = labelNumbers[mask] { return known }
        precondition(
            labelMasks.count < 1 << 16, "an instance and the operations it entered: few kinds of these")
        let label = UInt16(labelMasks.count)
        labelMasks.append(mask)
        labelNumbers[mask] = label
        return label
    }

    func edges(of state: Int) -> Range<Int> { edgeStarts[state]..<edgeStarts[state + 1] }

    func target(_ edge: Int) -> Int { Int(targets[edge]) }

    /// Constraints that taking the edge satisfies.
    func satisfied(_ edge: Int) -> UInt64 { labelMasks[Int(labels[edge])] }

    /// Constraints of which some transition leads out of the state.
    func enabled(_ state: Int) -> UInt64 { edges(of: state).reduce(0) { $0 | satisfied($1) } }
}
