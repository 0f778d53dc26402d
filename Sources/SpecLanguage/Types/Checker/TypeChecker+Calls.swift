// SPDX-License-Identifier: MIT

import Diagnostics

extension TypeChecker {
    /// A call as an expression: a function, a conversion, a struct.
    func call(_ callee: Syntax.Name, _ arguments: [Syntax.Argument], _ span: Span) -> Typed.Expression {
        if let function = functions[callee.text] {
            if scope.place == .constant {
                error("not-constant", "a constant cannot call a function", at: callee.span)
            }
            if case .function(let caller, _) = scope.place {
                callsOfFunctions[caller, default: []].append((callee.text, callee.span))
            }
            let typed = check(arguments, against: function.parameters, of: callee)
            return Typed.Expression(.call(function, arguments: typed), type: function.result, span: span)
        }
        if operations[callee.text] != nil {
            error(
                "misplaced-operation",
                "operation '\(callee.text)' takes steps; it cannot be part of an expression",
                at: callee.span,
                help:
                    "let it stand alone, or be the whole right side of 'let', '=', 'return', or a whole condition"
            )
            return erroneous(span)
        }
        if case .type? = declarations[callee.text]?.declaration.kind {
            return convert(callee, arguments, span)
        }
        if case .structure? = declarations[callee.text]?.declaration.kind {
            return record(callee, arguments, span)
        }
        if callee.text == "Int" { return convert(callee, arguments, span) }
        if let member = declarations[callee.text] {
            error(
                "not-callable", "'\(callee.text)' cannot be called", at: callee.span,
                notes: [.init(message: "declared here", span: member.declaration.name.span)])
        } else {
            reportUnknownName(callee.text, at: callee.span, kind: "function, operation or type")
        }
        for argument in arguments { _ = infer(argument.value, expected: nil) }
        return erroneous(span)
    }

    func check(
        _ arguments: [Syntax.Argument], against parameters: [Variable], of callee: Syntax.Name
    ) -> [Typed.Expression] {
        if arguments.count != parameters.count {
            error(
                "argument-count",
                "'\(callee.text)' takes \(parameters.count) argument\(parameters.count == 1 ? "" : "s"), "
                    + "not \(arguments.count)",
                at: callee.span,
                help: "(" + parameters.map { "\($0.name): \($0.type.description)" }.joined(separator: ", ")
                    + ")")
        }
        return zip(arguments, parameters).map { argument, parameter in
            if let label = argument.label, label.text != parameter.name {
                error(
                    "wrong-label", "this parameter is named '\(parameter.name)', not '\(label.text)'",
                    at: label.span)
            }
            return check(argument.value, as: parameter.type)
        }
    }

    /// `Page(x)`
    private func convert(
        _ callee: Syntax.Name, _ arguments: [Syntax.Argument], _ span: Span
    ) -> Typed.Expression {
        let type =
            callee.text == "Int" ? SpecType.integer(unit: nil) : type(named: callee.text, at: callee.span)
        guard arguments.count == 1, let argument = arguments.first, argument.label == nil else {
            error(
                "argument-count", "a conversion takes one value", at: callee.span, help: "'\(callee.text)(x)'"
            )
            return erroneous(span)
        }
        let value = infer(argument.value, expected: nil)
        if value.type == .erroneous || type == .erroneous { return erroneous(span) }
        guard value.type.isNumeric, type.isNumeric else {
            error(
                "no-conversion", "'\(value.type.description)' cannot be converted to '\(type.description)'",
                at: span, help: "conversions are between numeric types")
            return erroneous(span)
        }
        if case .literal(.number(let number)) = value.kind {
            if case .bits(_, let width) = type {
                return literal(.number(Arithmetic.wrap(number, width: width)), type, span)
            }
            guard Arithmetic.fits(number, type) else {
                return coerce(literal(.number(number), .integer(unit: nil), span), to: type)
            }
            return literal(.number(number), type, span)
        }
        return Typed.Expression(.convert(value), type: type, span: span)
    }

    /// `Entry(frame: f, writable: true)`
    private func record(
        _ callee: Syntax.Name, _ arguments: [Syntax.Argument], _ span: Span
    ) -> Typed.Expression {
        let type = type(named: callee.text, at: callee.span)
        guard case .structure(_, let fields) = type else { return erroneous(span) }
        let form = fields.map { "\($0.name): \($0.type.description)" }.joined(separator: ", ")
        guard arguments.map({ $0.label?.text }) == fields.map({ $0.name }) else {
            error(
                "wrong-fields", "the fields of '\(callee.text)' are all given, in order, with their names",
                at: span, help: "\(callee.text)(\(form))")
            for argument in arguments { _ = infer(argument.value, expected: nil) }
            return erroneous(span)
        }
        let values = zip(arguments, fields).map { check($0.value, as: $1.type) }
        let literals = values.compactMap { value -> Value? in
            if value.type != .erroneous, case .literal(let literal) = value.kind { literal } else { nil }
        }
        if literals.count == values.count { return literal(.record(literals), type, span) }
        return Typed.Expression(.record(values), type: type, span: span)
    }

    // MARK: Methods

    func methodCall(
        _ base: Syntax.Expression, _ name: Syntax.Name, _ arguments: [Syntax.Argument], _ span: Span
    ) -> Typed.Expression {
        let typed = infer(base, expected: nil)
        if typed.type == .erroneous { return erroneous(span) }
        if Typed.Mutation.isNamed(name.text) {
            error(
                "misplaced-mutation", "'\(name.text)' changes its base; it stands alone as a statement",
                at: name.span)
            return erroneous(span)
        }
        return method(name, of: typed, arguments: arguments, span)
    }

    /// - Parameter arguments: `nil` where the method was written without parentheses.
    func method(
        _ name: Syntax.Name, of base: Typed.Expression, arguments: [Syntax.Argument]?, _ span: Span
    ) -> Typed.Expression {
        let available = methods(of: base.type)
        guard let (method, signature) = available.first(where: { $0.key.name == name.text }) else {
            reportUnknownMember(name, of: base.type, among: available.keys.map(\.name).sorted())
            return erroneous(span)
        }
        guard (arguments?.count ?? 0) == (signature.argument == nil ? 0 : 1),
            (arguments == nil) == (signature.argument == nil)
        else {
            let form =
                signature.argument == nil ? "without parentheses" : "with one argument: '\(name.text)(…)'"
            error("argument-count", "'\(name.text)' is written \(form)", at: name.span)
            return erroneous(span)
        }
        var typed: [Typed.Expression] = []
        if let wanted = signature.argument, let argument = arguments?.first {
            typed.append(methodArgument(argument.value, wanted))
        }
        return Typed.Expression(
            .method(method, base: base, arguments: typed), type: signature.result, span: span)
    }

    /// Ranges keep exact end points: a range may reach outside the element type.
    func methodArgument(_ expression: Syntax.Expression, _ wanted: SpecType) -> Typed.Expression {
        let typed = infer(expression, expected: wanted)
        guard case .interval(let element) = wanted, case .interval(let given) = typed.type else {
            if scope.isContract, case .integer(let unit) = typed.type, wanted.isNumeric,
                unit == nil || wanted.unit == nil || unit == wanted.unit
            {
                return typed
            }
            return coerce(typed, to: wanted)
        }
        if let a = element.unit, let b = given.unit, a != b {
            error(
                "unit-mismatch", "a range of '\(b)' is given where a range of '\(a)' is wanted",
                at: typed.span)
            return erroneous(typed.span)
        }
        return typed
    }

    private func methods(of type: SpecType) -> [Typed.Method: (argument: SpecType?, result: SpecType)] {
        switch type {
        case .set(let element):
            let range = SpecType.interval(element)
            var methods: [Typed.Method: (SpecType?, SpecType)] = [:]
            for method in Typed.SetMethod.allCases {
                switch method {
                case .contains: methods[.set(method)] = (element, .bool)
                case .isEmpty: methods[.set(method)] = (nil, .bool)
                case .count: methods[.set(method)] = (nil, .integer(unit: nil))
                case .containsAll, .isDisjoint:
                    if element.isNumeric { methods[.set(method)] = (range, .bool) }
                case .highestRun, .lowestRun:
                    if element.isNumeric { methods[.set(method)] = (range, .optional(range)) }
                }
            }
            return methods
        case .queue(let element, _):
            var methods: [Typed.Method: (SpecType?, SpecType)] = [:]
            for method in Typed.QueueMethod.allCases {
                switch method {
                case .contains: methods[.queue(method)] = (element, .bool)
                case .isEmpty, .isFull: methods[.queue(method)] = (nil, .bool)
                case .count: methods[.queue(method)] = (nil, .integer(unit: nil))
                case .front: methods[.queue(method)] = (nil, element)
                }
            }
            return methods
        case .interval(let element):
            var methods: [Typed.Method: (SpecType?, SpecType)] = [:]
            for method in Typed.RangeMethod.allCases {
                switch method {
                case .contains: methods[.range(method)] = (element, .bool)
                case .overlaps: methods[.range(method)] = (.interval(element), .bool)
                case .isEmpty: methods[.range(method)] = (nil, .bool)
                }
            }
            return methods
        case .list: return [.listCount: (nil, .integer(unit: nil))]
        case .bool, .integer, .range, .bits, .enumeration, .symmetric, .structure, .array, .optional, .lock,
            .void,
            .absent, .erroneous:
            return [:]
        }
    }

    /// `owned.insert(page)` as a statement.
    func mutation(
        _ base: Syntax.Expression, _ arguments: [Syntax.Argument], _ name: Syntax.Name, _ span: Span
    ) -> Typed.Statement? {
        guard let target = target(base) else { return nil }
        guard let (mutation, wanted) = mutation(named: name.text, of: target.type) else {
            if target.type != .erroneous { reportUnknownMember(name, of: target.type, among: []) }
            return nil
        }
        guard arguments.count == (wanted == nil ? 0 : 1) else {
            error(
                "argument-count", "'\(name.text)' takes \(wanted == nil ? "no argument" : "one argument")",
                at: name.span)
            return nil
        }
        var typed: [Typed.Expression] = []
        if let wanted, let argument = arguments.first {
            let value = infer(argument.value, expected: wanted)
            if case .interval = value.type, case .set = target.type {
                typed.append(methodArgument(argument.value, .interval(wanted)))
            } else {
                typed.append(coerce(value, to: wanted))
            }
        }
        return Typed.Statement(.mutate(target: target, mutation, arguments: typed), span: span)
    }

    /// - Returns: also the type of its argument, if it takes one.
    private func mutation(
        named name: String, of type: SpecType
    ) -> (mutation: Typed.Mutation, argument: SpecType?)? {
        switch type {
        case .set(let element):
            guard let mutation = Typed.SetMutation(rawValue: name) else { return nil }
            switch mutation {
            case .insert, .remove: return (.set(mutation), element)
            case .clear: return (.set(mutation), nil)
            }
        case .queue(let element, _):
            guard let mutation = Typed.QueueMutation(rawValue: name) else { return nil }
            switch mutation {
            case .push: return (.queue(mutation), element)
            case .pop, .clear: return (.queue(mutation), nil)
            }
        case .bool, .integer, .range, .bits, .enumeration, .symmetric, .structure, .array, .optional,
            .interval,
            .list, .lock, .void, .absent, .erroneous:
            return nil
        }
    }
}
