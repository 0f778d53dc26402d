// SPDX-License-Identifier: MIT

/// A set of state cells, as bits.
struct CellSet: Hashable {
    private var words: [UInt64]

    /// The empty set of cells below `count`.
    init(below count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    mutating func insert(_ cell: Int) { words[cell >> 6] |= 1 << UInt64(cell & 63) }

    mutating func insert(_ cells: Range<Int>) { for cell in cells { insert(cell) } }

    func contains(_ cell: Int) -> Bool { words[cell >> 6] >> UInt64(cell & 63) & 1 != 0 }

    mutating func formUnion(_ other: CellSet) {
        for word in words.indices { words[word] |= other.words[word] }
    }

    func isDisjoint(with other: CellSet) -> Bool {
        for word in words.indices where words[word] & other.words[word] != 0 { return false }
        return true
    }

    mutating func subtract(_ other: CellSet) {
        for word in words.indices { words[word] &= ~other.words[word] }
    }

    func intersection(_ other: CellSet) -> CellSet {
        var both = self
        for word in words.indices { both.words[word] &= other.words[word] }
        return both
    }

    /// The member, if there is exactly one.
    var single: Int? {
        guard words.reduce(0, { $0 + $1.nonzeroBitCount }) == 1 else { return nil }
        return words.indices.first { words[$0] != 0 }.map { $0 << 6 + words[$0].trailingZeroBitCount }
    }
}
