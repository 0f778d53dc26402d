// SPDX-License-Identifier: MIT

import Glibc
import Synchronization

extension StateTable {
    /// Makes room for more, if another thread has not done so. Whoever calls is alone with the table.
    func growIfCrowded() {
        while count >= largestCount, !isFull.load(ordering: .relaxed) { grow() }
    }

    /// Bytes that a table takes for so many states, whatever it took them for; less where the limit demands it.
    static func byteCount(for count: Int, _ format: BucketFormat) -> Int {
        var capacity = BucketFormat.regionCount * smallestRegion
        while count >= largestCount(capacity: capacity, format) {
            capacity = nextCapacity(after: capacity, format)
        }
        return capacity * format.bucketBytes
    }

    private static func nextCapacity(after capacity: Int, _ format: BucketFormat) -> Int {
        let bytes = capacity * format.bucketBytes
        let region = capacity / BucketFormat.regionCount
        return (region + (bytes < roomyBytes ? region : region / 4)) * BucketFormat.regionCount
    }

    /// What the table grows to: as much less than the next capacity as the limit demands. Reserved.
    ///
    /// - Returns: `nil` where the limit allows nothing worth the work.
    private func reserveNextCapacity() -> Int? {
        let region = capacity / BucketFormat.regionCount
        var step = Self.nextCapacity(after: capacity, format) / BucketFormat.regionCount - region
        while step >= max(1, region / 32) {
            let more = step * BucketFormat.regionCount
            if capacity + more <= capacityMax, ledger.reserve(more * format.bucketBytes) {
                return capacity + more
            }
            step /= 2
        }
        return nil
    }

    /// Twice as much; large tables: a quarter more; in place: no memory is copied to.
    ///
    /// Where the limit does not allow it the table becomes more crowded than is good for speed, and then is full.
    private func grow() {
        let old = capacity
        guard let new = reserveNextCapacity() else {
            let crowded = Self.crowdedCount(capacity: old, format)
            if largestCount < crowded {
                largestCount = crowded
            } else {
                isFull.store(true, ordering: .relaxed)
            }
            return
        }
        memory.adviseHugePages(new * format.bucketBytes)
        capacity = new
        largestCount = Self.largestCount(capacity: new, format)
        moveEntries(from: old)
    }

    /// Takes over the buckets that a checkpoint has.
    ///
    /// - Parameters:
    ///   - bucketEnd: behind the last of them.
    ///   - read: reads them to where they belong.
    /// - Returns: whether there was memory for them, and they are as this type writes them.
    func restore(
        capacity saved: Int, bucketEnd: Int, count: Int, _ read: (UnsafeMutableRawPointer) -> Bool
    ) -> Bool {
        guard saved >= capacity, saved <= capacityMax, saved % BucketFormat.regionCount == 0,
            bucketEnd >= saved, bucketEnd <= memory.byteCount / format.bucketBytes,
            ledger.reserve((saved - capacity) * format.bucketBytes)
        else {
            return false
        }
        memory.adviseHugePages(saved * format.bucketBytes)
        capacity = saved
        largestCount = Self.largestCount(capacity: saved, format)
        entryCount.store(count, ordering: .relaxed)
        return read(memory.base) && (0..<bucketEnd).allSatisfy(isWellFormed)
    }

    /// Whether a bucket's entries have no gaps, and tags of levels: with others threads would wait for each other.
    private func isWellFormed(_ bucket: Int) -> Bool {
        var tags = (memory.base + bucket &* format.bucketBytes).load(as: UInt64.self)
        guard (64 - tags.leadingZeroBitCount + 7) / 8 <= format.entries else { return false }
        while tags != 0 {
            let level = tags & BucketFormat.levelMask
            guard level != 0, level <= UInt64(BucketFormat.levelsMax) else { return false }
            tags >>= 8
        }
        return true
    }

    // MARK: Parts of an entry

    /// The mixed first word of an entry's state.
    ///
    /// - Parameter region: of the bucket.
    @inline(__always)
    func mixed(_ bucket: UnsafeMutableRawPointer, _ place: Int, tag: UInt64, region: UInt64) -> UInt64 {
        let isPushed = (tag &>> 7) ^ (region & 1)
        return (region &- isPushed) &<< format.remainderBits | remainder(bucket, place)
    }

    /// The bits of the mixed first word that an entry stores.
    @inline(__always)
    func remainder(_ bucket: UnsafeMutableRawPointer, _ place: Int) -> UInt64 {
        let shift = UInt64(truncatingIfNeeded: 8 &* place)
        let digit =
            (bucket.loadUnaligned(fromByteOffset: BucketFormat.digitsOffset, as: UInt64.self) &>> shift)
            & 0xFF
        let value = low(bucket, place) & (UInt64.max &>> (72 &- format.remainderBits))
        return digit | value &<< 8
    }

    /// The first 64 bits behind the digit, of which there may be fewer.
    @inline(__always)
    func low(_ bucket: UnsafeMutableRawPointer, _ place: Int) -> UInt64 {
        let mains = bucket + BucketFormat.mainsOffset
        if format.mainBytes == 8 { return mains.loadUnaligned(fromByteOffset: 8 &* place, as: UInt64.self) }
        let main = UInt64(mains.loadUnaligned(fromByteOffset: 4 &* place, as: UInt32.self))
        return main | tail(bucket, place, count: format.tailBytes) &<< 32
    }

    /// The first bytes of a tail, at most eight.
    @inline(__always)
    func tail(_ bucket: UnsafeMutableRawPointer, _ place: Int, count: Int) -> UInt64 {
        let tail = bucket + format.tailsOffset + place &* format.tailBytes
        var value: UInt64 = 0
        var index = count
        while index > 0 {
            index &-= 1
            value = value &<< 8 | UInt64(tail.load(fromByteOffset: index, as: UInt8.self))
        }
        return value
    }
}
