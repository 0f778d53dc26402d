// SPDX-License-Identifier: MIT

extension Typed.Expression {
    /// The expressions that it is made of, in the order in which they are written.
    package var children: [Typed.Expression] {
        switch kind {
        case .literal, .variable: []
        case .element(let base, let index): [base, index]
        case .field(let base, _): [base]
        case .method(_, let base, let arguments): [base] + arguments
        case .convert(let operand), .not(let operand), .sign(_, let operand): [operand]
        case .connective(_, let left, let right), .comparison(_, let left, let right),
            .arithmetic(_, let left, let right):
            [left, right]
        case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
        case .optionalBinding(_, let value, let then, let otherwise): [value, then, otherwise]
        case .quantifier(_, _, let body): [body]
        case .listQuantifier(_, _, let list, let body): [list, body]
        case .call(_, let arguments): arguments
        case .record(let parts), .list(let parts): parts
        case .interval(let first, let last): [first, last]
        }
    }
}

extension Typed.Expression {
    /// Calls `body` for the expression and all that it is made of, each before its parts. Bodies of called functions are not
    /// parts.
    package func visit(_ body: (Typed.Expression) -> Void) {
        body(self)
        for child in children { child.visit(body) }
    }

    /// Whether `condition` is true of the expression or of one that it is made of.
    package func contains(where condition: (Typed.Expression) -> Bool) -> Bool {
        condition(self) || children.contains { $0.contains(where: condition) }
    }
}

extension Typed.Target {
    /// Indices of the path, from the variable outwards.
    package var indices: [Typed.Expression] {
        path.compactMap { step in
            switch step {
            case .element(let index): index
            case .everyElement, .field: nil
            }
        }
    }
}

extension Typed.Statement {
    /// The blocks inside, in the order in which they are written.
    package var blocks: [Typed.Block] {
        switch kind {
        case .assign, .mutate, .callOperation, .returnValue, .step, .await, .assert: []
        case .conditional(_, let then, let otherwise): [then, otherwise]
        case .whileLoop(_, _, _, let body), .forEach(_, let body), .forInterval(_, _, let body),
            .forList(_, _, let body), .withLock(_, let body):
            [body]
        case .choose(let arms): arms.map(\.body)
        }
    }

    /// What the statement itself evaluates when it runs, without indices of its target and without what its blocks evaluate.
    /// Invariants and measures of loops are not evaluated.
    package var expressions: [Typed.Expression] {
        switch kind {
        case .assign(_, let value): [value]
        case .mutate(_, _, let arguments), .callOperation(_, let arguments, _): arguments
        case .conditional(let condition, _, _): condition.expression.map { [$0] } ?? []
        case .whileLoop(let condition, _, _, _): [condition]
        case .forInterval(_, let bounds, _): [bounds]
        case .forList(_, let list, _): [list]
        case .returnValue(let value): value.map { [$0] } ?? []
        case .await(let condition), .assert(_, let condition): [condition]
        case .choose(let arms): arms.compactMap(\.condition)
        case .forEach, .step, .withLock: []
        }
    }

    /// The place that it writes, or the lock that it takes.
    package var target: Typed.Target? {
        switch kind {
        case .assign(let target, _), .mutate(let target, _, _), .withLock(let target, _): target
        case .callOperation, .conditional, .whileLoop, .forEach, .forInterval, .forList, .returnValue, .step,
            .await, .choose, .assert:
            nil
        }
    }

    /// Variables that it gives a value without naming them as its target: of loops, bindings, arms, a call's result.
    package var boundVariables: [Variable] {
        switch kind {
        case .callOperation(_, _, let result): result.map { [$0] } ?? []
        case .conditional(.binding(let variable, _), _, _): [variable]
        case .forEach(let variable, _), .forInterval(let variable, _, _), .forList(let variable, _, _):
            [variable]
        case .choose(let arms): arms.flatMap(\.bindings)
        case .conditional(.expression, _, _), .conditional(.fault, _, _), .assign, .mutate, .whileLoop,
            .returnValue,
            .step, .await, .withLock, .assert:
            []
        }
    }
}

extension Typed.Condition {
    /// What is evaluated to decide it.
    package var expression: Typed.Expression? {
        switch self {
        case .expression(let value), .binding(_, let value): value
        case .fault: nil
        }
    }
}

extension Typed.Block {
    /// Calls `body` for each statement, before those of its blocks. Called operations are not part of the block.
    package func visit(_ body: (Typed.Statement) -> Void) {
        for statement in statements {
            body(statement)
            for block in statement.blocks { block.visit(body) }
        }
    }
}
