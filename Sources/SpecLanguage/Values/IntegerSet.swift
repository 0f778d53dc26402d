// SPDX-License-Identifier: MIT

/// A finite set of integers as sorted, disjoint, non-adjacent closed ranges. Equal sets have equal
/// representations.
///
/// The meaning of `Set<T>` in a spec. Exploration packs it as a bit mask; proofs see a predicate.
package struct IntegerSet: Hashable, Sendable {
    package private(set) var ranges: [ClosedRange<Int128>]

    package init() { ranges = [] }

    package init(_ members: some Sequence<Int128>) {
        ranges = []
        for member in members { insert(member...member) }
    }

    package var isEmpty: Bool { ranges.isEmpty }

    /// Number of members.
    package var count: Int128 { ranges.reduce(0) { $0 + ($1.upperBound - $1.lowerBound + 1) } }

    package func contains(_ member: Int128) -> Bool { !isDisjoint(member...member) }

    package func isDisjoint(_ range: ClosedRange<Int128>) -> Bool { !ranges.contains { $0.overlaps(range) } }

    package func containsAll(_ range: ClosedRange<Int128>) -> Bool {
        ranges.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
    }

    package mutating func insert(_ range: ClosedRange<Int128>) {
        var first = range.lowerBound
        var last = range.upperBound
        var kept: [ClosedRange<Int128>] = []
        for old in ranges {
            if old.upperBound + 1 < first || last + 1 < old.lowerBound {
                kept.append(old)
            } else {
                first = min(first, old.lowerBound)
                last = max(last, old.upperBound)
            }
        }
        let place = kept.firstIndex { $0.lowerBound > last } ?? kept.count
        kept.insert(first...last, at: place)
        ranges = kept
    }

    package mutating func remove(_ range: ClosedRange<Int128>) {
        var kept: [ClosedRange<Int128>] = []
        for old in ranges {
            guard old.overlaps(range) else {
                kept.append(old)
                continue
            }
            if old.lowerBound < range.lowerBound { kept.append(old.lowerBound...(range.lowerBound - 1)) }
            if range.upperBound < old.upperBound { kept.append((range.upperBound + 1)...old.upperBound) }
        }
        ranges = kept
    }

    /// The highest maximal run of members that has a member in `range`; whole, even where it reaches beyond
    /// `range`.
    package func highestRun(in range: ClosedRange<Int128>) -> ClosedRange<Int128>? {
        ranges.last { $0.overlaps(range) }
    }

    /// The lowest maximal run of members that has a member in `range`; whole, even where it reaches beyond
    /// `range`.
    package func lowestRun(in range: ClosedRange<Int128>) -> ClosedRange<Int128>? {
        ranges.first { $0.overlaps(range) }
    }

    /// Members in ascending order. Only for small sets.
    package var members: [Int128] { ranges.flatMap { Array($0) } }
}
