// SPDX-License-Identifier: MIT

package import SpecLanguage

/// How a value of a type lies in a packed state, relative to where it starts. Regular, so that the place of an element
/// follows from its index by arithmetic: what fits a word lies within one word, what does not takes whole words.
package indirect enum PackedShape: Sendable {
    /// Consecutive bits within one word, at most 64.
    case scalar(bits: Int)
    /// Parts with places of their own: fields, a flag and what it guards, a count and its elements.
    case composite([Part], size: Size)
    /// Elements of one shape. A word holds `perWord` elements side by side, or an element takes whole words (`nil`).
    case repeated(PackedShape, count: Int, perWord: Int?, size: Size)

    package enum Size: Hashable, Sendable {
        case bits(Int)
        case words(Int)
    }

    package struct Part: Sendable {
        package let place: PackedPlace
        package let shape: PackedShape
    }

    package var size: Size {
        switch self {
        case .scalar(let bits): .bits(bits)
        case .composite(_, let size), .repeated(_, _, _, let size): size
        }
    }

    /// - Parameter instances: number of process instances: a lock names its holder.
    package init(of type: SpecType, instances: Int) {
        switch type {
        case .optional(let wrapped) where !CellCoding.isOneCell(wrapped):
            self = .composite(of: [.scalar(bits: 1), PackedShape(of: wrapped, instances: instances)])
        case .structure(_, let fields):
            self = .composite(of: fields.map { PackedShape(of: $0.type, instances: instances) })
        case .array(let index, let element):
            self = .repeated(PackedShape(of: element, instances: instances), count: index.indexCount ?? 0)
        case .queue(let element, let capacity):
            let elements = PackedShape.repeated(
                PackedShape(of: element, instances: instances), count: capacity)
            self = .composite(of: [.scalar(bits: CellCoding.bitWidth(capacity)), elements])
        case .absent, .bits, .bool, .enumeration, .erroneous, .integer, .interval, .list, .lock, .optional,
            .range, .set, .symmetric, .void:
            var widths: [Int] = []
            CellCoding.appendWidths(of: type, instances: instances, to: &widths)
            self =
                widths.count == 1
                ? .scalar(bits: widths[0]) : .composite(of: widths.map { .scalar(bits: $0) })
        }
    }

    private static func composite(of shapes: [PackedShape]) -> PackedShape {
        var allocator = PackedAllocator()
        let parts = shapes.map { Part(place: allocator.place($0.size), shape: $0) }
        return .composite(parts, size: allocator.size)
    }

    private static func repeated(_ element: PackedShape, count: Int) -> PackedShape {
        switch element.size {
        case .bits(let bits) where bits * count <= 64:
            .repeated(element, count: count, perWord: max(count, 1), size: .bits(bits * count))
        case .bits(let bits):
            .repeated(
                element, count: count, perWord: 64 / bits,
                size: .words((count + 64 / bits - 1) / (64 / bits)))
        case .words(let words): .repeated(element, count: count, perWord: nil, size: .words(words * count))
        }
    }

    /// Places of the scalars, in the order of `CellCoding`'s cells, for a value that starts at `start`.
    package func appendScalars(at start: PackedPlace, to scalars: inout [(place: PackedPlace, bits: Int)]) {
        switch self {
        case .scalar(let bits): scalars.append((start, bits))
        case .composite(let parts, _):
            for part in parts { part.shape.appendScalars(at: start + part.place, to: &scalars) }
        case .repeated(let element, let count, _, _):
            for index in 0..<count {
                element.appendScalars(at: start + place(ofElement: index), to: &scalars)
            }
        }
    }

    /// Where an element of a `repeated` shape starts.
    package func place(ofElement index: Int) -> PackedPlace {
        guard case .repeated(let element, _, let perWord, _) = self else {
            preconditionFailure("no elements")
        }
        switch (element.size, perWord) {
        case (.bits(let bits), let perWord?):
            return PackedPlace(word: index / perWord, shift: index % perWord * bits)
        case (.words(let words), _): return PackedPlace(word: index * words, shift: 0)
        case (.bits, nil): preconditionFailure("elements within a word say how many")
        }
    }
}

/// Place of a bit: absolute in a state, or relative to the start of a value. Only what lies within one word starts at
/// another shift than 0.
package struct PackedPlace: Hashable, Sendable {
    package let word: Int
    package let shift: Int

    package init(word: Int, shift: Int) {
        self.word = word
        self.shift = shift
    }

    package static func + (start: PackedPlace, offset: PackedPlace) -> PackedPlace {
        PackedPlace(word: start.word + offset.word, shift: start.shift + offset.shift)
    }
}

/// Places one size after the other; what fits a word never crosses into the next.
struct PackedAllocator {
    private(set) var bitCount = 0

    mutating func place(_ size: PackedShape.Size) -> PackedPlace {
        let bits =
            switch size {
            case .bits(let bits): bits
            case .words(let words): 64 * words
            }
        if bitCount % 64 + min(bits, 64) > 64 { bitCount = (bitCount / 64 + 1) * 64 }
        if case .words = size { bitCount = (bitCount + 63) / 64 * 64 }
        defer { bitCount += bits }
        // A type with one value takes no bits; its place must be within the state.
        return bits == 0
            ? PackedPlace(word: 0, shift: 0) : PackedPlace(word: bitCount / 64, shift: bitCount % 64)
    }

    var size: PackedShape.Size {
        bitCount <= 64 ? .bits(bitCount) : .words((bitCount + 63) / 64)
    }
}
