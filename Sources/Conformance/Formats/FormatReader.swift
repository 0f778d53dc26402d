// SPDX-License-Identifier: MIT

/// Reads the bodies of one kind of event: an `EventFormat` laid flat, so that reading follows no references.
///
/// Invariant: literals are not empty; slots are below `EventFormat.fields.count`.
final class FormatReader {
    private enum Kind: UInt8 {
        case literal, hexadecimal, decimal, name, skipped
    }

    private struct Part {
        let kind: Kind
        /// First byte of the literal that follows; a blank where none does.
        let stop: UInt8
        /// A literal's bytes, or the slot.
        let start: Int32
        let count: Int32
    }

    let format: EventFormat
    private let parts: UnsafeMutablePointer<Part>
    private let partCount: Int
    private let text: UnsafeMutablePointer<UInt8>

    init(_ format: EventFormat) {
        self.format = format
        var bytes: [UInt8] = []
        var flat: [Part] = []
        for (index, part) in format.parts.enumerated() {
            var stop: UInt8 = 32
            if index + 1 < format.parts.count, case .literal(let next) = format.parts[index + 1] {
                stop = next[0]
            }
            switch part {
            case .literal(let literal):
                flat.append(
                    Part(kind: .literal, stop: 0, start: Int32(bytes.count), count: Int32(literal.count)))
                bytes += literal
            case .field(let kind, let slot):
                let own: Kind =
                    switch kind {
                    case .hexadecimal: .hexadecimal
                    case .decimal: .decimal
                    case .name: .name
                    case .skipped: .skipped
                    }
                flat.append(Part(kind: own, stop: stop, start: Int32(slot), count: 0))
            }
        }
        partCount = flat.count
        parts = .allocate(capacity: max(1, flat.count))
        parts.initialize(from: flat, count: flat.count)
        text = .allocate(capacity: max(1, bytes.count))
        text.initialize(from: bytes, count: bytes.count)
    }

    deinit {
        parts.deallocate()
        text.deallocate()
    }

    /// Reads the fields of a body that begins at `start`.
    ///
    /// - Returns: -1, or the byte of the line from which it does not match.
    func read(
        _ line: UnsafeRawBufferPointer, from start: Int, names: inout NameTable,
        into values: UnsafeMutablePointer<UInt64>
    ) -> Int {
        guard let bytes = line.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        let count = line.count
        var place = start
        for index in 0..<partCount {
            let part = parts[index]
            switch part.kind {
            case .literal:
                guard matches(part, bytes, place, count) else { return place }
                place += Int(part.count)
            case .hexadecimal:
                guard let value = Self.hexadecimal(bytes, count, &place) else { return place }
                values[Int(part.start)] = value
            case .decimal:
                let isNegative = place < count && bytes[place] == UInt8(ascii: "-")
                if isNegative { place += 1 }
                guard let value = TraceLine.decimal(bytes, count, &place) else { return place }
                values[Int(part.start)] = isNegative ? 0 &- value : value
            case .name:
                let first = place
                while place < count, bytes[place] != part.stop, bytes[place] != 32 { place += 1 }
                guard place > first, place - first <= 256,
                    let number = names.number(of: UnsafeRawBufferPointer(rebasing: line[first..<place]))
                else { return first }
                values[Int(part.start)] = number
            case .skipped:
                guard index + 1 < partCount else { return -1 }
                let next = parts[index + 1]
                while place < count, bytes[place] != part.stop || !matches(next, bytes, place, count) {
                    place += 1
                }
            }
        }
        while place < count, bytes[place] == 32 { place += 1 }
        return place == count ? -1 : place
    }

    @inline(__always)
    private func matches(_ part: Part, _ bytes: UnsafePointer<UInt8>, _ place: Int, _ count: Int) -> Bool {
        guard count - place >= Int(part.count) else { return false }
        let literal = text + Int(part.start)
        for offset in 0..<Int(part.count) where bytes[place + offset] != literal[offset] { return false }
        return true
    }

    @inline(__always)
    private static func hexadecimal(
        _ bytes: UnsafePointer<UInt8>, _ count: Int, _ place: inout Int
    ) -> UInt64? {
        if place + 1 < count, bytes[place] == 48, bytes[place + 1] | 32 == UInt8(ascii: "x") { place += 2 }
        let start = place
        var number: UInt64 = 0
        while place < count {
            let byte = bytes[place]
            let digit: UInt8
            if byte &- 48 < 10 {
                digit = byte &- 48
            } else if (byte | 32) &- 97 < 6 {
                digit = (byte | 32) &- 87
            } else {
                break
            }
            guard place - start < 16 else { return nil }
            number = number << 4 | UInt64(digit)
            place += 1
        }
        return place > start ? number : nil
    }

    /// What the format wants at the byte where it did not match, for messages.
    func wanted(at place: Int, in line: UnsafeRawBufferPointer, from start: Int) -> String {
        let body = format.parts.map { part in
            switch part {
            case .literal(let text): String(decoding: text, as: UTF8.self)
            case .field(.skipped, _): "…"
            case .field(_, let slot): "{\(format.fields[slot])}"
            }
        }.joined()
        return "'\(format.event): \(body)'"
    }
}
