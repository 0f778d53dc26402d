// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

/// Whether a given endless run breaks a liveness property, by the definition of the property and of fairness: what `replay`
/// asks, and what every lasso found is held against.
struct LassoJudge {
    let teller: Storyteller
    let property: Typed.Liveness

    /// - Returns: why the run does not break the property; `nil` if it does.
    func objection(
        to taken: [Storyteller.Transition], from initial: [UInt64], loopStart: Int
    ) -> String? {
        var states = [initial]
        for transition in taken {
            guard case .state(let next) = transition.result else { return "a step fails" }
            states.append(next)
        }
        guard loopStart >= 0, loopStart < states.count else { return "the loop begins after the last step" }
        guard states.last == states[loopStart] else {
            return "the last step no longer leads back to where the loop begins"
        }
        let loop = Array(states[loopStart...])
        if loopStart == taken.count, !teller.transitions(of: loop[0]).isEmpty {
            return "something can still move after the last step"
        }
        if let unfair = unfairness(of: Array(taken[loopStart...]), loop) { return unfair }
        return isBroken(states, loop) ? nil : "the loop has what is asked for"
    }

    private func holds(_ condition: Typed.Expression, _ state: [UInt64]) -> Bool {
        teller.evaluate(condition, in: state) ?? false
    }

    private func isBroken(_ states: [[UInt64]], _ loop: [[UInt64]]) -> Bool {
        func isOwed(_ index: Int) -> Bool {
            guard property.arisesAnywhere || index == 0 else { return false }
            guard let premise = property.premise else { return true }
            return teller.evaluate(premise, in: states[index]) ?? true
        }
        let condition = property.goal.condition
        switch property.goal {
        case .alwaysEventually:
            return states.indices.contains(where: isOwed) && !loop.contains { holds(condition, $0) }
        case .eventuallyAlways:
            return states.indices.contains(where: isOwed) && loop.contains { !holds(condition, $0) }
        case .eventually:
            return states.indices.contains { index in
                isOwed(index) && !(states[index...] + loop).contains { holds(condition, $0) }
            }
        case .always:
            return states.indices.contains { index in
                isOwed(index) && (states[index...] + loop).contains { !holds(condition, $0) }
            }
        }
    }

    /// Who is put off for ever by going round.
    private func unfairness(of taken: [Storyteller.Transition], _ loop: [[UInt64]]) -> String? {
        let system = teller.system
        for fairness in property.fairness {
            for instance in system.instances.indices {
                var operation: String?
                switch fairness {
                case .process(let number): if system.instances[instance].process != number { continue }
                case .operation(let number): operation = system.spec.operations[number].name
                }
                func isMeant(_ transition: Storyteller.Transition) -> Bool {
                    transition.lane == instance && (operation.map(transition.operations.contains) ?? true)
                }
                if taken.contains(where: isMeant) { continue }
                let canMove = loop.filter { teller.transitions(of: $0).contains(where: isMeant) }
                let waitsForLock = operation == nil && teller.waitsForLock(instance, in: loop[0])
                let isUnfair = waitsForLock ? !canMove.isEmpty : canMove.count == loop.count
                if isUnfair { return "\(system.instances[instance].title) can move, and never does" }
            }
        }
        return nil
    }
}
