// SPDX-License-Identifier: MIT

/// Numbers for names that a log mentions (devices, units): the same bytes, the same number, from 1.
struct NameTable {
    private var slots: [Int32]
    private var hashes: [UInt64] = []
    /// Where each name ends in `bytes`.
    private var ends: [Int] = []
    private var bytes: [UInt8] = []

    /// A log with more names than this has something else where names should be.
    static let countMax = 1 << 20

    init() { slots = Array(repeating: 0, count: 64) }

    var count: Int { ends.count }

    /// - Returns: `nil` where there are too many.
    mutating func number(of name: UnsafeRawBufferPointer) -> UInt64? {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        var place = Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1)
        while slots[place] != 0 {
            let index = Int(slots[place]) - 1
            if hashes[index] == hash, isEqual(index, name) { return UInt64(index + 1) }
            place = (place + 1) & (slots.count - 1)
        }
        guard ends.count < Self.countMax else { return nil }
        bytes.append(contentsOf: name)
        ends.append(bytes.count)
        hashes.append(hash)
        slots[place] = Int32(ends.count)
        if ends.count * 2 > slots.count { grow() }
        return UInt64(ends.count)
    }

    func name(_ number: UInt64) -> String? {
        guard number >= 1, number <= UInt64(ends.count) else { return nil }
        let index = Int(number) - 1
        return String(decoding: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self)
    }

    private func isEqual(_ index: Int, _ name: UnsafeRawBufferPointer) -> Bool {
        let start = index == 0 ? 0 : ends[index - 1]
        guard ends[index] - start == name.count else { return false }
        for offset in 0..<name.count where bytes[start + offset] != name[offset] { return false }
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for (index, hash) in hashes.enumerated() {
            var place = Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1)
            while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
            slots[place] = Int32(index + 1)
        }
    }
}
