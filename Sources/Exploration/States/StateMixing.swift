/// A bijection on packed states of up to 128 bits that spreads them evenly: what the table takes for a hash is the
/// state itself in another order of states, so the bits that choose a segment need not be stored.
///
/// The state's low 64 bits (or fewer) are multiplied by odd numbers and folded, the rest is added in between, as in an
/// unbalanced Feistel network: each step can be undone.
struct StateMixing {
    /// Bits in the low word, at most 64, and in the high one.
    let lowBits: UInt64
    let highBits: UInt64
    private let lowMask: UInt64
    private let fold: UInt64

    private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let middle: UInt64 = 0xD6E8_FEB8_6659_FD93
    private static let back: UInt64 = 0xA076_1D64_78BD_642F
    private static let second: UInt64 = 0xE703_7ED1_A0B4_28DB
    private static let third: UInt64 = 0x8EBC_6AF0_9C88_C6E3
    private static let firstInverse = inverse(first)
    private static let secondInverse = inverse(second)
    private static let thirdInverse = inverse(third)

    /// - Parameter bits: 1 ... 128.
    init(bits: Int) {
        precondition(bits >= 1 && bits <= 128)
        lowBits = UInt64(min(bits, 64))
        highBits = UInt64(max(bits - 64, 0))
        lowMask = bits >= 64 ? .max : (1 << UInt64(bits)) - 1
        // At least half: folding twice gives back what was folded once.
        fold = (lowBits + 1) / 2
    }

    @inline(__always)
    func mix(_ low: UInt64, _ high: UInt64) -> (low: UInt64, high: UInt64) {
        var (a, b) = (low, high)
        a = (a &* Self.first) & lowMask
        a ^= a &>> fold
        if highBits > 0 {
            b ^= (a &* Self.middle) &>> (64 &- highBits)
            a ^= b &* Self.back
        }
        a = (a &* Self.second) & lowMask
        a ^= a &>> fold
        a = (a &* Self.third) & lowMask
        return (a, b)
    }

    @inline(__always)
    func unmix(_ low: UInt64, _ high: UInt64) -> (low: UInt64, high: UInt64) {
        var (a, b) = (low, high)
        a = (a &* Self.thirdInverse) & lowMask
        a ^= a &>> fold
        a = (a &* Self.secondInverse) & lowMask
        if highBits > 0 {
            a ^= b &* Self.back
            b ^= (a &* Self.middle) &>> (64 &- highBits)
        }
        a ^= a &>> fold
        a = (a &* Self.firstInverse) & lowMask
        return (a, b)
    }

    /// Of an odd number modulo 2^64, by Newton's iteration: each round doubles the bits that are right.
    private static func inverse(_ number: UInt64) -> UInt64 {
        var inverse = number
        for _ in 0..<5 { inverse = inverse &* (2 &- number &* inverse) }
        return inverse
    }
}
