// SPDX-License-Identifier: MIT

import Core
import TransitionSystem

/// How many rounds the nodes of a control graph take, each node being one itself.
extension ProcessWriter {
    /// Of the quantifiers and functions in a node; of a choice, of all its arms.
    func rounds(of node: ControlNode) -> Int {
        let rounds = functions.rounds
        switch nodes[node] {
        case .finish, .location, .fault: return 0
        case .run(let statements, _): return rounds.of(statements)
        case .release(let lock, _): return Self.sum(lock.indices.map { rounds.of($0) })
        case .enter(_, let arguments, _): return Self.sum(arguments.map { rounds.of($0.value) })
        case .branch(let branch):
            return Self.sum([rounds.of(branch.before), rounds.of(branch.condition), rounds.of(branch.taken)])
        case .choose(let arms): return Self.sum(arms.map { self.rounds(of: $0.arm) })
        }
    }

    /// Of leaving a location.
    func departureRounds(of location: ControlNode) -> Int {
        switch nodes.departure(from: location) {
        case .step, .start: 0
        case .acquire(let lock, _): Self.sum(lock.indices.map { functions.rounds.of($0) })
        case .await(let condition, _): functions.rounds.of(condition)
        }
    }

    /// Each value of each binding, and the condition for each combination.
    func rounds(of arm: Core.Choice) -> Int {
        arm.bindings.reversed().reduce(arm.condition.map { functions.rounds.of($0) } ?? 0) {
            inner, variable in
            CountedRounds.total(variable.valueCount, each: inner)
        }
    }

    private static func sum(_ parts: [Int]) -> Int { parts.reduce(0) { CountedRounds.sum($0, $1) } }

    /// The node, and those of its rounds that are not counted.
    func uncountedRounds(of node: ControlNode) -> Int {
        if case .choose(let arms) = nodes[node] {
            return arms.reduce(1) { $0 + Self.uncounted(rounds(of: $1.arm)) }
        }
        return 1 + Self.uncounted(CountedRounds.sum(rounds(of: node), departureRounds(of: node)))
    }

    private static func uncounted(_ rounds: Int) -> Int {
        rounds > CountedRounds.uncountedInNodeMax ? 0 : rounds
    }

    func weight(of region: Region) -> Int {
        region.nodes.reduce(0) { $0 + uncountedRounds(of: $1) }
    }
}
