import Diagnostics
import SpecLanguage
import Z3

/// Runs a function's body on symbols, path by path. Loops are cut at their invariants; or unrolled, to look
/// for a real
/// execution that breaks the contract.
final class PathExecutor {
    enum Loops {
        case invariants
        /// At most this many rounds of each loop; longer paths are given up.
        case unrolled(rounds: Int)
    }

    /// One path to a `return`.
    struct Return {
        let result: Symbol
        let assumptions: [Formula]
        let span: Span
        let isInsideLoop: Bool
    }

    let evaluator: SymbolicEvaluator
    private let loops: Loops
    private(set) var returns: [Return] = []
    private static let pathsMax = 256

    init(_ evaluator: SymbolicEvaluator, loops: Loops) {
        self.evaluator = evaluator
        self.loops = loops
    }

    /// The state of a path between two statements.
    private struct Path {
        var values: [Int: Symbol]
        var assumptions: [Formula]
        var isInsideLoop: Bool
    }

    /// Runs `body` from the evaluator's current values and assumptions.
    func run(_ body: Typed.Block) throws {
        let start = Path(
            values: evaluator.values, assumptions: evaluator.assumptions, isInsideLoop: evaluator.isInsideLoop
        )
        _ = try run(body, [start])
    }

    private func enter(_ path: Path) {
        evaluator.values = path.values
        evaluator.assumptions = path.assumptions
        evaluator.isInsideLoop = path.isInsideLoop
    }

    private var current: Path {
        Path(
            values: evaluator.values, assumptions: evaluator.assumptions, isInsideLoop: evaluator.isInsideLoop
        )
    }

    private func run(_ block: Typed.Block, _ paths: [Path]) throws -> [Path] {
        var paths = paths
        for statement in block.statements {
            var next: [Path] = []
            for path in paths {
                enter(path)
                next += try run(statement)
                guard next.count <= Self.pathsMax else {
                    throw NotProvable("more than \(Self.pathsMax) paths")
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
            guard target.path.isEmpty else { throw NotProvable("an assignment to a part of a value") }
            evaluator.values[target.variable.number] = try evaluator.evaluate(value)
            return [current]
        case .mutate(let target, let mutation, let arguments):
            guard target.path.isEmpty, let old = evaluator.values[target.variable.number] else {
                throw NotProvable("a change of a part of a value")
            }
            evaluator.values[target.variable.number] = try evaluator.mutate(old, mutation, arguments)
            return [current]
        case .conditional(.expression(let test), let then, let otherwise):
            let condition = try evaluator.bool(test)
            return try fork(condition, current, then, otherwise)
        case .conditional(.binding(let variable, let value), let then, let otherwise):
            guard case .optional(let isPresent, let payload) = try evaluator.evaluate(value) else {
                throw NotProvable("this optional")
            }
            evaluator.values[variable.number] = payload
            return try fork(isPresent, current, then, otherwise)
        case .returnValue(let value?):
            var result = try evaluator.evaluate(value)
            if case .absent = result { result = .absent }
            evaluator.mentionWords(of: result)
            returns.append(
                Return(
                    result: result, assumptions: evaluator.assumptions, span: statement.span,
                    isInsideLoop: evaluator.isInsideLoop))
            return []
        case .whileLoop(let condition, let invariants, let decreases, let body):
            switch loops {
            case .invariants: return try cut(condition, invariants, decreases, body, statement.span)
            case .unrolled(let rounds): return try unroll(condition, body, rounds)
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
                        return path
                    })
            }
            return paths
        default: throw NotProvable("this statement")
        }
    }

    private func fork(
        _ condition: Formula, _ path: Path, _ then: Typed.Block, _ otherwise: Typed.Block
    ) throws -> [Path] {
        var taken = path
        taken.assumptions.append(condition)
        var notTaken = path
        notTaken.assumptions.append(condition.not())
        return try run(then, [taken]) + run(otherwise, [notTaken])
    }

    // MARK: Loops

    /// The invariants hold at the start; from any state in which they and the condition hold, one round
    /// keeps them and
    /// makes the measure smaller; behind the loop they hold and the condition does not.
    private func cut(
        _ condition: Typed.Expression, _ invariants: [Typed.Expression], _ decreases: Typed.Expression?,
        _ body: Typed.Block, _ span: Span
    ) throws -> [Path] {
        for invariant in invariants {
            evaluator.claim(
                "the loop invariant holds at the start", try evaluator.bool(invariant), at: invariant.span)
        }
        for variable in Self.assigned(in: body) where evaluator.values[variable.number] != nil {
            let fresh = try evaluator.maker.fresh(variable.type, variable.name, assume: evaluator.assume)
            evaluator.values[variable.number] = fresh
            evaluator.mentionWords(of: fresh)
        }
        evaluator.isInsideLoop = true
        for invariant in invariants { evaluator.assume(try evaluator.bool(invariant)) }
        let test = try evaluator.bool(condition)
        var after = current
        after.assumptions.append(test.not())
        var round = current
        round.assumptions.append(test)
        enter(round)
        let before = try decreases.map { try evaluator.number($0) }
        for end in try run(body, [current]) {
            enter(end)
            for invariant in invariants {
                evaluator.claim(
                    "the loop invariant is preserved", try evaluator.bool(invariant), at: invariant.span)
            }
            if let decreases, let before {
                let now = try evaluator.number(decreases)
                let zero = try SymbolicNumber.literal(0, evaluator.context)
                let isSmaller = evaluator.maker.formula(try SymbolicNumber.compare(.less, now, before))
                let isBounded = evaluator.maker.formula(
                    try SymbolicNumber.compare(.lessOrEqual, zero, before))
                evaluator.claim(
                    "the loop ends: its measure decreases", Formula(.all([isSmaller, isBounded])),
                    at: decreases.span)
            }
        }
        if case .literal(.bool(true)) = condition.kind { return [] }
        return [after]
    }

    private func unroll(_ condition: Typed.Expression, _ body: Typed.Block, _ rounds: Int) throws -> [Path] {
        var waiting = [current]
        var done: [Path] = []
        for round in 0...rounds {
            var next: [Path] = []
            for path in waiting {
                enter(path)
                let test = try evaluator.bool(condition)
                var left = current
                left.assumptions.append(test.not())
                if case .literal(.bool(true)) = condition.kind {} else { done.append(left) }
                guard round < rounds else { continue }
                var inside = current
                inside.assumptions.append(test)
                next += try run(body, [inside])
            }
            waiting = next
        }
        return done
    }

    private static func assigned(in block: Typed.Block) -> [Variable] {
        var found: [Int: Variable] = [:]
        func visit(_ block: Typed.Block) {
            for statement in block.statements {
                switch statement.kind {
                case .assign(let target, _), .mutate(let target, _, _):
                    found[target.variable.number] = target.variable
                case .conditional(_, let then, let otherwise):
                    visit(then)
                    visit(otherwise)
                case .whileLoop(_, _, _, let body), .forEach(_, let body), .forInterval(_, _, let body),
                    .forList(_, _, let body):
                    visit(body)
                default: break
                }
            }
        }
        visit(block)
        return found.values.sorted { $0.number < $1.number }
    }
}
