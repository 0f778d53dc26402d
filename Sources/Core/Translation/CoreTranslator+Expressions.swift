// SPDX-License-Identifier: MIT

import Diagnostics
package import SpecLanguage

extension CoreTranslator {
    /// The value where one of `type` is wanted: an optional of it may be.
    package func expression(
        _ expression: Typed.Expression, as type: SpecType
    ) throws(CoreRefusal) -> Core.Expression {
        let value = try self.expression(expression)
        guard case .optional(let wrapped) = type, let payload = Core.Kind(wrapped) else { return value }
        switch expression.type {
        case .optional: return value
        case .absent: return .constant(.defaultValue, .optional(payload), expression.span)
        case .bool, .integer, .range, .bits, .enumeration, .symmetric, .structure, .array, .set, .queue,
            .interval, .list, .lock, .void, .erroneous:
            return .present(value, payload)
        }
    }

    package func expression(_ expression: Typed.Expression) throws(CoreRefusal) -> Core.Expression {
        let span = expression.span
        try count(span)
        switch expression.kind {
        case .literal(let value):
            return .constant(Core.Constant(value, expression.type), try kind(expression.type, span), span)
        case .variable, .element, .field: return try read(expression)
        case .method(let method, let base, let arguments):
            return try self.method(method, base, arguments, expression)
        case .convert(let operand): return try convert(operand, to: expression.type, span)
        case .not(let operand): return .not(try self.expression(operand), span)
        case .sign(let sign, let operand): return try self.sign(sign, operand, expression.type, span)
        case .connective(let connective, let left, let right):
            return self.connective(connective, try self.expression(left), try self.expression(right), span)
        case .comparison(let comparison, let left, let right):
            return self.comparison(comparison, try self.expression(left), try self.expression(right), span)
        case .arithmetic(let operation, let left, let right):
            return arithmetic(
                operation, try self.expression(left), try self.expression(right), expression.type, span)
        case .conditional(let condition, let then, let otherwise):
            return Core.Expression(
                .conditional(
                    try self.expression(condition), then: try self.expression(then, as: expression.type),
                    otherwise: try self.expression(otherwise, as: expression.type)),
                try kind(expression.type, span), span)
        case .optionalBinding(let variable, let value, let then, let otherwise):
            let (bound, type) = (try self.variable(variable), expression.type)
            let (thenValue, otherwiseValue) = (
                try self.expression(then, as: type), try self.expression(otherwise, as: type)
            )
            let kind = try kind(type, span)
            return sharing(try self.expression(value), variable.name) { optional in
                Core.Expression(
                    .conditional(
                        optional.field(Core.Optional.flag),
                        then: Core.Expression(
                            .bind(bound, optional.field(Core.Optional.payload), in: thenValue), kind, span),
                        otherwise: otherwiseValue), kind, span)
            }
        case .quantifier(let quantifier, let variable, let body):
            return Core.Expression(
                .quantified(
                    Self.quantifier(quantifier), try self.variable(variable), try self.expression(body)),
                .truth, span)
        case .listQuantifier(let quantifier, let variable, let list, let body):
            return try overList(quantifier, variable, list, body, span)
        case .call(let function, let arguments): return try call(function, arguments, span)
        case .record(let parts):
            guard case .structure(_, let fields) = expression.type else {
                preconditionFailure("a record has the type of a struct")
            }
            var values: [Core.Expression] = []
            for (part, field) in zip(parts, fields) {
                values.append(try self.expression(part, as: field.type))
            }
            return Core.Expression(.record(values), try kind(expression.type, span), span)
        case .interval(let first, let last):
            guard case .interval(let element) = expression.type else {
                preconditionFailure("a range has the type of a range")
            }
            let end = Core.Number(element)
            return .interval(
                try self.expression(first).asNumber(end), try self.expression(last).asNumber(end), span)
        case .list: throw CoreRefusal("a list that is no constant", at: span)
        }
    }

    func kind(_ type: SpecType, _ span: Span) throws(CoreRefusal) -> Core.Kind {
        guard let kind = Core.Kind(type) else {
            throw CoreRefusal("'\(type.description)' has no value of its own", at: span)
        }
        return kind
    }

    static func quantifier(_ quantifier: Syntax.Quantifier) -> Core.Quantifier {
        switch quantifier {
        case .forall: .all
        case .exists: .any
        }
    }

    // MARK: Sharing

    /// What `body` makes of a value that it uses more than once: the value is evaluated once, before all else.
    func sharing(
        _ value: Core.Expression, _ name: String, _ body: (Core.Expression) -> Core.Expression
    ) -> Core.Expression {
        if value.isCheap { return body(value) }
        let variable = temporary(name, value.kind, value.span)
        let inner = body(.read(Core.Place(variable), value.span))
        return Core.Expression(.bind(variable, value, in: inner), inner.kind, inner.span)
    }

    /// The ends of a range, or a single number twice; each is evaluated once.
    func sharingEnds(
        of range: Core.Expression,
        _ body: (_ first: Core.Expression, _ last: Core.Expression) -> Core.Expression
    ) -> Core.Expression {
        if case .record(let ends) = range.form {
            return sharing(ends[0], "first") { first in sharing(ends[1], "last") { last in body(first, last) }
            }
        }
        return sharing(range, "range") { body($0.field(Core.Interval.first), $0.field(Core.Interval.last)) }
    }

    // MARK: Places

    private func read(_ expression: Typed.Expression) throws(CoreRefusal) -> Core.Expression {
        var bound: [(variable: Core.Variable, value: Core.Expression)] = []
        let place = try place(of: expression, &bound)
        return bound.reversed().reduce(.read(place, expression.span)) { inner, binding in
            Core.Expression(.bind(binding.variable, binding.value, in: inner), inner.kind, inner.span)
        }
    }

    /// - Parameter bound: takes temporaries that are to hold the values which no variable has.
    private func place(
        of expression: Typed.Expression, _ bound: inout [(variable: Core.Variable, value: Core.Expression)]
    ) throws(CoreRefusal) -> Core.Place {
        switch expression.kind {
        case .variable(let variable): return Core.Place(try self.variable(variable))
        case .element(let base, let index):
            guard case .array(let indexType, _) = base.type else {
                preconditionFailure("an array was checked")
            }
            let array = try place(of: base, &bound)
            return array.element(try ordinal(index, of: indexType))
        case .field(let base, let field): return try place(of: base, &bound).field(field)
        case .literal, .method, .convert, .not, .sign, .connective, .comparison, .arithmetic, .conditional,
            .optionalBinding, .quantifier, .listQuantifier, .call, .record, .interval, .list:
            let value = try self.expression(expression)
            let variable = temporary("whole", value.kind, value.span)
            bound.append((variable, value))
            return Core.Place(variable)
        }
    }

    func place(of target: Typed.Target) throws(CoreRefusal) -> Core.Place {
        var place = Core.Place(try variable(target.variable))
        var type = target.variable.type
        for step in target.path {
            switch (step, type) {
            case (.element(let index), .array(let indexType, let element)):
                place = place.element(try ordinal(index, of: indexType))
                type = element
            case (.everyElement, .array(_, let element)):
                place = place.everyElement
                type = element
            case (.field(let number), .structure(_, let fields)):
                place = place.field(number)
                type = fields[number].type
            case (.element, _), (.everyElement, _), (.field, _): preconditionFailure("the path was checked")
            }
        }
        return place
    }

    /// Position of an index among the values of the index type, which is checked to be one of them.
    private func ordinal(
        _ index: Typed.Expression, of indexType: SpecType
    ) throws(CoreRefusal) -> Core.Expression {
        let value = try expression(index)
        guard case .number = value.kind else { return value.truthAsNumber }
        let number = Core.Number(indexType)
        let ordinals = Core.Number.range(lower: 0, upper: Int128(number.count) - 1)
        return checked(value, is: number, .indexFits(indexType)) { fitting in
            number.lower == 0
                ? fitting
                : Core.Expression(
                    .arithmetic(.subtract, fitting, .number(number.lower, fitting.span)), .number(ordinals),
                    fitting.span)
        }
    }

    /// What `body` makes of a number that is one of `number`; where that is not known before, it is required.
    func checked(
        _ value: Core.Expression, is number: Core.Number, _ requirement: Requirement,
        _ body: (Core.Expression) -> Core.Expression
    ) -> Core.Expression {
        if value.numberKind.isWithin(number) { return body(value.asNumber(number)) }
        return sharing(value, "number") { value in
            let inner = body(value.asNumber(number))
            return .checked(
                Core.Check(requirement: requirement, condition: value.isWithin(number), span: value.span),
                inner)
        }
    }
}
