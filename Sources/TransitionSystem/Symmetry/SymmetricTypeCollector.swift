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
        case .absent, .bits, .bool, .enumeration, .erroneous, .integer, .lock, .range, .void: break
        }
    }

    // MARK: Statements

    private mutating func visit(_ block: Typed.Block) {
        for statement in block.statements { visit(statement) }
    }

    private mutating func visit(_ statement: Typed.Statement) {
        for variable in statement.boundVariables { visit(variable.type) }
        if let target = statement.target { visit(target) }
        for expression in statement.expressions { visit(expression) }
        for block in statement.blocks { visit(block) }
    }

    private mutating func visit(_ target: Typed.Target) {
        visit(target.variable.type)
        for index in target.indices { visit(index) }
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
