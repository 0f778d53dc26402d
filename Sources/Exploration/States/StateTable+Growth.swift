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
    /// Entries are moved cluster by cluster (buckets that are full, and the one behind), the last cluster first. All
    /// entries of a cluster have positions within it, and positions only rise: so they go to where the cluster was, or
    /// to where the later clusters have already been moved from.
    ///
    /// Where the limit does not allow it the table becomes more crowded than is good for speed, and then is full.
    private func grow() {
        let old = capacity
        let region = old / BucketFormat.regionCount
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
        let oldRegionBytes = region * format.bucketBytes
        var last = old - 1
        while isBucketFull(last) { last += 1 }
        var cluster: [UInt8] = []
        while last >= 0 {
            var first = last
            while first > 0, isBucketFull(first - 1) { first -= 1 }
            move(first...last, oldRegionBytes, &cluster)
            last = first - 1
        }
    }

    /// Takes over the buckets that a checkpoint has.
    ///
    /// - Parameter read: reads them to where they belong.
    /// - Returns: whether there was memory for them.
    func restore(capacity saved: Int, count: Int, _ read: (UnsafeMutableRawPointer) -> Bool) -> Bool {
        guard saved >= capacity, saved <= capacityMax, ledger.reserve((saved - capacity) * format.bucketBytes)
        else {
            return false
        }
        memory.adviseHugePages(saved * format.bucketBytes)
        capacity = saved
        largestCount = Self.largestCount(capacity: saved, format)
        entryCount.store(count, ordering: .relaxed)
        return read(memory.base)
    }

    func isBucketFull(_ bucket: Int) -> Bool {
        let tags = (memory.base + bucket &* format.bucketBytes).load(as: UInt64.self)
        return tags.leadingZeroBitCount < 72 &- 8 &* format.entries
    }

    /// - Parameter cluster: scratch memory.
    private func move(_ buckets: ClosedRange<Int>, _ oldRegionBytes: Int, _ cluster: inout [UInt8]) {
        let bucketBytes = format.bucketBytes
        let offset = buckets.lowerBound &* bucketBytes
        let bytes = buckets.count &* bucketBytes
        if cluster.count < bytes { cluster = [UInt8](repeating: 0, count: 2 * bytes) }
        cluster.withUnsafeMutableBytes { copy in
            guard let copy = copy.baseAddress else { return }
            memcpy(copy, memory.base + offset, bytes)
            memset(memory.base + offset, 0, bytes)
            // Nearly always one: clusters are short.
            var region = UInt64(truncatingIfNeeded: offset / oldRegionBytes)
            var regionEnd = Int(truncatingIfNeeded: region &+ 1) &* oldRegionBytes
            for bucket in 0..<buckets.count {
                if offset &+ bucket &* bucketBytes >= regionEnd {
                    region &+= 1
                    regionEnd &+= oldRegionBytes
                }
                let source = copy + bucket &* bucketBytes
                let tags = source.loadUnaligned(as: UInt64.self)
                let count = (71 &- tags.leadingZeroBitCount) &>> 3
                for place in 0..<count { moveEntry(source, place, region: region) }
            }
        }
    }

    @inline(__always)
    private func moveEntry(_ source: UnsafeMutableRawPointer, _ place: Int, region: UInt64) {
        let (mainBytes, tailBytes) = (format.mainBytes, format.tailBytes)
        let shift = UInt64(truncatingIfNeeded: 8 &* place)
        let tag = (source.loadUnaligned(as: UInt64.self) &>> shift) & 0xFF
        let digit = (source.loadUnaligned(fromByteOffset: 8, as: UInt64.self) &>> shift) & 0xFF
        let mixed = mixed(source, place, tag: tag, region: region)
        let position = Self.position(mixed &>> (format.mixing.lowBits &- 32), capacity)
        var bucket = memory.base + position &* format.bucketBytes
        while true {
            let tags = bucket.load(as: UInt64.self)
            let free = (71 &- tags.leadingZeroBitCount) &>> 3
            if free == format.entries {
                bucket += format.bucketBytes
                continue
            }
            let freeShift = UInt64(truncatingIfNeeded: 8 &* free)
            let digits = bucket.load(fromByteOffset: BucketFormat.digitsOffset, as: UInt64.self)
            bucket.storeBytes(of: tags | tag &<< freeShift, as: UInt64.self)
            bucket.storeBytes(
                of: digits | digit &<< freeShift, toByteOffset: BucketFormat.digitsOffset, as: UInt64.self)
            let (from, to) = (source + BucketFormat.mainsOffset, bucket + BucketFormat.mainsOffset)
            if mainBytes == 8 {
                to.storeBytes(
                    of: from.loadUnaligned(fromByteOffset: 8 &* place, as: UInt64.self),
                    toByteOffset: 8 &* free,
                    as: UInt64.self)
            } else {
                to.storeBytes(
                    of: from.loadUnaligned(fromByteOffset: 4 &* place, as: UInt32.self),
                    toByteOffset: 4 &* free,
                    as: UInt32.self)
            }
            if tailBytes > 0 {
                let tails = format.tailsOffset
                memcpy(bucket + tails + free &* tailBytes, source + tails + place &* tailBytes, tailBytes)
            }
            // Beyond the next region its tag would not tell the region any more.
            if bucket - memory.base > (position &+ capacity / BucketFormat.regionCount) &* format.bucketBytes
            {
                isFull.store(true, ordering: .relaxed)
            }
            return
        }
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
