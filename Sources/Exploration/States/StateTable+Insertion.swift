// SPDX-License-Identifier: MIT

import CMemory
import Glibc
import Synchronization

/// States on their way to the table: those whose memory was asked for and is not there yet. A thread's own.
final class InsertionScratch {
    /// Far enough to hide the way to memory, near enough for the cache.
    static let lookAhead = 32

    fileprivate let mixed: UnsafeMutablePointer<UInt64>
    /// Indices of the states that were added.
    let fresh: UnsafeMutablePointer<Int32>

    init() {
        mixed = .allocate(capacity: Self.lookAhead)
        mixed.initialize(repeating: 0, count: Self.lookAhead)
        fresh = .allocate(capacity: StateTable.batchMax)
        fresh.initialize(repeating: 0, count: StateTable.batchMax)
    }

    deinit {
        mixed.deallocate()
        fresh.deallocate()
    }
}

extension StateTable {
    /// Adds states that are not in the table.
    ///
    /// - Parameters:
    ///   - states: `count` packed states, at most `batchMax`.
    ///   - tag: of the level the states are found at; 0 only looks.
    /// - Returns: how many were not in the table; which, `scratch.fresh` says. Where memory ends `isFull` is set.
    func insert(
        _ states: UnsafePointer<UInt64>, count: Int, tag: UInt64, scratch: InsertionScratch, thread: Int
    ) -> Int {
        assert(count <= Self.batchMax && tag <= UInt64(BucketFormat.levelsMax))
        if count == 0 { return 0 }
        gate.enter(thread)
        let added: Int
        switch (format.isNarrow, gate.isShared) {
        case (true, false):
            added = insertAll(states, count, tag, scratch, isShared: false) { Self.narrow($0, $1, $2) }
        case (true, true):
            added = insertAll(states, count, tag, scratch, isShared: true) { Self.narrow($0, $1, $2) }
        case (false, let isShared):
            added = insertAll(states, count, tag, scratch, isShared: isShared) { mixed, state, _ in
                WideEntry(mixed: mixed, high: state + 1)
            }
        }
        // Within the gate: behind it another thread may be growing the table.
        let isCrowded = tag != 0 && entryCount.add(added, ordering: .relaxed).newValue >= largestCount
        gate.leave(thread)
        if isCrowded { gate.alone { growIfCrowded() } }
        return added
    }

    @inline(__always)
    private static func narrow(
        _ mixed: UInt64, _ state: UnsafePointer<UInt64>, _ format: BucketFormat
    ) -> NarrowEntry {
        NarrowEntry(mixed: mixed, high: format.mixing.highWords == 0 ? 0 : state[1], format)
    }

    /// - Parameter entry: makes an entry from a mixed first word and a state.
    @inline(__always)
    private func insertAll<Entry: TableEntry>(
        _ states: UnsafePointer<UInt64>, _ count: Int, _ tag: UInt64, _ scratch: InsertionScratch,
        isShared: Bool,
        _ entry: (UInt64, UnsafePointer<UInt64>, BucketFormat) -> Entry
    ) -> Int {
        let (base, capacity, format, words) = (memory.base, capacity, format, format.wordsPerState)
        let (mixed, fresh) = (scratch.mixed, scratch.fresh)
        let (mixing, firstShift) = (format.mixing, format.mixing.lowBits &- 32)
        let aheadMask = InsertionScratch.lookAhead &- 1
        let regionBytes = capacity / BucketFormat.regionCount * format.bucketBytes
        var freshCount = 0
        var step = 0
        let ahead = min(InsertionScratch.lookAhead &- 1, count)
        while step < count &+ ahead {
            if step < count {
                let state = states + step &* words
                let word = mixing.mix(state[0], high: state + 1)
                mixed[step & aheadMask] = word
                cmemory_prefetch(base + Self.position(word &>> firstShift, capacity) &* format.bucketBytes)
            }
            let index = step &- ahead
            step &+= 1
            if index < 0 { continue }
            let word = mixed[index & aheadMask]
            let parity = (word &>> format.remainderBits) &<< 7 & BucketFormat.oddRegion
            let bucket = base + Self.position(word &>> firstShift, capacity) &* format.bucketBytes
            switch Self.add(
                entry(word, states + index &* words, format), from: bucket, end: bucket + regionBytes, tag,
                parity,
                format, isShared: isShared)
            {
            case .present: continue
            case .noRoom:
                // What is only looked for is certainly not there.
                if tag == 0 {
                    fresh[freshCount] = Int32(truncatingIfNeeded: index)
                    freshCount &+= 1
                } else {
                    isFull.store(true, ordering: .relaxed)
                }
            case .added:
                fresh[freshCount] = Int32(truncatingIfNeeded: index)
                freshCount &+= 1
            }
        }
        return freshCount
    }

    fileprivate enum Addition { case present, added, noRoom }

    /// Looks from a bucket on, and adds what is not there; tag 0 only looks.
    ///
    /// A bucket's first word is loaded before anything else of it (acquire): what an entry without the busy tag stores was
    /// written before. Two threads that add the same state meet at the same word, as entries fill up in order: one
    /// claims it, and the other looks again.
    ///
    /// - Parameters:
    ///   - end: behind the buckets where the entry may lie. That all of them are full is hardly possible.
    ///   - parity: of the state's region, as in a tag.
    @inline(__always)
    private static func add<Entry: TableEntry>(
        _ entry: Entry, from first: UnsafeMutableRawPointer, end: UnsafeMutableRawPointer, _ tag: UInt64,
        _ parity: UInt64, _ format: BucketFormat, isShared: Bool
    ) -> Addition {
        var bucket = first
        while true {
            let tags = isShared ? cmemory_load_acquire(bucket) : bucket.load(as: UInt64.self)
            let bits = 64 &- tags.leadingZeroBitCount
            let places = (bits &+ 7) &>> 3
            if isPresent(entry, bucket, tags, parity, places, format, isShared: isShared) { return .present }
            if isShared, hasBusy(tags) {
                cmemory_pause()
                continue
            }
            if places == format.entries {
                bucket += format.bucketBytes
                if bucket == end { return .noRoom }
                continue
            }
            if tag == 0 { return .added }
            let shift = UInt64(truncatingIfNeeded: 8 &* places)
            if isShared {
                guard cmemory_claim(bucket, tags, tags | BucketFormat.busyTag &<< shift) else { continue }
                // Nobody else claims a place of the bucket while this one is busy: one locked instruction is enough.
                write(entry, to: bucket, places, format)
                let digits = cmemory_load_relaxed(bucket + BucketFormat.digitsOffset)
                cmemory_store_relaxed(bucket + BucketFormat.digitsOffset, digits | entry.digit &<< shift)
                cmemory_store_release(bucket, tags | (tag | parity) &<< shift)
            } else {
                write(entry, to: bucket, places, format)
                let digits = bucket.load(fromByteOffset: BucketFormat.digitsOffset, as: UInt64.self)
                bucket.storeBytes(
                    of: digits | entry.digit &<< shift, toByteOffset: BucketFormat.digitsOffset,
                    as: UInt64.self)
                bucket.storeBytes(of: tags | (tag | parity) &<< shift, as: UInt64.self)
            }
            return .added
        }
    }

    /// Whether a published entry of a bucket is the one.
    @inline(__always)
    private static func isPresent<Entry: TableEntry>(
        _ entry: Entry, _ bucket: UnsafeMutableRawPointer, _ tags: UInt64, _ parity: UInt64, _ places: Int,
        _ format: BucketFormat,
        isShared: Bool
    ) -> Bool {
        let digits =
            isShared
            ? cmemory_load_relaxed(bucket + BucketFormat.digitsOffset)
            : bucket.load(fromByteOffset: BucketFormat.digitsOffset, as: UInt64.self)
        let difference = digits ^ (entry.digit &* 0x0101_0101_0101_0101)
        // The high bit of each byte that is zero, and of some above such a one: all are looked at.
        var candidates = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
        while candidates != 0 {
            let place = candidates.trailingZeroBitCount &>> 3
            if place >= places { return false }
            let tag = (tags &>> UInt64(truncatingIfNeeded: 8 &* place)) & 0xFF
            if tag & BucketFormat.oddRegion == parity, !isShared || tag != BucketFormat.busyTag,
                isEqual(entry, bucket, place, format)
            {
                return true
            }
            candidates &= candidates &- 1
        }
        return false
    }

    @inline(__always)
    private static func isEqual<Entry: TableEntry>(
        _ entry: Entry, _ bucket: UnsafeMutableRawPointer, _ place: Int, _ format: BucketFormat
    ) -> Bool {
        let mains = bucket + BucketFormat.mainsOffset
        if format.mainBytes == 8 {
            if mains.load(fromByteOffset: 8 &* place, as: UInt64.self) != entry.main { return false }
        } else if UInt64(mains.load(fromByteOffset: 4 &* place, as: UInt32.self)) != entry.main {
            return false
        }
        if format.tailBytes == 0 { return true }
        return entry.isTailEqual(
            to: bucket + format.tailsOffset + place &* format.tailBytes, count: format.tailBytes)
    }

    @inline(__always)
    private static func hasBusy(_ tags: UInt64) -> Bool {
        (~tags &- 0x0101_0101_0101_0101) & tags & 0x8080_8080_8080_8080 != 0
    }

    @inline(__always)
    private static func write<Entry: TableEntry>(
        _ entry: Entry, to bucket: UnsafeMutableRawPointer, _ place: Int, _ format: BucketFormat
    ) {
        let mains = bucket + BucketFormat.mainsOffset
        if format.mainBytes == 8 {
            mains.storeBytes(of: entry.main, toByteOffset: 8 &* place, as: UInt64.self)
        } else {
            mains.storeBytes(
                of: UInt32(truncatingIfNeeded: entry.main), toByteOffset: 4 &* place, as: UInt32.self)
        }
        if format.tailBytes > 0 {
            entry.writeTail(
                to: bucket + format.tailsOffset + place &* format.tailBytes, count: format.tailBytes)
        }
    }
}
