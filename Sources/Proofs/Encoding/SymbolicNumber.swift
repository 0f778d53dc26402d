// SPDX-License-Identifier: MIT

import SpecLanguage
import Z3

/// A number as a bit-vector. Machine words are unsigned and wrap; exact numbers are as wide as their value can become, and
/// signed where it can be negative, so that nothing is ever lost.
struct SymbolicNumber {
    let term: Term
    let isSigned: Bool
    /// The value, where it is known: what follows from it is computed here and not by the solver.
    let constant: Int128?
    /// It is at least this, in every execution that is looked at.
    let atLeast: Int128
    /// The numbers it was made of, if it is a sum.
    private let addends: [SymbolicNumber]

    init(
        term: Term, isSigned: Bool, constant: Int128? = nil, atLeast: Int128 = 0,
        addends: [SymbolicNumber] = []
    ) {
        self.term = term
        self.isSigned = isSigned
        self.constant = constant
        self.atLeast = constant ?? atLeast
        self.addends = addends
    }

    /// The same number, of which something is known.
    func known(atLeast: Int128) -> SymbolicNumber {
        SymbolicNumber(
            term: term, isSigned: isSigned, constant: constant, atLeast: max(atLeast, self.atLeast),
            addends: addends)
    }

    var width: Int { term.width }
    var context: Context { term.context }

    /// The widest exact number: enough for products of several words.
    private static let widthMax = 512

    /// In as few bits as it takes.
    static func literal(_ value: Int128, _ context: Context) throws -> SymbolicNumber {
        let isSigned = value < 0
        let needed = isSigned ? 129 - (~value).leadingZeroBitCount : max(1, 128 - value.leadingZeroBitCount)
        return SymbolicNumber(
            term: try context.bits(value, width: needed), isSigned: isSigned, constant: value)
    }

    /// A machine word of a known value.
    static func word(_ value: Int128, width: Int, _ context: Context) throws -> SymbolicNumber {
        let wrapped = Arithmetic.wrap(value, width: width)
        return SymbolicNumber(
            term: try context.bits(wrapped, width: width), isSigned: false, constant: wrapped)
    }

    // MARK: Widths

    private var signedWidth: Int { isSigned ? width : width + 1 }

    func widened(to wanted: Int) throws -> Term {
        guard wanted <= Self.widthMax else {
            throw NotProvable("a number of more than \(Self.widthMax) bits")
        }
        return try term.extended(by: wanted - width, isSigned: isSigned)
    }

    /// The low bits as a machine word.
    func word(_ width: Int) throws -> SymbolicNumber {
        if !isSigned, width == self.width { return self }
        if let constant { return try .word(constant, width: width, context) }
        let low =
            self.width >= width
            ? try term.low(width) : try term.extended(by: width - self.width, isSigned: isSigned)
        return SymbolicNumber(term: low, isSigned: false)
    }

    // MARK: Arithmetic

    /// `+ - * / % << >>`, without loss.
    ///
    /// - Precondition: a number is shifted to the left by no less than 0 and no more than `shiftMax`.
    static func exact(
        _ operation: ArithmeticOperator, _ left: SymbolicNumber, _ right: SymbolicNumber
    ) throws -> SymbolicNumber {
        if let folded = try folded(operation, left, right, type: .integer(unit: nil)) {
            return try literal(folded, left.context)
        }
        let isSigned = left.isSigned || right.isSigned
        let common = isSigned ? max(left.signedWidth, right.signedWidth) : max(left.width, right.width)
        func apply(_ word: Term.BitOperation, width: Int, isSigned: Bool) throws -> SymbolicNumber {
            SymbolicNumber(
                term: try left.widened(to: width).apply(word, try right.widened(to: width)),
                isSigned: isSigned)
        }
        switch operation {
        case .add:
            let sum = try apply(.add, width: common + 1, isSigned: isSigned)
            return SymbolicNumber(term: sum.term, isSigned: isSigned, addends: [left, right])
        case .subtract:
            if let constant = right.constant, let short = try left.lessened(by: constant) { return short }
            return try apply(.subtract, width: common + 1, isSigned: true)
        case .multiply:
            let width = isSigned ? left.signedWidth + right.signedWidth : left.width + right.width
            return try apply(.multiply, width: width, isSigned: isSigned)
        case .divide:
            return try apply(
                isSigned ? .signedDivide : .unsignedDivide, width: isSigned ? common + 1 : common,
                isSigned: isSigned)
        case .remainder:
            if isSigned { return try apply(.signedRemainder, width: common + 1, isSigned: true) }
            return try unsignedRemainder(try left.widened(to: common), try right.widened(to: common))
        case .shiftLeft: return try exactlyShifted(left, leftBy: right)
        case .shiftRight: return try exactlyShifted(left, rightBy: right)
        case .bitAnd, .bitOr, .bitXor: throw NotProvable("'\(operation.rawValue)' on exact numbers")
        }
    }

    /// The number less a constant that cannot make it negative, in no more bits. In a sum it is taken from one of the
    /// addends: `a + (size - 1)` shares `size - 1` with the code that computes it.
    private func lessened(by constant: Int128) throws -> SymbolicNumber? {
        guard !isSigned, constant > 0 else { return nil }
        if atLeast >= constant, addends.isEmpty {
            let less = try term.apply(.subtract, try context.bits(constant, width: width))
            return SymbolicNumber(term: less, isSigned: false, atLeast: atLeast - constant)
        }
        for (index, addend) in addends.enumerated() {
            guard let less = try addend.lessened(by: constant) else { continue }
            return try .exact(.add, addends[1 - index], less)
        }
        return nil
    }

    /// Operations of machine words of `width` bits; they wrap.
    static func wrapping(
        _ operation: ArithmeticOperator, _ left: SymbolicNumber, _ right: SymbolicNumber, width: Int
    ) throws -> SymbolicNumber {
        if let folded = try folded(operation, left, right, type: .bits(name: nil, width: width)) {
            return try .word(folded, width: width, left.context)
        }
        let a = try left.word(width).term
        func apply(_ word: Term.BitOperation) throws -> SymbolicNumber {
            SymbolicNumber(term: try a.apply(word, try right.word(width).term), isSigned: false)
        }
        switch operation {
        case .add: return try apply(.add)
        case .subtract: return try apply(.subtract)
        case .multiply: return try apply(.multiply)
        case .divide: return try apply(.unsignedDivide)
        case .remainder: return try unsignedRemainder(a, try right.word(width).term)
        case .bitAnd: return try apply(.and)
        case .bitOr: return try apply(.or)
        case .bitXor: return try apply(.xor)
        case .shiftLeft: return try shifted(.shiftLeft, a, by: right)
        case .shiftRight: return try shifted(.shiftRightLogical, a, by: right)
        }
    }

    /// By the width or more, or by a negative amount: 0. The amount may be of any width.
    private static func shifted(
        _ shift: Term.BitOperation, _ word: Term, by amount: SymbolicNumber
    ) throws -> SymbolicNumber {
        let context = word.context
        let limit = try literal(Int128(word.width), context)
        let isInside = Formula.all([
            try compare(.less, amount, limit), try compare(.lessOrEqual, try literal(0, context), amount),
        ])
        let inside = try word.apply(shift, try amount.word(word.width).term)
        guard let condition = try isInside.plainTerm(in: context) else { throw NotProvable("this shift") }
        let zero = try context.bits(0, width: word.width)
        return SymbolicNumber(term: try condition.choose(inside, else: zero), isSigned: false)
    }

    /// By a power of two the remainder is a mask: said here, because division is what solvers are worst at.
    private static func unsignedRemainder(_ left: Term, _ right: Term) throws -> SymbolicNumber {
        let context = left.context
        let mask = try right.apply(.subtract, try context.bits(1, width: right.width))
        let isPowerOfTwo = try right.apply(.and, mask).equals(try context.bits(0, width: right.width))
        let masked = try left.apply(.and, mask)
        return SymbolicNumber(
            term: try isPowerOfTwo.choose(masked, else: try left.apply(.unsignedRemainder, right)),
            isSigned: false)
    }

    private static func folded(
        _ operation: ArithmeticOperator, _ left: SymbolicNumber, _ right: SymbolicNumber, type: SpecType
    ) throws -> Int128? {
        guard let a = left.constant, let b = right.constant else { return nil }
        do throws(Arithmetic.Failure) {
            return try Arithmetic.apply(operation, a, b, type: type)
        } catch {
            // That nothing is divided by zero is claimed, where it is reached.
            if error == .divisionByZero { return nil }
            throw NotProvable("a number beyond 2^120")
        }
    }

    // MARK: Comparison

    static func compare(
        _ comparison: ComparisonOperator, _ left: SymbolicNumber, _ right: SymbolicNumber
    ) throws -> Formula {
        switch comparison {
        case .equal: try compare(left, right, whereSame: true, { $0 == $1 }) { a, b, _ in try a.equals(b) }
        case .less:
            try compare(left, right, whereSame: false, { $0 < $1 }) { a, b, isSigned in
                try a.apply(isSigned ? .signedLess : .unsignedLess, b)
            }
        case .lessOrEqual:
            try compare(left, right, whereSame: true, { $0 <= $1 }) { a, b, isSigned in
                try a.apply(isSigned ? .signedLessOrEqual : .unsignedLessOrEqual, b)
            }
        case .greater: try compare(.less, right, left)
        case .greaterOrEqual: try compare(.lessOrEqual, right, left)
        case .notEqual: try compare(.equal, left, right).not()
        }
    }

    private static func compare(
        _ left: SymbolicNumber, _ right: SymbolicNumber, whereSame: Bool, _ known: (Int128, Int128) -> Bool,
        _ term: (Term, Term, _ isSigned: Bool) throws -> Term
    ) throws -> Formula {
        if let a = left.constant, let b = right.constant { return .constant(known(a, b)) }
        if left.term == right.term, left.isSigned == right.isSigned { return .constant(whereSame) }
        let isSigned = left.isSigned || right.isSigned
        let width = isSigned ? max(left.signedWidth, right.signedWidth) : max(left.width, right.width)
        return .term(try term(try left.widened(to: width), try right.widened(to: width), isSigned))
    }

    /// `if condition { then } else { otherwise }`
    static func choose(
        _ condition: Term, _ then: SymbolicNumber, _ otherwise: SymbolicNumber
    ) throws -> SymbolicNumber {
        let isSigned = then.isSigned || otherwise.isSigned
        let width = isSigned ? max(then.signedWidth, otherwise.signedWidth) : max(then.width, otherwise.width)
        return SymbolicNumber(
            term: try condition.choose(try then.widened(to: width), else: try otherwise.widened(to: width)),
            isSigned: isSigned)
    }
}
