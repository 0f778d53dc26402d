import CMemory
import Glibc
import Synchronization

/// The set of states seen: exact, each with the level it was found at (modulo 255). No state is stored twice or beside
/// its entry: there is no list of states, no hash and no link to a parent. See
/// `Documentation/decisions/0004-visited-set.md`.
///
/// Segments are grouped in `partitionCount` partitions. Who inserts holds the partition's lock for a few hundred
/// records; different partitions are independent.
final class StateTable: @unchecked Sendable {
    static let partitionBits = 6
    static let partitionCount = 1 << partitionBits
    private static let prefetchDistance = 12

    let format: EntryFormat
    private let segments: UnsafeMutablePointer<Segment>
    let segmentCount: Int
    private let locks: UnsafeMutablePointer<pthread_mutex_t>
    /// Bytes of all segments.
    let byteCount = Atomic<Int>(0)
    /// Most that segments may take; may be lowered while running.
    let byteLimit: Atomic<Int>
    let isFull = Atomic<Bool>(false)

    /// - Returns: `nil` where `byteLimit` is too small for an empty table.
    init?(format: EntryFormat, byteLimit: Int) {
        self.format = format
        self.byteLimit = Atomic(byteLimit)
        segmentCount = 1 << format.segmentBits
        let smallest = segmentCount * (Segment.byteCount(Self.smallestCapacity, format.entryBytes) + MemoryLayout<Segment>.stride)
        guard smallest <= byteLimit else { return nil }
        segments = .allocate(capacity: segmentCount)
        locks = .allocate(capacity: Self.partitionCount)
        for partition in 0..<Self.partitionCount { pthread_mutex_init(locks + partition, nil) }
        var bytes = 0
        for number in 0..<segmentCount {
            guard let segment = Segment(capacity: Self.smallestCapacity, entryBytes: format.entryBytes) else {
                fatalError("the system has no memory left, not even a few pages")
            }
            (segments + number).initialize(to: segment)
            bytes += segment.byteCount(entryBytes: format.entryBytes) + MemoryLayout<Segment>.stride
        }
        byteCount.store(bytes, ordering: .relaxed)
    }

    deinit {
        for number in 0..<segmentCount { segments[number].free(entryBytes: format.entryBytes) }
        for partition in 0..<Self.partitionCount { pthread_mutex_destroy(locks + partition) }
        segments.deallocate()
        locks.deallocate()
    }

    private static let smallestCapacity = 8

    /// States in the table. Call it while nobody inserts.
    var count: Int { (0..<segmentCount).reduce(0) { $0 + segments[$1].count } }

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

    /// Adds records of one partition that are not in the table.
    ///
    /// - Parameters:
    ///   - tag: of the level the states are found at; 0 only looks.
    ///   - fresh: gets the indices of records that were not in the table.
    /// - Returns: how many there were. Where memory ends, `isFull` is set and the rest is dropped.
    func insert(
        partition: Int, _ records: UnsafePointer<UInt64>, count: Int, tag: UInt64,
        fresh: UnsafeMutablePointer<Int32>
    ) -> Int {
        pthread_mutex_lock(locks + partition)
        defer { pthread_mutex_unlock(locks + partition) }
        return format.isNarrow
            ? insertNarrow(records, count: count, tag: tag, fresh: fresh)
            : insertWide(records, count: count, tag: tag, fresh: fresh)
    }

    private func insertNarrow(
        _ records: UnsafePointer<UInt64>, count: Int, tag: UInt64, fresh: UnsafeMutablePointer<Int32>
    ) -> Int {
        var freshCount = 0
        let entryBytes = format.entryBytes
        let remainderBits = format.remainderBits
        let remainderMask = (UInt64.max &>> (64 &- remainderBits))
        let segments = segments
        // The bytes of an entry as one or two words: the first eight, and the last eight where there are more.
        let isShort = entryBytes <= 8
        let firstMask: UInt64 = isShort ? UInt64.max &>> UInt64(64 &- 8 &* entryBytes) : .max
        let lastShift = UInt64(8 &* max(entryBytes &- 8, 0))
        var index = 0
        while index < count {
            let ahead = index &+ Self.prefetchDistance
            if ahead < count {
                let a = records[2 &* ahead]
                let segment = segments + Int(truncatingIfNeeded: a &>> remainderBits)
                cmemory_prefetch(segment.pointee.base + segment.pointee.position((a & remainderMask) &<< (64 &- remainderBits)) &* entryBytes)
            }
            let (a, b) = (records[2 &* index], records[2 &* index &+ 1])
            let segment = segments + Int(truncatingIfNeeded: a &>> remainderBits)
            let remainder = a & remainderMask
            let value0 = remainderBits == 64 ? remainder : remainder | b &<< remainderBits
            let value1 = remainderBits == 64 ? b : b &>> (64 &- remainderBits)
            let first = value0 &<< 8
            // With an entry of exactly 8 bytes or fewer there is no second word.
            let second = value0 &>> 56 | value1 &<< 8
            let last = lastShift == 0 ? 0 : lastShift == 64 ? second : first &>> lastShift | second &<< (64 &- lastShift)
            let base = segment.pointee.base
            let capacity = segment.pointee.capacity
            var place = segment.pointee.position(remainder &<< (64 &- remainderBits))
            var isNew = false
            while true {
                let entry = base + place &* entryBytes
                let word = entry.loadUnaligned(as: UInt64.self)
                if word & 0xFF == 0 {
                    isNew = true
                    break
                }
                if (word ^ first) & firstMask & ~0xFF == 0,
                    isShort || (entry + (entryBytes &- 8)).loadUnaligned(as: UInt64.self) == last
                {
                    break
                }
                place &+= 1
                if place == capacity { place = 0 }
            }
            if isNew {
                fresh[freshCount] = Int32(truncatingIfNeeded: index)
                freshCount &+= 1
                if tag != 0 {
                    if segment.pointee.count >= segment.pointee.largestCount {
                        guard grow(segment) else { return freshCount &- 1 }
                        place = emptyPlace(segment, remainder &<< (64 &- remainderBits))
                    }
                    let entry = segment.pointee.base + place &* entryBytes
                    if isShort {
                        let old = entry.loadUnaligned(as: UInt64.self)
                        entry.storeBytes(of: old & ~firstMask | (first | tag) & firstMask, as: UInt64.self)
                    } else {
                        entry.storeBytes(of: first | tag, as: UInt64.self)
                        (entry + (entryBytes &- 8)).storeBytes(of: last, as: UInt64.self)
                    }
                    segment.pointee.count &+= 1
                }
            }
            index &+= 1
        }
        return freshCount
    }

    private func insertWide(
        _ records: UnsafePointer<UInt64>, count: Int, tag: UInt64, fresh: UnsafeMutablePointer<Int32>
    ) -> Int {
        var freshCount = 0
        let entryBytes = format.entryBytes
        let shift = UInt64(64 &- format.segmentBits)
        for index in 0..<count {
            let record = records + index &* format.recordWords
            let ahead = index &+ Self.prefetchDistance
            if ahead < count {
                let hash = records[ahead &* format.recordWords]
                let segment = segments + Int(truncatingIfNeeded: hash &>> shift)
                cmemory_prefetch(segment.pointee.base + segment.pointee.position(hash &<< UInt64(format.segmentBits)) &* entryBytes)
            }
            let segment = segments + Int(truncatingIfNeeded: record[0] &>> shift)
            let top = record[0] &<< UInt64(format.segmentBits)
            var place = segment.pointee.position(top)
            var isNew = false
            while true {
                let entry = segment.pointee.base + place &* entryBytes
                if entry.load(as: UInt8.self) == 0 {
                    isNew = true
                    break
                }
                if memcmp(entry + 1, record + 1, format.stateBytes) == 0 { break }
                place &+= 1
                if place == segment.pointee.capacity { place = 0 }
            }
            guard isNew else { continue }
            fresh[freshCount] = Int32(truncatingIfNeeded: index)
            freshCount &+= 1
            guard tag != 0 else { continue }
            if segment.pointee.count >= segment.pointee.largestCount {
                guard grow(segment) else { return freshCount &- 1 }
                place = emptyPlace(segment, top)
            }
            let entry = segment.pointee.base + place &* entryBytes
            entry.storeBytes(of: UInt8(truncatingIfNeeded: tag), as: UInt8.self)
            memcpy(entry + 1, record + 1, format.stateBytes)
            segment.pointee.count &+= 1
        }
        return freshCount
    }

    private func emptyPlace(_ segment: UnsafeMutablePointer<Segment>, _ top: UInt64) -> Int {
        var place = segment.pointee.position(top)
        while (segment.pointee.base + place &* format.entryBytes).load(as: UInt8.self) != 0 {
            place &+= 1
            if place == segment.pointee.capacity { place = 0 }
        }
        return place
    }

    // MARK: Growth

    /// A quarter more (small segments: twice as much), at the cost of copying one segment.
    ///
    /// - Returns: false where the limit or the system does not allow it; then the table is full.
    private func grow(_ segment: UnsafeMutablePointer<Segment>) -> Bool {
        let old = segment.pointee
        let number = segment - segments
        // Segments grow at different sizes, so that all together take what they need on average.
        let step = old.capacity < 512 ? old.capacity : old.capacity / 4 + (number * 37 % 64) * old.capacity / 2048
        let capacity = old.capacity + step
        let bytes = Segment.byteCount(capacity, format.entryBytes)
        let oldBytes = old.byteCount(entryBytes: format.entryBytes)
        let total = byteCount.add(bytes - oldBytes, ordering: .relaxed).newValue
        guard total <= byteLimit.load(ordering: .relaxed), capacity < 1 << 32,
            var larger = Segment(capacity: capacity, entryBytes: format.entryBytes)
        else {
            byteCount.subtract(bytes - oldBytes, ordering: .relaxed)
            isFull.store(true, ordering: .relaxed)
            return false
        }
        larger.count = old.count
        segment.pointee = larger
        let entryBytes = format.entryBytes
        for place in 0..<old.capacity {
            let entry = old.base + place &* entryBytes
            guard entry.load(as: UInt8.self) != 0 else { continue }
            let target = segment.pointee.base + emptyPlace(segment, top(of: entry)) &* entryBytes
            memcpy(target, entry, entryBytes)
        }
        old.free(entryBytes: entryBytes)
        return true
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
        let entryBytes = format.entryBytes
        let state = UnsafeMutablePointer<UInt64>.allocate(capacity: format.wordsPerState + 2)
        state.initialize(repeating: 0, count: format.wordsPerState + 2)
        defer { state.deallocate() }
        for place in 0..<segment.capacity {
            let entry = segment.base + place &* entryBytes
            guard entry.load(as: UInt8.self) == UInt8(truncatingIfNeeded: tag) else { continue }
            if format.isNarrow {
                var words: (UInt64, UInt64) = (0, 0)
                withUnsafeMutableBytes(of: &words) {
                    $0.copyMemory(from: UnsafeRawBufferPointer(start: entry + 1, count: entryBytes - 1))
                }
                let remainderBits = format.remainderBits
                let remainder = words.0 & (UInt64.max &>> (64 &- remainderBits))
                let a = UInt64(number) &<< remainderBits | remainder
                let b = remainderBits == 64 ? words.1 : words.0 &>> remainderBits | words.1 &<< (64 &- remainderBits)
                let (low, high) = format.mixing.unmix(a, format.mixing.highBits == 0 ? 0 : b)
                state[0] = low
                if format.wordsPerState > 1 { state[1] = high }
            } else {
                memcpy(state, entry + 1, format.stateBytes)
            }
            body(state)
        }
    }
}
