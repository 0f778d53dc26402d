// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

extension CoreTranslator {
    func method(
        _ method: Typed.Method, _ base: Typed.Expression, _ arguments: [Typed.Expression],
        _ expression: Typed.Expression
    ) throws(CoreRefusal) -> Core.Expression {
        let span = expression.span
        switch method {
        case .set(let method): return try set(method, try self.expression(base), arguments, expression)
        case .queue(let method):
            guard case .queue(let element, let capacity) = base.type else {
                preconditionFailure("a queue was checked")
            }
            let member = try arguments.first.map { argument throws(CoreRefusal) in
                try self.expression(argument, as: element)
            }
            return queue(method, try self.expression(base), member, capacity, span)
        case .range(let method): return try range(method, try self.expression(base), arguments, span)
        case .listCount: return .number(Int128(try elements(of: base).values.count), span)
        }
    }

    private func set(
        _ method: Typed.SetMethod, _ set: Core.Expression, _ arguments: [Typed.Expression],
        _ expression: Typed.Expression
    ) throws(CoreRefusal) -> Core.Expression {
        func argument() throws(CoreRefusal) -> Core.Expression {
            let value = try self.expression(arguments[0])
            return value.kind == .truth ? value.truthAsNumber : value
        }
        let query: Core.Query
        switch method {
        case .contains: query = .contains(try argument())
        case .containsAll: query = .containsAll(try argument())
        case .isDisjoint: query = .isDisjoint(try argument())
        case .isEmpty: query = .isEmpty
        case .count: query = .count
        case .highestRun: query = .highestRun(try argument())
        case .lowestRun: query = .lowestRun(try argument())
        }
        return Core.Expression(
            .query(query, of: set), try kind(expression.type, expression.span), expression.span)
    }

    private func queue(
        _ method: Typed.QueueMethod, _ queue: Core.Expression, _ member: Core.Expression?, _ capacity: Int,
        _ span: Span
    ) -> Core.Expression {
        func count(_ queue: Core.Expression) -> Core.Expression { queue.field(Core.Queue.count) }
        return sharing(queue, "queue") { queue in
            switch method {
            case .count: return count(queue)
            case .isEmpty: return .compare(.equal, count(queue), .number(0, span), span)
            case .isFull: return .compare(.equal, count(queue), .number(Int128(capacity), span), span)
            case .front:
                return .checked(
                    Core.Check(
                        requirement: .queueIsNotEmpty,
                        condition: .compare(.less, .number(0, span), count(queue), span), span: span),
                    front(of: queue, .number(0, span)))
            case .contains:
                guard let member else { preconditionFailure("'contains' has an argument") }
                return sharing(member, "member") { member in
                    let place = temporary(
                        "place", .number(.range(lower: 0, upper: Int128(capacity) - 1)), span)
                    let ordinal = Core.Expression.read(Core.Place(place), span)
                    return Core.Expression(
                        .quantified(
                            .any, place,
                            .all(
                                [
                                    .compare(.less, ordinal, count(queue), span),
                                    .compare(.equal, front(of: queue, ordinal), member, span),
                                ], span)), .truth, span)
                }
            }
        }
    }

    /// An element of a queue that is read, by its ordinal.
    private func front(of queue: Core.Expression, _ ordinal: Core.Expression) -> Core.Expression {
        let elements = queue.field(Core.Queue.elements)
        guard case .read(let place) = elements.form else {
            // A constant queue: no place has it.
            let whole = temporary("elements", elements.kind, elements.span)
            let element = Core.Expression.read(Core.Place(whole).element(ordinal), ordinal.span)
            return Core.Expression(.bind(whole, elements, in: element), element.kind, element.span)
        }
        return .read(place.element(ordinal), ordinal.span)
    }

    private func range(
        _ method: Typed.RangeMethod, _ range: Core.Expression, _ arguments: [Typed.Expression], _ span: Span
    ) throws(CoreRefusal) -> Core.Expression {
        let argument = try arguments.first.map { argument throws(CoreRefusal) in try expression(argument) }
        func atMost(_ a: Core.Expression, _ b: Core.Expression) -> Core.Expression {
            .compare(.lessOrEqual, a, b, span)
        }
        return sharingEnds(of: range) { first, last in
            switch method {
            case .isEmpty: return .compare(.less, last, first, span)
            case .contains:
                guard let argument else { preconditionFailure("'contains' has an argument") }
                return sharing(argument, "member") { .all([atMost(first, $0), atMost($0, last)], span) }
            case .overlaps:
                guard let argument else { preconditionFailure("'overlaps' has an argument") }
                return sharingEnds(of: argument) { otherFirst, otherLast in
                    .all(
                        [
                            atMost(first, last), atMost(otherFirst, otherLast), atMost(first, otherLast),
                            atMost(otherFirst, last),
                        ], span)
                }
            }
        }
    }
}
