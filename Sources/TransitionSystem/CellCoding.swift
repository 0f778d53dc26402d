// SPDX-License-Identifier: MIT

package import SpecLanguage

/// How a value lies in a row of 64-bit cells: every scalar part in a cell of its own, as an ordinal, so
/// that all-zero cells are
/// the type's default value.
///
/// | type | cells |
/// |---|---|
/// | Bool, range, enum, symmetric | 1: the ordinal |
/// | `bits(W)` | 1: the value |
/// | optional of such a scalar | 1: 0 is none, else 1 + ordinal |
/// | other optionals | 1 (0 absent, 1 present), then the value's; zero when absent |
/// | struct, array | those of its parts, in order |
/// | `Set<T>` | a bit mask, 64 members a cell |
/// | `Queue<T, N>` | 1 (count), then N elements; unused ones zero |
/// | Lock | 1: 0 free, else 1 + the holder's instance |
/// | Int, Range (locals between two boundaries) | 2, 4: the low and high half of each number |
package enum CellCoding {
    /// Cells that a value of the type takes; saturates at `Int.max / 4`.
    package static func count(_ type: SpecType) -> Int {
        switch type {
        case .bool, .range, .bits, .enumeration, .symmetric, .lock: return 1
        case .optional(let wrapped): return isOneCell(wrapped) ? 1 : saturating(1, count(wrapped), times: 1)
        case .structure(_, let fields): return fields.reduce(0) { saturating($0, count($1.type), times: 1) }
        case .array(let index, let element):
            return saturating(0, count(element), times: index.indexCount ?? 0)
        case .set(let element):
            return ((element.indexCount ?? 0) / 64) + ((element.indexCount ?? 0) % 64 == 0 ? 0 : 1)
        case .queue(let element, let capacity): return saturating(1, count(element), times: capacity)
        case .integer: return 2
        case .interval: return 4
        case .list, .void, .absent, .erroneous: return 0
        }
    }

    private static func saturating(_ base: Int, _ size: Int, times: Int) -> Int {
        let (product, overflow) = size.multipliedReportingOverflow(by: times)
        return overflow || product > Int.max / 8 ? Int.max / 4 : min(base + product, Int.max / 4)
    }

    /// Whether an optional of the type fits one cell: 1 + ordinal cannot overflow.
    package static func isOneCell(_ wrapped: SpecType) -> Bool {
        switch wrapped {
        case .bool, .range, .enumeration, .symmetric: true
        case .bits(_, let width): width < 62
        case .absent, .array, .erroneous, .integer, .interval, .list, .lock, .optional, .queue, .set,
            .structure, .void:
            false
        }
    }

    /// Bits that each cell of the type needs, in cell order.
    static func appendWidths(of type: SpecType, instances: Int, to widths: inout [Int]) {
        switch type {
        case .bool, .range, .enumeration, .symmetric: widths.append(bitWidth((type.indexCount ?? 1) - 1))
        case .bits(_, let width): widths.append(width)
        case .lock: widths.append(bitWidth(instances))
        case .optional(let wrapped) where isOneCell(wrapped): widths.append(bitWidth(wrapped.indexCount ?? 1))
        case .optional(let wrapped):
            widths.append(1)
            appendWidths(of: wrapped, instances: instances, to: &widths)
        case .structure(_, let fields):
            for field in fields { appendWidths(of: field.type, instances: instances, to: &widths) }
        case .array(let index, let element):
            for _ in 0..<(index.indexCount ?? 0) {
                appendWidths(of: element, instances: instances, to: &widths)
            }
        case .set(let element):
            var left = element.indexCount ?? 0
            while left > 0 {
                widths.append(min(64, left))
                left -= 64
            }
        case .queue(let element, let capacity):
            widths.append(bitWidth(capacity))
            for _ in 0..<capacity { appendWidths(of: element, instances: instances, to: &widths) }
        case .integer: widths += [64, 64]
        case .interval: widths += [64, 64, 64, 64]
        case .list, .void, .absent, .erroneous: break
        }
    }

    /// Bits that hold 0 ... largest.
    static func bitWidth(_ largest: Int) -> Int { Int.bitWidth - largest.leadingZeroBitCount }

    // MARK: Values

    package static func decode(_ type: SpecType, _ cells: UnsafePointer<UInt64>) -> Value {
        switch type {
        case .bool: return .bool(cells[0] != 0)
        case .range(_, let lower, _): return .number(Int128(lower) + Int128(cells[0]))
        case .bits: return .number(Int128(cells[0]))
        case .enumeration, .symmetric: return .token(Int(cells[0]))
        case .lock: return .lock(holder: Int(cells[0]))
        case .optional(let wrapped) where isOneCell(wrapped):
            return cells[0] == 0 ? .none : wrapped.value(ordinal: Int128(cells[0] - 1))
        case .optional(let wrapped): return cells[0] == 0 ? .none : decode(wrapped, cells + 1)
        case .structure(_, let fields):
            var offset = 0
            return .record(
                fields.map { field in
                    defer { offset += count(field.type) }
                    return decode(field.type, cells + offset)
                })
        case .array(let index, let element):
            let size = count(element)
            return .array((0..<(index.indexCount ?? 0)).map { decode(element, cells + $0 * size) })
        case .set(let element): return .set(decodeSet(element, cells))
        case .queue(let element, _):
            let size = count(element)
            return .queue((0..<Int(cells[0])).map { decode(element, cells + 1 + $0 * size) })
        case .integer: return .number(integer(cells))
        case .interval: return .interval(first: integer(cells), last: integer(cells + 2))
        case .list, .void, .absent, .erroneous:
            preconditionFailure("'\(type.description)' is not stored")
        }
    }

    private static func integer(_ cells: UnsafePointer<UInt64>) -> Int128 {
        Int128(truncatingIfNeeded: UInt128(cells[1]) << 64 | UInt128(cells[0]))
    }

    private static func encode(_ number: Int128, _ cells: UnsafeMutablePointer<UInt64>) {
        cells[0] = UInt64(truncatingIfNeeded: number)
        cells[1] = UInt64(truncatingIfNeeded: number >> 64)
    }

    /// Members as numbers of the element type (ranges keep their offset; tokens and Bool are ordinals).
    private static func decodeSet(_ element: SpecType, _ cells: UnsafePointer<UInt64>) -> IntegerSet {
        var set = IntegerSet()
        for ordinal in 0..<(element.indexCount ?? 0)
        where cells[ordinal >> 6] >> UInt64(ordinal & 63) & 1 != 0 {
            let member = Int128(ordinal) + memberBase(element)
            set.insert(member...member)
        }
        return set
    }

    /// What ordinal 0 of a set's element type stands for among the set's integers.
    static func memberBase(_ element: SpecType) -> Int128 {
        if case .range(_, let lower, _) = element { Int128(lower) } else { 0 }
    }

    /// The integer that stands for a value in a set.
    static func member(_ value: Value, of element: SpecType) -> Int128 {
        element.ordinal(of: value) + memberBase(element)
    }

    package static func encode(_ value: Value, _ type: SpecType, _ cells: UnsafeMutablePointer<UInt64>) {
        switch (type, value) {
        case (.lock, .lock(let holder)): cells[0] = UInt64(holder)
        case (.integer, .number(let number)): encode(number, cells)
        case (.interval, .interval(let first, let last)):
            encode(first, cells)
            encode(last, cells + 2)
        case (.optional, .none): cells.update(repeating: 0, count: count(type))
        case (.optional(let wrapped), _) where isOneCell(wrapped):
            cells[0] = UInt64(wrapped.ordinal(of: value)) + 1
        case (.optional(let wrapped), _):
            cells[0] = 1
            encode(value, wrapped, cells + 1)
        case (.structure(_, let fields), .record(let values)):
            var offset = 0
            for (field, part) in zip(fields, values) {
                encode(part, field.type, cells + offset)
                offset += count(field.type)
            }
        case (.array(_, let element), .array(let values)):
            let size = count(element)
            for (place, part) in values.enumerated() { encode(part, element, cells + place * size) }
        case (.set(let element), .set(let set)):
            cells.update(repeating: 0, count: count(type))
            for member in set.members {
                let ordinal = Int(member - memberBase(element))
                cells[ordinal >> 6] |= 1 << UInt64(ordinal & 63)
            }
        case (.queue(let element, _), .queue(let values)):
            cells.update(repeating: 0, count: count(type))
            cells[0] = UInt64(values.count)
            let size = count(element)
            for (place, part) in values.enumerated() { encode(part, element, cells + 1 + place * size) }
        case (.bool, _), (.range, _), (.bits, _), (.enumeration, _), (.symmetric, _):
            cells[0] = UInt64(type.ordinal(of: value))
        case (.array, _), (.integer, _), (.interval, _), (.lock, _), (.queue, _), (.set, _), (.structure, _),
            (.list, _), (.void, _), (.absent, _), (.erroneous, _):
            preconditionFailure("'\(type.description)' has no such value")
        }
    }
}
