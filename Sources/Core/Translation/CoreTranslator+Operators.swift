// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

extension CoreTranslator {
    func sign(
        _ sign: Sign, _ operand: Typed.Expression, _ type: SpecType, _ span: Span
    ) throws(CoreRefusal) -> Core.Expression {
        let (value, number) = (try expression(operand), Core.Number(type))
        switch sign {
        case .negate: return arithmetic(.subtract, .number(0, span), value, number, span)
        case .complement:
            let ones = number.isWord ? number.bounds?.upperBound ?? 0 : -1
            return arithmetic(.subtract, .number(ones, span), value, number, span)
        }
    }

    func connective(
        _ connective: Connective, _ a: Core.Expression, _ b: Core.Expression, _ span: Span
    ) -> Core.Expression {
        switch connective {
        case .and: .all([a, b], span)
        case .or: .any([a, b], span)
        case .implies: .any([.not(a, a.span), b], span)
        }
    }

    func comparison(
        _ comparison: ComparisonOperator, _ a: Core.Expression, _ b: Core.Expression, _ span: Span
    ) -> Core.Expression {
        switch comparison {
        case .equal: equality(a, b, span)
        case .notEqual: .not(equality(a, b, span), span)
        case .less: .compare(.less, a, b, span)
        case .lessOrEqual: .compare(.lessOrEqual, a, b, span)
        case .greater: inOrder(a, b) { .compare(.less, $1, $0, span) }
        case .greaterOrEqual: inOrder(a, b) { .compare(.lessOrEqual, $1, $0, span) }
        }
    }

    func arithmetic(
        _ operation: ArithmeticOperator, _ a: Core.Expression, _ b: Core.Expression, _ type: SpecType,
        _ span: Span
    ) -> Core.Expression {
        let number = Core.Number(type)
        switch operation {
        case .add: return arithmetic(.add, a, b, number, span)
        case .subtract: return arithmetic(.subtract, a, b, number, span)
        case .multiply: return arithmetic(.multiply, a, b, number, span)
        case .divide: return arithmetic(.divide, a, divisor(b, span), number, span)
        case .remainder: return arithmetic(.remainder, a, divisor(b, span), number, span)
        case .shiftLeft:
            return arithmetic(.shiftLeft, a, number.isWord ? b : notNegative(b, span), number, span)
        case .shiftRight: return arithmetic(.shiftRight, a, b, number, span)
        case .bitAnd: return arithmetic(.bitAnd, a, b, number, span)
        case .bitOr: return arithmetic(.bitOr, a, b, number, span)
        case .bitXor: return arithmetic(.bitXor, a, b, number, span)
        }
    }

    /// The left one is evaluated first, wherever `body` puts it.
    private func inOrder(
        _ a: Core.Expression, _ b: Core.Expression,
        _ body: (Core.Expression, Core.Expression) -> Core.Expression
    ) -> Core.Expression {
        a.isCheap || b.isCheap ? body(a, b) : sharing(a, "left") { body($0, b) }
    }

    private func equality(_ a: Core.Expression, _ b: Core.Expression, _ span: Span) -> Core.Expression {
        if a.isAbsent { return .not(flag(of: b), span) }
        if b.isAbsent { return .not(flag(of: a), span) }
        return .compare(.equal, a, b, span)
    }

    private func flag(of optional: Core.Expression) -> Core.Expression {
        if case .read = optional.form { return optional.field(Core.Optional.flag) }
        return sharing(optional, "optional") { $0.field(Core.Optional.flag) }
    }

    // MARK: Arithmetic

    /// Operands become numbers of one kind; the amount of a shift stays what it is.
    private func arithmetic(
        _ operation: Core.ArithmeticOperator, _ left: Core.Expression, _ right: Core.Expression,
        _ number: Core.Number, _ span: Span
    ) -> Core.Expression {
        let isShift = operation == .shiftLeft || operation == .shiftRight
        func operand(_ value: Core.Expression) -> Core.Expression {
            number.isWord ? value.asNumber(number) : value.asExact
        }
        return Core.Expression(
            .arithmetic(operation, operand(left), isShift ? right : operand(right)), .number(number), span)
    }

    private func divisor(_ number: Core.Expression, _ span: Span) -> Core.Expression {
        sharing(number, "divisor") { number in
            required(.divisorIsNotZero, span, number) {
                .not(.compare(.equal, number, .number(0, number.span), number.span), number.span)
            }
        }
    }

    private func notNegative(_ amount: Core.Expression, _ span: Span) -> Core.Expression {
        if let bounds = amount.numberKind.bounds, bounds.lowerBound >= 0 { return amount }
        return sharing(amount, "amount") { amount in
            required(.shiftIsNotNegative, span, amount) {
                .compare(.lessOrEqual, .number(0, amount.span), amount, amount.span)
            }
        }
    }

    /// The value, where the condition holds; a constant is decided at once.
    private func required(
        _ requirement: Requirement, _ span: Span, _ value: Core.Expression, _ condition: () -> Core.Expression
    ) -> Core.Expression {
        let condition = condition()
        if condition.constant == .truth(true) { return value }
        return .checked(Core.Check(requirement: requirement, condition: condition, span: span), value)
    }

    // MARK: Conversions

    func convert(
        _ operand: Typed.Expression, to type: SpecType, _ span: Span
    ) throws(CoreRefusal) -> Core.Expression {
        let value = try expression(operand)
        switch type {
        case .optional: return try expression(operand, as: type)
        case .bits, .integer: return value.asNumber(Core.Number(type))
        case .range:
            guard case .number = value.kind else { return value }
            return checked(value.at(span), is: Core.Number(type), .fits(type)) { $0 }
        case .interval(let element):
            let number = Core.Number(element)
            guard case .record(.interval, let ends) = value.kind, let given = ends[0].number else {
                return value
            }
            if given == number || !given.isWord && !number.isWord && given.isWithin(number) { return value }
            if given.isWithin(number) {
                return sharingEnds(of: value) { .interval($0.asNumber(number), $1.asNumber(number), span) }
            }
            return sharingEnds(of: value) { first, last in
                .checked(
                    Core.Check(
                        requirement: .rangeFits(element),
                        condition: .all([first.isWithin(number), last.isWithin(number)], span), span: span),
                    .interval(first.asNumber(number), last.asNumber(number), span))
            }
        case .bool, .enumeration, .symmetric, .structure, .array, .set, .queue, .list, .lock, .void, .absent,
            .erroneous:
            return value
        }
    }
}
