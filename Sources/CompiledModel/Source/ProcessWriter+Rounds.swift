// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

/// How many rounds the nodes of a control graph take, each node being one itself.
extension ProcessWriter {
    /// Of the quantifiers and functions in a node; of a choice, of all its arms.
    static func rounds(of node: ControlNode, _ functions: FunctionWriter) -> Int {
        switch node.kind {
        case .pending, .finish, .boundary, .fault, .loopNext: return 0
        case .acquire(let target, _), .release(let target, _): return rounds(of: target, functions)
        case .await(let condition, _), .discard(let condition, _), .branch(let condition, _, _),
            .assert(_, let condition, _), .bind(_, let condition, _, _):
            return functions.rounds(of: condition)
        case .assign(let target, let value, _):
            return sum([rounds(of: target, functions), functions.rounds(of: value)])
        case .mutate(let target, _, let arguments, _):
            return sum([rounds(of: target, functions)] + arguments.map { functions.rounds(of: $0) })
        case .enter(_, let arguments, _): return sum(arguments.map { functions.rounds(of: $0) })
        case .choose(let arms): return sum(arms.map { rounds(of: $0.arm, functions) })
        case .loopBegin(_, let range, _, _):
            if case .interval(let interval, _) = range { return functions.rounds(of: interval) }
            return 0
        }
    }

    func rounds(of arm: Typed.Arm) -> Int { Self.rounds(of: arm, functions) }

    /// Each value of each binding, and the condition for each combination.
    private static func rounds(of arm: Typed.Arm, _ functions: FunctionWriter) -> Int {
        arm.bindings.reversed().reduce(arm.condition.map { functions.rounds(of: $0) } ?? 0) {
            inner, variable in
            CountedRounds.total(variable.type.indexCount ?? .max, each: inner)
        }
    }

    private static func rounds(of target: Typed.Target, _ functions: FunctionWriter) -> Int {
        sum(
            target.path.map { step in
                if case .element(let index) = step { functions.rounds(of: index) } else { 0 }
            })
    }

    private static func sum(_ parts: [Int]) -> Int {
        parts.reduce(0) { total, part in
            let (sum, overflow) = total.addingReportingOverflow(part)
            return overflow ? .max : sum
        }
    }

    /// The node, and those of its rounds that are not counted.
    static func uncountedRounds(of node: ControlNode, _ functions: FunctionWriter) -> Int {
        if case .choose(let arms) = node.kind {
            return arms.reduce(1) { $0 + uncounted(rounds(of: $1.arm, functions)) }
        }
        return 1 + uncounted(rounds(of: node, functions))
    }

    private static func uncounted(_ rounds: Int) -> Int {
        rounds > CountedRounds.uncountedInNodeMax ? 0 : rounds
    }

    func weight(of region: Region) -> Int {
        region.nodes.reduce(0) { $0 + Self.uncountedRounds(of: $1, functions) }
    }
}
