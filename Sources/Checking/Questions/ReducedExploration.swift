// SPDX-License-Identifier: MIT

import CompiledModel
import Diagnostics
import Exploration
import SpecLanguage
import TransitionSystem

/// An exploration that leaves out what cannot change the verdict, and its counterexample as a run of the system itself.
struct ReducedExploration {
    struct Outcome {
        var result: ExplorationResult
        /// What expanded the states.
        var engine: String
        /// What was left out, in words for a report.
        var reductions: [String]
        /// States that those explored stand for; `nil` where that is not known or not asked.
        var representedCount: UInt64?
        /// The counterexample's states, each element with one name from start to end, and the transition out of the last
        /// that fails half-way, if one does.
        var run: (states: [[UInt64]], failing: Storyteller.Transition?)?
        /// Why the run may not be a shortest one.
        var isShortestUnknown = false
        /// The limit of the checker that was reached.
        var limit: RunTimeError?
        /// Depth up to which all runs are covered, where the exploration was stopped.
        var completedDepth: Int?

        /// Some state used up what there is more of in reality.
        var isShort: Bool { if case .stopped(.shortage, _) = result.outcome { true } else { false } }
    }

    let system: TransitionSystem
    let teller: Storyteller
    let engine: EngineChoice
    let symmetry: Symmetry?
    let ample: AmpleLocations?

    init(
        _ system: TransitionSystem, teller: Storyteller, reductions: Reductions, engine: EngineChoice
    ) {
        self.system = system
        self.teller = teller
        self.engine = engine
        symmetry = reductions.symmetry ? Symmetry(system) : nil
        let ample = reductions.partialOrder ? AmpleLocations(system) : nil
        self.ample = ample.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func descriptions(_ ample: AmpleLocations?) -> [String] {
        var parts: [String] = []
        if let symmetry {
            let names = symmetry.types.map { "\($0.name) (\($0.count))" }.joined(separator: ", ")
            parts.append("symmetry of \(names)")
        }
        if let ample { parts.append("partial order at \(ample.count) locations") }
        return parts
    }

    /// A violation found with partial-order reduction is looked for again without: the run is then a shortest one.
    func run(
        _ options: ExplorationOptions, progress: ((ExplorationProgress) -> Void)?
    ) throws(NotCompilable) -> Outcome {
        let start = ContinuousClock.now
        let (first, engine) = try explore(ample, options, progress)
        let counterexample: Counterexample
        switch first.outcome {
        case .violated(let example): counterexample = example
        case .exhausted, .stopped, .limited: return complete(first, engine, reducedBy: ample)
        }
        guard ample != nil else { return complete(first, engine, counterexample, reducedBy: nil) }
        var rest = options
        rest.checkpoint = nil
        rest.timeout = options.timeout.map { max(.zero, $0 - start.duration(to: .now)) }
        let (second, secondEngine) = try explore(nil, rest, progress)
        if case .violated(let shortest) = second.outcome {
            return complete(second, secondEngine, shortest, reducedBy: nil)
        }
        var outcome = complete(first, engine, counterexample, reducedBy: ample)
        outcome.isShortestUnknown = true
        return outcome
    }

    private func explore(
        _ ample: AmpleLocations?, _ options: ExplorationOptions, _ progress: ((ExplorationProgress) -> Void)?
    ) throws(NotCompilable) -> (ExplorationResult, engine: String) {
        let start = ContinuousClock.now
        let model = try engine.model(reducedBy: ample) {
            options.cancellation?.isRequested != true
                && options.timeout.map { start.duration(to: .now) < $0 } != false
        }
        var options = options
        options.timeout = options.timeout.map { max(.zero, $0 - start.duration(to: .now)) }
        let whole = symmetry.map { SymmetricSuccessors(model, symmetry: $0) } ?? model
        let result = Explorer(model: whole, options: options).run(progress: progress)
        engine.abandon(model)
        var name = engine.name(of: model)
        if let saved = options.checkpoint?.saved { name += ", taken up at depth \(saved.depth)" }
        if let failure = result.checkpointFailure { name += ", no checkpoint: \(failure)" }
        return (result, name)
    }

    private func complete(_ result: ExplorationResult, _ engine: String, reducedBy ample: AmpleLocations?)
        -> Outcome
    {
        var outcome = Outcome(result: result, engine: engine, reductions: descriptions(ample))
        switch result.outcome {
        case .exhausted:
            guard symmetry != nil else { break }
            outcome.representedCount = SymmetricSuccessors.representedCount(in: result.reachableCounts)
        case .stopped(_, let depth):
            // A run can need more steps in the reduced graph than it has.
            let covered = depth.map { $0 - (ample?.extraStepsMax ?? 0) }
            outcome.completedDepth = covered.flatMap { $0 < 0 ? nil : $0 }
        case .limited(let example):
            // The states of the last level are known where a step out of it reached the limit.
            var covered = example.trace.count - 1
            switch example.kind {
            case .limit(.transition): break
            case .limit, .invariant, .deadlock, .failingCondition, .failingTransition: covered -= 1
            }
            covered -= ample?.extraStepsMax ?? 0
            outcome.completedDepth = covered < 0 ? nil : covered
            outcome.limit = limit(example, reducedBy: ample)
        case .violated: break
        }
        return outcome
    }

    private func complete(
        _ result: ExplorationResult, _ engine: String, _ counterexample: Counterexample,
        reducedBy ample: AmpleLocations?
    ) -> Outcome {
        var outcome = Outcome(result: result, engine: engine, reductions: descriptions(ample))
        var states = counterexample.trace
        if let symmetry { states = SymmetricTrace(symmetry, of: system).unfolded(states) }
        outcome.run = (states, failingTransition(of: counterexample, in: states.last, reducedBy: ample))
        return outcome
    }

    private func limit(_ example: Counterexample, reducedBy ample: AmpleLocations?) -> RunTimeError? {
        guard let state = example.trace.last else { return nil }
        switch example.kind {
        case .limit(.invariant(let index)):
            return teller.failure(of: system.spec.invariants[index].condition, in: state)
        case .limit(.condition(let index)):
            return teller.failure(of: system.conditions[index].expression, in: state)
        case .limit(.transition(let number)):
            return transitions(of: state, reducedBy: ample)[number].error
        case .invariant, .deadlock, .failingCondition, .failingTransition: return nil
        }
    }

    /// Those that were explored.
    private func transitions(
        of state: [UInt64], reducedBy ample: AmpleLocations?
    ) -> [Storyteller.Transition] {
        var transitions = teller.transitions(of: state)
        let moving = Set(transitions.map(\.lane))
        if let alone = ample?.instanceExpandedAlone(in: state, of: system, moving: moving) {
            transitions.removeAll { $0.lane != alone }
        }
        return transitions
    }

    /// - Parameter real: the last state under its real names.
    private func failingTransition(
        of counterexample: Counterexample, in real: [UInt64]?, reducedBy ample: AmpleLocations?
    ) -> Storyteller.Transition? {
        guard case .failingTransition(let number) = counterexample.kind,
            let state = counterexample.trace.last, let real
        else { return nil }
        let found = transitions(of: state, reducedBy: ample)[number]
        if real == state { return found }
        // The same failure under the real names; of several that are one after renaming, the first.
        let failing = teller.transitions(of: real).filter { $0.error != nil }
        return failing.first { candidate in
            candidate.error?.cause == found.error?.cause && candidate.error?.span == found.error?.span
        } ?? failing.first
    }
}

extension Storyteller.Transition {
    fileprivate var error: RunTimeError? { if case .failure(let error) = result { error } else { nil } }
}
