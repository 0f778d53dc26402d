// SPDX-License-Identifier: MIT

/// A bijection on packed states that makes the first word a hash of them all: what the table takes for a hash is a part
/// of the state itself in another order of states, so the bits that choose a place need not be stored.
///
/// A round of an unbalanced Feistel network: a hash of the other words is added to the first (as 'exclusive or'), which
/// then goes through a bijection on its own bits (products with odd numbers, and folds). The other words stay.
struct StateMixing: Sendable {
    /// Bits of the first word, 1 ... 64, and of all others together.
    let lowBits: UInt64
    let highBits: Int
    let lowMask: UInt64
    /// Words behind the first.
    let highWords: Int
    private let fold: UInt64

    private static let multiplier: UInt64 = 0xD6E8_FEB8_6659_FD93
    private static let offset: UInt64 = 0xA076_1D64_78BD_642F
    private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let second: UInt64 = 0xE703_7ED1_A0B4_28DB
    private static let firstInverse = inverse(first)
    private static let secondInverse = inverse(second)

    /// - Parameter bits: of a state; at least 1.
    init(bits: Int) {
        precondition(bits >= 1, "a state has at least a bit")
        lowBits = UInt64(min(bits, 64))
        highBits = max(bits - 64, 0)
        highWords = (highBits + 63) / 64
        lowMask = .max &>> (64 &- lowBits)
        // At least half: folding twice gives back what was folded once.
        fold = (lowBits + 1) / 2
    }

    /// The first word of the mixed state; the others are those of the state.
    @inline(__always)
    func mix(_ low: UInt64, high: UnsafePointer<UInt64>) -> UInt64 {
        switch highWords {
        case 0: return permute(low)
        case 1: return permute(low ^ hash(high[0], Self.offset) & lowMask)
        default: return permute(low ^ hash(words: high))
        }
    }

    @inline(__always)
    func unmix(_ mixed: UInt64, high: UnsafePointer<UInt64>) -> UInt64 {
        switch highWords {
        case 0: return unpermute(mixed)
        case 1: return unpermute(mixed) ^ hash(high[0], Self.offset) & lowMask
        default: return unpermute(mixed) ^ hash(words: high)
        }
    }

    @inline(__always)
    private func permute(_ word: UInt64) -> UInt64 {
        var word = (word &* Self.first) & lowMask
        word ^= word &>> fold
        word = (word &* Self.second) & lowMask
        word ^= word &>> fold
        return (word &* Self.first) & lowMask
    }

    @inline(__always)
    private func unpermute(_ word: UInt64) -> UInt64 {
        var word = (word &* Self.firstInverse) & lowMask
        word ^= word &>> fold
        word = (word &* Self.secondInverse) & lowMask
        word ^= word &>> fold
        return (word &* Self.firstInverse) & lowMask
    }

    @inline(__always)
    private func hash(_ word: UInt64, _ salt: UInt64) -> UInt64 {
        let product = (word ^ salt).multipliedFullWidth(by: Self.multiplier)
        return product.high ^ product.low
    }

    private func hash(words: UnsafePointer<UInt64>) -> UInt64 {
        var sum = Self.offset
        for index in 0..<highWords { sum = hash(words[index], sum) &+ Self.first }
        return sum
    }

    /// Of an odd number modulo 2^64, by Newton's iteration: each round doubles the bits that are right.
    private static func inverse(_ number: UInt64) -> UInt64 {
        var inverse = number
        for _ in 0..<5 { inverse = inverse &* (2 &- number &* inverse) }
        return inverse
    }
}
