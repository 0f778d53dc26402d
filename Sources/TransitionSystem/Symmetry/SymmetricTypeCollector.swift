// SPDX-License-Identifier: MIT

import SpecLanguage

/// Finds the symmetric types that a spec uses, and those whose elements a run-time error could tell apart.
struct SymmetricTypeCollector {
    /// Elements by name.
    private(set) var counts: [String: Int] = [:]
    /// Types over which a quantifier ranges whose body can fail. `forall` and `exists` stop at the first element that
    /// decides: whether they come to the one that fails depends on the order.
    private(set) var unusable: Set<String> = []
    private var failures = FailureAnalysis()

    mutating func visit(_ spec: TypedSpec) {
        for state in spec.stateVariables {
            visit(state.variable.type)
            if let initial = state.initial { visit(initial) }
        }
        for function in spec.functions { visit(function.definition.body) }
        for operation in spec.operations {
            for parameter in operation.parameters { visit(parameter.type) }
            visit(operation.body)
        }
        for process in spec.processes {
            for parameter in process.parameters { visit(parameter.type) }
            visit(process.body)
        }
        for block in spec.initialization { visit(block) }
        for property in spec.invariants + spec.reachables { visit(property.condition) }
        for condition in spec.liveness.flatMap(\.conditions) { visit(condition) }
    }

    private mutating func visit(_ type: SpecType) {
        switch type {
        case .symmetric(let name, let count): counts[name] = count
        case .structure(_, let fields): for field in fields { visit(field.type) }
        case .array(let index, let element):
            visit(index)
            visit(element)
        case .optional(let part), .set(let part), .queue(let part, _), .interval(let part), .list(let part):
            visit(part)
        default: break
        }
    }

    // MARK: Statements

    private mutating func visit(_ block: Typed.Block) {
        for statement in block.statements { visit(statement) }
    }

    private mutating func visit(_ statement: Typed.Statement) {
        switch statement.kind {
        case .assign(let target, let value):
            visit(target)
            visit(value)
        case .mutate(let target, _, let arguments):
            visit(target)
            for argument in arguments { visit(argument) }
        case .callOperation(_, let arguments, _): for argument in arguments { visit(argument) }
        case .conditional(let condition, let then, let otherwise):
            switch condition {
            case .expression(let value): visit(value)
            case .binding(let variable, let value):
                visit(variable.type)
                visit(value)
            case .fault: break
            }
            visit(then)
            visit(otherwise)
        case .whileLoop(let condition, _, _, let body):
            visit(condition)
            visit(body)
        case .forEach(let variable, let body):
            visit(variable.type)
            visit(body)
        case .forInterval(_, let bounds, let body), .forList(_, let bounds, let body):
            visit(bounds)
            visit(body)
        case .returnValue(let value): if let value { visit(value) }
        case .await(let condition), .assert(_, let condition): visit(condition)
        case .withLock(let target, let body):
            visit(target)
            visit(body)
        case .choose(let arms):
            for arm in arms {
                for variable in arm.bindings { visit(variable.type) }
                if let condition = arm.condition { visit(condition) }
                visit(arm.body)
            }
        case .step: break
        }
    }

    private mutating func visit(_ target: Typed.Target) {
        visit(target.variable.type)
        for step in target.path { if case .element(let index) = step { visit(index) } }
    }

    // MARK: Expressions

    private mutating func visit(_ expression: Typed.Expression) {
        if case .quantifier(_, let variable, let body) = expression.kind,
            case .symmetric(let name, let count) = variable.type
        {
            counts[name] = count
            if failures.canFail(body) { unusable.insert(name) }
        }
        for child in expression.children { visit(child) }
    }
}
