// SPDX-License-Identifier: MIT

import Core

/// Rounds of loops and quantifiers, and calls of functions, that evaluating something takes at most, as the interpreter
/// counts them: `Int.max` where there is no bound.
///
/// What is bound to a variable of the spec may be an element of a list, which is a round of its own.
final class CoreRounds {
    private var functions: [ObjectIdentifier: Int] = [:]

    func of(_ function: Core.Function) -> Int {
        if let known = functions[ObjectIdentifier(function)] { return known }
        let rounds = of(function.body)
        functions[ObjectIdentifier(function)] = rounds
        return rounds
    }

    func of(_ block: Core.Block) -> Int { of(block.statements) }

    func of(_ statements: [Core.Statement]) -> Int {
        statements.reduce(0) { CountedRounds.sum($0, of($1)) }
    }

    private func of(_ statement: Core.Statement) -> Int {
        let own = statement.expressions.reduce(0) { CountedRounds.sum($0, of($1)) }
        switch statement.form {
        case .assign(let place, _): return CountedRounds.sum(own, place.variable.source == nil ? 0 : 1)
        case .loop: return .max
        case .forEach(let variable, let first, let last, let body):
            let count = Self.count(first, last) ?? variable.valueCount
            return CountedRounds.sum(own, CountedRounds.total(count, each: of(body)))
        case .insert, .remove, .check, .conditional, .call, .returnValue, .step, .await, .locked, .choose,
            .fault:
            return statement.blocks.reduce(own) { CountedRounds.sum($0, of($1)) }
        }
    }

    private static func count(_ first: Core.Expression, _ last: Core.Expression) -> Int? {
        guard let lower = first.kind.number?.bounds?.lowerBound,
            let upper = last.kind.number?.bounds?.upperBound
        else { return nil }
        return Int(clamping: max(0, upper - lower + 1))
    }

    func of(_ expression: Core.Expression) -> Int {
        let parts = expression.children.reduce(0) { CountedRounds.sum($0, of($1)) }
        return switch expression.form {
        case .quantified(_, let variable, _): CountedRounds.total(variable.valueCount, each: parts)
        case .call(let function, _): CountedRounds.sum(parts, CountedRounds.sum(of(function), 1))
        case .bind(let variable, _, _): CountedRounds.sum(parts, variable.source == nil ? 0 : 1)
        case .constant, .read, .record, .not, .all, .any, .equal, .less, .lessOrEqual, .arithmetic, .convert,
            .conditional, .query, .checked:
            parts
        }
    }
}
