// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

extension CodeBuilder {
    func truth(_ expression: Typed.Expression) throws -> Term { try operand(expression).term }

    func number(_ expression: Typed.Expression) throws -> Term { try operand(expression).term }

    func operand(_ expression: Typed.Expression) throws -> Operand {
        switch expression.kind {
        case .literal(let value): return Operand(value, expression.type)
        case .variable(let variable): return try value(of: variable)
        case .element(let base, let index):
            guard case .array(let indexType, _) = base.type, case .array(_, let element) = try operand(base)
            else { preconditionFailure("an array was checked") }
            return element(try ordinal(index, of: indexType))
        case .field(let base, let index):
            switch try operand(base) {
            case .record(let fields): return fields[index]
            case .interval(let first, let last): return .number(index == 0 ? first : last)
            default: preconditionFailure("a value with parts was checked")
            }
        case .method(let method, let base, let arguments):
            return try self.method(method, base, arguments, expression)
        case .convert(let inner): return try convert(try operand(inner), inner, to: expression.type)
        case .unary(.not, let inner): return .truth(!(try truth(inner)))
        case .unary(let operation, let inner):
            return .number(unary(operation, try number(inner), expression.type))
        case .binary(let operation, let left, let right):
            return try binary(operation, left, right, expression)
        case .conditional(let condition, let then, let otherwise):
            let test = try truth(condition)
            return try choice(test, { try self.operand(then) }, { try self.operand(otherwise) })
        case .optionalBinding(let variable, let value, let then, let otherwise):
            let bound = shared(try operand(value), value.type, variable.name)
            guard case .optional(let present, let wrapped, _) = bound else {
                preconditionFailure("an optional was checked")
            }
            frames[variable.number] = wrapped
            return try choice(present, { try self.operand(then) }, { try self.operand(otherwise) })
        case .quantifier(let quantifier, let variable, let body):
            return .truth(try quantified(quantifier == .forall, variable, body))
        case .listQuantifier(let quantifier, let variable, let list, let body):
            guard case .list(let values) = try operand(list) else {
                preconditionFailure("a list was checked")
            }
            return .truth(try listQuantified(quantifier == .forall, variable, values, body))
        case .call(let function, let arguments): return try call(function, arguments)
        case .record(let parts): return .record(try parts.map { try operand($0) })
        case .list(let parts):
            let values = parts.compactMap { part -> Value? in
                if case .literal(let value) = part.kind { value } else { nil }
            }
            guard values.count == parts.count else {
                throw ExportRefusal(
                    "a list of values that are not constants cannot be exported", at: expression.span)
            }
            return .list(values)
        case .interval(let first, let last):
            return .interval(first: try number(first), last: try number(last))
        }
    }

    /// One of two values; each side's statements happen only where it is taken.
    func choice(
        _ condition: Term, _ then: () throws -> Operand, _ otherwise: () throws -> Operand
    ) throws -> Operand {
        if let flag = condition.booleanConstant { return try flag ? then() : otherwise() }
        let (a, thenStatements) = try captured(then)
        let (b, otherwiseStatements) = try captured(otherwise)
        emit(thenStatements, where: condition)
        emit(otherwiseStatements, where: !condition)
        return .conditional(condition, a, b)
    }

    /// Position of an index value in an array, checked.
    func ordinal(_ index: Typed.Expression, of indexType: SpecType) throws -> Term {
        let ordinal = try operand(index).ordinal(in: indexType)
        check(.within(ordinal, 0, Int128(indexType.indexCount ?? 0) - 1), .error(.indexOutOfRange))
        return ordinal
    }

    // MARK: Operators

    private func binary(
        _ operation: Syntax.BinaryOperator, _ left: Typed.Expression, _ right: Typed.Expression,
        _ expression: Typed.Expression
    ) throws -> Operand {
        switch operation {
        case .and, .or, .implies:
            let first = try truth(left)
            let needsSecond = operation == .or ? !first : first
            let (second, inner) = try captured { try truth(right) }
            emit(inner, where: needsSecond)
            return .truth(
                operation == .and
                    ? .and(first, second) : .or(operation == .or ? first : !first, second))
        case .equal, .notEqual:
            let (a, b) = (try operand(left), try operand(right))
            let equal = Operand.equal(a, b)
            return .truth(operation == .equal ? equal : !equal)
        case .less: return .truth(.less(try number(left), try number(right)))
        case .lessOrEqual: return .truth(.lessOrEqual(try number(left), try number(right)))
        case .greater:
            let (a, b) = (try number(left), try number(right))
            return .truth(.less(b, a))
        case .greaterOrEqual:
            let (a, b) = (try number(left), try number(right))
            return .truth(.lessOrEqual(b, a))
        default:
            let (a, b) = (try number(left), try number(right))
            return .number(try arithmetic(operation, a, b, expression))
        }
    }

    private func arithmetic(
        _ operation: Syntax.BinaryOperator, _ left: Term, _ right: Term, _ expression: Typed.Expression
    ) throws -> Term {
        var width: Int?
        if case .bits(_, let bits) = expression.type { width = bits }
        let result: Term
        switch operation {
        case .add: result = .add(left, right)
        case .subtract: result = .subtract(left, right)
        case .multiply: result = .multiply(left, right)
        case .divide, .remainder:
            check(.compare(.notEqual, right, .constant(0)), .error(.divisionByZero))
            result = operation == .divide ? .divide(left, right) : .remainder(left, right)
        case .bitAnd: result = .bits(.bitAnd, left, right)
        case .bitOr: result = .bits(.bitOr, left, right)
        case .bitXor: result = .bits(.bitXor, left, right)
        case .shiftLeft: result = try shifted(left, by: right, width: width, expression)
        case .shiftRight: result = try shiftedRight(left, by: right, expression)
        default: preconditionFailure("'\(operation.rawValue)' does not give a number")
        }
        return width.map { Self.wrap(result, width: $0) } ?? result
    }

    private func shifted(
        _ left: Term, by right: Term, width: Int?, _ expression: Typed.Expression
    ) throws -> Term {
        if width == nil { check(.lessOrEqual(.constant(0), right), .error(.negativeShift)) }
        return try eachShift(right, expression, width: width) { amount in
            guard let width else { return .multiply(left, .constant(Int128(1) << Int128(amount))) }
            let kept = Term.remainder(left, .constant(Int128(1) << Int128(width - amount)))
            return .multiply(kept, .constant(Int128(1) << Int128(amount)))
        }
    }

    private func shiftedRight(_ left: Term, by right: Term, _ expression: Typed.Expression) throws -> Term {
        try eachShift(right, expression, width: left.lower >= 0 ? Self.bitWidth(left.upper) : nil) { amount in
            let divisor = Term.constant(Int128(1) << Int128(amount))
            if left.lower >= 0 { return .divide(left, divisor) }
            // Toward minus infinity.
            let negative = Term.divide(
                .subtract(left, .subtract(divisor, .constant(1))), divisor)
            return .conditional(.less(left, .constant(0)), negative, .divide(left, divisor))
        }
    }

    /// A case for each amount; others give 0.
    private func eachShift(
        _ amount: Term, _ expression: Typed.Expression, width: Int?, _ result: (Int) -> Term
    ) throws -> Term {
        let highest = min(amount.upper, Int128((width ?? 63) - 1))
        if width == nil, amount.upper > 62 {
            throw ExportRefusal("a shift by up to \(amount.upper) cannot be exported", at: expression.span)
        }
        let lowest = max(0, amount.lower)
        guard lowest <= highest else { return .constant(0) }
        return (Int(lowest)...Int(highest)).reversed().reduce(Term.constant(0)) {
            .conditional(.equal(amount, $1), result($1), $0)
        }
    }

    private func unary(_ operation: Syntax.UnaryOperator, _ term: Term, _ type: SpecType) -> Term {
        guard case .bits(_, let width) = type else {
            return operation == .negate
                ? .subtract(.constant(0), term) : .subtract(.constant(-1), term)
        }
        let all = Term.constant((Int128(1) << Int128(width)) - 1)
        if operation == .complement { return .subtract(all, term) }
        return Self.wrap(.subtract(.constant(0), term), width: width)
    }

    private static func bitWidth(_ largest: Int128) -> Int {
        var width = 0
        while width < 127, (Int128(1) << Int128(width)) <= largest { width += 1 }
        return width
    }

    /// The low bits of a number, which may be negative.
    static func wrap(_ term: Term, width: Int) -> Term {
        let size = Int128(1) << Int128(width)
        // What was brought into the width before need not have been: (x + 1) - 1.
        if case .arithmetic(.add, let inner, let number) = term.kind, number.integerConstant != nil,
            case .arithmetic(.remainder, let whole, let divisor) = inner.kind, whole.lower >= 0,
            divisor.integerConstant == size
        {
            return wrap(.add(whole, number), width: width)
        }
        if term.lower >= 0 { return .remainder(term, .constant(size)) }
        if term.lower >= -size { return .remainder(.add(term, size), .constant(size)) }
        return .remainder(.add(.remainder(term, .constant(size)), size), .constant(size))
    }

    private func convert(
        _ operand: Operand, _ source: Typed.Expression, to type: SpecType
    ) throws -> Operand {
        let from = source.type
        if case .optional(let wrapped) = type {
            if case .optional = operand { return operand }
            return try convert(operand, source, to: wrapped).wrapped(as: wrapped)
        }
        if case .interval(let first, let last) = operand, case .interval(let element) = type {
            return .interval(
                first: try checked(first, source, in: element), last: try checked(last, source, in: element))
        }
        guard case .number(let term) = operand else { return operand }
        switch type {
        case .bits(_, let width): return .number(Self.wrap(term, width: width))
        case .range:
            guard from.isNumeric else { return operand }
            return .number(try checked(term, source, in: type))
        default: return operand
        }
    }

    /// The number, which must be a value of `type`.
    private func checked(_ term: Term, _ source: Typed.Expression, in type: SpecType) throws -> Term {
        let (lower, upper): (Int128, Int128)
        switch type {
        case .range(_, let low, let high): (lower, upper) = (Int128(low), Int128(high))
        case .bits(_, let width): (lower, upper) = (0, 1 << Int128(width) - 1)
        default: return term
        }
        if case .range(_, _, let high) = type, UnboundedSize.isOne(high), term.integerConstant == nil,
            !source.type.hasBounds(of: type)
        {
            throw ExportRefusal(
                "'\(type.description)' is unbounded, and arithmetic on it may leave it", at: source.span)
        }
        check(.within(term, lower, upper), .error(.outOfRange))
        return term.narrowed(lower, upper)
    }

    // MARK: Quantifiers

    private func quantified(_ isForall: Bool, _ variable: Variable, _ body: Typed.Expression) throws -> Term {
        let count = variable.type.indexCount ?? 0
        guard mode == .symbolic ? count < Int.max : count <= 1 << 16 else {
            throw ExportRefusal(
                "'\(variable.type.description)' has too many values for a quantifier", at: variable.span)
        }
        let binder = Binder(name: variable.name, count: count)
        frames[variable.number] = .value(ordinal: .bound(binder), of: variable.type)
        return try quantified(isForall, binder) { try self.truth(body) }
    }

    /// One term where the body is one; else a loop that stops trying once the answer is known.
    func quantified(_ isForall: Bool, _ binder: Binder, _ body: () throws -> Term) throws -> Term {
        let (condition, inner) = try captured(body)
        if inner.isEmpty { return .quantified(isForall: isForall, binder, condition) }
        let checks = inner.compactMap { statement -> (Term, FailureCause)? in
            if case .check(let test, let error) = statement { (test, error) } else { nil }
        }
        if mode == .symbolic, checks.count == inner.count {
            // All of them: more than would be tried one after the other.
            for (test, error) in checks {
                check(.quantified(isForall: true, binder, test), error)
            }
            return .quantified(isForall: isForall, binder, condition)
        }
        let result = flag(isForall ? "all" : "found")
        emit(.assign(result, [], .boolean(isForall)))
        let goesOn = isForall ? Term.read(result) : !Term.read(result)
        emit(.forEach(binder, [.conditional(goesOn, inner + [.assign(result, [], condition)], [])]))
        return .read(result)
    }

    private func listQuantified(
        _ isForall: Bool, _ variable: Variable, _ values: [Value], _ body: Typed.Expression
    ) throws -> Term {
        var result = Term.boolean(isForall)
        for value in values {
            frames[variable.number] = Operand(value, variable.type)
            let (condition, inner) = try captured { try truth(body) }
            emit(inner, where: isForall ? result : !result)
            result = isForall ? .and(result, condition) : .or(result, condition)
        }
        return result
    }
}

extension SpecType {
    fileprivate func hasBounds(of other: SpecType) -> Bool {
        if case .range(_, let low, let high) = self, case .range(_, let lower, let upper) = other {
            return low == lower && high == upper
        }
        return false
    }
}
