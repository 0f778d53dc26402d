// SPDX-License-Identifier: MIT

import Core
import Diagnostics
import SpecLanguage

/// Words are kept as they are, exact numbers signed in 64 bits; what goes beyond is a limit, never a wrong answer.
extension SparseCompiler {
    func arithmetic(
        _ operation: Core.ArithmeticOperator, _ left: Core.Expression, _ right: Core.Expression,
        _ expression: Core.Expression
    ) throws(NotRunnable) -> Int {
        let result = allocate(1)
        let (a, b) = (try value(left), try value(right))
        let overflow = failure(
            .limit(.arithmetic), "the result is not a number of 64 bits", at: expression.span)
        guard case .word(let width) = expression.number else {
            guard let code = Self.exactCode(operation) else {
                throw NotRunnable(
                    "'\(operation.symbol)' on numbers that are no machine words is not run over a log",
                    at: expression.span)
            }
            emit(code, result, a, b, overflow)
            return result
        }
        emit(Self.wordCode(operation), result, a, b, constant(Self.mask(width)))
        return result
    }

    private static func wordCode(_ operation: Core.ArithmeticOperator) -> Instruction.Code {
        switch operation {
        case .add: .addWord
        case .subtract: .subtractWord
        case .multiply: .multiplyWord
        case .divide: .divideWord
        case .remainder: .remainderWord
        case .shiftLeft: .shiftLeftWord
        case .shiftRight: .shiftRightWord
        case .bitAnd: .andWord
        case .bitOr: .orWord
        case .bitXor: .xorWord
        }
    }

    private static func exactCode(_ operation: Core.ArithmeticOperator) -> Instruction.Code? {
        switch operation {
        case .add: .addExact
        case .subtract: .subtractExact
        case .multiply: .multiplyExact
        case .divide: .divideExact
        case .remainder: .remainderExact
        case .shiftLeft, .shiftRight, .bitAnd, .bitOr, .bitXor: nil
        }
    }

    static func mask(_ width: Int) -> UInt64 { width >= 64 ? .max : 1 << UInt64(width) - 1 }

    func convert(
        _ operand: Core.Expression, to number: Core.Number, _ span: Span
    ) throws(NotRunnable) -> Int {
        let source = try value(operand)
        switch (operand.number, number) {
        case (.word(let from), .word(let width)) where from <= width: return source
        case (_, .word(let width)):
            let result = allocate(1)
            emit(.andWord, result, source, constant(Self.mask(width)), constant(.max))
            return result
        case (.word(64), .integer), (.word(64), .range):
            let result = allocate(1)
            emit(
                .signed, result, source, 0,
                failure(
                    .limit(.arithmetic), "a number is beyond 2^63: it is not computed over a log", at: span))
            return result
        case (.word, .integer), (.word, .range), (.integer, .integer), (.integer, .range), (.range, .integer),
            (.range, .range):
            return source
        }
    }
}
