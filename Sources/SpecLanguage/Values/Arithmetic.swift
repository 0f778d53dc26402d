// SPDX-License-Identifier: MIT

/// What operators mean on values: used by the constant folder and the interpreter alike.
package enum Arithmetic {
    package enum Failure: Error, Hashable, Sendable {
        case divisionByZero
        /// `<<` of an exact integer by a negative number.
        case negativeShift
        /// Beyond 2^120 in size: no spec needs it, and exactness must not end silently.
        case overflow
    }

    /// Exact integers stay below this size, so that no later step can leave `Int128` unnoticed.
    private static let magnitudeMax: Int128 = 1 << 120

    /// Reduces a number to the low `width` bits.
    package static func wrap(_ number: Int128, width: Int) -> Int128 { number & ((1 << Int128(width)) - 1) }

    /// `+ - * / % << >> & | ^` on numbers; wraps iff `type` is a machine word.
    package static func apply(
        _ operation: ArithmeticOperator, _ left: Int128, _ right: Int128, type: SpecType
    ) throws(Failure) -> Int128 {
        var width: Int?
        if case .bits(_, let bits) = type { width = bits }
        let result: Int128
        switch operation {
        case .add: result = left + right
        case .subtract: result = left - right
        case .multiply: result = try product(left, right, width: width)
        case .divide:
            guard right != 0 else { throw .divisionByZero }
            result = left / right
        case .remainder:
            guard right != 0 else { throw .divisionByZero }
            result = left % right
        case .shiftLeft: result = try shiftedLeft(left, by: right, width: width)
        case .shiftRight: result = right < 0 ? 0 : left >> min(right, 127)
        case .bitAnd: result = left & right
        case .bitOr: result = left | right
        case .bitXor: result = left ^ right
        }
        if let width { return wrap(result, width: width) }
        guard result.magnitude < magnitudeMax.magnitude else { throw .overflow }
        return result
    }

    private static func product(_ left: Int128, _ right: Int128, width: Int?) throws(Failure) -> Int128 {
        // Two 64-bit words make at most 128 bits: only the low bits matter to a word.
        if let width { return wrap(left.multipliedReportingOverflow(by: right).partialValue, width: width) }
        let (result, overflow) = left.multipliedReportingOverflow(by: right)
        guard !overflow else { throw .overflow }
        return result
    }

    private static func shiftedLeft(_ left: Int128, by right: Int128, width: Int?) throws(Failure) -> Int128 {
        if let width {
            return right < 0 || right >= Int128(width) ? 0 : wrap(left, width: width - Int(right)) << right
        }
        guard right >= 0 else { throw .negativeShift }
        guard right < 120, left.magnitude < (magnitudeMax.magnitude >> UInt128(right)) else {
            throw .overflow
        }
        return left << right
    }

    /// `~` and unary `-`.
    package static func apply(_ sign: Sign, _ operand: Int128, type: SpecType) -> Int128 {
        let result =
            switch sign {
            case .negate: -operand
            case .complement: ~operand
            }
        if case .bits(_, let width) = type { return wrap(result, width: width) }
        return result
    }

    /// Two numbers.
    package static func compare(_ comparison: ComparisonOperator, _ left: Int128, _ right: Int128) -> Bool {
        switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }

    /// Whether `type` has the number.
    package static func fits(_ number: Int128, _ type: SpecType) -> Bool {
        switch type {
        case .range(_, let lower, let upper): number >= Int128(lower) && number <= Int128(upper)
        case .bits(_, let width): number >= 0 && number < (1 << Int128(width))
        case .bool, .integer, .enumeration, .symmetric, .structure, .array, .optional, .set, .queue,
            .interval,
            .list, .lock, .void, .absent, .erroneous:
            true
        }
    }
}
