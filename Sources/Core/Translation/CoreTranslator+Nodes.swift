// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage
package import TransitionSystem

extension CoreTranslator {
    package func departure(from location: ControlNode) throws(CoreRefusal) -> Core.Departure {
        switch location.kind {
        case .boundary(_, let next): return .step(next: next)
        case .acquire(let lock, let next): return .acquire(try place(of: lock), next: next)
        case .await(let condition, let next): return .await(try expression(condition), next: next)
        case .pending, .finish, .release, .assign, .discard, .mutate, .enter, .branch, .bind, .fault, .choose,
            .assert, .loopBegin, .loopNext:
            return .start
        }
    }

    package func node(_ node: ControlNode) throws(CoreRefusal) -> Core.Node {
        if let known = nodes[ObjectIdentifier(node)] { return known }
        let made = try translated(node)
        nodes[ObjectIdentifier(node)] = made
        return made
    }

    private func translated(_ node: ControlNode) throws(CoreRefusal) -> Core.Node {
        // Nodes without a place in the text fail nowhere.
        let span = node.span ?? Span(file: .init(index: 0), start: 0, end: 0)
        switch node.kind {
        case .pending: preconditionFailure("every loop is closed")
        case .finish: return .finish
        case .boundary, .acquire, .await: return .location
        case .release(let lock, let next): return .release(try place(of: lock), next: next)
        case .assign(let target, let value, let next):
            let value = try expression(value, as: target.type)
            return .run([Core.Statement(.assign(try place(of: target), value), span)], next: next)
        case .discard(let value, let next):
            let value = try expression(value)
            let place = Core.Place(temporary("unused", value.kind, span))
            return .run([Core.Statement(.assign(place, value), span)], next: next)
        case .mutate(let target, let mutation, let arguments, let next):
            return .run(try mutate(target, mutation, arguments, span), next: next)
        case .assert(let name, let condition, let next):
            return .run([Core.Statement(.check(try check(condition, .holds(name))), span)], next: next)
        case .enter(let operation, let arguments, let next):
            var values: [(Core.Variable, Core.Expression)] = []
            for (argument, parameter) in zip(arguments, operation.parameters) {
                values.append((try variable(parameter), try expression(argument, as: parameter.type)))
            }
            return .enter(operation: number(of: operation), values, next: next)
        case .branch(let condition, let then, let otherwise):
            return .branch(
                Core.Branch(
                    before: [], condition: try expression(condition), taken: [], then: then,
                    otherwise: otherwise))
        case .bind(let variable, let value, let then, let otherwise):
            let (before, optional) = stored(try expression(value), variable.name, span)
            let payload = optional.field(Core.Optional.payload)
            return .branch(
                Core.Branch(
                    before: before, condition: optional.field(Core.Optional.flag),
                    taken: [Core.Statement(.assign(Core.Place(try self.variable(variable)), payload), span)],
                    then: then, otherwise: otherwise))
        case .fault(_, let strikes, let passes): return .fault(strikes: strikes, passes: passes)
        case .choose(let arms):
            var choices: [(Core.Choice, ControlNode)] = []
            for (arm, next) in arms {
                var bindings: [Core.Variable] = []
                for variable in arm.bindings { bindings.append(try self.variable(variable)) }
                let condition = try arm.condition.map { condition throws(CoreRefusal) in
                    try expression(condition)
                }
                choices.append((Core.Choice(bindings: bindings, condition: condition), next))
            }
            return .choose(choices)
        case .loopBegin(let variable, let range, let body, let after):
            return try loopBegin(variable, range, body, after, span)
        case .loopNext(let variable, let range, let body, let after):
            return .branch(try loopNext(variable, range, body, after, span))
        }
    }

    private func loopBegin(
        _ variable: Variable, _ range: ControlNode.LoopRange, _ body: ControlNode, _ after: ControlNode,
        _ span: Span
    ) throws(CoreRefusal) -> Core.Node {
        let place = Core.Place(try self.variable(variable))
        func assigns(_ place: Core.Place, _ value: Core.Expression) -> Core.Statement {
            Core.Statement(.assign(place, value), span)
        }
        switch range {
        case .wholeType:
            let first = Core.Expression.constant(.defaultValue, place.kind, span)
            let last = Core.Expression.constant(
                place.kind == .truth ? .truth(true) : .number(place.kind.number?.bounds?.upperBound ?? 0),
                place.kind, span)
            return .branch(
                Core.Branch(
                    before: [], condition: .truth(true, span), taken: [assigns(place, first)], then: body,
                    otherwise: after,
                    loop: Core.Branch.Range(variable: place.variable, first: first, last: last)))
        case .interval(let interval, let last):
            guard let number = place.kind.number else { preconditionFailure("ranges are of numbers") }
            var (before, bounds) = stored(try expression(interval), "range", span)
            let (lower, upper) = (bounds.field(Core.Interval.first), bounds.field(Core.Interval.last))
            if !lower.numberKind.isWithin(number) || !upper.numberKind.isWithin(number) {
                before.append(fits(lower, upper, in: number, .fits(variable.type), span))
            }
            return .branch(
                Core.Branch(
                    before: before, condition: .compare(.lessOrEqual, lower, upper, span),
                    taken: [
                        assigns(place, lower.asNumber(number)),
                        assigns(Core.Place(try self.variable(last)), upper.asNumber(number)),
                    ], then: body, otherwise: after,
                    loop: Core.Branch.Range(
                        variable: place.variable, first: lower.asNumber(number),
                        last: upper.asNumber(number))))
        }
    }

    private func loopNext(
        _ variable: Variable, _ range: ControlNode.LoopRange, _ body: ControlNode, _ after: ControlNode,
        _ span: Span
    ) throws(CoreRefusal) -> Core.Branch {
        let place = Core.Place(try self.variable(variable))
        let value = Core.Expression.read(place, span)
        let condition: Core.Expression
        let next: Core.Expression
        if case .truth = place.kind {
            (condition, next) = (.not(value, span), .truth(true, span))
        } else {
            let end: Core.Expression =
                switch range {
                case .wholeType: .number(place.kind.number?.bounds?.upperBound ?? 0, span)
                case .interval(_, let last): .read(Core.Place(try self.variable(last)), span)
                }
            (condition, next) = (.compare(.less, value, end, span), sum(value, 1))
        }
        return Core.Branch(
            before: [], condition: condition, taken: [Core.Statement(.assign(place, next), span)], then: body,
            otherwise: after)
    }
}
