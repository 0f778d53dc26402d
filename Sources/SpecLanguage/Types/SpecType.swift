// SPDX-License-Identifier: MIT

/// A resolved type. Constants have been evaluated: every bound and width is a number.
///
/// Types with a name are nominal: two ranges of the same bounds and different names do not mix.
package indirect enum SpecType: Hashable, Sendable {
    case bool
    /// The exact integers. With a unit: the result of arithmetic on that nominal type, not yet brought back
    /// into its
    /// range. Without: mixes with every numeric type (literals, untyped constants, counts).
    case integer(unit: String?)
    case range(name: String?, lower: Int, upper: Int)
    /// Machine word: 0 ..< 2^width, arithmetic wraps. Width 1 to 64.
    case bits(name: String?, width: Int)
    case enumeration(name: String, cases: [String])
    case symmetric(name: String, count: Int)
    case structure(name: String, fields: [Field])
    case array(index: SpecType, element: SpecType)
    case optional(SpecType)
    case set(SpecType)
    case queue(SpecType, capacity: Int)
    case interval(SpecType)
    case list(SpecType)
    case lock
    /// Result of an operation or function that returns nothing.
    case void
    /// The type of `none` before its context is known.
    case absent
    /// After a reported error; fits everywhere, so that one mistake is reported once.
    case erroneous

    package struct Field: Hashable, Sendable {
        package let name: String
        package let type: SpecType

        package init(name: String, type: SpecType) {
            self.name = name
            self.type = type
        }
    }
}

extension SpecType {
    /// As an author would write it.
    package var description: String {
        switch self {
        case .bool: "Bool"
        case .integer(let unit): unit.map { "Int (\($0))" } ?? "Int"
        case .range(let name, let lower, let upper): name ?? "\(lower) ... \(upper)"
        case .bits(let name, let width): name ?? "bits(\(width))"
        case .enumeration(let name, _), .symmetric(let name, _), .structure(let name, _): name
        case .array(let index, let element): "[\(index.description)]\(element.description)"
        case .optional(let wrapped): "\(wrapped.description)?"
        case .set(let element): "Set<\(element.description)>"
        case .queue(let element, let capacity): "Queue<\(element.description), \(capacity)>"
        case .interval(let element): "Range<\(element.description)>"
        case .list(let element): "List<\(element.description)>"
        case .lock: "Lock"
        case .void: "nothing"
        case .absent: "none"
        case .erroneous: "<error>"
        }
    }

    /// Number of values of a finite type that may index an array, be a set's member or be quantified over;
    /// `nil` for the others. Saturates at `Int.max` (a 64-bit word).
    package var indexCount: Int? {
        switch self {
        case .bool: 2
        case .range(_, let lower, let upper): upper - lower + 1
        case .bits(_, let width): width < 62 ? 1 << width : Int.max
        case .enumeration(_, let cases): cases.count
        case .symmetric(_, let count): count
        case .absent, .array, .erroneous, .integer, .interval, .list, .lock, .optional, .queue, .set,
            .structure, .void:
            nil
        }
    }

    /// Position of a value among the `indexCount` values of the type, from 0.
    package func ordinal(of value: Value) -> Int128 {
        switch (self, value) {
        case (_, .bool(let flag)): flag ? 1 : 0
        case (.range(_, let lower, _), .number(let number)): number - Int128(lower)
        case (_, .number(let number)): number
        case (_, .token(let token)): Int128(token)
        case (_, .array), (_, .interval), (_, .list), (_, .lock), (_, .none), (_, .queue), (_, .record),
            (_, .set):
            preconditionFailure("\(description) has no ordinals")
        }
    }

    /// Inverse of `ordinal(of:)`.
    package func value(ordinal: Int128) -> Value {
        switch self {
        case .bool: .bool(ordinal != 0)
        case .range(_, let lower, _): .number(ordinal + Int128(lower))
        case .enumeration, .symmetric: .token(Int(ordinal))
        case .absent, .array, .bits, .erroneous, .integer, .interval, .list, .lock, .optional, .queue, .set,
            .structure, .void:
            .number(ordinal)
        }
    }

    package var isNumeric: Bool {
        switch self {
        case .integer, .range, .bits, .erroneous: true
        case .absent, .array, .bool, .enumeration, .interval, .list, .lock, .optional, .queue, .set,
            .structure, .symmetric, .void:
            false
        }
    }

    /// The nominal name arithmetic must agree on; `nil` mixes with all.
    package var unit: String? {
        switch self {
        case .integer(let unit): unit
        case .range(let name, _, _), .bits(let name, _): name
        case .absent, .array, .bool, .enumeration, .erroneous, .interval, .list, .lock, .optional, .queue,
            .set, .structure, .symmetric, .void:
            nil
        }
    }
}
