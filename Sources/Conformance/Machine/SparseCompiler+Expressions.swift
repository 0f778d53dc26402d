// SPDX-License-Identifier: MIT

import Core
import Diagnostics

extension SparseCompiler {
    /// Code that computes the expression.
    ///
    /// - Returns: the first of its registers. They may be those of a variable: move them before it changes.
    func value(_ expression: Core.Expression) throws(NotRunnable) -> Int {
        let span = expression.span
        switch expression.form {
        case .constant(let value):
            return constant(try WordCoding.encode(value, expression.kind, at: span))
        case .read(let place): return try read(place, span)
        case .record(let parts): return try record(parts)
        case .not(let operand):
            let result = allocate(1)
            emit(.not, result, try value(operand))
            return result
        case .all, .any:
            let result = allocate(1)
            emit(.move, result, constant(0), 1)
            let isFalse = try jumpsIfFalse(expression)
            emit(.move, result, constant(1), 1)
            patch(isFalse)
            return result
        case .equal(let left, let right):
            let result = allocate(1)
            let (a, b) = (try value(left), try value(right))
            emit(.equal, result, a, b, try words(left.kind, span))
            return result
        case .less(let left, let right): return try comparison(.lessWord, .lessSigned, left, right)
        case .lessOrEqual(let left, let right):
            return try comparison(.lessOrEqualWord, .lessOrEqualSigned, left, right)
        case .arithmetic(let operation, let left, let right):
            return try arithmetic(operation, left, right, expression)
        case .convert(let operand): return try convert(operand, to: expression.number, span)
        case .conditional(let test, let then, let otherwise):
            let size = try words(expression.kind, span)
            let result = allocate(size)
            let toOtherwise = try jumpsIfFalse(test)
            move(try value(then), to: result, count: size)
            let toEnd = emit(.jump)
            patch(toOtherwise)
            move(try value(otherwise), to: result, count: size)
            patch(toEnd)
            return result
        case .bind(let variable, let bound, let body):
            try store(bound, in: variable)
            return try value(body)
        case .quantified(let quantifier, let variable, let body):
            return try quantified(quantifier, variable, body, span)
        case .query(let query, let set): return try self.query(query, set)
        case .call(let function, let arguments): return try call(function, arguments)
        case .checked(let check, let checked):
            try require(check)
            return try value(checked)
        }
    }

    func store(_ value: Core.Expression, in variable: Core.Variable) throws(NotRunnable) {
        let source = try self.value(value)
        move(source, to: try place(of: variable), count: try words(variable.kind, value.span))
    }

    /// Fails where the check does not hold.
    func require(_ check: Core.Check) throws(NotRunnable) {
        let isFalse = try jumpsIfFalse(check.condition)
        let toEnd = emit(.jump)
        patch(isFalse)
        emit(.fail, failure(of: check))
        patch(toEnd)
    }

    private func record(_ parts: [Core.Expression]) throws(NotRunnable) -> Int {
        var size = 0
        for part in parts { size += try words(part.kind, part.span) }
        let result = allocate(size)
        var place = result
        for part in parts {
            let size = try words(part.kind, part.span)
            move(try value(part), to: place, count: size)
            place += size
        }
        return result
    }

    // MARK: Conditions

    /// Jumps taken where the condition is false; where it is true, the code goes on.
    func jumpsIfFalse(_ condition: Core.Expression) throws(NotRunnable) -> [Int] {
        switch condition.form {
        case .not(let operand): return try jumpsIfTrue(operand)
        case .all(let parts):
            var jumps: [Int] = []
            for part in parts { jumps += try jumpsIfFalse(part) }
            return jumps
        case .any(let parts):
            guard let last = parts.last else { return [emit(.jump)] }
            var isTrue: [Int] = []
            for part in parts.dropLast() { isTrue += try jumpsIfTrue(part) }
            let isFalse = try jumpsIfFalse(last)
            patch(isTrue)
            return isFalse
        case .bind(let variable, let value, let body):
            try store(value, in: variable)
            return try jumpsIfFalse(body)
        case .constant, .read, .record, .equal, .less, .lessOrEqual, .arithmetic, .convert, .conditional,
            .quantified, .query, .call, .checked:
            let source = try value(condition)
            return [emit(.jumpIfFalse, 0, source)]
        }
    }

    func jumpsIfTrue(_ condition: Core.Expression) throws(NotRunnable) -> [Int] {
        switch condition.form {
        case .not(let operand): return try jumpsIfFalse(operand)
        case .any(let parts):
            var jumps: [Int] = []
            for part in parts { jumps += try jumpsIfTrue(part) }
            return jumps
        case .all(let parts):
            guard let last = parts.last else { return [emit(.jump)] }
            var isFalse: [Int] = []
            for part in parts.dropLast() { isFalse += try jumpsIfFalse(part) }
            let isTrue = try jumpsIfTrue(last)
            patch(isFalse)
            return isTrue
        case .bind(let variable, let value, let body):
            try store(value, in: variable)
            return try jumpsIfTrue(body)
        case .constant, .read, .record, .equal, .less, .lessOrEqual, .arithmetic, .convert, .conditional,
            .quantified, .query, .call, .checked:
            let source = try value(condition)
            return [emit(.jumpIfTrue, 0, source)]
        }
    }

    private func comparison(
        _ ofWords: Instruction.Code, _ signed: Instruction.Code, _ left: Core.Expression,
        _ right: Core.Expression
    ) throws(NotRunnable) -> Int {
        let result = allocate(1)
        let (a, b) = (try value(left), try value(right))
        emit(left.number.isWord ? ofWords : signed, result, a, b)
        return result
    }

    // MARK: Quantifiers and calls

    private func quantified(
        _ quantifier: Core.Quantifier, _ variable: Core.Variable, _ body: Core.Expression, _ span: Span
    ) throws(NotRunnable) -> Int {
        let result = allocate(1)
        let isForall = quantifier == .all
        emit(.move, result, constant(isForall ? 1 : 0), 1)
        var toEnd: [Int] = []
        try loop(over: variable, span) { () throws(NotRunnable) in
            let skip = isForall ? try jumpsIfTrue(body) : try jumpsIfFalse(body)
            emit(.move, result, constant(isForall ? 0 : 1), 1)
            toEnd.append(emit(.jump))
            patch(skip)
        }
        patch(toEnd)
        return result
    }

    /// Code for each value of a small kind, in order.
    private func loop(
        over variable: Core.Variable, _ span: Span, _ body: () throws(NotRunnable) -> Void
    ) throws(NotRunnable) {
        let number = variable.kind.number ?? .range(lower: 0, upper: 1)
        guard let bounds = number.bounds, number.count <= 4096 else {
            throw NotRunnable("'\(variable.typeName)' has too many values to try them all", at: span)
        }
        let first = constant(try WordCoding.encode(.number(bounds.lowerBound), .number(number), at: span))
        let last = constant(try WordCoding.encode(.number(bounds.upperBound), .number(number), at: span))
        let counter = allocate(1)
        emit(.move, counter, first, 1)
        let begin = code.count
        move(counter, to: try place(of: variable), count: 1)
        try body()
        let test = allocate(1)
        emit(.equal, test, counter, last, 1)
        let toEnd = emit(.jumpIfTrue, 0, test)
        emit(.addWord, counter, counter, constant(1), constant(.max))
        emit(.jump, begin)
        patch(toEnd)
    }

    private func call(_ function: Core.Function, _ arguments: [Core.Expression]) throws(NotRunnable) -> Int {
        try bind(function.parameters, to: arguments)
        let size = try words(function.result, function.span)
        let result = allocate(size)
        returns.append(Return(register: result, size: size))
        try compile(function.body)
        let missing = Requirement.returns(function.name)
        emit(.fail, failure(missing.cause, missing.failure, at: function.span))
        for jump in returns.removeLast().jumps { patch(jump) }
        return result
    }

    /// Parameters get their values at once: an argument may speak of the parameters as they were.
    func bind(_ parameters: [Core.Variable], to arguments: [Core.Expression]) throws(NotRunnable) {
        var copies: [(register: Int, size: Int)] = []
        for argument in arguments {
            let size = try words(argument.kind, argument.span)
            let copy = allocate(size)
            move(try value(argument), to: copy, count: size)
            copies.append((copy, size))
        }
        for (parameter, copy) in zip(parameters, copies) {
            move(copy.register, to: try place(of: parameter), count: copy.size)
        }
    }
}

extension Core.Expression {
    var number: Core.Number {
        guard let number = kind.number else { preconditionFailure("a number was checked") }
        return number
    }
}
