// SPDX-License-Identifier: MIT

import SpecLanguage

/// Arguments that an author would try first: empty sets, sets of one member, small numbers. Where the solver's models say
/// little of what a function requires, one of these often meets it; each is decided before it is believed.
struct SimpleArguments: Sequence, IteratorProtocol {
    /// Values of each parameter, the simplest first.
    private let values: [[Value]]
    /// Places in `values`, of the arguments that come next; `nil` after the last.
    private var places: [Int]?

    /// As many values of a part are tried, so that numbers that depend on each other are met.
    private static let valuesMax = 64

    /// - Returns: `nil` where a parameter has a type that has no simple values.
    init?(of function: Typed.Function) {
        values = function.parameters.map { Self.values(of: $0.type) }
        guard values.allSatisfy({ !$0.isEmpty }) else { return nil }
        places = values.map { _ in 0 }
    }

    /// The first parameter changes fastest.
    mutating func next() -> [Value]? {
        guard var current = places else { return nil }
        defer {
            var digit = 0
            while digit < current.count, current[digit] + 1 == values[digit].count {
                current[digit] = 0
                digit += 1
            }
            if digit < current.count {
                current[digit] += 1
                places = current
            } else {
                places = nil
            }
        }
        return zip(values, current).map { $0[$1] }
    }

    private static func values(of type: SpecType) -> [Value] {
        switch type {
        case .bool: return [.bool(false), .bool(true)]
        case .integer: return [.number(1), .number(0), .number(2)]
        case .range(_, let lower, let upper):
            return numbers(Int128(lower)...Int128(upper))
        case .bits(_, let width): return numbers(0...((Int128(1) << Int128(width)) - 1))
        case .enumeration(_, let cases): return cases.indices.prefix(valuesMax).map { .token($0) }
        case .symmetric(_, let count): return (0..<Swift.min(count, valuesMax)).map { .token($0) }
        case .structure(_, let fields): return product(fields.map { values(of: $0.type) }).map { .record($0) }
        case .optional(let wrapped): return [.none] + values(of: wrapped).prefix(valuesMax - 1)
        case .set(let element):
            let members = values(of: element).prefix(1).map { element.ordinal(of: $0) }
            return [.set(IntegerSet())] + members.map { .set(IntegerSet([$0])) }
        case .interval(let element):
            return values(of: element).compactMap { value in
                guard case .number(let number) = value else { return nil }
                return .interval(first: number, last: number)
            }
        case .array, .queue, .list, .lock, .void, .absent, .erroneous: return []
        }
    }

    private static func numbers(_ range: ClosedRange<Int128>) -> [Value] {
        ([1, 0, 2, range.lowerBound, range.upperBound] as [Int128]).filter(range.contains).reduce(into: []) {
            if !$0.contains(.number($1)) { $0.append(.number($1)) }
        }
    }

    private static func product(_ parts: [[Value]]) -> [[Value]] {
        parts.reduce(into: [[]]) { result, part in
            result = result.flatMap { before in part.map { before + [$0] } }
            if result.count > valuesMax { result = Array(result.prefix(valuesMax)) }
        }
    }
}
