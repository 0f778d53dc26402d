// SPDX-License-Identifier: MIT

/// A table over keys of any width of which few differ from the default: a hash table of words.
final class SparseTable {
    let keyCount: Int
    let valueCount: Int
    let defaultValue: [UInt64]
    private let stride: Int
    /// Rows that it has room for.
    private(set) var capacity: Int
    private(set) var count = 0
    /// Rows of 1 (used) + key + value words.
    private var rows: UnsafeMutablePointer<UInt64>

    init(keyCount: Int, defaultValue: [UInt64]) {
        self.keyCount = keyCount
        valueCount = defaultValue.count
        self.defaultValue = defaultValue
        stride = 1 + keyCount + defaultValue.count
        capacity = 16
        rows = .allocate(capacity: capacity * stride)
        rows.initialize(repeating: 0, count: capacity * stride)
    }

    init(copying other: SparseTable) {
        keyCount = other.keyCount
        valueCount = other.valueCount
        defaultValue = other.defaultValue
        stride = other.stride
        capacity = other.capacity
        count = other.count
        rows = .allocate(capacity: capacity * stride)
        rows.update(from: other.rows, count: capacity * stride)
    }

    deinit { rows.deallocate() }

    @inline(__always)
    private func home(_ key: UnsafePointer<UInt64>) -> Int {
        var hash: UInt64 = 0
        for index in 0..<keyCount {
            hash = (hash ^ key[index]) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 29
        }
        return Int(truncatingIfNeeded: hash &* 0xbf58_476d_1ce4_e5b9 >> 20) & (capacity - 1)
    }

    /// The row of the key, or the free one where it would stand.
    @inline(__always)
    private func row(_ key: UnsafePointer<UInt64>) -> UnsafeMutablePointer<UInt64> {
        var place = home(key)
        while true {
            let row = rows + place * stride
            if row[0] == 0 { return row }
            var isSame = true
            for index in 0..<keyCount where row[1 + index] != key[index] {
                isSame = false
                break
            }
            if isSame { return row }
            place = (place + 1) & (capacity - 1)
        }
    }

    /// The value's words; `nil` where it is the default.
    @inline(__always)
    func find(_ key: UnsafePointer<UInt64>) -> UnsafeMutablePointer<UInt64>? {
        let row = row(key)
        return row[0] == 0 ? nil : row + 1 + keyCount
    }

    @inline(__always)
    func read(_ key: UnsafePointer<UInt64>, into value: UnsafeMutablePointer<UInt64>) {
        let found = row(key)
        if found[0] != 0 {
            for index in 0..<valueCount { value[index] = found[1 + keyCount + index] }
        } else {
            for index in 0..<valueCount { value[index] = defaultValue[index] }
        }
    }

    /// The row of the key, made with the default where there is none.
    func place(of key: UnsafePointer<UInt64>) -> UnsafeMutablePointer<UInt64> {
        var found = row(key)
        if found[0] == 0 {
            if (count + 1) * 4 > capacity * 3 {
                grow()
                found = row(key)
            }
            count += 1
            found[0] = 1
            for index in 0..<keyCount { found[1 + index] = key[index] }
            for index in 0..<valueCount { found[1 + keyCount + index] = defaultValue[index] }
        }
        return found + 1 + keyCount
    }

    @inline(__always)
    func write(_ key: UnsafePointer<UInt64>, _ value: UnsafePointer<UInt64>) {
        var isDefault = true
        for index in 0..<valueCount where value[index] != defaultValue[index] {
            isDefault = false
            break
        }
        if isDefault {
            remove(key)
        } else {
            let place = place(of: key)
            for index in 0..<valueCount { place[index] = value[index] }
        }
    }

    func remove(_ key: UnsafePointer<UInt64>) {
        let found = row(key)
        guard found[0] != 0 else { return }
        count -= 1
        // What follows closes the gap, so that no row is ever searched for past a free one.
        var gap = (found - rows) / stride
        var next = gap
        while true {
            next = (next + 1) & (capacity - 1)
            let candidate = rows + next * stride
            if candidate[0] == 0 { break }
            let wanted = home(candidate + 1)
            if (next - wanted) & (capacity - 1) >= (next - gap) & (capacity - 1) {
                (rows + gap * stride).update(from: candidate, count: stride)
                gap = next
            }
        }
        (rows + gap * stride)[0] = 0
    }

    private func grow() {
        let (old, oldCapacity) = (rows, capacity)
        capacity *= 2
        rows = .allocate(capacity: capacity * stride)
        rows.initialize(repeating: 0, count: capacity * stride)
        for index in 0..<oldCapacity {
            let entry = old + index * stride
            if entry[0] != 0 { row(entry + 1).update(from: entry, count: stride) }
        }
        old.deallocate()
    }

    /// Every key and value that is not the default, in no order. The table may not change meanwhile.
    func forEach(_ body: (UnsafePointer<UInt64>, UnsafePointer<UInt64>) -> Void) {
        for index in 0..<capacity {
            let entry = rows + index * stride
            if entry[0] != 0 { body(entry + 1, entry + 1 + keyCount) }
        }
    }

    /// Back to the default wherever the key begins with these words.
    func clear(prefix: UnsafePointer<UInt64>, count prefixCount: Int) {
        var keys: [[UInt64]] = []
        forEach { key, _ in
            for index in 0..<prefixCount where key[index] != prefix[index] { return }
            keys.append(Array(UnsafeBufferPointer(start: key, count: keyCount)))
        }
        for key in keys { key.withUnsafeBufferPointer { $0.baseAddress.map(remove) } }
    }
}
