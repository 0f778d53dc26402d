// SPDX-License-Identifier: MIT

package import Diagnostics
package import SpecLanguage

extension Core {
    /// What a reader wants to see where a condition fails, in the order in which it is evaluated.
    package enum Watch: Sendable {
        /// A parameter of a function gets its value: what follows may speak of it.
        case bind(Variable, Expression)
        /// The value of this text, of this type in the spec.
        case value(Expression, span: Span, type: SpecType)
        /// The run of members that a set was asked about: an optional range of this element type.
        case run(Expression, span: Span, element: SpecType)
    }
}

extension CoreTranslator {
    /// The variables, parts and runs that a condition speaks of, also within functions of one expression.
    package func watches(of condition: Typed.Expression) throws(CoreRefusal) -> [Core.Watch] {
        var found: [Core.Watch] = []
        try watch(condition, &found)
        return found
    }

    private func watch(
        _ expression: Typed.Expression, _ found: inout [Core.Watch]
    ) throws(CoreRefusal) {
        switch expression.kind {
        case .literal, .quantifier, .listQuantifier, .record, .list: return
        case .convert, .not, .sign, .connective, .comparison, .arithmetic, .interval:
            for child in expression.children { try watch(child, &found) }
        case .conditional(let test, _, _): try watch(test, &found)
        case .optionalBinding(_, let value, _, _): try watch(value, &found)
        case .method(let method, let base, let arguments):
            guard case .set(let method) = method, case .set(let element) = base.type else {
                for child in expression.children { try watch(child, &found) }
                return
            }
            for argument in arguments { try watch(argument, &found) }
            found.append(
                .run(try run(method, base, element, arguments.first), span: base.span, element: element))
        case .call(let function, let arguments):
            for argument in arguments { try watch(argument, &found) }
            guard let body = function.definition.expression else { return }
            for (parameter, argument) in zip(function.parameters, arguments) {
                if case .list = parameter.type { return }
                found.append(
                    .bind(try variable(parameter), try self.expression(argument, as: parameter.type)))
            }
            try watch(body, &found)
        case .variable, .element, .field:
            if case .set = expression.type { return }
            guard Core.Kind(expression.type) != nil else { return }
            found.append(
                .value(try self.expression(expression), span: expression.span, type: expression.type))
        }
    }

    /// The run of members that the method looked at; the lowest of all where it has no range.
    private func run(
        _ method: Typed.SetMethod, _ base: Typed.Expression, _ element: SpecType,
        _ argument: Typed.Expression?
    ) throws(CoreRefusal) -> Core.Expression {
        let number = Core.Number(element)
        var range = Core.Expression.interval(
            .number(number.lower, base.span).asNumber(number),
            .number(number.bounds?.upperBound ?? 0, base.span).asNumber(number), base.span)
        if let argument {
            let value = try expression(argument)
            range = value
            if value.kind == .truth || value.kind.number != nil {
                let member = value.kind == .truth ? value.truthAsNumber : value
                range = sharing(member, "member") { .interval($0, $0, base.span) }
            }
        }
        let run = Core.Kind.optional(.interval(number))
        let query: Core.Query = method == .highestRun ? .highestRun(range) : .lowestRun(range)
        return Core.Expression(.query(query, of: try expression(base)), run, base.span)
    }
}

extension Typed.Function.Definition {
    /// The body, where it is a single expression.
    package var expression: Typed.Expression? {
        guard body.statements.count == 1, case .returnValue(let value?) = body.statements[0].kind else {
            return nil
        }
        return value
    }
}
