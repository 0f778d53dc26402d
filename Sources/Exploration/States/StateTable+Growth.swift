import Glibc
import Synchronization

extension StateTable {
    /// Whoever calls is alone with the table.
    func growAll(_ numbers: [Int]) {
        for number in numbers where segments[number].count >= segments[number].largestCount { grow(number) }
    }

    /// A quarter more (small segments: twice as much), in place: no memory is copied to, no other segment waits.
    ///
    /// Entries are moved cluster by cluster (buckets that are full, and the one behind), the last cluster first. All
    /// entries of a cluster have positions within it, and positions only rise: so they go to where the cluster was, or
    /// to where the later clusters have already been moved from.
    ///
    /// Where the limit does not allow it the table is full.
    func grow(_ number: Int) {
        let old = segments[number]
        // Segments grow at different sizes, so that all together take what they need on average.
        let step = old.capacity < 64 ? old.capacity : old.capacity / 4 + (number * 37 % 64) * old.capacity / 2048
        let capacity = old.capacity + step
        guard capacity + capacity / 16 <= bucketsMax, ledger.reserve(step * format.bucketBytes) else {
            isFull.store(true, ordering: .relaxed)
            return
        }
        memory.adviseHugePages(number, byteCount: capacity * format.bucketBytes)
        segments[number].capacity = capacity
        segments[number].largestCount = Self.largestCount(places: capacity * format.entries)
        var last = old.capacity - 1
        while isFull(last, old) { last += 1 }
        var cluster: [UInt8] = []
        while last >= 0 {
            var first = last
            while first > 0, isFull(first - 1, old) { first -= 1 }
            move(segments + number, buckets: first...last, &cluster)
            last = first - 1
        }
    }

    static func largestCount(places: Int) -> Int64 { Int64(places - places * 3 / 20) }

    func isFull(_ bucket: Int, _ segment: Segment) -> Bool {
        let tags = (segment.base + bucket &* format.bucketBytes).load(as: UInt64.self)
        return tags.leadingZeroBitCount < 72 &- 8 &* format.entries
    }

    /// - Parameter cluster: scratch memory.
    private func move(
        _ segment: UnsafeMutablePointer<Segment>, buckets: ClosedRange<Int>, _ cluster: inout [UInt8]
    ) {
        let bucketBytes = format.bucketBytes
        let start = segment.pointee.base + buckets.lowerBound &* bucketBytes
        let bytes = buckets.count &* bucketBytes
        if cluster.count < bytes { cluster = [UInt8](repeating: 0, count: 2 * bytes) }
        cluster.withUnsafeMutableBytes { copy in
            guard let copy = copy.baseAddress else { return }
            memcpy(copy, start, bytes)
            memset(start, 0, bytes)
            for bucket in 0..<buckets.count {
                let source = copy + bucket &* bucketBytes
                let tags = source.loadUnaligned(as: UInt64.self)
                let count = (71 &- tags.leadingZeroBitCount) &>> 3
                for place in 0..<count { moveEntry(source, place, segment) }
            }
        }
    }

    @inline(__always)
    private func moveEntry(
        _ source: UnsafeMutableRawPointer, _ place: Int, _ segment: UnsafeMutablePointer<Segment>
    ) {
        let (mainBytes, tailBytes) = (format.mainBytes, format.tailBytes)
        let shift = UInt64(truncatingIfNeeded: 8 &* place)
        let tag = (source.loadUnaligned(as: UInt64.self) &>> shift) & 0xFF
        let digit = (source.loadUnaligned(fromByteOffset: 8, as: UInt64.self) &>> shift) & 0xFF
        let top = remainder(source, place) &<< (64 &- format.remainderBits)
        var bucket = segment.pointee.base + segment.pointee.position(top) &* format.bucketBytes
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
                    of: from.loadUnaligned(fromByteOffset: 8 &* place, as: UInt64.self), toByteOffset: 8 &* free,
                    as: UInt64.self)
            } else {
                to.storeBytes(
                    of: from.loadUnaligned(fromByteOffset: 4 &* place, as: UInt32.self), toByteOffset: 4 &* free,
                    as: UInt32.self)
            }
            if tailBytes > 0 {
                let tails = format.tailsOffset
                memcpy(bucket + tails + free &* tailBytes, source + tails + place &* tailBytes, tailBytes)
            }
            return
        }
    }

    /// The bits of the mixed first word that an entry stores.
    @inline(__always)
    func remainder(_ bucket: UnsafeMutableRawPointer, _ place: Int) -> UInt64 {
        let shift = UInt64(truncatingIfNeeded: 8 &* place)
        let digit = (bucket.loadUnaligned(fromByteOffset: BucketFormat.digitsOffset, as: UInt64.self) &>> shift) & 0xFF
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
