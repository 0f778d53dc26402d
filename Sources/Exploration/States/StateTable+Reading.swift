import Glibc

/// Reading states back, while nobody inserts.
extension StateTable {
    /// By segment: what is behind the last bucket that may hold entries. Holds while nothing is added, though entries
    /// be taken out.
    func bucketEnds() -> [Int] {
        (0..<segmentCount).map { number in
            var end = segments[number].capacity
            while isFull(end - 1, segments[number]) { end += 1 }
            return end
        }
    }

    func bucket(_ bucket: Int, inSegment number: Int) -> UnsafeMutableRawPointer {
        segments[number].base + bucket &* format.bucketBytes
    }

    /// The packed state of an entry.
    func readState(
        _ bucket: UnsafeMutableRawPointer, _ place: Int, segment: Int, into state: UnsafeMutablePointer<UInt64>
    ) {
        let bits = format.remainderBits
        let low = low(bucket, place)
        let mixed = UInt64(truncatingIfNeeded: segment) &<< bits | remainder(bucket, place)
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
    /// Takes the entries with some tags out, and counts the others by tag. Afterwards nothing can be inserted or looked up.
    func countTags(inSegment number: Int, end: Int, takingOut isOut: [Bool]) -> [Int] {
        var counts = [Int](repeating: 0, count: 256)
        counts.withUnsafeMutableBufferPointer { counts in
            for index in 0..<end {
                let bucket = bucket(index, inSegment: number)
                for place in 0..<format.entries {
                    let tag = Int(bucket.load(fromByteOffset: place, as: UInt8.self))
                    if isOut[tag] {
                        bucket.storeBytes(of: 0, toByteOffset: place, as: UInt8.self)
                    } else {
                        counts[tag] &+= 1
                    }
                }
            }
        }
        counts[0] = 0
        return counts
    }

    /// Appends each state with a tag to the list that has its place.
    ///
    /// - Parameter places: by tag; -1: none.
    func appendStates(ofSegment number: Int, end: Int, places: [Int], to lists: inout [[UInt64]]) {
        var state = [UInt64](repeating: 0, count: format.wordsPerState + 1)
        state.withUnsafeMutableBufferPointer { state in
            guard let state = state.baseAddress else { return }
            for index in 0..<end {
                let bucket = bucket(index, inSegment: number)
                for entry in 0..<format.entries {
                    let place = places[Int(bucket.load(fromByteOffset: entry, as: UInt8.self))]
                    guard place >= 0 else { continue }
                    readState(bucket, entry, segment: number, into: state)
                    lists[place] += UnsafeBufferPointer(start: state, count: format.wordsPerState)
                }
            }
        }
    }

    /// States with a tag, word after word, that differ from `target` in a number of bits within `range`.
    func states(
        ofSegment number: Int, end: Int, tag: Int, near target: [UInt64], _ range: ClosedRange<Int>
    ) -> [UInt64] {
        var states: [UInt64] = []
        let words = format.wordsPerState
        var state = [UInt64](repeating: 0, count: words + 1)
        state.withUnsafeMutableBufferPointer { state in
            guard let state = state.baseAddress else { return }
            for index in 0..<end {
                let bucket = bucket(index, inSegment: number)
                for entry in 0..<format.entries
                where Int(bucket.load(fromByteOffset: entry, as: UInt8.self)) == tag {
                    readState(bucket, entry, segment: number, into: state)
                    var distance = 0
                    for word in 0..<words { distance &+= (state[word] ^ target[word]).nonzeroBitCount }
                    if range.contains(distance) { states += UnsafeBufferPointer(start: state, count: words) }
                }
            }
        }
        return states
    }
}
