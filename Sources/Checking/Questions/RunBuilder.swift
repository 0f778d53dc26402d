// SPDX-License-Identifier: MIT

import Diagnostics
import Findings
import SpecLanguage
import TransitionSystem

/// Packed states to a run that can be read: finds, for each pair of states, the first transition that leads
/// over.
struct RunBuilder {
    let teller: Storyteller
    let source: RunSource

    /// - Parameter failing: the transition out of the last state that fails half-way.
    func run(
        through trace: [[UInt64]], failing: Storyteller.Transition?
    ) -> (run: Run, failure: RunTimeError?) {
        var steps: [Step] = []
        for (before, after) in zip(trace, trace.dropFirst()) {
            let found = teller.transitions(of: before).first { transition in
                if case .state(let words) = transition.result { words == after } else { false }
            }
            guard let found else {
                preconditionFailure("exploration and interpreter disagree on a transition")
            }
            steps.append(step(found, state: teller.observe(after)))
        }
        var failure: RunTimeError?
        if let failing {
            if case .failure(let error) = failing.result { failure = error }
            steps.append(step(failing, state: []))
        }
        let initial = trace.first.map(teller.observe) ?? []
        return (Run(source: source, lanes: teller.lanes, initialState: initial, steps: steps), failure)
    }

    func step(_ transition: Storyteller.Transition, state: [ObservedField]) -> Step {
        Step(
            lane: transition.lane, action: transition.action, operations: transition.operations,
            changes: transition.changes, state: state)
    }

    /// A failed assertion or a run-time error as a violation.
    static func violation(
        of failure: RunTimeError?, in spec: TypedSpec, run: Run?, remark: [String] = [], sources: SourceMap
    ) -> Violation {
        guard let failure else { preconditionFailure("a failing transition has an error") }
        let place = failure.span.map(sources.describe) ?? ""
        let explanation = [failure.message + " at \(place)"] + remark
        let kind: Violation.Kind
        switch failure.cause {
        case .assertion: kind = .assertion
        case .error, .limit: kind = .runTimeError
        }
        return Violation(
            kind: kind, property: spec.name(of: failure.cause), explanation: explanation, place: place,
            run: run)
    }
}
