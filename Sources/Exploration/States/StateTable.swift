// SPDX-License-Identifier: MIT

import Synchronization

/// The set of states seen: exact, each with the level it was found at (modulo 126). There is no list of states, no hash
/// and no link to a parent. See `Documentation/decisions/0004-visited-set.md`.
///
/// One array of buckets. The first bits of a mixed state say, as a fraction, in which bucket to begin; an entry lies there
/// or in the first bucket behind that had room. There is no wrapping around: what does not fit lies behind the last
/// bucket where one can begin. 256 regions of equal size begin with the same eight bits, which are not stored: an entry
/// is in its region or, as its tag says, has been pushed into the next.
///
/// Threads insert without a lock: an entry is claimed by its tag in the bucket's first word, then written, then
/// published by that word. Only growing (in place) needs the table alone: see `GrowthGate`.
///
/// `@unchecked`: buckets are accessed as just said; the rest changes behind the gate.
final class StateTable: @unchecked Sendable {
    /// The most states that are inserted between two looks at whether the table must grow.
    static let batchMax = 1024
    static let smallestRegion = 16
    /// Smaller tables take more memory than they need, as it makes them faster.
    static let roomyBytes = 128 << 20
    /// Larger tables take as little as they can.
    static let scarceBytes = 1 << 30

    /// States that a thread inserts between two looks: the fewer the more threads there are, so that a small table does
    /// not overflow before it grows.
    let batch: Int
    let format: BucketFormat
    let ledger: MemoryLedger
    let memory: TableMemory
    let gate: GrowthGate
    /// Buckets where one can begin, a multiple of the number of regions.
    var capacity: Int
    /// The table grows when it has as many entries.
    var largestCount: Int
    /// Most buckets there is address space for, those behind not counted.
    let capacityMax: Int
    /// What is said of `count` while threads insert lags behind by a batch each.
    let entryCount = Atomic<Int>(0)
    /// Set where the table cannot take more: nothing should be inserted any more than was begun.
    let isFull = Atomic<Bool>(false)

    /// - Returns: `nil` where the ledger has no room for an empty table, or the kernel refuses the address space.
    init?(format: BucketFormat, ledger: MemoryLedger, threads: Int) {
        let capacity = BucketFormat.regionCount * Self.smallestRegion
        let smallest = capacity * format.bucketBytes
        // Should all states on their way go there, and more: a run of full buckets beyond is cut off by `isFull`.
        let behind = (2 * threads * Self.batchMax + (1 << 16)) * format.bucketBytes
        guard ledger.reserve(smallest) else { return nil }
        let wanted = ledger.limit > Int.max / 2 ? ledger.limit / 2 : ledger.limit
        guard let memory = TableMemory(wanted: wanted + behind, smallest: smallest + behind) else {
            ledger.release(smallest)
            return nil
        }
        batch = min(Self.batchMax, max(16, 4 * Self.batchMax / max(1, threads)))
        self.format = format
        self.ledger = ledger
        self.memory = memory
        self.capacity = capacity
        // `position` multiplies it by 32 bits.
        capacityMax = min((memory.byteCount - behind) / format.bucketBytes, 1 << 32)
        largestCount = Self.largestCount(capacity: capacity, format)
        gate = GrowthGate(threads: threads)
    }

    /// States in the table. Call it while nobody inserts.
    var count: Int { entryCount.load(ordering: .relaxed) }

    /// Of the buckets.
    var byteCount: Int { capacity * format.bucketBytes }

    /// Nothing is in the table any more, and its memory is free for another.
    func giveBack() { memory.giveBack() }

    /// So many that hardly ever a run of full buckets becomes as long as a region: the shorter the regions, the fewer.
    static func largestCount(capacity: Int, _ format: BucketFormat) -> Int {
        let percent =
            switch capacity / BucketFormat.regionCount {
            case ..<64: 35
            case ..<256: 50
            case ..<1024: 70
            default:
                switch capacity * format.bucketBytes {
                case ..<roomyBytes: 62
                case ..<scarceBytes: 72
                default: 85
                }
            }
        return capacity * format.entries / 100 * percent
    }

    /// As many as it takes where it cannot grow any more.
    static func crowdedCount(capacity: Int, _ format: BucketFormat) -> Int {
        guard capacity / BucketFormat.regionCount >= 1024 else {
            return largestCount(capacity: capacity, format)
        }
        return capacity * format.entries / 100 * 93
    }

    /// The bucket where one begins, from the first 32 bits of a mixed state. Rises with them, and with `capacity`: so
    /// growing moves every entry up or leaves it.
    @inline(__always)
    static func position(_ first: UInt64, _ capacity: Int) -> Int {
        Int(truncatingIfNeeded: (first &* UInt64(truncatingIfNeeded: capacity)) &>> 32)
    }
}
