// SPDX-License-Identifier: MIT

/// Packed states in the order in which they were found, each once.
struct PackedIndex {
    let wordsPerState: Int
    private var words: [UInt64] = []
    private(set) var count = 0
    /// One more than a state's number; 0 is free. A power of two of places, at most three quarters in use.
    private var places: [UInt32]

    init(wordsPerState: Int) {
        self.wordsPerState = wordsPerState
        places = Array(repeating: 0, count: 1024)
    }

    var byteCount: Int { words.count * 8 + places.count * 4 }

    subscript(number: Int) -> [UInt64] {
        Array(words[number * wordsPerState..<(number + 1) * wordsPerState])
    }

    /// - Returns: its number, and whether it is new.
    mutating func insert(_ state: [UInt64]) -> (number: Int, isNew: Bool) {
        var place = Self.hash(state[...]) & (places.count - 1)
        while places[place] != 0 {
            let number = Int(places[place]) - 1
            let start = number * wordsPerState
            if words[start..<start + wordsPerState].elementsEqual(state) { return (number, false) }
            place = (place + 1) & (places.count - 1)
        }
        places[place] = UInt32(count + 1)
        words += state
        count += 1
        if count * 4 > places.count * 3 { grow() }
        return (count - 1, true)
    }

    private mutating func grow() {
        places = Array(repeating: 0, count: 2 * places.count)
        for number in 0..<count {
            let start = number * wordsPerState
            var place = Self.hash(words[start..<start + wordsPerState]) & (places.count - 1)
            while places[place] != 0 { place = (place + 1) & (places.count - 1) }
            places[place] = UInt32(number + 1)
        }
    }

    private static func hash(_ state: ArraySlice<UInt64>) -> Int {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        for word in state {
            hash = (hash ^ word) &* 0xD6E8_FEB8_6659_FD93
            hash ^= hash >> 32
        }
        return Int(truncatingIfNeeded: hash & 0x7FFF_FFFF_FFFF_FFFF)
    }
}
