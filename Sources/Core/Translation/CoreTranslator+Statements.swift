// SPDX-License-Identifier: MIT

import Diagnostics
package import SpecLanguage

extension CoreTranslator {
    package func block(_ block: Typed.Block) throws(CoreRefusal) -> Core.Block {
        var statements: [Core.Statement] = []
        for statement in block.statements { statements += try self.statements(statement) }
        return Core.Block(statements)
    }

    /// Some statements of the language are more than one of the Core.
    package func statements(_ statement: Typed.Statement) throws(CoreRefusal) -> [Core.Statement] {
        let span = statement.span
        try count(span)
        func one(_ form: Core.Statement.Form) -> [Core.Statement] { [Core.Statement(form, span)] }
        switch statement.kind {
        case .assign(let target, let value):
            if case .list = target.type {
                lists[target.variable.number] = try constants(of: value)
                return []
            }
            return one(.assign(try place(of: target), try expression(value, as: target.type)))
        case .mutate(let target, let mutation, let arguments):
            return try mutate(target, mutation, arguments, span)
        case .callOperation(let operation, let arguments, let result):
            var values: [Core.Expression] = []
            for (argument, parameter) in zip(arguments, operation.parameters) {
                values.append(try expression(argument, as: parameter.type))
            }
            let variable = try result.map { variable throws(CoreRefusal) in try self.variable(variable) }
            return one(.call(try self.operation(operation), values, result: variable))
        case .conditional(let condition, let then, let otherwise):
            return try conditional(condition, then, otherwise, span)
        case .whileLoop(let condition, _, _, let body):
            return one(.loop(Core.Loop(condition: try expression(condition), body: try block(body))))
        case .forEach(let variable, let body):
            let bound = try self.variable(variable)
            guard let number = bound.kind.number, let bounds = number.bounds else {
                return one(try overTruthValues(bound, body, span))
            }
            return one(
                .forEach(
                    bound, first: .number(bounds.lowerBound, span).asNumber(number),
                    last: .number(bounds.upperBound, span).asNumber(number), body: try block(body)))
        case .forInterval(let variable, let interval, let body):
            return try forEach(variable, interval, body, span)
        case .forList(let variable, let list, let body):
            let elements = try elements(of: list)
            var written = elements.bound.map {
                Core.Statement(.assign(Core.Place($0.variable), $0.value), span)
            }
            for element in elements.values {
                written.append(
                    Core.Statement(.assign(Core.Place(try self.variable(variable)), element), span))
                written += try block(body).statements
            }
            return written
        case .returnValue(let value):
            guard let value, let type = results.last else { return one(.returnValue(nil)) }
            return one(.returnValue(try expression(value, as: type)))
        case .step(let label): return one(.step(label: label))
        case .await(let condition): return one(.await(try check(condition, .holds("await"))))
        case .withLock(let lock, let body): return one(.locked(try place(of: lock), try block(body)))
        case .choose(let arms):
            var translated: [Core.Arm] = []
            for arm in arms { translated.append(try self.arm(arm)) }
            return one(.choose(translated))
        case .assert(let name, let condition): return one(.check(try check(condition, .holds(name))))
        }
    }

    func check(
        _ condition: Typed.Expression, _ requirement: Requirement
    ) throws(CoreRefusal) -> Core.Check {
        Core.Check(
            requirement: requirement, condition: try expression(condition), span: condition.span,
            source: condition)
    }

    package func arm(_ arm: Typed.Arm) throws(CoreRefusal) -> Core.Arm {
        var bindings: [Core.Variable] = []
        for variable in arm.bindings { bindings.append(try self.variable(variable)) }
        return Core.Arm(
            bindings: bindings,
            condition: try arm.condition.map { condition throws(CoreRefusal) in try expression(condition) },
            body: try block(arm.body), span: arm.span)
    }

    private func conditional(
        _ condition: Typed.Condition, _ then: Typed.Block, _ otherwise: Typed.Block, _ span: Span
    ) throws(CoreRefusal) -> [Core.Statement] {
        switch condition {
        case .expression(let test):
            return [
                Core.Statement(
                    .conditional(
                        try expression(test), then: try block(then), otherwise: try block(otherwise)), span)
            ]
        case .binding(let variable, let value):
            let bound = Core.Place(try self.variable(variable))
            let (before, optional) = stored(try expression(value), variable.name, span)
            let binds = Core.Statement(.assign(bound, optional.field(Core.Optional.payload)), span)
            let taken = Core.Block([binds] + (try block(then)).statements)
            return before + [
                Core.Statement(
                    .conditional(
                        optional.field(Core.Optional.flag), then: taken, otherwise: try block(otherwise)),
                    span)
            ]
        case .fault(let name):
            return [
                Core.Statement(.fault(name, strikes: try block(then), passes: try block(otherwise)), span)
            ]
        }
    }

    /// A value that is used more than once: in a temporary, unless it is cheap.
    func stored(
        _ value: Core.Expression, _ name: String, _ span: Span
    ) -> (before: [Core.Statement], value: Core.Expression) {
        if value.isCheap { return ([], value) }
        let place = Core.Place(temporary(name, value.kind, value.span))
        return ([Core.Statement(.assign(place, value), span)], .read(place, value.span))
    }

    // MARK: Loops

    private func overTruthValues(
        _ variable: Core.Variable, _ body: Typed.Block, _ span: Span
    ) throws(CoreRefusal) -> Core.Statement.Form {
        let number = temporary(variable.name, .number(.range(lower: 0, upper: 1)), span)
        let isTrue = Core.Expression.compare(
            .equal, .read(Core.Place(number), span), .number(1, span), span)
        let assigns = Core.Statement(.assign(Core.Place(variable), isTrue), span)
        return .forEach(
            number, first: .number(0, span), last: .number(1, span),
            body: Core.Block([assigns] + (try block(body)).statements))
    }

    private func forEach(
        _ variable: Variable, _ interval: Typed.Expression, _ body: Typed.Block, _ span: Span
    ) throws(CoreRefusal) -> [Core.Statement] {
        let bound = try self.variable(variable)
        guard let number = bound.kind.number else { preconditionFailure("ranges are of numbers") }
        let (written, range) = stored(try expression(interval), "range", span)
        let (first, last) = (range.field(Core.Interval.first), range.field(Core.Interval.last))
        var before = written
        if !first.numberKind.isWithin(number) || !last.numberKind.isWithin(number) {
            before.append(fits(first, last, in: number, .fits(variable.type), span))
        }
        return before + [
            Core.Statement(
                .forEach(
                    bound, first: first.asNumber(number), last: last.asNumber(number), body: try block(body)),
                span)
        ]
    }

    /// The check that a range is empty or has ends that are values of `number`.
    func fits(
        _ first: Core.Expression, _ last: Core.Expression, in number: Core.Number, _ requirement: Requirement,
        _ span: Span
    ) -> Core.Statement {
        let fit = Core.Expression.all([first.isWithin(number), last.isWithin(number)], span)
        let isEmpty = Core.Expression.compare(.less, last, first, span)
        return Core.Statement(
            .check(Core.Check(requirement: requirement, condition: .any([isEmpty, fit], span), span: span)),
            span)
    }
}
