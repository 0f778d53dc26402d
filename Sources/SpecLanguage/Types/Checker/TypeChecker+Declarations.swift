// SPDX-License-Identifier: MIT

import Diagnostics

extension TypeChecker {
    /// Declarations and enum cases by name; one flat name space.
    func collectDeclarations() {
        for member in program.members {
            let name = member.declaration.name
            if case .initialization = member.declaration.kind { continue }
            if let other = declarations[name.text] {
                error(
                    "duplicate-name", "'\(name.text)' is declared twice", at: name.span,
                    notes: [.init(message: "declared here first", span: other.declaration.name.span)],
                    help: "rename one of them; in a change, write 'replace' before it")
                continue
            }
            declarations[name.text] = member
        }
        for member in program.members {
            guard case .enumeration(let cases) = member.declaration.kind else { continue }
            let type = SpecType.enumeration(name: member.declaration.name.text, cases: cases.map(\.text))
            for (ordinal, name) in cases.enumerated() {
                if let other = enumCases[name.text]?.type ?? nil {
                    error(
                        "duplicate-name", "'\(name.text)' is already a case of '\(other.description)'",
                        at: name.span, help: "enum cases are written bare and must differ")
                } else if let other = declarations[name.text] {
                    error(
                        "duplicate-name", "'\(name.text)' is declared twice", at: name.span,
                        notes: [.init(message: "declared here", span: other.declaration.name.span)])
                }
                enumCases[name.text] = (type, ordinal)
            }
        }
    }

    /// Checks that each setting names a constant; the last one for a name wins.
    func applySettings() {
        for setting in program.settings {
            let name = setting.name.text
            guard let member = declarations[name], case .constant = member.declaration.kind else {
                let names = program.members.compactMap { member -> String? in
                    if case .constant = member.declaration.kind { member.declaration.name.text } else { nil }
                }
                let close = closestName(to: name, among: names)
                error(
                    "unknown-constant", "'\(program.title)' has no constant '\(name)' to set",
                    at: setting.name.span, help: close.map { "did you mean '\($0)'?" })
                continue
            }
            settings[name] = setting
        }
    }

    // MARK: Signatures

    func resolveSignature(of member: Program.Member) {
        let declaration = member.declaration
        let name = declaration.name
        switch declaration.kind {
        case .constant: _ = constant(named: name.text, at: name.span)
        case .type, .enumeration, .structure: _ = type(named: name.text, at: name.span)
        case .stateVariable(let typeExpression, _):
            let type = resolve(typeExpression)
            checkStorable(type, at: typeExpression.span)
            let variable = makeVariable(name, type: type, storage: .state, isMutable: true)
            stateVariables[name.text] = TypedSpec.StateVariable(variable: variable, initial: nil)
        case .function(let function):
            let parameters = resolveParameters(function.parameters, storage: .frame)
            functions[name.text] = Typed.Function(
                name: name.text, parameters: parameters, result: resolve(function.result),
                documentation: declaration.documentation, span: name.span)
        case .operation(let operation):
            let parameters = resolveParameters(
                operation.parameters, storage: .operation(owner: name.text))
            for (parameter, syntax) in zip(parameters, operation.parameters) {
                checkStorable(parameter.type, at: syntax.type.span)
            }
            operations[name.text] = Typed.Operation(
                name: name.text, parameters: parameters,
                result: operation.result.map(resolve) ?? .void, documentation: declaration.documentation,
                span: name.span)
        case .change, .check, .fault, .initialization, .interface, .invariant, .liveness, .matrix, .observer,
            .process, .proof, .reachable:
            break
        }
    }

    func resolveParameters(_ bindings: [Syntax.Binding], storage: Variable.Storage) -> [Variable] {
        var seen: Set<String> = []
        return bindings.map { binding in
            if !seen.insert(binding.name.text).inserted {
                error(
                    "duplicate-name", "two parameters are named '\(binding.name.text)'", at: binding.name.span
                )
            }
            return makeVariable(
                binding.name, type: resolve(binding.type), storage: storage, isMutable: false)
        }
    }

    /// State and locals of operations must be finite.
    func checkStorable(_ type: SpecType, at span: Span) {
        switch type {
        case .list:
            error(
                "not-storable", "a value of type '\(type.description)' cannot be part of the state", at: span,
                help: "lists are constants; use an array '[Index]T', a 'Set<T>' or a 'Queue<T, N>'")
        case .integer, .interval, .void, .absent:
            error(
                "not-storable", "a value of type '\(type.description)' cannot be part of the state", at: span,
                help: "give it a range, as in '0 ... 7'")
        case .array(_, let element), .optional(let element): checkStorable(element, at: span)
        case .queue(let element, _): checkStorable(element, at: span)
        case .structure(_, let fields): for field in fields { checkStorable(field.type, at: span) }
        case .bits, .bool, .enumeration, .erroneous, .lock, .range, .set, .symmetric: break
        }
    }

    // MARK: Bodies

    func defineBody(of member: Program.Member) {
        let declaration = member.declaration
        switch declaration.kind {
        case .stateVariable(_, let initial?):
            guard let state = stateVariables[declaration.name.text] else { return }
            scope = Scope()
            let value = check(initial, as: state.variable.type)
            stateVariables[declaration.name.text] = TypedSpec.StateVariable(
                variable: state.variable, initial: value)
        case .stateVariable(let type, nil):
            if let state = stateVariables[declaration.name.text] {
                checkHasDefault(state.variable.type, at: type.span)
            }
        case .function(let function): define(function, named: declaration.name)
        case .operation(let operation):
            guard let typed = operations[declaration.name.text] else { return }
            guard let body = operation.body else {
                error("missing-body", "operation '\(typed.name)' has no body", at: declaration.name.span)
                return
            }
            scope = Scope()
            scope.place = .operation(owner: typed.name, result: typed.result)
            scope.push()
            for parameter in typed.parameters { declareLocal(parameter) }
            typed.define(check(body))
            checkReturns(body, result: typed.result, name: declaration.name)
        case .change, .check, .constant, .enumeration, .fault, .initialization, .interface, .invariant,
            .liveness, .matrix, .observer, .process, .proof, .reachable, .structure, .type:
            break
        }
    }

    private func define(_ function: Syntax.Function, named name: Syntax.Name) {
        guard let typed = functions[name.text] else { return }
        scope = Scope()
        scope.place = .function(name: typed.name, result: typed.result)
        scope.push()
        for parameter in typed.parameters { declareLocal(parameter) }
        let requires = inContract { function.contract.requires.map { check($0, as: .bool) } }
        let ensures = inContract { function.contract.ensures.map { check($0, of: typed) } }
        let body: Typed.Block
        switch function.body {
        case .expression(let expression):
            let value = check(expression, as: typed.result)
            body = Typed.Block(statements: [Typed.Statement(.returnValue(value), span: expression.span)])
        case .block(let block):
            body = check(block)
            checkReturns(block, result: typed.result, name: name)
        case nil:
            error("missing-body", "function '\(name.text)' has no body", at: name.span)
            body = Typed.Block(statements: [])
        }
        typed.define(.init(requires: requires, ensures: ensures, body: body))
    }

    func inContract<Result>(_ body: () -> Result) -> Result {
        let before = scope.isContract
        scope.isContract = true
        defer { scope.isContract = before }
        return body()
    }

    private func check(_ ensures: Syntax.Ensures, of function: Typed.Function) -> Typed.Function.Ensures {
        inNewScope {
            let resultCase: Typed.Function.Ensures.Case
            switch ensures.resultCase {
            case .always:
                let variable = makeVariable(
                    Syntax.Name(text: "result", span: ensures.span), type: function.result, storage: .frame,
                    isMutable: false)
                declareLocal(variable)
                resultCase = .always(result: variable)
            case .some(let name):
                let variable = makeVariable(
                    name, type: wrapped(function, ensures.span), storage: .frame, isMutable: false)
                declareLocal(variable)
                resultCase = .some(variable)
            case .none:
                _ = wrapped(function, ensures.span)
                resultCase = .none
            }
            return .init(
                resultCase: resultCase, condition: check(ensures.condition, as: .bool), span: ensures.span)
        }
    }

    private func wrapped(_ function: Typed.Function, _ span: Span) -> SpecType {
        if case .optional(let type) = function.result { return type }
        error(
            "not-optional", "'\(function.name)' returns '\(function.result.description)', not an optional",
            at: span, help: "write 'ensures condition' and speak of 'result'")
        return .erroneous
    }

    func process(of member: Program.Member) -> Typed.Process? {
        guard case .process(let process) = member.declaration.kind else { return nil }
        let name = member.declaration.name
        let parameters = resolveParameters(process.parameters, storage: .operation(owner: name.text))
        scope = Scope()
        scope.place = .operation(owner: name.text, result: .void)
        scope.push()
        for (parameter, syntax) in zip(parameters, process.parameters) {
            checkEnumerable(parameter.type, at: syntax.type.span, countMax: 64)
            declareLocal(parameter)
        }
        return Typed.Process(
            name: name.text, parameters: parameters, lane: process.lane ?? name.text,
            body: check(process.body),
            documentation: member.declaration.documentation, span: name.span)
    }

    func initialization(of member: Program.Member) -> Typed.Block? {
        guard case .initialization(let block) = member.declaration.kind else { return nil }
        scope = Scope()
        scope.place = .operation(owner: "init \(member.module)", result: .void)
        return check(block)
    }

    func property(_ member: Program.Member, _ condition: Syntax.Expression) -> Typed.Property {
        scope = Scope()
        scope.place = .expressionOnly
        return Typed.Property(
            name: member.declaration.name.text, condition: check(condition, as: .bool),
            documentation: member.declaration.documentation, span: member.declaration.name.span)
    }

    /// A body that must return a value does so on every path.
    private func checkReturns(_ block: Syntax.Block, result: SpecType, name: Syntax.Name) {
        guard result != .void, result != .erroneous, canFallThrough(block) else { return }
        error(
            "missing-return", "'\(name.text)' can end without returning a '\(result.description)'",
            at: name.span,
            help: "add a 'return' to every path")
    }

    func canFallThrough(_ block: Syntax.Block) -> Bool { block.statements.allSatisfy(canFallThrough) }

    private func canFallThrough(_ statement: Syntax.Statement) -> Bool {
        switch statement.kind {
        case .returnValue: false
        case .conditional(_, let then, let otherwise?): canFallThrough(then) || canFallThrough(otherwise)
        case .withLock(_, let block): canFallThrough(block)
        case .choose(let arms): arms.contains { canFallThrough($0.body) }
        case .whileLoop(let condition, _, _, _):
            if case .bool(true) = condition.kind { false } else { true }
        case .assert, .assign, .await, .call, .conditional, .declare, .forLoop, .guardElse, .step: true
        }
    }

    // MARK: Interfaces and recursion

    func checkInterfaces() {
        for name in program.implemented
        where !program.interfaces.contains(where: { $0.declaration.name.text == name.text }) {
            let close = closestName(to: name.text, among: program.interfaces.map(\.declaration.name.text))
            error(
                "unknown-interface", "there is no interface '\(name.text)'", at: name.span,
                help: close.map { "did you mean '\($0)'?" } ?? "import the file that declares it")
        }
        for interface in program.interfaces {
            guard case .interface(let members) = interface.declaration.kind else { continue }
            guard
                let implementer = program.implemented.first(where: {
                    $0.text == interface.declaration.name.text
                })
            else { continue }
            for member in members { checkImplemented(member, of: interface.declaration, by: implementer) }
        }
    }

    private func checkImplemented(
        _ member: Syntax.Declaration, of interface: Syntax.Declaration, by implementer: Syntax.Name
    ) {
        let name = member.name.text
        let note = Diagnostic.Note(message: "the interface asks for it here", span: member.name.span)
        let (wanted, wantedResult, isOperation) = signature(member)
        let found: ([Variable], SpecType, Span)?
        if isOperation {
            found = operations[name].map { ($0.parameters, $0.result, $0.span) }
        } else {
            found = functions[name].map { ($0.parameters, $0.result, $0.span) }
        }
        guard let (parameters, result, span) = found else {
            error(
                "not-implemented",
                "'\(interface.name.text)' asks for \(isOperation ? "an op" : "a fn") '\(name)'",
                at: implementer.span, notes: [note])
            return
        }
        if parameters.map(\.type) != wanted || result != wantedResult {
            let form = "(\(wanted.map(\.description).joined(separator: ", "))) -> \(wantedResult.description)"
            error(
                "signature-mismatch", "'\(name)' differs from what '\(interface.name.text)' asks for",
                at: span,
                notes: [note], help: "it must be \(form)")
        }
    }

    private func signature(_ member: Syntax.Declaration) -> ([SpecType], SpecType, isOperation: Bool) {
        switch member.kind {
        case .function(let function):
            (function.parameters.map { resolve($0.type) }, resolve(function.result), false)
        case .operation(let operation):
            (operation.parameters.map { resolve($0.type) }, operation.result.map(resolve) ?? .void, true)
        case .change, .check, .constant, .enumeration, .fault, .initialization, .interface, .invariant,
            .liveness, .matrix, .observer, .process, .proof, .reachable, .stateVariable, .structure, .type:
            ([], .void, true)
        }
    }

    func rejectRecursion() {
        rejectCircle(in: calls, kind: "operation", remedy: "operations are inlined; use a loop with 'step'")
        rejectCircle(in: callsOfFunctions, kind: "function", remedy: "use a loop")
    }

    private func rejectCircle(
        in graph: [String: [(callee: String, span: Span)]], kind: String, remedy: String
    ) {
        /// How many calls are nested below one of these, with itself.
        var heights: [String: Int] = [:]
        var path: [String] = []
        var isTooDeep = false
        func reject(_ name: String, _ span: Span?) {
            guard !isTooDeep, let span else { return }
            isTooDeep = true
            error(
                "too-deep", "calls are nested more than \(Limits.callDepthMax) deep below \(kind) '\(name)'",
                at: span, help: "call fewer one in the other")
        }
        func visit(_ name: String, _ span: Span?) {
            if let start = path.firstIndex(of: name) {
                let circle = (path[start...] + [name]).joined(separator: " calls ")
                if let span {
                    error("recursion", "\(kind) '\(name)' calls itself: \(circle)", at: span, help: remedy)
                }
                return
            }
            guard heights[name] == nil else { return }
            guard path.count < Limits.callDepthMax else { return reject(path[0], span) }
            path.append(name)
            var height = 1
            for call in graph[name] ?? [] {
                visit(call.callee, call.span)
                height = max(height, 1 + (heights[call.callee] ?? 0))
                if height > Limits.callDepthMax { reject(name, call.span) }
            }
            path.removeLast()
            heights[name] = height
        }
        for name in graph.keys.sorted() { visit(name, nil) }
    }
}
