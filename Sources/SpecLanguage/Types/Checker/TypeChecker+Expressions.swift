// SPDX-License-Identifier: MIT

import Diagnostics

extension TypeChecker {
    /// Checks an expression that must have a type; converts where that is implicit.
    func check(_ expression: Syntax.Expression, as type: SpecType) -> Typed.Expression {
        coerce(infer(expression, expected: type), to: type)
    }

    /// - Parameter expected: a hint for `none`, lists and the like; not a promise.
    func infer(_ expression: Syntax.Expression, expected: SpecType?) -> Typed.Expression {
        let span = expression.span
        switch expression.kind {
        case .missing: return erroneous(span)
        case .integer(let number): return literal(.number(number), .integer(unit: nil), span)
        case .bool(let flag): return literal(.bool(flag), .bool, span)
        case .none: return literal(.none, .absent, span)
        case .name(let name): return resolve(name, at: span)
        case .element(let base, let index): return element(base, index, span)
        case .everyElement:
            error("misplaced-all", "'[all]' stands only on the left of '='", at: span)
            return erroneous(span)
        case .member(let base, let name): return member(base, name, span)
        case .call(let callee, let arguments): return call(callee, arguments, span)
        case .methodCall(let base, let method, let arguments):
            return methodCall(base, method, arguments, span)
        case .unary(let operation, let operand): return unary(operation, operand, span)
        case .binary(let operation, let left, let right): return binary(operation, left, right, span)
        case .interval(let first, let last): return interval(first, last, span)
        case .list(let elements): return list(elements, expected: expected, span)
        case .conditional(let condition, let then, let otherwise):
            return conditional(condition, then, otherwise, expected: expected, span)
        case .quantifier(let quantifier, let bindings, let body):
            return self.quantifier(quantifier, bindings[...], body, span)
        case .fault:
            error(
                "misplaced-fault", "'fault' stands only as the whole condition of an 'if'", at: span,
                help: "write 'if fault name { … }' inside an operation")
            return erroneous(span)
        }
    }

    func erroneous(_ span: Span) -> Typed.Expression {
        Typed.Expression(.literal(.none), type: .erroneous, span: span)
    }

    func literal(_ value: Value, _ type: SpecType, _ span: Span) -> Typed.Expression {
        Typed.Expression(.literal(value), type: type, span: span)
    }

    // MARK: Names

    func resolve(_ name: String, at span: Span) -> Typed.Expression {
        if let variable = scope.variable(named: name) {
            return Typed.Expression(.variable(variable), type: variable.type, span: span)
        }
        if let constant = constant(named: name, at: span) {
            return literal(constant.value, constant.type, span)
        }
        if let state = stateVariables[name]?.variable {
            if scope.place == .constant {
                error("not-constant", "'\(name)' is part of the state; a constant is needed here", at: span)
                return erroneous(span)
            }
            readStateVariables.insert(name)
            return Typed.Expression(.variable(state), type: state.type, span: span)
        }
        if let (type, ordinal) = enumCases[name] { return literal(.token(ordinal), type, span) }
        if let member = declarations[name] {
            error(
                "not-a-value", "'\(name)' is not a value", at: span,
                notes: [.init(message: "declared here", span: member.declaration.name.span)])
        } else {
            reportUnknownName(name, at: span)
        }
        return erroneous(span)
    }

    func reportUnknownName(_ name: String, at span: Span, kind: String = "name") {
        if let interface = program.interfaces.first(where: { interface in
            guard case .interface(let members) = interface.declaration.kind else { return false }
            return members.contains { $0.name.text == name }
        }) {
            error(
                "not-implemented",
                "'\(name)' belongs to the interface '\(interface.declaration.name.text)', which no module of "
                    + "'\(program.title)' implements",
                at: span, help: "name a platform: 'use … on PLATFORM'")
            return
        }
        let known =
            scope.names + declarations.keys.sorted() + enumCases.keys.sorted() + ["none", "true", "false"]
        let close = closestName(to: name, among: known)
        error(
            "unknown-name", "there is no \(kind) '\(name)' here", at: span, label: "not found",
            help: close.map { "did you mean '\($0)'?" })
    }

    // MARK: Parts

    private func element(
        _ base: Syntax.Expression, _ index: Syntax.Expression, _ span: Span
    ) -> Typed.Expression {
        let array = infer(base, expected: nil)
        guard case .array(let indexType, let elementType) = array.type else {
            if array.type != .erroneous {
                error("not-an-array", "'\(array.type.description)' has no elements", at: base.span)
            }
            _ = infer(index, expected: nil)
            return erroneous(span)
        }
        let typedIndex = self.index(index, of: indexType)
        return Typed.Expression(.element(base: array, index: typedIndex), type: elementType, span: span)
    }

    /// An index keeps exact arithmetic: leaving the array is reported as such.
    func index(_ expression: Syntax.Expression, of indexType: SpecType) -> Typed.Expression {
        let index = infer(expression, expected: indexType)
        if case .integer(let unit) = index.type, case .range(let name, _, _) = indexType,
            unit == nil || name == nil || unit == name
        {
            if case .literal = index.kind { return coerce(index, to: indexType) }
            return index
        }
        if case .range = index.type, case .range = indexType, index.type != indexType,
            canCoerce(index, to: indexType)
        {
            return exact(index)
        }
        return coerce(index, to: indexType)
    }

    private func member(
        _ base: Syntax.Expression, _ name: Syntax.Name, _ span: Span
    ) -> Typed.Expression {
        let typed = infer(base, expected: nil)
        switch typed.type {
        case .erroneous: return erroneous(span)
        case .structure(_, let fields):
            if let place = fields.firstIndex(where: { $0.name == name.text }) {
                return field(typed, place, fields[place].type, span)
            }
            reportUnknownMember(name, of: typed.type, among: fields.map(\.name))
            return erroneous(span)
        case .interval(let element) where name.text == "first" || name.text == "last":
            return Typed.Expression(
                .field(base: typed, index: name.text == "first" ? 0 : 1), type: element, span: span)
        case .optional(.structure), .optional(.interval):
            error(
                "optional-member", "'\(typed.type.description)' may be none", at: name.span,
                help: "write 'if let x = … { … x.\(name.text) … }'")
            return erroneous(span)
        case .absent, .array, .bits, .bool, .enumeration, .integer, .interval, .list, .lock, .optional,
            .queue, .range, .set, .symmetric, .void:
            return method(name, of: typed, arguments: nil, span)
        }
    }

    /// A field of a literal is a literal, so that constants can be made of parts of constants.
    private func field(_ base: Typed.Expression, _ index: Int, _ type: SpecType, _ span: Span)
        -> Typed.Expression
    {
        if case .literal(.record(let values)) = base.kind { return literal(values[index], type, span) }
        return Typed.Expression(.field(base: base, index: index), type: type, span: span)
    }

    func reportUnknownMember(_ name: Syntax.Name, of type: SpecType, among names: [String]) {
        let close = closestName(to: name.text, among: names)
        error(
            "unknown-member", "'\(type.description)' has no '\(name.text)'", at: name.span,
            help: close.map { "did you mean '\($0)'?" }
                ?? (names.isEmpty ? nil : "it has: \(names.joined(separator: ", "))"))
    }

    private func interval(
        _ first: Syntax.Expression, _ last: Syntax.Expression, _ span: Span
    ) -> Typed.Expression {
        let (first, last, type) = joinNumeric(infer(first, expected: nil), infer(last, expected: nil), span)
        if type == .erroneous { return erroneous(span) }
        if case .literal(.number(let low)) = first.kind, case .literal(.number(let high)) = last.kind {
            return literal(.interval(first: low, last: high), .interval(type), span)
        }
        return Typed.Expression(.interval(first: first, last: last), type: .interval(type), span: span)
    }

    private func list(
        _ elements: [Syntax.Expression], expected: SpecType?, _ span: Span
    ) -> Typed.Expression {
        var elementType: SpecType?
        if case .list(let type)? = expected { elementType = type }
        var typed: [Typed.Expression] = []
        for element in elements {
            let value = elementType.map { check(element, as: $0) } ?? infer(element, expected: nil)
            if elementType == nil { elementType = value.type }
            typed.append(value)
        }
        guard let elementType else {
            error(
                "unknown-type", "the type of an empty list is not known", at: span,
                help: "declare the constant's type: 'const NAME: List<T> = []'")
            return erroneous(span)
        }
        let values = typed.compactMap { expression -> Value? in
            if case .literal(let value) = expression.kind { value } else { nil }
        }
        if values.count == typed.count { return literal(.list(values), .list(elementType), span) }
        return Typed.Expression(.list(typed), type: .list(elementType), span: span)
    }

    // MARK: Conditions and quantifiers

    private func conditional(
        _ condition: Syntax.Condition, _ then: Syntax.Expression, _ otherwise: Syntax.Expression?,
        expected: SpecType?, _ span: Span
    ) -> Typed.Expression {
        var binding: (variable: Variable, value: Typed.Expression)?
        var test: Typed.Expression?
        scope.push()
        switch condition {
        case .expression(let expression): test = check(expression, as: .bool)
        case .binding(let name, let value): binding = bind(name, to: value, storage: .frame)
        }
        var thenTyped = infer(then, expected: otherwise == nil ? .bool : expected)
        scope.pop()
        var otherwiseTyped =
            otherwise.map { infer($0, expected: expected) } ?? literal(.bool(true), .bool, span)
        let type: SpecType
        if otherwise == nil {
            type = .bool
            thenTyped = coerce(thenTyped, to: .bool)
        } else {
            type = commonType(thenTyped, otherwiseTyped, expected: expected, span)
            thenTyped = coerce(thenTyped, to: type)
            otherwiseTyped = coerce(otherwiseTyped, to: type)
        }
        if let (variable, value) = binding {
            return Typed.Expression(
                .optionalBinding(variable, value: value, then: thenTyped, otherwise: otherwiseTyped),
                type: type,
                span: span)
        }
        guard let test else { return erroneous(span) }
        if case .literal(.bool(let flag)) = test.kind { return flag ? thenTyped : otherwiseTyped }
        return Typed.Expression(
            .conditional(condition: test, then: thenTyped, otherwise: otherwiseTyped), type: type, span: span)
    }

    /// `let name = value`: declares the name for what is in the optional.
    func bind(
        _ name: Syntax.Name, to value: Syntax.Expression, storage: Variable.Storage
    ) -> (variable: Variable, value: Typed.Expression) {
        bind(name, to: infer(value, expected: nil), storage: storage)
    }

    func bind(
        _ name: Syntax.Name, to typed: Typed.Expression, storage: Variable.Storage
    ) -> (variable: Variable, value: Typed.Expression) {
        var type = SpecType.erroneous
        if case .optional(let wrapped) = typed.type {
            type = wrapped
        } else if typed.type != .erroneous {
            error(
                "not-optional", "'\(typed.type.description)' is always present", at: typed.span,
                help: "'let' in a condition takes an optional")
        }
        let variable = makeVariable(name, type: type, storage: storage, isMutable: false)
        declareLocal(variable)
        return (variable, typed)
    }

    private func quantifier(
        _ quantifier: Syntax.Quantifier, _ bindings: ArraySlice<Syntax.QuantifierBinding>,
        _ body: Syntax.Expression, _ span: Span
    ) -> Typed.Expression {
        guard let first = bindings.first else { return check(body, as: .bool) }
        return inNewScope {
            switch first {
            case .overType(let binding):
                let type = resolve(binding.type)
                checkIndexType(type, at: binding.type.span)
                if case .function = scope.place {
                } else {
                    checkEnumerable(type, at: binding.type.span, countMax: 1 << 16)
                }
                let variable = makeVariable(binding.name, type: type, storage: .frame, isMutable: false)
                declareLocal(variable)
                let rest = self.quantifier(quantifier, bindings.dropFirst(), body, span)
                return Typed.Expression(
                    .quantifier(quantifier, variable, body: rest), type: .bool, span: span)
            case .overList(let name, let list):
                let typed = infer(list, expected: nil)
                let variable = makeVariable(
                    name, type: elementType(ofList: typed), storage: .frame, isMutable: false)
                declareLocal(variable)
                let rest = self.quantifier(quantifier, bindings.dropFirst(), body, span)
                return Typed.Expression(
                    .listQuantifier(quantifier, variable, list: typed, body: rest), type: .bool, span: span)
            }
        }
    }

    func elementType(ofList list: Typed.Expression) -> SpecType {
        if case .list(let element) = list.type { return element }
        if list.type != .erroneous {
            error("not-a-list", "'\(list.type.description)' is not a list", at: list.span)
        }
        return .erroneous
    }
}
