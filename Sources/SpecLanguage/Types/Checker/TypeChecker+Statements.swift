// SPDX-License-Identifier: MIT

import Diagnostics

extension TypeChecker {
    func check(_ block: Syntax.Block) -> Typed.Block {
        inNewScope {
            var statements: [Typed.Statement] = []
            for (place, statement) in block.statements.enumerated() {
                if place > 0,
                    !canFallThrough(Syntax.Block(statements: [block.statements[place - 1]], span: block.span))
                {
                    error("unreachable-code", "this is never reached", at: statement.span)
                    break
                }
                check(statement, into: &statements)
            }
            return Typed.Block(statements: statements)
        }
    }

    private func check(_ statement: Syntax.Statement, into output: inout [Typed.Statement]) {
        let span = statement.span
        switch statement.kind {
        case .declare(let name, let isMutable, let type, let value):
            declare(name, isMutable: isMutable, type: type, value: value, span, into: &output)
        case .assign(let target, let value): assign(target, value, span, into: &output)
        case .call(let expression): call(expression, span, into: &output)
        case .conditional(let condition, let then, let otherwise):
            scope.push()
            let typed = check(condition, into: &output)
            let thenBlock = check(then)
            scope.pop()
            let otherwiseBlock = otherwise.map { check($0) } ?? Typed.Block(statements: [])
            output.append(
                Typed.Statement(
                    .conditional(condition: typed, then: thenBlock, otherwise: otherwiseBlock), span: span))
        case .guardElse(let condition, let otherwise):
            guardElse(condition, otherwise, span, into: &output)
        case .whileLoop(let condition, let invariants, let decreases, let body):
            let typed = check(condition, as: .bool)
            let typedInvariants = inContract { invariants.map { check($0, as: .bool) } }
            let measure = inContract { decreases.map { infer($0, expected: nil) } }
            if let measure, measure.type != .erroneous, !measure.type.isNumeric {
                error("not-a-number", "'decreases' takes a number", at: measure.span)
            }
            output.append(
                Typed.Statement(
                    .whileLoop(
                        condition: typed, invariants: typedInvariants, decreases: measure, body: check(body)),
                    span: span))
        case .forLoop(let name, let sequence, let body): forLoop(name, sequence, body, span, into: &output)
        case .returnValue(let value): returnValue(value, span, into: &output)
        case .step(let label):
            guard inOperation("step", span) else { return }
            output.append(Typed.Statement(.step(label: label?.text), span: span))
        case .await(let condition):
            guard inOperation("await", span) else { return }
            output.append(Typed.Statement(.await(check(condition, as: .bool)), span: span))
        case .withLock(let lock, let body): withLock(lock, body, span, into: &output)
        case .choose(let arms):
            guard inOperation("choose", span) else { return }
            output.append(Typed.Statement(.choose(arms.map(check)), span: span))
        case .assert(let name, let condition):
            guard inOperation("assert", span) else { return }
            output.append(
                Typed.Statement(
                    .assert(name: name?.text ?? "assertion", check(condition, as: .bool)), span: span))
        }
    }

    private func inOperation(_ word: String, _ span: Span) -> Bool {
        if case .operation(let owner, _) = scope.place {
            if owner.hasPrefix("init "), word != "choose", word != "assert" {
                error("misplaced-step", "'\(word)' cannot stand in 'init'", at: span)
                return false
            }
            return true
        }
        error("misplaced-step", "'\(word)' stands only in operations and processes", at: span)
        return false
    }

    // MARK: Operation calls

    /// A call of an operation where one may stand; `nil` if the expression is something else.
    private func operationCall(
        _ expression: Syntax.Expression
    ) -> (operation: Typed.Operation, arguments: [Typed.Expression])? {
        guard case .call(let callee, let arguments) = expression.kind,
            let operation = operations[callee.text],
            case .operation(let owner, _) = scope.place
        else { return nil }
        if owner.hasPrefix("init ") {
            error("misplaced-operation", "'init' cannot call operations", at: callee.span)
        }
        calls[owner, default: []].append((callee.text, callee.span))
        return (operation, check(arguments, against: operation.parameters, of: callee))
    }

    /// Evaluates `expression`; a call of an operation becomes a statement of its own and a variable.
    private func evaluate(
        _ expression: Syntax.Expression, expected: SpecType?, into output: inout [Typed.Statement]
    ) -> Typed.Expression {
        if case .unary(.not, let operand) = expression.kind, case .call(let callee, _) = operand.kind,
            operations[callee.text] != nil
        {
            let value = coerce(evaluate(operand, expected: .bool, into: &output), to: .bool)
            return Typed.Expression(.not(value), type: .bool, span: expression.span)
        }
        guard let (operation, arguments) = operationCall(expression) else {
            return infer(expression, expected: expected)
        }
        guard operation.result != .void else {
            error("no-value", "operation '\(operation.name)' returns nothing", at: expression.span)
            return erroneous(expression.span)
        }
        checkStorable(operation.result, at: expression.span)
        let result = makeVariable(
            Syntax.Name(text: "result of \(operation.name)", span: expression.span), type: operation.result,
            storage: scope.storage, isMutable: false)
        output.append(
            Typed.Statement(
                .callOperation(operation, arguments: arguments, result: result), span: expression.span))
        return Typed.Expression(.variable(result), type: operation.result, span: expression.span)
    }

    private func call(
        _ expression: Syntax.Expression, _ span: Span, into output: inout [Typed.Statement]
    ) {
        if case .methodCall(let base, let method, let arguments) = expression.kind,
            Typed.Mutation.isNamed(method.text)
        {
            if let statement = mutation(base, arguments, method, span) {
                output.append(statement)
            }
            return
        }
        if let (operation, arguments) = operationCall(expression) {
            output.append(
                Typed.Statement(.callOperation(operation, arguments: arguments, result: nil), span: span))
            return
        }
        let typed = infer(expression, expected: nil)
        if typed.type != .erroneous {
            error(
                "unused-value", "this value is not used", at: span,
                help:
                    "functions have no effect; only operations and methods that change something stand alone")
        }
    }

    // MARK: Assignments

    private func declare(
        _ name: Syntax.Name, isMutable: Bool, type: Syntax.TypeExpression?, value: Syntax.Expression,
        _ span: Span,
        into output: inout [Typed.Statement]
    ) {
        let declared = type.map(resolve)
        var typed = evaluate(value, expected: declared, into: &output)
        if let declared { typed = coerce(typed, to: declared) }
        var variableType = declared ?? typed.type
        if typed.type == .erroneous { variableType = declared ?? .erroneous }
        if variableType == .absent {
            error(
                "unknown-type", "the type of 'none' is not known here", at: value.span,
                help: "write the type: '\(name.text): T? = none'")
            variableType = .erroneous
        }
        if case .operation = scope.place { checkLocal(variableType, at: value.span) }
        let variable = makeVariable(name, type: variableType, storage: scope.storage, isMutable: isMutable)
        declareLocal(variable)
        let target = Typed.Target(variable: variable, path: [], type: variableType, span: name.span)
        output.append(Typed.Statement(.assign(target: target, value: typed), span: span))
    }

    /// Locals of operations live in the state.
    private func checkLocal(_ type: SpecType, at span: Span) {
        if case .integer = type {
            error(
                "not-storable", "a local of an operation needs a finite type", at: span,
                help: "write the type: 'let name: Type = …'")
        } else {
            checkStorable(type, at: span)
        }
    }

    private func assign(
        _ left: Syntax.Expression, _ right: Syntax.Expression, _ span: Span,
        into output: inout [Typed.Statement]
    ) {
        guard let target = target(left) else {
            _ = evaluate(right, expected: nil, into: &output)
            return
        }
        if target.type == .lock {
            error("bad-lock", "a lock is taken by 'with lock(…) { … }', not assigned", at: span)
            return
        }
        let value = coerce(evaluate(right, expected: target.type, into: &output), to: target.type)
        output.append(Typed.Statement(.assign(target: target, value: value), span: span))
    }

    /// A place that may be written.
    func target(_ expression: Syntax.Expression) -> Typed.Target? {
        switch expression.kind {
        case .name(let name):
            guard let variable = scope.variable(named: name) ?? stateVariables[name]?.variable else {
                _ = infer(expression, expected: nil)
                if enumCases[name] != nil || constants[name] != nil {
                    error("not-assignable", "'\(name)' cannot be changed", at: expression.span)
                }
                return nil
            }
            return checkWritable(variable, expression.span)
                ? Typed.Target(variable: variable, path: [], type: variable.type, span: expression.span) : nil
        case .element(let base, let index):
            guard let target = target(base), case .array(let indexType, let element) = arrayType(target, base)
            else {
                _ = infer(index, expected: nil)
                return nil
            }
            return extend(
                target, by: .element(self.index(index, of: indexType)), type: element, expression.span)
        case .everyElement(let base):
            guard let target = target(base), case .array(_, let element) = arrayType(target, base) else {
                return nil
            }
            return extend(target, by: .everyElement, type: element, expression.span)
        case .member(let base, let name):
            guard let target = target(base) else { return nil }
            guard case .structure(_, let fields) = target.type else {
                error(
                    "not-assignable", "'\(target.type.description)' has no field to assign", at: name.span,
                    help: "assign the whole value: a new struct")
                return nil
            }
            guard let place = fields.firstIndex(where: { $0.name == name.text }) else {
                reportUnknownMember(name, of: target.type, among: fields.map(\.name))
                return nil
            }
            return extend(target, by: .field(place), type: fields[place].type, expression.span)
        case .binary, .bool, .call, .conditional, .fault, .integer, .interval, .list, .methodCall, .missing,
            .none, .quantifier, .unary:
            error("not-assignable", "this cannot be assigned to", at: expression.span)
            return nil
        }
    }

    private func arrayType(_ target: Typed.Target, _ base: Syntax.Expression) -> SpecType {
        if case .array = target.type { return target.type }
        if target.type != .erroneous {
            error("not-an-array", "'\(target.type.description)' has no elements", at: base.span)
        }
        return .erroneous
    }

    private func extend(
        _ target: Typed.Target, by step: Typed.Target.Step, type: SpecType, _ span: Span
    ) -> Typed.Target {
        Typed.Target(variable: target.variable, path: target.path + [step], type: type, span: span)
    }

    private func checkWritable(_ variable: Variable, _ span: Span) -> Bool {
        if case .state = variable.storage, case .operation = scope.place { return true }
        if case .state = variable.storage {
            error(
                "not-assignable", "a function cannot change the state", at: span,
                help: "make it an operation: 'op'")
            return false
        }
        if !variable.isMutable {
            error(
                "not-assignable", "'\(variable.name)' cannot be changed", at: span,
                notes: [.init(message: "declared here", span: variable.span)],
                help: "only what 'var' declares can be changed: copy it into a 'var' of another name")
        }
        return variable.isMutable
    }

    // MARK: Control

    private func check(_ condition: Syntax.Condition, into output: inout [Typed.Statement]) -> Typed.Condition
    {
        switch condition {
        case .expression(let expression):
            if case .fault(let name) = expression.kind {
                guard inOperation("fault", expression.span) else {
                    return .expression(erroneous(expression.span))
                }
                if case .fault? = declarations[name.text]?.declaration.kind { return .fault(name.text) }
                let faults = program.members.compactMap { member -> String? in
                    if case .fault = member.declaration.kind { member.declaration.name.text } else { nil }
                }
                let close = closestName(to: name.text, among: faults)
                error(
                    "unknown-name", "there is no fault '\(name.text)'", at: name.span,
                    help: close.map { "did you mean '\($0)'?" } ?? "declare it: 'fault \(name.text)'")
                return .expression(erroneous(expression.span))
            }
            return .expression(coerce(evaluate(expression, expected: .bool, into: &output), to: .bool))
        case .binding(let name, let value):
            let typed = evaluate(value, expected: nil, into: &output)
            let (variable, bound) = bind(name, to: typed, storage: scope.storage)
            return .binding(variable, value: bound)
        }
    }

    private func guardElse(
        _ condition: Syntax.Condition, _ otherwise: Syntax.Block, _ span: Span,
        into output: inout [Typed.Statement]
    ) {
        if canFallThrough(otherwise) {
            error(
                "guard-falls-through", "the 'else' of a 'guard' must leave", at: otherwise.span,
                help: "end it with 'return'")
        }
        switch condition {
        case .expression:
            let typed = check(condition, into: &output)
            output.append(
                Typed.Statement(
                    .conditional(
                        condition: typed, then: Typed.Block(statements: []), otherwise: check(otherwise)),
                    span: span))
        case .binding(let name, let value):
            let typed = evaluate(value, expected: nil, into: &output)
            let otherwiseBlock = check(otherwise)
            let (variable, bound) = bind(name, to: typed, storage: scope.storage)
            output.append(
                Typed.Statement(
                    .conditional(
                        condition: .binding(variable, value: bound), then: Typed.Block(statements: []),
                        otherwise: otherwiseBlock),
                    span: span))
        }
    }

    private func forLoop(
        _ name: Syntax.Name, _ sequence: Syntax.Expression, _ body: Syntax.Block, _ span: Span,
        into output: inout [Typed.Statement]
    ) {
        scope.push()
        defer { scope.pop() }
        if case .name(let typeName) = sequence.kind, isType(typeName) {
            let type = typeName == "Bool" ? SpecType.bool : type(named: typeName, at: sequence.span)
            checkEnumerable(type, at: sequence.span, countMax: 1 << 16)
            if case .symmetric = type {
                error(
                    "symmetric-order", "a loop over '\(typeName)' would give its elements an order",
                    at: sequence.span, help: "use 'any', 'forall' or an assignment to '[all]'")
            }
            let variable = makeVariable(name, type: type, storage: scope.storage, isMutable: false)
            declareLocal(variable)
            output.append(Typed.Statement(.forEach(variable, body: check(body)), span: span))
            return
        }
        let typed = infer(sequence, expected: nil)
        switch typed.type {
        case .interval(let element):
            var type = element
            if case .integer = type, case .operation = scope.place { type = boundedType(of: typed) }
            let variable = makeVariable(name, type: type, storage: scope.storage, isMutable: false)
            declareLocal(variable)
            output.append(
                Typed.Statement(.forInterval(variable, interval: typed, body: check(body)), span: span))
        case .erroneous:
            _ = {
                declareLocal(makeVariable(name, type: .erroneous, storage: scope.storage, isMutable: false));
                _ = check(body)
            }()
        case .absent, .array, .bits, .bool, .enumeration, .integer, .list, .lock, .optional, .queue, .range,
            .set, .structure, .symmetric, .void:
            let variable = makeVariable(
                name, type: elementType(ofList: typed), storage: scope.storage, isMutable: false)
            declareLocal(variable)
            output.append(Typed.Statement(.forList(variable, list: typed, body: check(body)), span: span))
        }
    }

    /// The loop variable of `for i in 0 ... 3`: known bounds make it storable.
    private func boundedType(of interval: Typed.Expression) -> SpecType {
        if case .literal(.interval(let first, let last)) = interval.kind, first <= last,
            let lower = Int(exactly: first), let upper = Int(exactly: last)
        {
            guard case .interval(.integer(let unit)) = interval.type, unit == nil else { return .erroneous }
            return .range(name: nil, lower: lower, upper: upper)
        }
        error(
            "not-storable", "the bounds of this loop are not known before the check starts",
            at: interval.span,
            help: "loop over a type: 'for x in Type', or convert the bounds: 'Type(a) ... Type(b)'")
        return .erroneous
    }

    private func isType(_ name: String) -> Bool {
        if name == "Bool" { return true }
        return switch declarations[name]?.declaration.kind {
        case .type, .enumeration: true
        case nil, .change, .check, .constant, .fault, .function, .initialization, .interface, .invariant,
            .liveness, .matrix, .observer, .operation, .process, .proof, .reachable, .stateVariable,
            .structure:
            false
        }
    }

    private func returnValue(
        _ value: Syntax.Expression?, _ span: Span, into output: inout [Typed.Statement]
    ) {
        let wanted = scope.result
        guard let value else {
            if wanted != .void, wanted != .erroneous {
                error("missing-value", "'return' needs a '\(wanted.description)'", at: span)
            }
            output.append(Typed.Statement(.returnValue(nil), span: span))
            return
        }
        guard wanted != .void else {
            error("unexpected-value", "nothing can be returned here", at: value.span)
            return
        }
        let typed = coerce(evaluate(value, expected: wanted, into: &output), to: wanted)
        output.append(Typed.Statement(.returnValue(typed), span: span))
    }

    private func withLock(
        _ lock: Syntax.Expression, _ body: Syntax.Block, _ span: Span, into output: inout [Typed.Statement]
    ) {
        guard inOperation("with lock", span) else { return }
        let target = target(lock)
        if let target, target.type != .lock, target.type != .erroneous {
            error("bad-lock", "'\(target.type.description)' is not a lock", at: lock.span)
        }
        let block = check(body)
        guard let target else { return }
        output.append(Typed.Statement(.withLock(target, block), span: span))
    }

    private func check(_ arm: Syntax.Arm) -> Typed.Arm {
        inNewScope {
            let bindings = arm.bindings.map { binding in
                let type = resolve(binding.type)
                checkEnumerable(type, at: binding.type.span, countMax: 1 << 16)
                let variable = makeVariable(
                    binding.name, type: type, storage: scope.storage, isMutable: false)
                declareLocal(variable)
                return variable
            }
            let condition = arm.condition.map { check($0, as: .bool) }
            return Typed.Arm(bindings: bindings, condition: condition, body: check(arm.body), span: arm.span)
        }
    }
}
