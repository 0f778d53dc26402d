// SPDX-License-Identifier: MIT

package import SpecLanguage

extension Core {
    /// Which numbers a value can be.
    package enum Number: Hashable, Sendable {
        /// Exact, of any size.
        case integer
        /// Exact; also enum cases and elements of symmetric types, from 0.
        case range(lower: Int128, upper: Int128)
        /// A machine word: 0 ..< 2^width.
        case word(width: Int)
    }

    /// What a record stands for in the language. Only layouts and reports need to know.
    package enum Composite: Hashable, Sendable {
        case structure
        /// Fields: first, last.
        case interval
        /// Fields: flag, payload.
        case optional
        /// Fields: count, elements.
        case queue
    }

    package indirect enum Kind: Hashable, Sendable {
        case truth
        case number(Number)
        case record(Composite, [Kind])
        /// Indices are 0 ..< count.
        case array(count: Int, Kind)
        /// Of numbers; truth values are members as 0 and 1.
        case set(Number)
        case lock
    }

    /// A value that is known.
    package indirect enum Constant: Hashable, Sendable {
        case truth(Bool)
        case number(Int128)
        case record([Constant])
        case array([Constant])
        case set(IntegerSet)
        /// What all-zero cells mean: false, the lowest number, absent, empty, free.
        case defaultValue
    }
}

extension Core.Number {
    /// - Precondition: the type is a number, an enum or a symmetric type.
    package init(_ type: SpecType) {
        switch type {
        case .integer: self = .integer
        case .range(_, let lower, let upper): self = .range(lower: Int128(lower), upper: Int128(upper))
        case .bits(_, let width): self = .word(width: width)
        case .enumeration, .symmetric: self = .range(lower: 0, upper: Int128(type.indexCount ?? 1) - 1)
        case .bool: self = .range(lower: 0, upper: 1)
        case .structure, .array, .optional, .set, .queue, .interval, .list, .lock, .void, .absent, .erroneous:
            preconditionFailure("'\(type.description)' is no number")
        }
    }

    /// The lowest and the highest number; `nil`: there is none.
    package var bounds: ClosedRange<Int128>? {
        switch self {
        case .integer: nil
        case .range(let lower, let upper): lower <= upper ? lower...upper : lower...lower
        case .word(let width): 0...((1 << Int128(width)) - 1)
        }
    }

    package var lower: Int128 { bounds?.lowerBound ?? 0 }

    /// Number of values; `Int.max` from 2^62 on.
    package var count: Int {
        if case .word(let width) = self, width >= 62 { return .max }
        guard let bounds else { return .max }
        return Int(clamping: bounds.upperBound - bounds.lowerBound + 1)
    }

    package var isWord: Bool {
        switch self {
        case .word: true
        case .integer, .range: false
        }
    }

    /// Whether each of its numbers is one of the other's.
    package func isWithin(_ other: Core.Number) -> Bool {
        guard let outer = other.bounds else { return true }
        guard let inner = bounds else { return false }
        return outer.lowerBound <= inner.lowerBound && inner.upperBound <= outer.upperBound
    }
}

extension Core.Kind {
    /// `nil`: no value of the type exists in the Core (lists, and what returns nothing).
    package init?(_ type: SpecType) {
        switch type {
        case .bool: self = .truth
        case .integer, .range, .bits, .enumeration, .symmetric: self = .number(Core.Number(type))
        case .structure(_, let fields):
            let parts = fields.compactMap { Core.Kind($0.type) }
            guard parts.count == fields.count else { return nil }
            self = .record(.structure, parts)
        case .array(let index, let element):
            guard let element = Core.Kind(element) else { return nil }
            self = .array(count: index.indexCount ?? 0, element)
        case .optional(let wrapped):
            guard let payload = Core.Kind(wrapped) else { return nil }
            self = .optional(payload)
        case .set(let element): self = .set(Core.Number(element))
        case .queue(let element, let capacity):
            guard let element = Core.Kind(element) else { return nil }
            let count = Core.Number.range(lower: 0, upper: Int128(capacity))
            self = .record(.queue, [.number(count), .array(count: capacity, element)])
        case .interval(let element): self = .interval(Core.Number(element))
        case .lock: self = .lock
        case .list, .void, .absent, .erroneous: return nil
        }
    }

    package static func optional(_ payload: Core.Kind) -> Core.Kind { .record(.optional, [.truth, payload]) }

    package static func interval(_ end: Core.Number) -> Core.Kind {
        .record(.interval, [.number(end), .number(end)])
    }

    /// The number that it is; `nil`: it is none.
    package var number: Core.Number? {
        switch self {
        case .number(let number): number
        case .truth, .record, .array, .set, .lock: nil
        }
    }

    /// Parts of a record.
    package var fields: [Core.Kind] {
        switch self {
        case .record(_, let fields): fields
        case .truth, .number, .array, .set, .lock: preconditionFailure("a record was checked")
        }
    }

    /// Number of an array's elements.
    package var count: Int {
        switch self {
        case .array(let count, _): count
        case .truth, .number, .record, .set, .lock: preconditionFailure("an array was checked")
        }
    }

    /// Kind of an array's elements.
    package var element: Core.Kind {
        switch self {
        case .array(_, let element): element
        case .truth, .number, .record, .set, .lock: preconditionFailure("an array was checked")
        }
    }
}

extension Core.Constant {
    /// A value of a type that has a `Core.Kind`.
    package init(_ value: Value, _ type: SpecType) {
        switch (type, value) {
        case (.optional, .none): self = .defaultValue
        case (.optional(let wrapped), _): self = .record([.truth(true), Core.Constant(value, wrapped)])
        case (_, .bool(let flag)): self = .truth(flag)
        case (_, .number(let number)): self = .number(number)
        case (_, .token(let token)): self = .number(Int128(token))
        case (_, .interval(let first, let last)): self = .record([.number(first), .number(last)])
        case (.structure(_, let fields), .record(let values)):
            self = .record(zip(values, fields).map { Core.Constant($0, $1.type) })
        case (.array(_, let element), .array(let values)):
            self = .array(values.map { Core.Constant($0, element) })
        case (_, .set(let set)): self = .set(set)
        case (.queue(let element, let capacity), .queue(let values)):
            let unused = Array(repeating: Core.Constant.defaultValue, count: max(0, capacity - values.count))
            self = .record([
                .number(Int128(values.count)), .array(values.map { Core.Constant($0, element) } + unused),
            ])
        case (_, .lock), (_, .none), (_, .record), (_, .array), (_, .queue), (_, .list):
            self = .defaultValue
        }
    }
}
