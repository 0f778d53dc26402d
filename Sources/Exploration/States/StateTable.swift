import CMemory
import Glibc
import Synchronization

/// The set of states seen: exact, each with the level it was found at (modulo 255). No state is stored twice or beside
/// its entry: there is no list of states, no hash and no link to a parent. See
/// `Documentation/decisions/0004-visited-set.md`.
///
/// Threads insert without a lock: an entry is claimed by its first byte, then written, then published by that byte. Only
/// growing a segment (in place, a quarter at a time) needs it alone: see `GrowthGate`.
final class StateTable: @unchecked Sendable {
    /// The most records that are inserted between two looks at whether a segment must grow.
    static let recordsMax = 1024
    /// Buckets.
    private static let smallestCapacity = 2
    /// Address space is free, but not without end.
    private static let reservedBytesMax = 1 << 42

    let format: EntryFormat
    let segmentCount: Int
    private let segments: UnsafeMutablePointer<Segment>
    private let memory: SegmentMemory
    private let gate: GrowthGate
    /// Most buckets a segment has room for, and bytes that all may take.
    private let bucketsMax: Int
    private let byteLimit: Int
    /// Buckets kept free in each segment for what is still on its way when the table becomes full.
    private let roomReserve: Int
    /// Bytes of all segments.
    let byteCount = Atomic<Int>(0)
    let isFull = Atomic<Bool>(false)

    /// - Returns: `nil` where `byteLimit` is too small for an empty table, or the kernel refuses the address space.
    init?(format: EntryFormat, byteLimit: Int, threads: Int) {
        segmentCount = 1 << format.segmentBits
        let smallest = segmentCount * (Self.smallestCapacity * format.bucketBytes + MemoryLayout<Segment>.stride)
        // Segments fill evenly, but not exactly so.
        let reserved = min(byteLimit, Self.reservedBytesMax) / segmentCount / 4 * 5
            + 3 * threads * Self.recordsMax * format.bucketBytes + (64 << 10)
        guard smallest <= byteLimit,
            let memory = SegmentMemory(segmentCount: segmentCount, bytesPerSegment: reserved)
        else { return nil }
        self.format = format
        self.memory = memory
        self.byteLimit = byteLimit
        roomReserve = threads * Self.recordsMax
        bucketsMax = (memory.stride - SegmentMemory.padding) / format.bucketBytes
        segments = .allocate(capacity: segmentCount)
        gate = GrowthGate(threads: threads)
        for number in 0..<segmentCount {
            (segments + number).initialize(
                to: Segment(
                    base: memory.segment(number), capacity: Self.smallestCapacity,
                    largestCount: Int64(Self.smallestCapacity * format.bucketEntries) * 3 / 4))
        }
        byteCount.store(smallest, ordering: .relaxed)
    }

    deinit { segments.deallocate() }

    /// States in the table. Call it while nobody inserts.
    var count: Int { (0..<segmentCount).reduce(0) { $0 + Int(segments[$1].count) } }

    // MARK: Records

    /// The packed state of a record.
    @inline(__always)
    func readState(of record: UnsafePointer<UInt64>, into state: UnsafeMutablePointer<UInt64>) {
        if format.isNarrow {
            let (a, b) = format.mixing.unmix(record[0], record[1])
            state[0] = a
            if format.wordsPerState > 1 { state[1] = b }
        } else {
            state.update(from: record + 1, count: format.wordsPerState)
        }
    }

    // MARK: Insertion

    /// Turns packed states into records, and asks for the memory where they belong.
    func prepare(
        _ states: UnsafePointer<UInt64>, count: Int, records: UnsafeMutablePointer<UInt64>
    ) {
        let (segments, format) = (segments, format)
        if format.isNarrow {
            let mixing = format.mixing
            let remainderBits = format.remainderBits
            let (topShift, hasHigh) = (64 &- remainderBits, format.wordsPerState > 1)
            for index in 0..<count {
                let state = states + index &* (hasHigh ? 2 : 1)
                let (low, high) = mixing.mix(state[0], hasHigh ? state[1] : 0)
                records[2 &* index] = low
                records[2 &* index &+ 1] = high
                let segment = segments + Int(truncatingIfNeeded: low &>> remainderBits)
                cmemory_prefetch(segment.pointee.base + segment.pointee.position(low &<< topShift) &* format.bucketBytes)
            }
        } else {
            let segmentBits = UInt64(format.segmentBits)
            for index in 0..<count {
                let state = states + index &* format.wordsPerState
                let record = records + index &* format.recordWords
                record[0] = StateHash.hash(state, count: format.wordsPerState)
                (record + 1).update(from: state, count: format.wordsPerState)
                let segment = segments + Int(truncatingIfNeeded: record[0] &>> (64 &- segmentBits))
                cmemory_prefetch(
                    segment.pointee.base + segment.pointee.position(record[0] &<< segmentBits) &* format.bucketBytes)
            }
        }
    }

    /// Adds prepared records that are not in the table.
    ///
    /// - Parameters:
    ///   - tag: of the level the states are found at; 0 only looks.
    ///   - fresh: gets the indices of records that were not in the table; room for twice `recordsMax`.
    /// - Returns: how many there were. Where memory ends, `isFull` is set, and the next records must not be inserted.
    func insert(
        _ records: UnsafePointer<UInt64>, count: Int, tag: UInt64, fresh: UnsafeMutablePointer<Int32>,
        thread: Int
    ) -> Int {
        var crowded: [Int] = []
        gate.enter(thread)
        let (segments, format, isShared) = (segments, format, gate.isShared)
        let segmentShift = format.isNarrow ? format.remainderBits : UInt64(64 &- format.segmentBits)
        var freshCount = 0
        // At the end of `fresh`, from the back: records whose first bucket is full, while the next one is on its way.
        var waitingCount = 0
        var step = 0
        while step < count &+ waitingCount {
            let index: Int
            let isWaiting = step >= count
            if isWaiting {
                index = Int(fresh[2 &* Self.recordsMax &- 1 &- (step &- count)])
            } else {
                index = step
            }
            step &+= 1
            let record = records + index &* format.recordWords
            let number = Int(truncatingIfNeeded: record[0] &>> segmentShift)
            let segment = segments + number
            var bucket = Self.absent
            if format.isNarrow, !isWaiting { bucket = Self.addToFirstBucket(record, segment, tag, format, isShared: isShared) }
            if bucket == Self.postponed {
                fresh[2 &* Self.recordsMax &- 1 &- waitingCount] = Int32(truncatingIfNeeded: index)
                waitingCount &+= 1
                continue
            }
            if bucket == Self.absent {
                bucket =
                    format.isNarrow
                    ? Self.addNarrow(record, segment, tag, format, isShared: isShared)
                    : Self.addWide(record, segment, tag, format, isShared: isShared)
            }
            guard bucket >= 0 else { continue }
            fresh[freshCount] = Int32(truncatingIfNeeded: index)
            freshCount &+= 1
            if tag == 0 { continue }
            if bucket >= segment.pointee.capacity, bucket >= bucketsMax &- roomReserve {
                isFull.store(true, ordering: .relaxed)
            }
            if isShared {
                if cmemory_add(&segment.pointee.count, 1) >= segment.pointee.largestCount { crowded.append(number) }
            } else {
                segment.pointee.count &+= 1
                if segment.pointee.count >= segment.pointee.largestCount { grow(number) }
            }
        }
        gate.leave(thread)
        if !crowded.isEmpty {
            gate.alone {
                for number in crowded where segments[number].count >= segments[number].largestCount { grow(number) }
            }
        }
        return freshCount
    }

    /// Where a state was found or added, if not in a bucket of this number.
    private static let present = -1
    private static let absent = -2
    private static let postponed = -3

    /// An entry but for its tag, as words that can be compared: its first eight bytes, and the last eight where there are
    /// more.
    private struct NarrowEntry {
        let first: UInt64
        let last: UInt64
        let compared: UInt64
        let isShort: Bool
        let lastOffset: Int

        @inline(__always)
        init(_ record: UnsafePointer<UInt64>, _ format: EntryFormat) {
            let topShift = 64 &- format.remainderBits
            let value0 = record[0] & (UInt64.max &>> topShift) | record[1] &<< format.remainderBits
            first = value0 &<< 8
            let second = value0 &>> 56 | (record[1] &>> topShift) &<< 8
            isShort = format.entryBytes <= 8
            lastOffset = format.entryBytes &- 8
            let lastShift = UInt64(truncatingIfNeeded: 8 &* lastOffset)
            last = isShort ? 0 : lastShift == 64 ? second : first &>> lastShift | second &<< (64 &- lastShift)
            compared = ~0xFF & (isShort ? UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* format.entryBytes) : .max)
        }
    }

    /// Most states are there, somewhere in their first bucket: all its entries are compared without a branch, as which of
    /// them it is cannot be predicted. An entry that is being written is equal only when it is complete.
    ///
    /// - Returns: a bucket, `present`, `postponed` where the bucket is full of others, or `absent` where another thread
    ///   took the place.
    @inline(__always)
    private static func addToFirstBucket(
        _ record: UnsafePointer<UInt64>, _ segment: UnsafeMutablePointer<Segment>, _ tag: UInt64,
        _ format: EntryFormat, isShared: Bool
    ) -> Int {
        let new = NarrowEntry(record, format)
        let entryBytes = format.entryBytes
        let bucket = segment.pointee.position(record[0] &<< (64 &- format.remainderBits))
        let start = segment.pointee.base + bucket &* format.bucketBytes
        var candidate = start
        var matches = 0
        var taken = 0
        var left = format.bucketEntries
        while left > 0 {
            let word = candidate.loadUnaligned(as: UInt64.self)
            let tail = new.isShort ? 0 : (candidate + new.lastOffset).loadUnaligned(as: UInt64.self)
            let difference = (word ^ new.first) & new.compared | (tail ^ new.last)
            let isTaken = word & 0xFF != 0 ? 1 : 0
            taken &+= isTaken
            matches |= (difference == 0 ? 1 : 0) & isTaken
            candidate += entryBytes
            left &-= 1
        }
        if matches != 0 { return present }
        if taken == format.bucketEntries {
            cmemory_prefetch(start + format.bucketBytes)
            return postponed
        }
        if tag == 0 { return bucket }
        let entry = start + taken &* entryBytes
        if isShared, !cmemory_claim(entry, UInt8(truncatingIfNeeded: EntryFormat.busyTag)) { return absent }
        write(new.first, new.last, to: entry, entryBytes)
        cmemory_store_release(entry, UInt8(truncatingIfNeeded: tag))
        return bucket
    }

    /// - Returns: the bucket where the state was added, or `present`.
    @inline(__always)
    private static func addNarrow(
        _ record: UnsafePointer<UInt64>, _ segment: UnsafeMutablePointer<Segment>, _ tag: UInt64,
        _ format: EntryFormat, isShared: Bool
    ) -> Int {
        let new = NarrowEntry(record, format)
        let entryBytes = format.entryBytes
        var bucket = segment.pointee.position(record[0] &<< (64 &- format.remainderBits))
        while true {
            var entry = segment.pointee.base + bucket &* format.bucketBytes
            var left = format.bucketEntries
            while left > 0 {
                let mark = cmemory_load_acquire(entry)
                if mark == 0 {
                    if tag == 0 { return bucket }
                    if isShared, !cmemory_claim(entry, UInt8(truncatingIfNeeded: EntryFormat.busyTag)) { continue }
                    write(new.first, new.last, to: entry, entryBytes)
                    cmemory_store_release(entry, UInt8(truncatingIfNeeded: tag))
                    return bucket
                }
                if isShared, mark == UInt8(truncatingIfNeeded: EntryFormat.busyTag) {
                    cmemory_pause()
                    continue
                }
                if (entry.loadUnaligned(as: UInt64.self) ^ new.first) & new.compared == 0,
                    new.isShort || (entry + new.lastOffset).loadUnaligned(as: UInt64.self) == new.last
                {
                    return present
                }
                entry += entryBytes
                left &-= 1
            }
            bucket &+= 1
        }
    }

    /// Writes an entry but for its tag, and no byte of its neighbours.
    @inline(__always)
    private static func write(
        _ first: UInt64, _ last: UInt64, to entry: UnsafeMutableRawPointer, _ entryBytes: Int
    ) {
        if entryBytes >= 9 {
            (entry + (entryBytes &- 8)).storeBytes(of: last, as: UInt64.self)
            // Bytes 1 to 7; the last eight are those behind, or overlap with them.
            let low = first &>> 8
            (entry + 1).storeBytes(of: UInt32(truncatingIfNeeded: low), as: UInt32.self)
            (entry + 4).storeBytes(of: UInt32(truncatingIfNeeded: low &>> 24), as: UInt32.self)
        } else {
            var bytes = first &>> 8
            memcpy(entry + 1, &bytes, entryBytes &- 1)
        }
    }

    /// - Returns: the bucket where the state was added, or `present`.
    @inline(__always)
    private static func addWide(
        _ record: UnsafePointer<UInt64>, _ segment: UnsafeMutablePointer<Segment>, _ tag: UInt64,
        _ format: EntryFormat, isShared: Bool
    ) -> Int {
        var bucket = segment.pointee.position(record[0] &<< UInt64(format.segmentBits))
        while true {
            var entry = segment.pointee.base + bucket &* format.bucketBytes
            var left = format.bucketEntries
            while left > 0 {
                let mark = cmemory_load_acquire(entry)
                if mark == 0 {
                    if tag == 0 { return bucket }
                    if isShared, !cmemory_claim(entry, UInt8(truncatingIfNeeded: EntryFormat.busyTag)) { continue }
                    memcpy(entry + 1, record + 1, format.stateBytes)
                    cmemory_store_release(entry, UInt8(truncatingIfNeeded: tag))
                    return bucket
                }
                if isShared, mark == UInt8(truncatingIfNeeded: EntryFormat.busyTag) {
                    cmemory_pause()
                    continue
                }
                if memcmp(entry + 1, record + 1, format.stateBytes) == 0 { return present }
                entry += format.entryBytes
                left &-= 1
            }
            bucket &+= 1
        }
    }

    // MARK: Growth

    /// A quarter more (small segments: twice as much), in place: no memory is copied to, no other segment waits.
    ///
    /// Entries are moved cluster by cluster (buckets that are full, and the one behind), the last cluster first. All
    /// entries of a cluster have positions within it, and positions only rise: so they go to where the cluster was, or
    /// to where the later clusters have already been moved from.
    ///
    /// Where the limit does not allow it the table is full.
    private func grow(_ number: Int) {
        let old = segments[number]
        // Segments grow at different sizes, so that all together take what they need on average.
        let step = old.capacity < 128 ? old.capacity : old.capacity / 4 + (number * 37 % 64) * old.capacity / 2048
        let capacity = old.capacity + step
        let total = byteCount.add(step * format.bucketBytes, ordering: .relaxed).newValue
        guard total <= byteLimit, capacity + capacity / 64 + 2 * roomReserve <= bucketsMax else {
            byteCount.subtract(step * format.bucketBytes, ordering: .relaxed)
            isFull.store(true, ordering: .relaxed)
            return
        }
        memory.advise(number, byteCount: capacity * format.bucketBytes)
        var last = old.capacity - 1
        while isFull(last, old) { last += 1 }
        segments[number].capacity = capacity
        // Small tables buy speed, large ones room.
        let places = capacity * format.bucketEntries
        segments[number].largestCount = Int64(places - (total < 256 << 20 ? places * 3 / 10 : places / 8))
        var cluster: [UInt8] = []
        while last >= 0 {
            var first = last
            while first > 0, isFull(first - 1, old) { first -= 1 }
            move(segments + number, buckets: first...last, &cluster)
            last = first - 1
        }
    }

    private func isFull(_ bucket: Int, _ segment: Segment) -> Bool {
        let offset = bucket &* format.bucketBytes &+ (format.bucketEntries &- 1) &* format.entryBytes
        return (segment.base + offset).load(as: UInt8.self) != 0
    }

    private func move(
        _ segment: UnsafeMutablePointer<Segment>, buckets: ClosedRange<Int>, _ cluster: inout [UInt8]
    ) {
        let (entryBytes, bucketBytes) = (format.entryBytes, format.bucketBytes)
        let start = segment.pointee.base + buckets.lowerBound &* bucketBytes
        let bytes = buckets.count &* bucketBytes
        if cluster.count < bytes + 16 { cluster = [UInt8](repeating: 0, count: 2 * bytes + 64) }
        cluster.withUnsafeMutableBytes { copy in
            guard let copy = copy.baseAddress else { return }
            memcpy(copy, start, bytes)
            memset(start, 0, bytes)
            for bucket in 0..<buckets.count {
                var entry = copy + bucket &* bucketBytes
                for _ in 0..<format.bucketEntries {
                    if entry.load(as: UInt8.self) == 0 { break }
                    memcpy(emptyEntry(segment, segment.pointee.position(top(of: entry))), entry, entryBytes)
                    entry += entryBytes
                }
            }
        }
    }

    private func emptyEntry(
        _ segment: UnsafeMutablePointer<Segment>, _ position: Int
    ) -> UnsafeMutableRawPointer {
        var bucket = position
        while isFull(bucket, segment.pointee) { bucket &+= 1 }
        var entry = segment.pointee.base + bucket &* format.bucketBytes
        while entry.load(as: UInt8.self) != 0 { entry += format.entryBytes }
        return entry
    }

    /// The bits of an entry that choose its place, as the highest of a word.
    @inline(__always)
    private func top(of entry: UnsafeMutableRawPointer) -> UInt64 {
        if format.isNarrow {
            let first = entry.loadUnaligned(as: UInt64.self) &>> 8
            let more = UInt64(format.entryBytes > 8 ? (entry + 8).load(as: UInt8.self) : 0)
            return (first | more &<< 56) &<< (64 &- format.remainderBits)
        }
        let hash = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: format.wordsPerState) { words in
            words.initialize(repeating: 0)
            UnsafeMutableRawBufferPointer(words).copyMemory(
                from: UnsafeRawBufferPointer(start: entry + 1, count: format.stateBytes))
            return StateHash.hash(words.baseAddress.unsafelyUnwrapped, count: format.wordsPerState)
        }
        return hash &<< UInt64(format.segmentBits)
    }

    // MARK: Reading back

    /// Calls `body` with each state of a segment that was found at a level with this tag. Nobody may insert meanwhile.
    func forEachState(inSegment number: Int, tag: UInt64, _ body: (UnsafePointer<UInt64>) -> Void) {
        let segment = segments[number]
        let state = UnsafeMutablePointer<UInt64>.allocate(capacity: format.wordsPerState + 2)
        state.initialize(repeating: 0, count: format.wordsPerState + 2)
        defer { state.deallocate() }
        var end = segment.capacity
        while isFull(end - 1, segment) { end += 1 }
        for bucket in 0..<end {
            var entry = segment.base + bucket &* format.bucketBytes
            for _ in 0..<format.bucketEntries {
                let present = entry.load(as: UInt8.self)
                if present == 0 { break }
                if UInt64(present) == tag {
                    read(entry, segment: number, into: state)
                    body(state)
                }
                entry += format.entryBytes
            }
        }
    }

    private func read(
        _ entry: UnsafeMutableRawPointer, segment: Int, into state: UnsafeMutablePointer<UInt64>
    ) {
        guard format.isNarrow else {
            memcpy(state, entry + 1, format.stateBytes)
            return
        }
        var words: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &words) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: entry + 1, count: format.entryBytes - 1))
        }
        let remainderBits = format.remainderBits
        let a = UInt64(segment) &<< remainderBits | words.0 & (UInt64.max &>> (64 &- remainderBits))
        let b = words.0 &>> remainderBits | words.1 &<< (64 &- remainderBits)
        let (low, high) = format.mixing.unmix(a, format.mixing.highBits == 0 ? 0 : b)
        state[0] = low
        if format.wordsPerState > 1 { state[1] = high }
    }
}
