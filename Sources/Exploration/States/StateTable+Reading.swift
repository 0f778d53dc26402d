// SPDX-License-Identifier: MIT

import Glibc

/// Reading states back, while nobody inserts.
extension StateTable {
    /// Behind the last bucket that may hold entries. Holds while nothing is added, though entries be taken out.
    func bucketEnd() -> Int {
        var end = capacity
        while isBucketFull(end - 1) { end += 1 }
        return end
    }

    /// The packed state of an entry.
    ///
    /// - Parameter region: of the bucket.
    @inline(__always)
    func readState(
        _ bucket: UnsafeMutableRawPointer, _ place: Int, tag: UInt64, region: UInt64,
        into state: UnsafeMutablePointer<UInt64>
    ) {
        let bits = format.remainderBits
        let low = low(bucket, place)
        let mixed = mixed(bucket, place, tag: tag, region: region)
        for word in 1..<max(1, format.wordsPerState) { state[word] = 0 }
        if format.isNarrow {
            if format.mixing.highWords > 0 {
                let rest = format.mainBytes == 8 ? tail(bucket, place, count: format.tailBytes) : 0
                let high = low &>> (bits &- 8) | rest &<< (72 &- bits)
                state[1] = high & (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- format.mixing.highBits))
            }
        } else {
            let inMain = UInt16(truncatingIfNeeded: low &>> 48)
            let high = UnsafeMutableRawPointer(state + 1)
            high.storeBytes(of: inMain, as: UInt16.self)
            memcpy(
                high + WideEntry.highBytesInMain, bucket + format.tailsOffset + place &* format.tailBytes,
                format.tailBytes)
        }
        state[0] = format.mixing.unmix(mixed, high: state + 1)
    }
}

// MARK: For traces

extension StateTable {
    /// Counts entries by their level's tag.
    func countTags(inBuckets buckets: Range<Int>) -> [Int] {
        var counts = [Int](repeating: 0, count: 128)
        counts.withUnsafeMutableBufferPointer { counts in
            for index in buckets {
                let bucket = memory.base + index &* format.bucketBytes
                for place in 0..<format.entries {
                    counts[Int(bucket.load(fromByteOffset: place, as: UInt8.self) & 0x7F)] &+= 1
                }
            }
        }
        counts[0] = 0
        return counts
    }

    /// Calls `body` with each state whose level has a tag that is wanted.
    @inline(__always)
    func forEachState(
        inBuckets buckets: Range<Int>, isWanted: [Bool], _ body: (_ tag: Int, UnsafePointer<UInt64>) -> Void
    ) {
        let regionSize = capacity / BucketFormat.regionCount
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: format.wordsPerState + 1) { state in
            state.initialize(repeating: 0)
            guard let state = state.baseAddress else { return }
            for index in buckets {
                let bucket = memory.base + index &* format.bucketBytes
                for place in 0..<format.entries {
                    let tag = UInt64(bucket.load(fromByteOffset: place, as: UInt8.self))
                    let level = Int(tag & BucketFormat.levelMask)
                    guard isWanted[level] else { continue }
                    let region = UInt64(truncatingIfNeeded: index / regionSize)
                    readState(bucket, place, tag: tag, region: region, into: state)
                    body(level, state)
                }
            }
        }
    }

    /// Appends each state with a tag to the list that has its place.
    ///
    /// - Parameter places: by tag; -1: none.
    func appendStates(inBuckets buckets: Range<Int>, places: [Int], to lists: inout [[UInt64]]) {
        forEachState(inBuckets: buckets, isWanted: places.map { $0 >= 0 }) { tag, state in
            lists[places[tag]] += UnsafeBufferPointer(start: state, count: format.wordsPerState)
        }
    }

    /// States with a tag, word after word, that differ from `target` in a number of bits within `range`.
    func states(
        inBuckets buckets: Range<Int>, tag: Int, near target: [UInt64], _ range: ClosedRange<Int>
    ) -> [UInt64] {
        var states: [UInt64] = []
        let words = format.wordsPerState
        forEachState(inBuckets: buckets, isWanted: (0..<128).map { $0 == tag }) { _, state in
            var distance = 0
            for word in 0..<words { distance &+= (state[word] ^ target[word]).nonzeroBitCount }
            if range.contains(distance) { states += UnsafeBufferPointer(start: state, count: words) }
        }
        return states
    }
}
