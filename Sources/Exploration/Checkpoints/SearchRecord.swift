// SPDX-License-Identifier: MIT

/// What a checkpoint says of a search besides its states, as words.
struct SearchRecord: Equatable {
    var wordsPerState = 0
    var bitsPerState = 0
    /// Of the table: as `StateTable` has them.
    var capacity = 0
    var bucketEnd = 0
    var stateCount = 0
    /// The level being expanded.
    var depth = 0
    /// States of all levels up to that one.
    var countUpToLevel = 0
    /// States of the level that are still to be expanded, and those found for the next.
    var waitingCount = 0
    var foundCount = 0
    var ignoredFindingCount = 0
    var transitions: UInt64 = 0
    var quiescent: UInt64 = 0
    var operations: [UInt64] = []
    var premises: [UInt64] = []
    var reachables: [UInt64] = []

    private static var numbers: [WritableKeyPath<SearchRecord, Int>] {
        [
            \.wordsPerState, \.bitsPerState, \.capacity, \.bucketEnd, \.stateCount, \.depth, \.countUpToLevel,
            \.waitingCount,
            \.foundCount, \.ignoredFindingCount,
        ]
    }
    private static var sums: [WritableKeyPath<SearchRecord, UInt64>] { [\.transitions, \.quiescent] }
    private static var lists: [WritableKeyPath<SearchRecord, [UInt64]>] {
        [\.operations, \.premises, \.reachables]
    }

    /// Numbers that no search reaches are nobody's: nothing computed with the others overflows.
    var isPlausible: Bool {
        (1...1 << 20).contains(wordsPerState) && bitsPerState <= 64 * wordsPerState
            && Self.numbers.allSatisfy { (0...1 << 48).contains(self[keyPath: $0]) }
            && (Self.sums.map { self[keyPath: $0] } + Self.lists.flatMap { self[keyPath: $0] }).allSatisfy {
                $0 <= 1 << 62
            }
            && waitingCount + foundCount <= stateCount
            // No level is without a state.
            && depth <= stateCount
    }

    init() {}

    var words: [UInt64] {
        Self.numbers.map { UInt64(self[keyPath: $0]) } + Self.sums.map { self[keyPath: $0] }
            + Self.lists.flatMap { [UInt64(self[keyPath: $0].count)] + self[keyPath: $0] }
    }

    /// - Returns: `nil` where the words are not those of a record.
    init?(words: [UInt64]) {
        var rest = words[...]
        for path in Self.numbers {
            guard let number = rest.popFirst().flatMap(Int.init(exactly:)) else { return nil }
            self[keyPath: path] = number
        }
        for path in Self.sums {
            guard let sum = rest.popFirst() else { return nil }
            self[keyPath: path] = sum
        }
        for path in Self.lists {
            guard let count = rest.popFirst().flatMap(Int.init(exactly:)), count <= rest.count else {
                return nil
            }
            self[keyPath: path] = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        guard rest.isEmpty else { return nil }
    }
}
