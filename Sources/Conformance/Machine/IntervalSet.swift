// SPDX-License-Identifier: MIT

/// A set of words as sorted, disjoint closed ranges that do not touch: what `IntegerSet` means, in place.
final class IntervalSet {
    private(set) var count = 0
    private var capacity = 4
    /// first, last; first, last; …
    private var bounds: UnsafeMutablePointer<UInt64>

    init() { bounds = .allocate(capacity: 8) }

    init(copying other: IntervalSet) {
        count = other.count
        capacity = other.capacity
        bounds = .allocate(capacity: capacity * 2)
        bounds.update(from: other.bounds, count: count * 2)
    }

    deinit { bounds.deallocate() }

    subscript(index: Int) -> (first: UInt64, last: UInt64) { (bounds[index * 2], bounds[index * 2 + 1]) }

    /// The first range that ends at `word` or later.
    @inline(__always)
    private func firstEnding(atOrAfter word: UInt64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) >> 1
            if bounds[middle * 2 + 1] < word { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func isDisjoint(_ first: UInt64, _ last: UInt64) -> Bool {
        let place = firstEnding(atOrAfter: first)
        return place == count || bounds[place * 2] > last
    }

    func containsAll(_ first: UInt64, _ last: UInt64) -> Bool {
        let place = firstEnding(atOrAfter: first)
        return place < count && bounds[place * 2] <= first && bounds[place * 2 + 1] >= last
    }

    func lowestRun(_ first: UInt64, _ last: UInt64) -> (UInt64, UInt64)? {
        let place = firstEnding(atOrAfter: first)
        guard place < count, bounds[place * 2] <= last else { return nil }
        return self[place]
    }

    func highestRun(_ first: UInt64, _ last: UInt64) -> (UInt64, UInt64)? {
        var place = firstEnding(atOrAfter: last)
        if place == count || bounds[place * 2] > last { place -= 1 }
        guard place >= 0, bounds[place * 2 + 1] >= first else { return nil }
        return self[place]
    }

    /// Number of members as a signed number: beyond 2^63 - 1 it stays there, larger than whatever it is compared with.
    var memberCount: UInt64 {
        let most = UInt64(Int64.max)
        var total: UInt64 = 0
        for index in 0..<count {
            let size = bounds[index * 2 + 1] - bounds[index * 2]
            if size >= most || total + size + 1 >= most { return most }
            total += size + 1
        }
        return total
    }

    func insert(_ first: UInt64, _ last: UInt64) {
        // All ranges that overlap or touch become one.
        var place = firstEnding(atOrAfter: first == 0 ? 0 : first - 1)
        let start = place
        var (low, high) = (first, last)
        while place < count, last == .max || bounds[place * 2] <= last + 1 {
            low = min(low, bounds[place * 2])
            high = max(high, bounds[place * 2 + 1])
            place += 1
        }
        replace(start, place, with: 1)
        bounds[start * 2] = low
        bounds[start * 2 + 1] = high
    }

    func remove(_ first: UInt64, _ last: UInt64) {
        let start = firstEnding(atOrAfter: first)
        guard start < count, bounds[start * 2] <= last else { return }
        var end = start
        while end < count, bounds[end * 2] <= last { end += 1 }
        let low = bounds[start * 2]
        let high = bounds[end * 2 - 1]
        let keepsLow = low < first
        let keepsHigh = high > last
        replace(start, end, with: (keepsLow ? 1 : 0) + (keepsHigh ? 1 : 0))
        var place = start
        if keepsLow {
            bounds[place * 2] = low
            bounds[place * 2 + 1] = first - 1
            place += 1
        }
        if keepsHigh {
            bounds[place * 2] = last + 1
            bounds[place * 2 + 1] = high
        }
    }

    /// Makes room for `number` ranges in the place of start ..< end.
    private func replace(_ start: Int, _ end: Int, with number: Int) {
        let change = number - (end - start)
        if change > 0, count + change > capacity {
            capacity = max(capacity * 2, count + change)
            let grown = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2)
            grown.update(from: bounds, count: count * 2)
            bounds.deallocate()
            bounds = grown
        }
        if change != 0, end < count {
            (bounds + (end + change) * 2).update(from: bounds + end * 2, count: (count - end) * 2)
        }
        count += change
    }
}

/// A table of sets: `[Domain]Set<Page>`, or one set alone. Empty sets take no room.
final class SparseSets {
    private let index: SparseTable
    private var sets: [IntervalSet?] = []
    private var free: [Int] = []

    init(keyCount: Int) { index = SparseTable(keyCount: keyCount, defaultValue: [0]) }

    init(copying other: SparseSets) {
        index = SparseTable(copying: other.index)
        sets = other.sets.map { $0.map { IntervalSet(copying: $0) } }
        free = other.free
    }

    @inline(__always)
    func find(_ key: UnsafePointer<UInt64>) -> IntervalSet? {
        guard let place = index.find(key) else { return nil }
        return sets[Int(place[0]) - 1]
    }

    func insert(_ key: UnsafePointer<UInt64>, _ first: UInt64, _ last: UInt64) {
        if let set = find(key) { return set.insert(first, last) }
        let set = IntervalSet()
        set.insert(first, last)
        let number: Int
        if let reused = free.popLast() {
            number = reused
            sets[number] = set
        } else {
            number = sets.count
            sets.append(set)
        }
        var value = UInt64(number + 1)
        index.write(key, &value)
    }

    func remove(_ key: UnsafePointer<UInt64>, _ first: UInt64, _ last: UInt64) {
        guard let set = find(key) else { return }
        set.remove(first, last)
        if set.count == 0 { clear(key) }
    }

    func clear(_ key: UnsafePointer<UInt64>) {
        guard let place = index.find(key) else { return }
        let number = Int(place[0]) - 1
        sets[number] = nil
        free.append(number)
        index.remove(key)
    }

    func clear(prefix: UnsafePointer<UInt64>, count: Int) {
        var keys: [[UInt64]] = []
        index.forEach { key, _ in
            for place in 0..<count where key[place] != prefix[place] { return }
            keys.append(Array(UnsafeBufferPointer(start: key, count: index.keyCount)))
        }
        for key in keys { key.withUnsafeBufferPointer { $0.baseAddress.map { clear($0) } } }
    }

    var count: Int { index.count }

    /// Sets that it has room for.
    var capacity: Int { sets.count }

    func forEach(_ body: (UnsafePointer<UInt64>, IntervalSet) -> Void) {
        index.forEach { key, value in
            if let set = sets[Int(value[0]) - 1] { body(key, set) }
        }
    }
}
