// SPDX-License-Identifier: MIT

import Core
import Diagnostics
import SpecLanguage

extension CodeBuilder {
    /// The Core's refusals are an export's.
    func refusing<Result>(_ translate: () throws(CoreRefusal) -> Result) throws -> Result {
        do throws(CoreRefusal) {
            return try translate()
        } catch {
            throw ExportRefusal("\(error.message): it cannot be exported", at: error.span)
        }
    }

    func truth(_ expression: Core.Expression) throws -> Term { try operand(expression).term }

    func number(_ expression: Core.Expression) throws -> Term { try operand(expression).term }

    func operand(_ expression: Core.Expression) throws -> Operand {
        let kind = expression.kind
        switch expression.form {
        case .constant(let constant): return Operand(constant, kind)
        case .read(let place): return try read(place)
        case .record(let parts):
            let values = try parts.map { try operand($0) }
            guard case .record(.optional, _) = kind else { return .record(values) }
            return .optional(values[Core.Optional.flag].term, values[Core.Optional.payload], kind)
        case .not(let inner): return .truth(!(try truth(inner)))
        case .all(let parts): return .truth(try connective(parts, isAll: true))
        case .any(let parts): return .truth(try connective(parts, isAll: false))
        case .equal(let left, let right):
            let (a, b) = (try operand(left), try operand(right))
            return .truth(Operand.equal(a, b))
        case .less(let left, let right):
            let (a, b) = (try number(left), try number(right))
            return .truth(.less(a, b))
        case .lessOrEqual(let left, let right):
            let (a, b) = (try number(left), try number(right))
            return .truth(.lessOrEqual(a, b))
        case .arithmetic(let operation, let left, let right):
            let (a, b) = (try number(left), try number(right))
            return .number(try arithmetic(operation, a, b, expression))
        case .convert(let inner): return .number(Self.converted(try number(inner), to: kind))
        case .conditional(let condition, let then, let otherwise):
            let test = try truth(condition)
            return try choice(test, { try self.operand(then) }, { try self.operand(otherwise) })
        case .bind(let variable, let value, let body):
            frames[variable.number] = shared(try operand(value), value.kind, variable.name)
            return try operand(body)
        case .quantified(let quantifier, let variable, let body):
            return .truth(try quantified(quantifier == .all, variable, body))
        case .query(let query, let set): return try self.query(query, set, kind)
        case .call(let function, let arguments): return try call(function, arguments)
        case .checked(let checked, let value):
            check(try truth(checked.condition), checked.requirement.cause)
            let result = try operand(value)
            try refuseUnbounded(checked.requirement, result, expression.span)
            return result
        }
    }

    /// Conditions one after the other; the first that decides ends it.
    private func connective(_ parts: [Core.Expression], isAll: Bool) throws -> Term {
        var result = Term.boolean(isAll)
        for part in parts {
            let (term, inner) = try captured { try truth(part) }
            emit(inner, where: isAll ? result : !result)
            result = isAll ? .and(result, term) : .or(result, term)
        }
        return result
    }

    private func read(_ place: Core.Place) throws -> Operand {
        try place.path.reduce(try value(of: place.variable)) { value, step in
            switch (step, value) {
            case (.element(let ordinal), .array(_, let element)): element(try number(ordinal))
            case (.field(let index), _): value.part(index)
            case (.element, _), (.everyElement, _): preconditionFailure("the place was checked")
            }
        }
    }

    /// A type with any number of values: what arithmetic makes of its numbers may be none of them.
    private func refuseUnbounded(_ requirement: Requirement, _ value: Operand, _ span: Span) throws {
        let type: SpecType
        let numbers: [Term]
        switch requirement {
        case .fits(let wanted): (type, numbers) = (wanted, [value.term])
        case .rangeFits(let element):
            (type, numbers) = (element, [value.interval.first, value.interval.last])
        case .indexFits, .membersFit, .divisorIsNotZero, .shiftIsNotNegative, .queueHasRoom, .queueIsNotEmpty,
            .returns, .holds:
            return
        }
        guard case .range(_, _, let high) = type, UnboundedSize.isOne(high),
            numbers.contains(where: { $0.integerConstant == nil })
        else { return }
        throw ExportRefusal(
            "'\(type.description)' is unbounded, and arithmetic on it may leave it", at: span)
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

    // MARK: Numbers

    private func arithmetic(
        _ operation: Core.ArithmeticOperator, _ left: Term, _ right: Term, _ expression: Core.Expression
    ) throws -> Term {
        var width: Int?
        if case .number(.word(let bits)) = expression.kind { width = bits }
        let result: Term
        switch operation {
        case .add: result = .add(left, right)
        case .subtract: result = .subtract(left, right)
        case .multiply: result = .multiply(left, right)
        case .divide: result = .divide(left, right)
        case .remainder: result = .remainder(left, right)
        case .bitAnd: result = .bits(.bitAnd, left, right)
        case .bitOr: result = .bits(.bitOr, left, right)
        case .bitXor: result = .bits(.bitXor, left, right)
        case .shiftLeft: result = try shifted(left, by: right, width: width, expression)
        case .shiftRight: result = try shiftedRight(left, by: right, expression)
        }
        return width.map { Self.wrap(result, width: $0) } ?? result
    }

    private func shifted(
        _ left: Term, by right: Term, width: Int?, _ expression: Core.Expression
    ) throws -> Term {
        try eachShift(right, expression, width: width) { amount in
            guard let width else { return .multiply(left, .constant(Int128(1) << Int128(amount))) }
            let kept = Term.remainder(left, .constant(Int128(1) << Int128(width - amount)))
            return .multiply(kept, .constant(Int128(1) << Int128(amount)))
        }
    }

    private func shiftedRight(_ left: Term, by right: Term, _ expression: Core.Expression) throws -> Term {
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
        _ amount: Term, _ expression: Core.Expression, width: Int?, _ result: (Int) -> Term
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

    /// A word keeps the low bits of the number; any other kind is known to have it.
    private static func converted(_ term: Term, to kind: Core.Kind) -> Term {
        switch kind {
        case .number(.word(let width)): wrap(term, width: width)
        case .number(.range(let lower, let upper)): term.narrowed(lower, upper)
        case .number(.integer), .truth, .record, .array, .set, .lock: term
        }
    }

    // MARK: Quantifiers

    private func quantified(
        _ isForall: Bool, _ variable: Core.Variable, _ body: Core.Expression
    ) throws -> Term {
        let count = variable.valueCount
        guard mode == .symbolic ? count < Int.max : count <= 1 << 16 else {
            throw ExportRefusal(
                "'\(variable.typeName)' has too many values for a quantifier", at: variable.span)
        }
        let binder = Binder(name: variable.name, count: count)
        frames[variable.number] = .value(ordinal: .bound(binder), of: variable.kind)
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
}
