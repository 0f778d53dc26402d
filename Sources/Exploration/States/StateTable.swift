import Synchronization

/// The set of states seen: exact, each with the level it was found at (modulo 254). There is no list of states, no hash
/// and no link to a parent. See `Documentation/decisions/0004-visited-set.md`.
///
/// Threads insert without a lock: an entry is claimed by its tag in the bucket's first word, then written, then
/// published by that word. Only growing segments (in place) needs the table alone: see `GrowthGate`.
///
/// `@unchecked`: buckets are accessed as just said; segments change behind the gate.
final class StateTable: @unchecked Sendable {
    /// The most states that are inserted between two looks at whether a segment must grow.
    static let batchMax = 1024
    /// Buckets.
    private static let smallestCapacity = 2

    let format: BucketFormat
    let ledger: MemoryLedger
    let segments: UnsafeMutablePointer<Segment>
    let memory: SegmentMemory
    let gate: GrowthGate
    /// Most buckets a segment has room for, what is on its way when the table becomes full not counted.
    let bucketsMax: Int
    /// Set where a segment cannot grow any more: nothing more should be inserted than was begun.
    let isFull = Atomic<Bool>(false)

    /// - Returns: `nil` where the ledger has no room for an empty table, or the kernel refuses the address space.
    init?(format: BucketFormat, ledger: MemoryLedger, threads: Int) {
        let count = format.segmentCount
        let smallest = Self.smallestCapacity * format.bucketBytes
        // All states that may still come, in one segment.
        let onTheWay = (2 * threads * Self.batchMax + 64) * format.bucketBytes
        // Segments fill evenly, but not exactly so.
        let wanted = ledger.limit / count / 4 * 5 + smallest + (64 << 10)
        guard ledger.reserve(count * (smallest + MemoryLayout<Segment>.stride)) else { return nil }
        guard
            let memory = SegmentMemory(
                segmentCount: count, bytesPerSegment: wanted + onTheWay, smallest: smallest + onTheWay)
        else {
            ledger.release(count * (smallest + MemoryLayout<Segment>.stride))
            return nil
        }
        self.format = format
        self.ledger = ledger
        self.memory = memory
        bucketsMax = (memory.stride - onTheWay) / format.bucketBytes
        gate = GrowthGate(threads: threads)
        segments = .allocate(capacity: count)
        for number in 0..<count {
            (segments + number).initialize(
                to: Segment(
                    base: memory.segment(number), capacity: Self.smallestCapacity,
                    largestCount: Int64(Self.smallestCapacity * format.entries / 2)))
        }
    }

    deinit { segments.deallocate() }

    var segmentCount: Int { format.segmentCount }

    /// States in the table. Call it while nobody inserts.
    var count: Int { (0..<segmentCount).reduce(0) { $0 + Int(segments[$1].count) } }

    /// Bytes of all buckets.
    var byteCount: Int { (0..<segmentCount).reduce(0) { $0 + segments[$1].capacity } * format.bucketBytes }
}
