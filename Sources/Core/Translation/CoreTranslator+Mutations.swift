// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

extension CoreTranslator {
    /// `owned.insert(first ... last)`: the argument is evaluated first, then the indices of the place.
    func mutate(
        _ target: Typed.Target, _ mutation: Typed.Mutation, _ arguments: [Typed.Expression], _ span: Span
    ) throws(CoreRefusal) -> [Core.Statement] {
        switch (mutation, target.type) {
        case (.set(let mutation), .set(let element)):
            return try mutateSet(target, element, mutation, arguments, span)
        case (.queue(let mutation), .queue(let element, let capacity)):
            let argument = try arguments.first.map { argument throws(CoreRefusal) in
                try expression(argument, as: element)
            }
            return try mutateQueue(target, capacity, mutation, argument, span)
        case (.set, _), (.queue, _): preconditionFailure("the mutation was checked")
        }
    }

    // MARK: Sets

    private func mutateSet(
        _ target: Typed.Target, _ element: SpecType, _ mutation: Typed.SetMutation,
        _ arguments: [Typed.Expression], _ span: Span
    ) throws(CoreRefusal) -> [Core.Statement] {
        guard let argument = arguments.first else {
            let place = try place(of: target)
            return [Core.Statement(.assign(place, .constant(.defaultValue, place.kind, span)), span)]
        }
        let number = Core.Number(element)
        var written: [Core.Statement] = []
        let (first, last) = try ends(of: argument, &written)
        let place = settled(try place(of: target), &written, span)
        let range = Core.Expression.interval(first, last, argument.span)
        switch mutation {
        case .remove: return written + [Core.Statement(.remove(place, range), span)]
        case .insert:
            if !first.numberKind.isWithin(number) || !last.numberKind.isWithin(number) {
                written.append(fits(first, last, in: number, .membersFit(element), target.span))
            }
            return written + [Core.Statement(.insert(place, range), span)]
        case .clear: preconditionFailure("'clear' has no range")
        }
    }

    /// The ends of a range, or a single member twice; each is evaluated once.
    private func ends(
        of argument: Typed.Expression, _ written: inout [Core.Statement]
    ) throws(CoreRefusal) -> (first: Core.Expression, last: Core.Expression) {
        let value = try expression(argument)
        func store(_ value: Core.Expression, _ name: String) -> Core.Expression {
            let (before, stored) = stored(value, name, argument.span)
            written += before
            return stored
        }
        switch value.kind {
        case .truth:
            let member = store(value.truthAsNumber, "member")
            return (member, member)
        case .number:
            let member = store(value, "member")
            return (member, member)
        case .record(_, _):
            if case .record(let ends) = value.form {
                return (store(ends[0], "first"), store(ends[1], "last"))
            }
            let range = store(value, "range")
            return (range.field(Core.Interval.first), range.field(Core.Interval.last))
        case .array, .set, .lock: preconditionFailure("members are numbers")
        }
    }

    /// The place, with indices that are evaluated once.
    private func settled(_ place: Core.Place, _ written: inout [Core.Statement], _ span: Span) -> Core.Place {
        place.path.reduce(Core.Place(place.variable)) { settled, step in
            switch step {
            case .element(let ordinal):
                let (before, stored) = stored(ordinal, "index", span)
                written += before
                return settled.element(stored)
            case .everyElement: return settled.everyElement
            case .field(let index): return settled.field(index)
            }
        }
    }

    // MARK: Queues

    private func mutateQueue(
        _ target: Typed.Target, _ capacity: Int, _ mutation: Typed.QueueMutation,
        _ argument: Core.Expression?,
        _ span: Span
    ) throws(CoreRefusal) -> [Core.Statement] {
        var written: [Core.Statement] = []
        var pushed: Core.Expression?
        if let argument {
            let (before, stored) = stored(argument, "pushed", span)
            written = before
            pushed = stored
        }
        let place = settled(try place(of: target), &written, span)
        return written
            + forEachElement(place, span) { place in
                switch mutation {
                case .clear:
                    return [Core.Statement(.assign(place, .constant(.defaultValue, place.kind, span)), span)]
                case .push: return push(pushed, place, capacity, target.span, span)
                case .pop: return pop(place, capacity, target.span, span)
                }
            }
    }

    /// Loops in the place of `[all]`.
    private func forEachElement(
        _ place: Core.Place, _ span: Span, _ body: (Core.Place) -> [Core.Statement]
    ) -> [Core.Statement] {
        func walk(_ path: ArraySlice<Core.Place.Step>, _ reached: Core.Place) -> [Core.Statement] {
            switch path.first {
            case nil: return body(reached)
            case .element(let ordinal): return walk(path.dropFirst(), reached.element(ordinal))
            case .field(let index): return walk(path.dropFirst(), reached.field(index))
            case .everyElement:
                let number = Core.Number.range(lower: 0, upper: Int128(reached.kind.count) - 1)
                let index = temporary("index", .number(number), span)
                let inner = walk(path.dropFirst(), reached.element(.read(Core.Place(index), span)))
                return [
                    Core.Statement(
                        .forEach(
                            index, first: .number(0, span),
                            last: .number(Int128(reached.kind.count) - 1, span), body: Core.Block(inner)),
                        span)
                ]
            }
        }
        return walk(place.path[...], Core.Place(place.variable))
    }

    private func push(
        _ pushed: Core.Expression?, _ queue: Core.Place, _ capacity: Int, _ targetSpan: Span, _ span: Span
    ) -> [Core.Statement] {
        guard let pushed else { preconditionFailure("'push' has an argument") }
        let count = Core.Expression.read(queue.field(Core.Queue.count), span)
        let hasRoom = Core.Expression.compare(.less, count, .number(Int128(capacity), span), span)
        let check = Core.Check(
            requirement: .queueHasRoom(capacity: capacity), condition: hasRoom, span: targetSpan)
        return [
            Core.Statement(.check(check), span),
            Core.Statement(.assign(queue.field(Core.Queue.elements).element(count), pushed), span),
            Core.Statement(.assign(queue.field(Core.Queue.count), sum(count, 1)), span),
        ]
    }

    private func pop(
        _ queue: Core.Place, _ capacity: Int, _ targetSpan: Span, _ span: Span
    ) -> [Core.Statement] {
        let count = Core.Expression.read(queue.field(Core.Queue.count), span)
        let check = Core.Check(
            requirement: .queueIsNotEmpty, condition: .compare(.less, .number(0, span), count, span),
            span: targetSpan)
        let elements = queue.field(Core.Queue.elements)
        var statements = [Core.Statement(.check(check), span)]
        if capacity > 1 {
            let index = temporary("index", .number(.range(lower: 0, upper: Int128(capacity) - 2)), span)
            let ordinal = Core.Expression.read(Core.Place(index), span)
            let next = Core.Expression.read(elements.element(sum(ordinal, 1)), span)
            statements.append(
                Core.Statement(
                    .forEach(
                        index, first: .number(0, span), last: .number(Int128(capacity) - 2, span),
                        body: Core.Block([Core.Statement(.assign(elements.element(ordinal), next), span)])),
                    span)
            )
        }
        let last = elements.element(.number(Int128(capacity) - 1, span))
        return statements + [
            Core.Statement(.assign(last, .constant(.defaultValue, last.kind, span)), span),
            Core.Statement(.assign(queue.field(Core.Queue.count), sum(count, -1)), span),
        ]
    }

    /// A number that is known to stay within its kind.
    func sum(_ number: Core.Expression, _ change: Int128) -> Core.Expression {
        Core.Expression(
            .arithmetic(.add, number, .number(change, number.span)), number.kind, number.span)
    }
}
