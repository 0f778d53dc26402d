// SPDX-License-Identifier: MIT

/// The least and the greatest number that an expression can give. Both stay within 2^120, beyond which nothing is
/// computed.
package struct NumberBounds: Hashable, Sendable {
    package let lower: Int128
    package let upper: Int128

    /// Exact integers: smaller than this in size.
    private static let magnitude: Int128 = 1 << 120
    /// What is known of an `Int`.
    package static let unknown = NumberBounds(-magnitude, magnitude)

    init(_ lower: Int128, _ upper: Int128) {
        self.lower = max(lower, -Self.magnitude)
        self.upper = min(upper, Self.magnitude)
    }

    func contains(_ number: Int128) -> Bool { lower <= number && number <= upper }
    func isWithin(_ other: NumberBounds) -> Bool { other.lower <= lower && upper <= other.upper }

    func joined(with other: NumberBounds) -> NumberBounds {
        NumberBounds(min(lower, other.lower), max(upper, other.upper))
    }

    /// - Returns: `nil`: there is no number on either side.
    static func join(_ a: NumberBounds?, _ b: NumberBounds?) -> NumberBounds? {
        guard let a else { return b }
        guard let b else { return a }
        return a.joined(with: b)
    }

    /// Of the numbers that are a value of the type, or the ends of a range, or inside an optional; `nil`: there is none.
    package static func of(_ type: SpecType) -> NumberBounds? {
        switch type {
        case .range(_, let lower, let upper): NumberBounds(Int128(lower), max(Int128(lower), Int128(upper)))
        case .bits(_, let width): NumberBounds(0, (1 << Int128(width)) - 1)
        case .integer: .unknown
        case .interval(let part), .optional(let part): of(part)
        case .bool, .enumeration, .symmetric, .structure, .array, .set, .queue, .list, .lock, .void, .absent,
            .erroneous:
            nil
        }
    }

    package static func of(_ value: Value) -> NumberBounds? {
        switch value {
        case .number(let number): NumberBounds(number, number)
        case .interval(let first, let last): NumberBounds(min(first, last), max(first, last))
        case .list(let values):
            values.reduce(nil as NumberBounds?) { join($0, of($1)) }
        case .bool, .token, .none, .record, .array, .set, .queue, .lock: nil
        }
    }

    // MARK: Arithmetic

    /// What an operator gives, and whether it can fail, as `Arithmetic.apply` says.
    static func apply(
        _ operation: ArithmeticOperator, _ a: NumberBounds, _ b: NumberBounds, type: SpecType
    ) -> (bounds: NumberBounds, canFail: Bool) {
        let canDivideByZero = (operation == .divide || operation == .remainder) && b.contains(0)
        if case .bits(_, let width) = type {
            let word = NumberBounds(0, (1 << Int128(width)) - 1)
            let exact = exact(operation, a, b)
            let fits = !exact.overflows && exact.bounds.isWithin(word)
            return (fits ? exact.bounds : word, canDivideByZero)
        }
        let result = exact(operation, a, b)
        return (result.bounds, result.overflows || canDivideByZero)
    }

    private static func exact(
        _ operation: ArithmeticOperator, _ a: NumberBounds, _ b: NumberBounds
    ) -> (bounds: NumberBounds, overflows: Bool) {
        switch operation {
        case .add: return checked(a.lower + b.lower, a.upper + b.upper)
        case .subtract: return checked(a.lower - b.upper, a.upper - b.lower)
        case .multiply: return hull(a, b) { $0.multipliedReportingOverflow(by: $1) }
        case .divide: return (quotient(a, b), false)
        case .remainder: return (remainder(a, b), false)
        case .shiftLeft:
            guard b.lower >= 0, b.upper < 120 else { return (.unknown, true) }
            let powers = NumberBounds(1 << b.lower, 1 << b.upper)
            return hull(a, powers) { $0.multipliedReportingOverflow(by: $1) }
        case .shiftRight: return (NumberBounds(min(a.lower, 0), max(a.upper, 0)), false)
        case .bitAnd, .bitOr, .bitXor: return bitwise(operation, a, b)
        }
    }

    private static func checked(_ lower: Int128, _ upper: Int128) -> (bounds: NumberBounds, overflows: Bool) {
        (NumberBounds(lower, upper), lower <= -magnitude || upper >= magnitude)
    }

    /// Of an operation that is monotonic in each operand, on either side of zero.
    private static func hull(
        _ a: NumberBounds, _ b: NumberBounds,
        _ operation: (Int128, Int128) -> (partialValue: Int128, overflow: Bool)
    ) -> (bounds: NumberBounds, overflows: Bool) {
        var corners: [Int128] = []
        for left in [a.lower, a.upper] {
            for right in [b.lower, b.upper] {
                let (result, overflow) = operation(left, right)
                if overflow { return (.unknown, true) }
                corners.append(result)
            }
        }
        return checked(corners.min() ?? 0, corners.max() ?? 0)
    }

    private static func quotient(_ a: NumberBounds, _ b: NumberBounds) -> NumberBounds {
        // Divisors next to zero give the largest quotients.
        let divisors: [Int128] = [b.lower, b.upper, -1, 1].filter { $0 != 0 && b.contains($0) }
        var corners: [Int128] = a.contains(0) ? [0] : []
        for divisor in divisors { corners += [a.lower / divisor, a.upper / divisor] }
        return NumberBounds(corners.min() ?? 0, corners.max() ?? 0)
    }

    private static func remainder(_ a: NumberBounds, _ b: NumberBounds) -> NumberBounds {
        let largest = max(abs(b.lower), abs(b.upper), 1) - 1
        return NumberBounds(
            a.lower < 0 ? max(-largest, a.lower) : 0, a.upper > 0 ? min(largest, a.upper) : 0)
    }

    private static func bitwise(
        _ operation: ArithmeticOperator, _ a: NumberBounds, _ b: NumberBounds
    ) -> (bounds: NumberBounds, overflows: Bool) {
        var power: Int128 = 1
        let largest = [a.lower, a.upper, b.lower, b.upper].map(abs).max() ?? 0
        while power <= largest { power *= 2 }
        guard a.lower >= 0, b.lower >= 0 else { return checked(-power, power - 1) }
        let upper = operation == .bitAnd ? min(a.upper, b.upper) : power - 1
        return checked(0, upper)
    }

    /// `-` and `~`, which never fail.
    static func apply(_ sign: Sign, _ a: NumberBounds, type: SpecType) -> NumberBounds {
        if case .bits = type { return of(type) ?? a }
        return switch sign {
        case .negate: NumberBounds(-a.upper, -a.lower)
        case .complement: NumberBounds(~a.upper, ~a.lower)
        }
    }
}
