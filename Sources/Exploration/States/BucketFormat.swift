// SPDX-License-Identifier: MIT

/// How states lie in the table. A bucket has room for up to eight, part by part:
///
/// - bytes 0...7, a byte an entry: its tag, which says at which level the state was found, and whether its region is an
///   odd one; 0: no entry. Entries fill a bucket from the first on, without gaps.
/// - bytes 8...15, a byte an entry: eight bits of the mixed state, by which all entries are compared at once.
/// - a main word an entry (8 or 4 bytes), then a tail an entry (any number of bytes): the other bits of the mixed state,
///   but for those that its region says.
///
/// Buckets that fill a line of the cache are aligned to it.
struct BucketFormat: Sendable {
    let wordsPerState: Int
    let mixing: StateMixing
    /// Bits of the mixed first word that an entry stores: the lower ones.
    let remainderBits: UInt64
    /// Entries a bucket has room for.
    let entries: Int
    let bucketBytes: Int
    let mainBytes: Int
    let tailBytes: Int
    /// States of at most 128 bits: an entry's bits are computed in registers.
    let isNarrow: Bool
    /// Bytes of a state as the frontier stores it.
    let stateBytes: Int

    static let tagsOffset = 0
    static let digitsOffset = 8
    static let mainsOffset = 16
    /// The table is as many regions, by the first bits of the mixed first word: these need not be stored.
    static let regionBits: UInt64 = 8
    static let regionCount = 1 << 8
    /// Levels with different tags.
    static let levelsMax = 126
    /// The tag of an entry that is being written.
    static let busyTag: UInt64 = 255
    /// Fewer bits are taken for as many.
    private static let smallestBits = 48

    init(wordsPerState: Int, bitsPerState: Int) {
        precondition(wordsPerState >= 1, "a packed state has at least one word")
        precondition(bitsPerState <= 64 * wordsPerState, "bits lie in the state's words")
        self.wordsPerState = wordsPerState
        stateBytes = max(1, (bitsPerState + 7) / 8)
        let bits = max(bitsPerState, Self.smallestBits)
        mixing = StateMixing(bits: bits)
        isNarrow = bits <= 128
        remainderBits = mixing.lowBits - Self.regionBits
        let stored = (bits - Int(Self.regionBits) + 7) / 8
        mainBytes = stored >= 9 ? 8 : 4
        tailBytes = stored - 1 - mainBytes
        // Eight entries leave no byte unused. As many as fit a line are found with one access to memory.
        let inLine = min(8, (64 - Self.mainsOffset) / (stored - 1))
        if inLine > 0, 64 * 5 <= inLine * (stored + 1) * 6 {
            (entries, bucketBytes) = (inLine, 64)
        } else {
            (entries, bucketBytes) = (8, 8 * (stored + 1))
        }
    }

    @inline(__always)
    var tailsOffset: Int { Self.mainsOffset &+ entries &* mainBytes }

    /// In a tag: whether the state's region is odd.
    static let oddRegion: UInt64 = 0x80
    static let levelMask: UInt64 = 0x7F

    /// The tag of a level, in an even region: 1 ... 126, again and again.
    static func tag(ofLevel level: Int) -> UInt64 { UInt64(1 + level % levelsMax) }
}
