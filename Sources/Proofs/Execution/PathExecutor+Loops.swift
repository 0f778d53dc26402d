// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage
import Z3

extension PathExecutor {
    struct Loop {
        let condition: Typed.Expression
        let invariants: [Typed.Expression]
        let decreases: Typed.Expression?
        let body: Typed.Block
        let span: Span
    }

    /// The invariants hold at the start; from any state in which they and the condition hold, one round keeps them and
    /// makes the measure smaller; behind the loop they hold and the condition does not.
    func cut(_ loop: Loop) throws -> [Path] {
        for invariant in loop.invariants {
            evaluator.claim(
                "the loop invariant holds at the start", try evaluator.bool(invariant), at: invariant.span)
        }
        evaluator.isBehindLoop = true
        evaluator.snapshots.removeAll()
        for variable in Self.assigned(in: loop.body) where evaluator.values[variable.number] != nil {
            let any = try evaluator.maker.fresh(variable.type, variable.name, assume: evaluator.assume)
            evaluator.assign(variable, any)
        }
        evaluator.snapshots.append(evaluator.snapshot("at the start of a round"))
        for invariant in loop.invariants { evaluator.assume(try evaluator.bool(invariant)) }
        let test = try evaluator.bool(loop.condition)
        var after = current
        var round = current
        if test.constant == nil {
            after.conditions.append(test.not())
            round.conditions.append(test)
        }
        enter(round)
        if test.constant != false { try claimRound(loop) }
        return test.constant == true ? [] : [after]
    }

    private func claimRound(_ loop: Loop) throws {
        let before = try loop.decreases.map { try evaluator.number($0) }
        for end in try run(loop.body, [current]) {
            for invariant in loop.invariants {
                enter(end)
                evaluator.claim(
                    "the loop invariant is preserved", try evaluator.bool(invariant), at: invariant.span,
                    subject: .loopInvariant)
            }
            enter(end)
            guard let decreases = loop.decreases, let before else {
                evaluator.claim("the loop ends", .no, at: loop.span, subject: .missingMeasure)
                continue
            }
            let now = try evaluator.number(decreases)
            let zero = try SymbolicNumber.literal(0, evaluator.context)
            evaluator.claim(
                "the loop ends: its measure decreases",
                .all([
                    try SymbolicNumber.compare(.less, now, before),
                    try SymbolicNumber.compare(.lessOrEqual, zero, before),
                ]), at: decreases.span)
        }
    }

    func unroll(_ loop: Loop, _ rounds: Int) throws -> [Path] {
        let changed = Self.assigned(in: loop.body).filter {
            $0.isMutable && evaluator.values[$0.number] != nil
        }
        var waiting = [(path: current, heads: [[Int: Symbol]]())]
        var done: [Path] = []
        for round in 0...rounds {
            var next: [(path: Path, heads: [[Int: Symbol]])] = []
            for (path, heads) in waiting {
                enter(path)
                try claimNoRepetition(loop, changed, heads)
                let test = try evaluator.bool(loop.condition)
                if test.constant != true {
                    var left = current
                    if test.constant == nil { left.conditions.append(test.not()) }
                    done.append(left)
                }
                guard round < rounds, test.constant != false else { continue }
                var inside = current
                inside.rounds += 1
                if test.constant == nil { inside.conditions.append(test) }
                let begun = heads + [path.values]
                next += try run(loop.body, [inside]).map { ($0, begun) }
            }
            waiting = next
        }
        return done
    }

    /// Where all that a loop changes is as it was at the start of an earlier round, the loop never ends.
    private func claimNoRepetition(
        _ loop: Loop, _ changed: [Variable], _ heads: [[Int: Symbol]]
    ) throws {
        for head in heads {
            let isSame = Formula.all(
                try changed.map { variable in
                    guard let before = head[variable.number], let now = evaluator.values[variable.number]
                    else { return .no }
                    return try evaluator.maker.equal(before, now)
                })
            evaluator.claim(
                "no two rounds of the loop begin alike", isSame.not(), at: loop.decreases?.span ?? loop.span,
                subject: .repetition)
        }
    }

    static func assigned(in block: Typed.Block) -> [Variable] {
        var found: [Int: Variable] = [:]
        block.visit { statement in
            if let target = statement.target { found[target.variable.number] = target.variable }
        }
        return found.values.sorted { $0.number < $1.number }
    }
}
