// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

extension SparseCompiler {
    /// Jumps taken where the condition is false; where it is true, the code goes on.
    func jumpsIfFalse(_ condition: Typed.Expression) throws(NotRunnable) -> [Int] {
        switch condition.kind {
        case .unary(.not, let operand): return try jumpsIfTrue(operand)
        case .binary(.and, let left, let right): return try jumpsIfFalse(left) + jumpsIfFalse(right)
        case .binary(.or, let left, let right):
            let isTrue = try jumpsIfTrue(left)
            let isFalse = try jumpsIfFalse(right)
            patch(isTrue)
            return isFalse
        case .binary(.implies, let left, let right):
            let isTrue = try jumpsIfFalse(left)
            let isFalse = try jumpsIfFalse(right)
            patch(isTrue)
            return isFalse
        default: return [emit(.jumpIfFalse, 0, try value(condition))]
        }
    }

    func jumpsIfTrue(_ condition: Typed.Expression) throws(NotRunnable) -> [Int] {
        switch condition.kind {
        case .unary(.not, let operand): return try jumpsIfFalse(operand)
        case .binary(.or, let left, let right): return try jumpsIfTrue(left) + jumpsIfTrue(right)
        case .binary(.and, let left, let right):
            let isFalse = try jumpsIfFalse(left)
            let isTrue = try jumpsIfTrue(right)
            patch(isFalse)
            return isTrue
        case .binary(.implies, let left, let right):
            return try jumpsIfFalse(left) + jumpsIfTrue(right)
        default:
            let source = try value(condition)
            return [emit(.jumpIfTrue, 0, source)]
        }
    }

    func value(
        _ operation: Syntax.UnaryOperator, _ operand: Typed.Expression, _ expression: Typed.Expression
    ) throws(NotRunnable) -> Int {
        let result = allocate(1)
        switch operation {
        case .not: emit(.not, result, try value(operand))
        case .negate:
            if case .bits(_, let width) = expression.type {
                emit(.subtractWord, result, constant(0), try value(operand), constant(Self.mask(width)))
            } else {
                emit(.subtractExact, result, constant(0), try signed(operand), overflow(expression))
            }
        case .complement:
            guard case .bits(_, let width) = expression.type else {
                emit(.subtractExact, result, constant(.max), try signed(operand), overflow(expression))
                return result
            }
            emit(.complementWord, result, try value(operand), constant(Self.mask(width)))
        }
        return result
    }

    private func overflow(_ expression: Typed.Expression) -> Int {
        failure(.limit(.arithmetic), "the result is not a number of 64 bits", at: expression.span)
    }

    func value(
        _ operation: Syntax.BinaryOperator, _ left: Typed.Expression, _ right: Typed.Expression,
        _ expression: Typed.Expression
    ) throws(NotRunnable) -> Int {
        switch operation {
        case .and, .or, .implies:
            let result = allocate(1)
            try move(constant(0), to: result, count: 1)
            let isFalse = try jumpsIfFalse(expression)
            try move(constant(1), to: result, count: 1)
            patch(isFalse)
            return result
        case .equal, .notEqual: return try equality(operation == .equal, left, right)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return try comparison(operation, left, right)
        default:
            guard case .bits(_, let width) = expression.type else {
                return try exact(operation, left, right, expression)
            }
            let result = allocate(1)
            let (a, b) = (try settled(left), try value(right))
            if operation == .divide || operation == .remainder {
                let isZero = allocate(1)
                emit(.equal, isZero, b, constant(0), 1)
                let isFine = emit(.jumpIfFalse, 0, isZero)
                emit(.fail, failure(.error(.divisionByZero), "division by zero", at: expression.span))
                patch(isFine)
            }
            emit(Self.wordCodes[operation] ?? .fail, result, a, b, constant(Self.mask(width)))
            return result
        }
    }

    /// A value in registers of its own where it might be a variable's: nothing here changes variables, but a
    /// call of the same function on the other side would reuse its parameters.
    private func settled(_ expression: Typed.Expression) throws(NotRunnable) -> Int {
        let source = try value(expression)
        guard case .variable(let variable) = expression.kind, case .frame = variable.storage else {
            return source
        }
        let copy = allocate(1)
        try move(source, to: copy, count: 1)
        return copy
    }

    private static let wordCodes: [Syntax.BinaryOperator: Instruction.Code] = [
        .add: .addWord, .subtract: .subtractWord, .multiply: .multiplyWord, .divide: .divideWord,
        .remainder: .remainderWord, .bitAnd: .andWord, .bitOr: .orWord, .bitXor: .xorWord,
        .shiftLeft: .shiftLeftWord, .shiftRight: .shiftRightWord,
    ]

    private func exact(
        _ operation: Syntax.BinaryOperator, _ left: Typed.Expression, _ right: Typed.Expression,
        _ expression: Typed.Expression
    ) throws(NotRunnable) -> Int {
        let result = allocate(1)
        let (a, b) = (try signed(left), try signed(right))
        switch operation {
        case .add: emit(.addExact, result, a, b, overflow(expression))
        case .subtract: emit(.subtractExact, result, a, b, overflow(expression))
        case .multiply: emit(.multiplyExact, result, a, b, overflow(expression))
        case .divide, .remainder:
            emit(
                operation == .divide ? .divideExact : .remainderExact, result, a, b,
                failure(.error(.divisionByZero), "division by zero", at: expression.span))
        default:
            throw NotRunnable(
                "'\(operation.rawValue)' on numbers that are no machine words is not run over a log",
                at: expression.span)
        }
        return result
    }

    private func equality(
        _ isEqual: Bool, _ left: Typed.Expression, _ right: Typed.Expression
    ) throws(NotRunnable) -> Int {
        let result = allocate(1)
        if case .absent = right.type { return try presence(of: left, isEqual, result) }
        if case .absent = left.type { return try presence(of: right, isEqual, result) }
        if case .literal(.none) = right.kind { return try presence(of: left, isEqual, result) }
        var type = left.type
        if case .optional = right.type { type = right.type }
        if left.type.isNumeric, right.type.isNumeric, Self.isWord(left.type) != Self.isWord(right.type),
            !Self.isSmallLiteral(left), !Self.isSmallLiteral(right)
        {
            emit(isEqual ? .equal : .notEqual, result, try signed(left), try signed(right), 1)
            return result
        }
        let size = try words(type, left.span)
        let copy = allocate(size)
        try move(try value(left, as: type), to: copy, count: size)
        emit(isEqual ? .equal : .notEqual, result, copy, try value(right, as: type), size)
        return result
    }

    private func presence(
        of optional: Typed.Expression, _ isEqual: Bool, _ result: Int
    ) throws(NotRunnable) -> Int {
        guard case .optional = optional.type else {
            return constant(isEqual ? 0 : 1)
        }
        let source = try value(optional)
        guard isEqual else { return source }
        emit(.not, result, source)
        return result
    }

    private static func isSmallLiteral(_ expression: Typed.Expression) -> Bool {
        if case .convert(let operand) = expression.kind { return isSmallLiteral(operand) }
        guard case .literal(.number(let number)) = expression.kind else { return false }
        return number >= 0 && number <= Int128(Int64.max)
    }

    private func comparison(
        _ operation: Syntax.BinaryOperator, _ left: Typed.Expression, _ right: Typed.Expression
    ) throws(NotRunnable) -> Int {
        let result = allocate(1)
        let isUnsigned =
            (Self.isWord(left.type) || Self.isSmallLiteral(left))
            && (Self.isWord(right.type) || Self.isSmallLiteral(right))
        let a: Int
        let b: Int
        if isUnsigned {
            (a, b) = (try settled(left), try value(right))
        } else {
            (a, b) = (try signed(left), try signed(right))
        }
        switch operation {
        case .less: emit(isUnsigned ? .lessWord : .lessSigned, result, a, b)
        case .lessOrEqual: emit(isUnsigned ? .lessOrEqualWord : .lessOrEqualSigned, result, a, b)
        case .greater: emit(isUnsigned ? .lessWord : .lessSigned, result, b, a)
        default: emit(isUnsigned ? .lessOrEqualWord : .lessOrEqualSigned, result, b, a)
        }
        return result
    }

    // MARK: Methods

    func value(
        _ method: Typed.Method, _ base: Typed.Expression, _ arguments: [Typed.Expression],
        _ expression: Typed.Expression
    ) throws(NotRunnable) -> Int {
        let result = allocate(3)
        switch base.type {
        case .set:
            let range = arguments.isEmpty ? 0 : try range(arguments[0])
            var isFalse: [Int] = []
            if let argument = arguments.first, Self.mayBeNegative(argument) {
                isFalse = leaveOutNegatives(
                    of: range, result: method == .contains || method == .containsAll ? result : nil)
            }
            let (sets, key) = try setPlace(base)
            switch method {
            case .contains, .containsAll: emit(.setContainsAll, result, sets, key, range)
            case .isDisjoint: emit(.setIsDisjoint, result, sets, key, range)
            case .isEmpty: emit(.setIsEmpty, result, sets, key)
            case .count: emit(.setCount, result, sets, key)
            case .highestRun: emit(.setHighestRun, result, sets, key, range)
            case .lowestRun: emit(.setLowestRun, result, sets, key, range)
            default: throw NotRunnable("a set has no '\(method.rawValue)'", at: expression.span)
            }
            patch(isFalse)
        case .interval(let element):
            var less: Instruction.Code = Self.isWord(element) ? .lessWord : .lessSigned
            let source = allocate(2)
            try move(try value(base), to: source, count: 2)
            switch method {
            case .isEmpty: emit(less, result, source + 1, source)
            case .contains, .overlaps:
                let other = try range(arguments[0])
                if Self.isWord(element) != Self.isWord(Self.member(arguments[0])) {
                    // No word is negative: both are compared as words without what is.
                    less = .lessWord
                    let signed = Self.isWord(element) ? other : source
                    _ = leaveOutNegatives(of: signed, result: nil)
                }
                // Neither is empty, and neither ends before the other begins.
                emit(less, result, source + 1, other)
                emit(less, result + 1, other + 1, source)
                emit(.orWord, result, result, result + 1, constant(.max))
                emit(less, result + 1, source + 1, source)
                emit(.orWord, result, result, result + 1, constant(.max))
                emit(less, result + 1, other + 1, other)
                emit(.orWord, result, result, result + 1, constant(.max))
                emit(.not, result, result)
            default: throw NotRunnable("a range has no '\(method.rawValue)'", at: expression.span)
            }
        case .list:
            return constant(UInt64(try elements(of: base).count))
        default:
            throw NotRunnable("'\(base.type.description)' is not kept over a log", at: expression.span)
        }
        return result
    }

    /// The type of a range's ends, or of a single member.
    static func member(_ argument: Typed.Expression) -> SpecType {
        if case .interval(let element) = argument.type { element } else { argument.type }
    }

    /// Whether a range, or a single member, may have negative numbers in it.
    static func mayBeNegative(_ argument: Typed.Expression) -> Bool {
        switch member(argument) {
        case .range(_, let lower, _): lower < 0
        case .integer:
            if case .interval(let first, let last) = argument.kind {
                !isSmallLiteral(first) || !isSmallLiteral(last)
            } else {
                !isSmallLiteral(argument)
            }
        case .bool, .bits, .enumeration, .symmetric, .interval, .optional, .structure, .array, .set, .queue,
            .list, .lock, .void, .absent, .erroneous:
            false
        }
    }

    /// Narrows a signed range to its part from 0 on, in place: sets hold no negative numbers, and their code reads ends as
    /// words. What is empty becomes `1 ... 0`.
    ///
    /// - Parameter result: register of the answer to 'are all of these members', which is no where a negative number is
    ///   among them.
    /// - Returns: jumps taken where the answer is known.
    func leaveOutNegatives(of range: Int, result: Int?) -> [Int] {
        let test = allocate(1)
        emit(.lessSigned, test, range + 1, range)
        let toNegative = emit(.jumpIfFalse, 0, test)
        emit(.move, range, constant([1, 0]), 2)
        let toEnd = emit(.jump)
        patch(toNegative)
        emit(.lessSigned, test, range, constant(0))
        let isFine = emit(.jumpIfFalse, 0, test)
        var known: [Int] = []
        if let result {
            emit(.move, result, constant(0), 1)
            known.append(emit(.jump))
        } else {
            emit(.move, range, constant(0), 1)
            emit(.lessSigned, test, range + 1, range)
            let isLeft = emit(.jumpIfFalse, 0, test)
            emit(.move, range, constant([1, 0]), 2)
            patch(isLeft)
        }
        patch([toEnd, isFine])
        return known
    }

    /// Two registers: the ends of a range, or a single member twice.
    func range(_ argument: Typed.Expression) throws(NotRunnable) -> Int {
        let result = allocate(2)
        let source = try value(argument)
        if case .interval = argument.type {
            try move(source, to: result, count: 2)
        } else {
            try move(source, to: result, count: 1)
            try move(source, to: result + 1, count: 1)
        }
        return result
    }
}
