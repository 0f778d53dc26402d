/// How a state lies in a table entry: a byte that says since which level it is there (0: the entry is empty), then the
/// bits of the state.
///
/// States of up to 128 bits are mixed first (`StateMixing`), and the bits that choose the segment are left out. Wider
/// ones are stored as they are, beside a hash that is not stored.
struct EntryFormat {
    let wordsPerState: Int
    let bitsPerState: Int
    /// Logarithm of the number of segments.
    let segmentBits: Int
    let entryBytes: Int
    /// Entries side by side in a line of the cache, where probing looks first: nearly all states are found with one
    /// access to memory.
    let bucketEntries: Int
    let bucketBytes: Int
    /// Bytes of a state as the frontier stores it.
    let stateBytes: Int
    let isNarrow: Bool
    let mixing: StateMixing
    /// Words of a record on its way to the table: a mixed state, or a hash and the state.
    let recordWords: Int

    static let smallestBits = 16

    init(wordsPerState: Int, bitsPerState: Int) {
        self.wordsPerState = wordsPerState
        self.bitsPerState = bitsPerState
        stateBytes = (bitsPerState + 7) / 8
        isNarrow = bitsPerState <= 128
        let bits = max(bitsPerState, Self.smallestBits)
        mixing = StateMixing(bits: min(bits, 128))
        if isNarrow {
            // As few segments as make an entry shortest.
            let bytes = { (segmentBits: Int) in 1 + (bits - segmentBits + 7) / 8 }
            segmentBits = (8...11).min { bytes($0) < bytes($1) } ?? 8
            entryBytes = bytes(segmentBits)
            recordWords = 2
        } else {
            segmentBits = 8
            entryBytes = 1 + stateBytes
            recordWords = 1 + wordsPerState
        }
        bucketEntries = max(1, 64 / entryBytes)
        bucketBytes = max(64, entryBytes)
    }

    /// Bits of the low word that an entry stores.
    @inline(__always)
    var remainderBits: UInt64 { mixing.lowBits &- UInt64(segmentBits) }

    /// Levels with different tags.
    static let levelsMax = 254
    /// The tag of an entry that somebody is writing.
    static let busyTag: UInt64 = 255

    /// The tag of a level: 1 ... 254, again and again.
    static func tag(ofLevel level: Int) -> UInt64 { UInt64(1 + level % levelsMax) }
}
