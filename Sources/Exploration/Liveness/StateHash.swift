// SPDX-License-Identifier: MIT

/// The hash of packed states. Neighbouring states differ in a bit or two anywhere in their words, so each
/// word goes through a full 128-bit product whose halves are folded: every bit of the input reaches every bit
/// of the result. Collisions cost time, never a state: `VisitedSet` compares the words.
enum StateHash {
    @inline(__always)
    static func hash(_ words: UnsafePointer<UInt64>, count: Int) -> UInt64 {
        assert(count > 0)
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        var index = 0
        while index < count {
            hash = fold(hash ^ words[index], 0xD6E8_FEB8_6659_FD93) &+ 0xA076_1D64_78BD_642F
            index &+= 1
        }
        return fold(hash, 0xE703_7ED1_A0B4_28DB)
    }

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
