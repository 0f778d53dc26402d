// SPDX-License-Identifier: MIT

import SpecLanguage

/// Backward data flow: a local is live where some path reads it before it is wholly overwritten. A write to
/// a part of it counts
/// as reading it, since the other parts stay.
struct Liveness {
    /// All locals that the nodes mention.
    let variables: [Variable]
    private var live: [Int: Set<Int>] = [:]
    private let byNumber: [Int: Variable]

    init(nodes: [ControlNode]) {
        var mentioned: [Int: Variable] = [:]
        var uses: [Int: Set<Int>] = [:]
        var definitions: [Int: Set<Int>] = [:]
        for node in nodes {
            var collector = UseCollector()
            collector.visit(node)
            for variable in collector.used + collector.defined { mentioned[variable.number] = variable }
            uses[node.number] = Set(collector.used.map(\.number))
            definitions[node.number] = Set(collector.defined.map(\.number))
        }
        byNumber = mentioned
        variables = mentioned.values.sorted { $0.number < $1.number }
        var changed = true
        while changed {
            changed = false
            for node in nodes.reversed() {
                var out: Set<Int> = []
                for next in node.successors { out.formUnion(live[next.number] ?? []) }
                let before = live[node.number] ?? []
                let after = out.subtracting(definitions[node.number] ?? []).union(uses[node.number] ?? [])
                if after != before {
                    live[node.number] = after
                    changed = true
                }
            }
        }
    }

    func liveIn(_ node: ControlNode) -> [Variable] {
        (live[node.number] ?? []).sorted().compactMap { byNumber[$0] }
    }
}

/// Locals that a node reads before writing, and locals it wholly writes.
private struct UseCollector {
    var used: [Variable] = []
    var defined: [Variable] = []

    mutating func visit(_ node: ControlNode) {
        switch node.kind {
        case .pending, .finish, .boundary, .fault: break
        case .acquire(let target, _), .release(let target, _): visit(target, isWrite: false)
        case .await(let expression, _), .discard(let expression, _), .branch(let expression, _, _),
            .assert(_, let expression, _):
            visit(expression)
        case .assign(let target, let value, _):
            visit(value)
            visit(target, isWrite: true)
        case .mutate(let target, _, let arguments, _):
            for argument in arguments { visit(argument) }
            visit(target, isWrite: false)
        case .enter(let operation, let arguments, _):
            for argument in arguments { visit(argument) }
            defined += operation.parameters
        case .bind(let variable, let value, _, _):
            visit(value)
            define(variable)
        case .choose(let arms):
            for (arm, _) in arms {
                var inner = UseCollector()
                if let condition = arm.condition { inner.visit(condition) }
                let bound = Set(arm.bindings.map(\.number))
                used += inner.used.filter { !bound.contains($0.number) }
            }
            // Bound on every path that reads them; reported so that they get cells.
            let bindings = arms.flatMap(\.arm.bindings)
            defined += bindings
        case .loopBegin(let variable, let range, _, _):
            define(variable)
            guard case .interval(let expression, let last) = range else { return }
            visit(expression)
            define(last)
        case .loopNext(let variable, let range, _, _):
            use(variable)
            if case .interval(_, let last) = range { use(last) }
        }
    }

    private mutating func use(_ variable: Variable) {
        if case .operation = variable.storage { used.append(variable) }
    }

    private mutating func define(_ variable: Variable) {
        if case .operation = variable.storage { defined.append(variable) }
    }

    private mutating func visit(_ target: Typed.Target, isWrite: Bool) {
        for index in target.indices { visit(index) }
        if isWrite, target.path.isEmpty { define(target.variable) } else { use(target.variable) }
    }

    private mutating func visit(_ expression: Typed.Expression) {
        if case .variable(let variable) = expression.kind { use(variable) }
        for child in expression.children { visit(child) }
    }
}
