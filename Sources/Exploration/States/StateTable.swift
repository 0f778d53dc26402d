import CMemory
import Glibc
import Synchronization

/// The set of states seen: exact, each with the level it was found at (modulo 255). No state is stored twice or beside
/// its entry: there is no list of states, no hash and no link to a parent. See
/// `Documentation/decisions/0004-visited-set.md`.
///
/// Who inserts holds a segment's lock for some dozens of records at once; different segments are independent.
final class StateTable: @unchecked Sendable {
    private static let prefetchDistance = 12
    private static let smallestCapacity = 8
    /// Address space is free, but not without end.
    private static let reservedBytesMax = 1 << 42

    let format: EntryFormat
    let segmentCount: Int
    private let segments: UnsafeMutablePointer<Segment>
    private let memory: SegmentMemory
    private let locks: UnsafeMutablePointer<pthread_mutex_t>
    /// Most entries a segment has room for, and bytes that all may take.
    private let placesMax: Int
    private let byteLimit: Int
    /// Bytes of all segments.
    let byteCount = Atomic<Int>(0)
    let isFull = Atomic<Bool>(false)

    /// - Returns: `nil` where `byteLimit` is too small for an empty table, or the kernel refuses the address space.
    init?(format: EntryFormat, byteLimit: Int) {
        segmentCount = 1 << format.segmentBits
        let smallest = segmentCount * (Self.smallestCapacity * format.entryBytes + MemoryLayout<Segment>.stride)
        // Segments fill evenly, but not exactly so.
        let reserved = min(byteLimit, Self.reservedBytesMax) / segmentCount / 4 * 5 + (64 << 10)
        guard smallest <= byteLimit,
            let memory = SegmentMemory(segmentCount: segmentCount, bytesPerSegment: reserved)
        else { return nil }
        self.format = format
        self.memory = memory
        self.byteLimit = byteLimit
        placesMax = (memory.stride - SegmentMemory.padding) / format.entryBytes
        segments = .allocate(capacity: segmentCount)
        locks = .allocate(capacity: segmentCount)
        for number in 0..<segmentCount {
            pthread_mutex_init(locks + number, nil)
            (segments + number).initialize(
                to: Segment(
                    base: memory.segment(number), capacity: Self.smallestCapacity,
                    largestCount: Self.smallestCapacity * 3 / 4))
        }
        byteCount.store(smallest, ordering: .relaxed)
    }

    deinit {
        for number in 0..<segmentCount { pthread_mutex_destroy(locks + number) }
        segments.deallocate()
        locks.deallocate()
    }

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

    /// Adds records of one segment that are not in the table.
    ///
    /// - Parameters:
    ///   - tag: of the level the states are found at; 0 only looks.
    ///   - fresh: gets the indices of records that were not in the table.
    /// - Returns: how many there were. Where memory ends, `isFull` is set and the rest is dropped.
    func insert(
        segment number: Int, _ records: UnsafePointer<UInt64>, count: Int, tag: UInt64,
        fresh: UnsafeMutablePointer<Int32>
    ) -> Int {
        pthread_mutex_lock(locks + number)
        defer { pthread_mutex_unlock(locks + number) }
        return format.isNarrow
            ? insertNarrow(segments + number, records, count: count, tag: tag, fresh: fresh)
            : insertWide(segments + number, records, count: count, tag: tag, fresh: fresh)
    }

    private func insertNarrow(
        _ segment: UnsafeMutablePointer<Segment>, _ records: UnsafePointer<UInt64>, count: Int, tag: UInt64,
        fresh: UnsafeMutablePointer<Int32>
    ) -> Int {
        var freshCount = 0
        let entryBytes = format.entryBytes
        let remainderBits = format.remainderBits
        let topShift = 64 &- remainderBits
        let remainderMask = UInt64.max &>> topShift
        // The bytes of an entry as one or two words: the first eight, and the last eight where there are more.
        let isShort = entryBytes <= 8
        let firstMask: UInt64 = isShort ? UInt64.max &>> UInt64(64 &- 8 &* entryBytes) : .max
        let compared = firstMask & ~0xFF
        let lastOffset = max(entryBytes &- 8, 0)
        let lastShift = UInt64(8 &* lastOffset)
        let base = segment.pointee.base
        var capacity = segment.pointee.capacity
        for ahead in 0..<min(Self.prefetchDistance, count) {
            cmemory_prefetch(base + Segment.position(records[2 &* ahead] &<< topShift, capacity) &* entryBytes)
        }
        var index = 0
        while index < count {
            let ahead = index &+ Self.prefetchDistance
            if ahead < count {
                cmemory_prefetch(base + Segment.position(records[2 &* ahead] &<< topShift, capacity) &* entryBytes)
            }
            let (a, b) = (records[2 &* index], records[2 &* index &+ 1])
            let remainder = a & remainderMask
            let value0 = remainder | b &<< remainderBits
            let first = value0 &<< 8
            let second = value0 &>> 56 | (b &>> topShift) &<< 8
            let last = lastShift == 64 ? second : first &>> lastShift | second &<< (64 &- lastShift)
            var entry = base + Segment.position(a &<< topShift, capacity) &* entryBytes
            var isNew = false
            while true {
                let word = entry.loadUnaligned(as: UInt64.self)
                if (word ^ first) & compared == 0, word & 0xFF != 0,
                    isShort || (entry + lastOffset).loadUnaligned(as: UInt64.self) == last
                {
                    break
                }
                if word & 0xFF == 0 {
                    isNew = true
                    break
                }
                entry += entryBytes
            }
            if isNew {
                fresh[freshCount] = Int32(truncatingIfNeeded: index)
                freshCount &+= 1
                if tag != 0 {
                    if segment.pointee.count >= segment.pointee.largestCount {
                        guard grow(segment) else { return freshCount &- 1 }
                        capacity = segment.pointee.capacity
                        entry = emptyEntry(segment, Segment.position(a &<< topShift, capacity))
                    }
                    if isShort {
                        let old = entry.loadUnaligned(as: UInt64.self)
                        entry.storeBytes(of: old & ~firstMask | (first | tag) & firstMask, as: UInt64.self)
                    } else {
                        entry.storeBytes(of: first | tag, as: UInt64.self)
                        (entry + lastOffset).storeBytes(of: last, as: UInt64.self)
                    }
                    guard note(entry, in: segment) else { return freshCount }
                }
            }
            index &+= 1
        }
        return freshCount
    }

    private func insertWide(
        _ segment: UnsafeMutablePointer<Segment>, _ records: UnsafePointer<UInt64>, count: Int, tag: UInt64,
        fresh: UnsafeMutablePointer<Int32>
    ) -> Int {
        var freshCount = 0
        let entryBytes = format.entryBytes
        let segmentBits = UInt64(format.segmentBits)
        let base = segment.pointee.base
        for index in 0..<count {
            let record = records + index &* format.recordWords
            let ahead = index &+ Self.prefetchDistance
            if ahead < count {
                cmemory_prefetch(
                    base + segment.pointee.position(records[ahead &* format.recordWords] &<< segmentBits) &* entryBytes)
            }
            let top = record[0] &<< segmentBits
            var entry = base + segment.pointee.position(top) &* entryBytes
            var isNew = true
            while entry.load(as: UInt8.self) != 0 {
                if memcmp(entry + 1, record + 1, format.stateBytes) == 0 {
                    isNew = false
                    break
                }
                entry += entryBytes
            }
            guard isNew else { continue }
            fresh[freshCount] = Int32(truncatingIfNeeded: index)
            freshCount &+= 1
            guard tag != 0 else { continue }
            if segment.pointee.count >= segment.pointee.largestCount {
                guard grow(segment) else { return freshCount &- 1 }
                entry = emptyEntry(segment, segment.pointee.position(top))
            }
            entry.storeBytes(of: UInt8(truncatingIfNeeded: tag), as: UInt8.self)
            memcpy(entry + 1, record + 1, format.stateBytes)
            guard note(entry, in: segment) else { return freshCount }
        }
        return freshCount
    }

    /// Counts an entry just written.
    ///
    /// - Returns: false where it took the last of the segment's room, so that no more may be added.
    @inline(__always)
    private func note(_ entry: UnsafeMutableRawPointer, in segment: UnsafeMutablePointer<Segment>) -> Bool {
        segment.pointee.count &+= 1
        let offset = entry - segment.pointee.base
        // Division is slow, and most entries lie far from the end.
        if offset >= segment.pointee.end &* format.entryBytes {
            segment.pointee.end = offset / format.entryBytes &+ 1
            if segment.pointee.end >= placesMax {
                isFull.store(true, ordering: .relaxed)
                return false
            }
        }
        return true
    }

    private func emptyEntry(
        _ segment: UnsafeMutablePointer<Segment>, _ position: Int
    ) -> UnsafeMutableRawPointer {
        var entry = segment.pointee.base + position &* format.entryBytes
        while entry.load(as: UInt8.self) != 0 { entry += format.entryBytes }
        return entry
    }

    // MARK: Growth

    /// A quarter more (small segments: twice as much), in place: no memory is copied to, no other segment waits.
    ///
    /// Entries are moved cluster by cluster (places taken without a gap), the last cluster first. All entries of a
    /// cluster have positions within it, and positions only rise: so they go to where the cluster was, or to where
    /// the later clusters have already been moved from.
    ///
    /// - Returns: false where the limit does not allow it; then the table is full.
    private func grow(_ segment: UnsafeMutablePointer<Segment>) -> Bool {
        let entryBytes = format.entryBytes
        let old = segment.pointee
        let number = segment - segments
        // Segments grow at different sizes, so that all together take what they need on average.
        let step = old.capacity < 512 ? old.capacity : old.capacity / 4 + (number * 37 % 64) * old.capacity / 2048
        let capacity = old.capacity + step
        let total = byteCount.add(step * entryBytes, ordering: .relaxed).newValue
        // Behind the capacity there must be room for what collides at the end.
        guard total <= byteLimit, capacity + capacity / 64 + 64 <= placesMax else {
            byteCount.subtract(step * entryBytes, ordering: .relaxed)
            isFull.store(true, ordering: .relaxed)
            return false
        }
        memory.advise(number, byteCount: capacity * entryBytes)
        segment.pointee.capacity = capacity
        // Small tables buy speed, large ones room.
        segment.pointee.largestCount = capacity - (total < 256 << 20 ? capacity / 4 : capacity / 6)
        segment.pointee.end = 0
        var cluster: [UInt8] = []
        var place = old.end - 1
        while place >= 0 {
            guard (old.base + place &* entryBytes).load(as: UInt8.self) != 0 else {
                place -= 1
                continue
            }
            let last = place
            while place > 0, (old.base + (place - 1) &* entryBytes).load(as: UInt8.self) != 0 { place -= 1 }
            move(segment, places: place...last, &cluster)
            place -= 1
        }
        return true
    }

    private func move(
        _ segment: UnsafeMutablePointer<Segment>, places: ClosedRange<Int>, _ cluster: inout [UInt8]
    ) {
        let entryBytes = format.entryBytes
        let start = segment.pointee.base + places.lowerBound &* entryBytes
        let bytes = places.count &* entryBytes
        if cluster.count < bytes + 16 { cluster = [UInt8](repeating: 0, count: 2 * bytes + 64) }
        cluster.withUnsafeMutableBytes { copy in
            guard let copy = copy.baseAddress else { return }
            memcpy(copy, start, bytes)
            memset(start, 0, bytes)
            var highest = start
            for index in 0..<places.count {
                let entry = copy + index &* entryBytes
                let target = emptyEntry(segment, segment.pointee.position(top(of: entry)))
                memcpy(target, entry, entryBytes)
                if target > highest { highest = target }
            }
            let end = (highest - segment.pointee.base) / entryBytes + 1
            if end > segment.pointee.end { segment.pointee.end = end }
        }
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
        for place in 0..<segment.end {
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
                let b = words.0 &>> remainderBits | words.1 &<< (64 &- remainderBits)
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
