// SPDX-License-Identifier: MIT

extension Core.Expression {
    /// The expressions that it is made of, in the order in which they are evaluated.
    package var children: [Core.Expression] {
        switch form {
        case .constant: []
        case .read(let place): place.indices
        case .record(let parts), .all(let parts), .any(let parts), .call(_, let parts): parts
        case .not(let operand), .convert(let operand), .quantified(_, _, let operand): [operand]
        case .equal(let left, let right), .less(let left, let right), .lessOrEqual(let left, let right),
            .arithmetic(_, let left, let right):
            [left, right]
        case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
        case .bind(_, let value, let body): [value, body]
        case .query(let query, let set): [set] + (query.argument.map { [$0] } ?? [])
        case .checked(let check, let value): [check.condition, value]
        }
    }

    /// Calls `body` for the expression and all that it is made of, each before its parts. Bodies of called functions are not
    /// parts.
    package func visit(_ body: (Core.Expression) -> Void) {
        body(self)
        for child in children { child.visit(body) }
    }

    /// Whether `condition` is true of the expression or of one that it is made of.
    package func contains(where condition: (Core.Expression) -> Bool) -> Bool {
        condition(self) || children.contains { $0.contains(where: condition) }
    }
}

extension Core.Place {
    /// Indices of the path, from the variable outwards.
    package var indices: [Core.Expression] {
        path.compactMap { step in
            switch step {
            case .element(let ordinal): ordinal
            case .everyElement, .field: nil
            }
        }
    }
}

extension Core.Query {
    /// The number or the range that a set is asked about.
    package var argument: Core.Expression? {
        switch self {
        case .contains(let argument), .containsAll(let argument), .isDisjoint(let argument),
            .highestRun(let argument), .lowestRun(let argument):
            argument
        case .isEmpty, .count: nil
        }
    }
}

extension Core.Statement {
    /// The blocks inside, in the order in which they are written.
    package var blocks: [Core.Block] {
        switch form {
        case .assign, .insert, .remove, .check, .call, .returnValue, .step, .await: []
        case .conditional(_, let then, let otherwise): [then, otherwise]
        case .fault(_, let strikes, let passes): [strikes, passes]
        case .loop(let loop): [loop.body]
        case .forEach(_, _, _, let body), .locked(_, let body): [body]
        case .choose(let arms): arms.map(\.body)
        }
    }

    /// What the statement itself evaluates, without what its blocks evaluate.
    package var expressions: [Core.Expression] {
        switch form {
        case .assign(let place, let value): [value] + place.indices
        case .insert(let place, let range), .remove(let place, let range): [range] + place.indices
        case .check(let check), .await(let check): [check.condition]
        case .call(_, let arguments, _): arguments
        case .returnValue(let value): value.map { [$0] } ?? []
        case .step, .fault: []
        case .conditional(let condition, _, _): [condition]
        case .loop(let loop): [loop.condition]
        case .forEach(_, let first, let last, _): [first, last]
        case .locked(let place, _): place.indices
        case .choose(let arms): arms.compactMap(\.condition)
        }
    }

    /// Variables that it gives a value, in whole or in part.
    package var writtenVariables: [Core.Variable] {
        switch form {
        case .assign(let place, _), .insert(let place, _), .remove(let place, _), .locked(let place, _):
            [place.variable]
        case .call(_, _, let result): result.map { [$0] } ?? []
        case .forEach(let variable, _, _, _): [variable]
        case .choose(let arms): arms.flatMap(\.bindings)
        case .check, .conditional, .loop, .returnValue, .step, .await, .fault: []
        }
    }
}

extension Core.Block {
    /// Calls `body` for each statement, before those of its blocks. Called operations are not part of the block.
    package func visit(_ body: (Core.Statement) -> Void) {
        for statement in statements {
            body(statement)
            for block in statement.blocks { block.visit(body) }
        }
    }
}

extension Core.Block {
    /// Whether each way through it ends in a `return`.
    package var alwaysReturns: Bool {
        statements.contains { statement in
            switch statement.form {
            case .returnValue: true
            case .conditional(_, let then, let otherwise): then.alwaysReturns && otherwise.alwaysReturns
            case .assign, .insert, .remove, .check, .loop, .forEach, .call, .step, .await, .locked, .choose,
                .fault:
                false
            }
        }
    }
}
