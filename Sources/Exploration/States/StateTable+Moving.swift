// SPDX-License-Identifier: MIT

import Glibc
import Synchronization

/// Entries go to where they belong in a table that has grown, within the same memory.
///
/// They are moved cluster by cluster (buckets that are full, and the one behind). All entries of a cluster have positions
/// within it, and positions only rise. So the last part of the table, whose positions are now all behind what was its end, is
/// moved first, then the last part of what remains, and so on; the pieces of a part do not touch each other, and all
/// threads move them together. What remains in the end is moved one cluster after the other, the last one first: each
/// goes to where it was, or to where later ones have been moved from.
extension StateTable {
    /// All that there is address space for.
    private var bucketsMax: Int { memory.byteCount / format.bucketBytes }

    /// Buckets of a piece: much more work than taking one.
    private static let pieceBuckets = 1 << 14

    /// What moving a piece needs and leaves.
    private struct MoveScratch {
        let oldRegionBytes: Int
        /// The first bucket that others write to.
        var end: Int
        var cluster: [UInt8] = []
    }

    /// An entry that would go to where another piece is being moved: it waits until that is done.
    private struct StrayEntry {
        var bucket: [UInt8]
        let place: Int
        let region: UInt64

        init(_ source: UnsafeMutableRawPointer, bytes: Int, place: Int, region: UInt64) {
            bucket = Array(UnsafeRawBufferPointer(start: source, count: bytes))
            self.place = place
            self.region = region
        }
    }

    /// - Parameter old: the capacity before; the new one is set. The caller is alone with the table.
    func moveEntries(from old: Int) {
        let oldRegionBytes = old / BucketFormat.regionCount * format.bucketBytes
        var end = old
        while isBucketFull(end - 1) { end += 1 }
        if gate.isShared {
            while let start = partStart(before: end, old) {
                movePart(start..<end, old, oldRegionBytes)
                end = start
            }
        }
        var scratch = MoveScratch(oldRegionBytes: oldRegionBytes, end: bucketsMax)
        var none: [StrayEntry] = []
        moveClusters(0..<end, &scratch, &none)
    }

    /// Where the part begins whose entries will all be at `end` or behind; `nil` where it is too small for several threads.
    private func partStart(before end: Int, _ old: Int) -> Int? {
        // Rounded up by two: positions are rounded down.
        var start = Int((UInt128(end) * UInt128(old) / UInt128(capacity))) + 2
        while start < end, isBucketFull(start - 1) { start += 1 }
        return start < end && end - start >= 2 * Self.pieceBuckets ? start : nil
    }

    /// The least new position of an entry whose old one was at `bucket` or behind.
    private func leastPosition(ofOld bucket: Int, _ old: Int) -> Int {
        let first = ((UInt128(bucket) << 32) + UInt128(old) - 1) / UInt128(old)
        return Int((first * UInt128(capacity)) >> 32)
    }

    private func movePart(_ buckets: Range<Int>, _ old: Int, _ oldRegionBytes: Int) {
        var cuts = [buckets.lowerBound]
        var cut = buckets.lowerBound + Self.pieceBuckets
        while cut < buckets.upperBound - Self.pieceBuckets {
            while cut < buckets.upperBound, isBucketFull(cut - 1) { cut += 1 }
            if cut < buckets.upperBound { cuts.append(cut) }
            cut += Self.pieceBuckets
        }
        cuts.append(buckets.upperBound)
        let strays = Mutex<[StrayEntry]>([])
        gate.share(
            SharedWork(count: cuts.count - 1) { [self, cuts] piece in
                let (start, end) = (cuts[piece], cuts[piece + 1])
                let last = piece == cuts.count - 2
                var scratch = MoveScratch(
                    oldRegionBytes: oldRegionBytes,
                    end: last ? bucketsMax : leastPosition(ofOld: end, old))
                var own: [StrayEntry] = []
                moveClusters(start..<end, &scratch, &own)
                if !own.isEmpty { strays.withLock { $0 += own } }
            })
        for var stray in strays.withLock({ $0 }) {
            stray.bucket.withUnsafeMutableBytes { bytes in
                guard let source = bytes.baseAddress else { return }
                _ = moveEntry(source, stray.place, region: stray.region, before: bucketsMax)
            }
        }
    }

    /// The last cluster first.
    private func moveClusters(
        _ buckets: Range<Int>, _ scratch: inout MoveScratch, _ strays: inout [StrayEntry]
    ) {
        var end = buckets.upperBound
        while end > buckets.lowerBound {
            var first = end - 1
            while first > buckets.lowerBound, isBucketFull(first - 1) { first -= 1 }
            move(first..<end, &scratch, &strays)
            end = first
        }
    }

    func isBucketFull(_ bucket: Int) -> Bool {
        let tags = (memory.base + bucket &* format.bucketBytes).load(as: UInt64.self)
        return tags.leadingZeroBitCount < 72 &- 8 &* format.entries
    }

    /// Moves a cluster.
    private func move(_ buckets: Range<Int>, _ scratch: inout MoveScratch, _ strays: inout [StrayEntry]) {
        let oldRegionBytes = scratch.oldRegionBytes
        let bucketBytes = format.bucketBytes
        let offset = buckets.lowerBound &* bucketBytes
        let bytes = buckets.count &* bucketBytes
        if scratch.cluster.count < bytes { scratch.cluster = [UInt8](repeating: 0, count: 2 * bytes) }
        let end = scratch.end
        scratch.cluster.withUnsafeMutableBytes { copy in
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
                for place in 0..<count where !moveEntry(source, place, region: region, before: end) {
                    strays.append(StrayEntry(source, bytes: bucketBytes, place: place, region: region))
                }
            }
        }
    }

    /// - Returns: false, and nothing is done, where its place is at `end` or behind.
    @inline(__always)
    private func moveEntry(
        _ source: UnsafeMutableRawPointer, _ place: Int, region: UInt64, before end: Int
    ) -> Bool {
        let (mainBytes, tailBytes) = (format.mainBytes, format.tailBytes)
        let shift = UInt64(truncatingIfNeeded: 8 &* place)
        let tag = (source.loadUnaligned(as: UInt64.self) &>> shift) & 0xFF
        let digit = (source.loadUnaligned(fromByteOffset: 8, as: UInt64.self) &>> shift) & 0xFF
        let mixed = mixed(source, place, tag: tag, region: region)
        let position = Self.position(mixed &>> (format.mixing.lowBits &- 32), capacity)
        var bucket = memory.base + position &* format.bucketBytes
        let bucketAtEnd = memory.base + end &* format.bucketBytes
        while true {
            if bucket >= bucketAtEnd { return false }
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
            if bucket - memory.base >= (position &+ capacity / BucketFormat.regionCount) &* format.bucketBytes
            {
                isFull.store(true, ordering: .relaxed)
            }
            return true
        }
    }
}
