// SPDX-License-Identifier: MIT

/// What to do with an event, found by the bytes of its name.
struct EventTable {
    struct Row {
        let name: [UInt8]
        /// Formats to try; empty for what is ignored or not known.
        let formats: [Int]
        let isIgnored: Bool
        var count = 0
        var firstLine = 0
    }

    private(set) var rows: [Row] = []
    private var slots: [Int32] = Array(repeating: 0, count: 256)

    /// A log with more kinds of events than this is something else.
    static let rowsMax = 4096

    init(_ events: BoundEvents) {
        for (name, formats) in events.byEvent.sorted(by: { $0.key < $1.key }) {
            add(Array(name.utf8), formats: formats, isIgnored: false)
        }
        for name in events.ignored.sorted() where events.byEvent[name] == nil {
            add(Array(name.utf8), formats: [], isIgnored: true)
        }
    }

    @discardableResult
    private mutating func add(_ name: [UInt8], formats: [Int], isIgnored: Bool) -> Int {
        rows.append(Row(name: name, formats: formats, isIgnored: isIgnored))
        if rows.count * 2 > slots.count {
            slots = Array(repeating: 0, count: slots.count * 2)
            for (number, row) in rows.enumerated() { place(number, row.name) }
        } else {
            place(rows.count - 1, name)
        }
        return rows.count - 1
    }

    private mutating func place(_ number: Int, _ name: [UInt8]) {
        var slot = name.withUnsafeBytes { Self.hash($0) } & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(number + 1)
    }

    @inline(__always)
    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }

    /// The row of an event, added where the name is new; `nil` where there are too many.
    mutating func row(of name: UnsafeRawBufferPointer, line: Int) -> Int? {
        var slot = Self.hash(name) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            let isSame = rows[number].name.withUnsafeBytes { own in
                own.count == name.count && zip(own, name).allSatisfy { $0 == $1 }
            }
            if isSame {
                rows[number].count += 1
                if rows[number].count == 1 { rows[number].firstLine = line }
                return number
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard rows.count < Self.rowsMax else { return nil }
        let number = add(Array(name), formats: [], isIgnored: false)
        rows[number].count = 1
        rows[number].firstLine = line
        return number
    }
}
