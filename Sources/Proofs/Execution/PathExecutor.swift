// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage
import Z3

/// Runs a function's body on symbols, path by path. Loops are cut at their invariants; or unrolled, to look for a real
/// execution that breaks the contract.
final class PathExecutor {
    enum Loops {
        case invariants
        /// At most this many rounds of each loop; longer paths are given up.
        case unrolled(rounds: Int)
        /// There are to be none.
        case refused
    }

    /// One path to a `return`.
    struct Return {
        let result: Symbol
        let path: Path
        let span: Span
    }

    /// The state of a path between two statements.
    struct Path {
        var values: [Int: Symbol]
        var variables: [Int: Variable]
        var facts: [Formula]
        var conditions: [Formula]
        var snapshots: [Snapshot]
        var rounds: Int
        var isBehindLoop: Bool
        /// Statements on the way.
        var statements: Int
    }

    let evaluator: SymbolicEvaluator
    private let loops: Loops
    private(set) var returns: [Return] = []
    private(set) var hasLoops = false
    private static let pathsMax = 256
    /// What one statement makes of another's result becomes a formula as deep as the path is long.
    private static let statementsMax = 1000

    init(_ evaluator: SymbolicEvaluator, loops: Loops) {
        self.evaluator = evaluator
        self.loops = loops
    }

    /// Runs `body` from the evaluator's current values.
    ///
    /// - Parameter end: the function's place, for a path that reaches its end without a result.
    func run(_ body: Typed.Block, end: Span? = nil) throws {
        for path in try run(body, [current]) {
            guard let end else { throw NotProvable("a function that may end without a result") }
            enter(path)
            evaluator.claim("every path ends in a 'return'", .no, at: end)
        }
    }

    func enter(_ path: Path) {
        evaluator.values = path.values
        evaluator.variables = path.variables
        evaluator.facts = path.facts
        evaluator.conditions = path.conditions
        evaluator.snapshots = path.snapshots
        evaluator.rounds = path.rounds
        evaluator.isBehindLoop = path.isBehindLoop
        evaluator.statements = path.statements
    }

    var current: Path {
        Path(
            values: evaluator.values, variables: evaluator.variables, facts: evaluator.facts,
            conditions: evaluator.conditions, snapshots: evaluator.snapshots, rounds: evaluator.rounds,
            isBehindLoop: evaluator.isBehindLoop, statements: evaluator.statements)
    }

    func run(_ block: Typed.Block, _ paths: [Path]) throws -> [Path] {
        var paths = paths
        for statement in block.statements {
            var next: [Path] = []
            for path in paths {
                enter(path)
                evaluator.statements += 1
                guard evaluator.statements <= Self.statementsMax else {
                    throw NotProvable(
                        "more than \(Self.statementsMax) statements on one path", at: statement.span)
                }
                do {
                    next += try run(statement)
                } catch let error as NotProvable {
                    throw error.located(at: statement.span)
                }
                guard next.count <= Self.pathsMax else {
                    throw NotProvable("more than \(Self.pathsMax) paths", at: statement.span)
                }
            }
            paths = next
        }
        return paths
    }

    /// - Returns: the paths that go on behind the statement.
    private func run(_ statement: Typed.Statement) throws -> [Path] {
        switch statement.kind {
        case .assign(let target, let value):
            try assign(target, try evaluator.evaluate(value))
            return [current]
        case .mutate(let target, let mutation, let arguments):
            guard target.path.isEmpty, let old = evaluator.values[target.variable.number] else {
                throw NotProvable("a change of a part of a value")
            }
            evaluator.assign(
                target.variable, try evaluator.mutate(old, mutation, arguments, at: statement.span))
            return [current]
        case .conditional(.expression(let test), let then, let otherwise):
            let condition = try evaluator.bool(test)
            return try fork(condition, (current, then), (current, otherwise))
        case .conditional(.binding(let variable, let value), let then, let otherwise):
            let (isPresent, payload) = try evaluator.optional(value)
            var unbound = current
            unbound.values[variable.number] = nil
            evaluator.assign(variable, payload)
            return try fork(isPresent, (current, then), (unbound, otherwise))
        case .returnValue(let value?):
            let result = try evaluator.evaluate(value)
            evaluator.snapshots.append(evaluator.snapshot("at this return"))
            returns.append(Return(result: result, path: current, span: statement.span))
            return []
        case .whileLoop(let condition, let invariants, let decreases, let body):
            hasLoops = true
            switch loops {
            case .invariants:
                return try cut(
                    Loop(
                        condition: condition, invariants: invariants, decreases: decreases, body: body,
                        span: statement.span))
            case .unrolled(let rounds):
                return try unroll(
                    Loop(
                        condition: condition, invariants: invariants, decreases: decreases, body: body,
                        span: statement.span), rounds)
            case .refused: throw NotProvable("a loop", at: statement.span)
            }
        case .forList(let variable, let list, let body):
            guard case .list(let elements) = try evaluator.evaluate(list) else {
                throw NotProvable("this list")
            }
            var paths = [current]
            for element in elements {
                paths = try run(
                    body,
                    paths.map { path in
                        var path = path
                        path.values[variable.number] = element
                        path.variables[variable.number] = variable
                        return path
                    })
            }
            return paths
        case .forInterval, .forEach:
            throw NotProvable("'for' over numbers: write a 'while' with an invariant")
        case .callOperation, .step, .await, .withLock, .choose, .assert, .returnValue(nil),
            .conditional(.fault, _, _):
            throw NotProvable("this statement")
        }
    }

    private func assign(_ target: Typed.Target, _ value: Symbol) throws {
        func replacing(_ old: Symbol, _ path: ArraySlice<Typed.Target.Step>) throws -> Symbol {
            guard let step = path.first else { return value }
            guard case .field(let index) = step, case .record(var parts) = old else {
                throw NotProvable("an assignment to an array")
            }
            parts[index] = try replacing(parts[index], path.dropFirst())
            return .record(parts)
        }
        let old = evaluator.values[target.variable.number] ?? .absent
        evaluator.assign(target.variable, try replacing(old, target.path[...]))
    }

    private func fork(
        _ condition: Formula, _ then: (Path, Typed.Block), _ otherwise: (Path, Typed.Block)
    ) throws -> [Path] {
        var ends: [Path] = []
        for (test, (path, block)) in [(condition, then), (condition.not(), otherwise)]
        where test.constant != false {
            var taken = path
            if test.constant == nil { taken.conditions.append(test) }
            ends += try run(block, [taken])
        }
        return ends
    }
}
