// SPDX-License-Identifier: MIT

import SpecLanguage
import Z3

/// Shifts of exact numbers: `x << n` is the product with 2^n, `x >> n` the quotient, rounded toward minus
/// infinity.
extension SymbolicNumber {
    /// The largest amount by which this number can shift an exact one to the left: all that a word of few
    /// bits can say, or more than any number of the interpreter has bits.
    var shiftMax: Int {
        if constant != nil || width > Self.bitsOfAnyShift { return Self.shiftOfConstantsMax }
        return isSigned ? (1 << (width - 1)) - 1 : (1 << width) - 1
    }

    private static let bitsOfAnyShift = 8
    private static let shiftOfConstantsMax = 126

    /// Whether the number lies between 0 and `shiftMax`.
    func isShiftAmount() throws -> Formula {
        if constant == nil, !isSigned, width <= Self.bitsOfAnyShift { return .yes }
        return try SetEncoding.contains(
            (try .literal(0, context), try .literal(Int128(shiftMax), context)), self)
    }

    static func exactlyShifted(
        _ left: SymbolicNumber, leftBy amount: SymbolicNumber
    ) throws -> SymbolicNumber {
        if let count = amount.constant {
            // That a constant beyond is none is claimed where it stands.
            guard 0 <= count, count <= Int128(amount.shiftMax) else { return left }
            return try exact(.multiply, left, try literal(1 << count, left.context))
        }
        let wide = try left.widened(to: max(left.width + amount.shiftMax, bitsOfAnyShift))
        let shifted = try wide.apply(.shiftLeft, try amount.word(wide.width).term)
        return SymbolicNumber(term: shifted, isSigned: left.isSigned)
    }

    /// By a negative amount it is 0.
    static func exactlyShifted(
        _ left: SymbolicNumber, rightBy amount: SymbolicNumber
    ) throws -> SymbolicNumber {
        let context = left.context
        let shift: Term.BitOperation = left.isSigned ? .shiftRightArithmetic : .shiftRightLogical
        if let constant = amount.constant {
            if constant < 0 { return try literal(0, context) }
            // As far as the number is wide only its sign is left. The width itself is to fit the width's
            // bits.
            let wide = try left.widened(to: max(left.width, bitsOfAnyShift + 2))
            let count = try context.bits(min(constant, Int128(wide.width)), width: wide.width)
            return SymbolicNumber(term: try wide.apply(shift, count), isSigned: left.isSigned)
        }
        let width = max(left.width, amount.width)
        let shifted = try left.widened(to: width).apply(shift, try amount.widened(to: width))
        guard amount.isSigned else { return SymbolicNumber(term: shifted, isSigned: left.isSigned) }
        let isNegative = try compare(.less, amount, try literal(0, context))
        guard let condition = try isNegative.plainTerm(in: context) else { throw NotProvable("this shift") }
        let zero = try context.bits(0, width: width)
        return SymbolicNumber(term: try condition.choose(zero, else: shifted), isSigned: left.isSigned)
    }
}
