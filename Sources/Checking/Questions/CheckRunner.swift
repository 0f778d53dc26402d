// SPDX-License-Identifier: MIT

import CompiledModel
import Diagnostics
import Exploration
import Findings
import Foundation
import SpecLanguage
import TransitionSystem

/// Explores one composed program and tells what was found.
struct CheckRunner {
    let spec: TypedSpec
    let sources: SourceMap
    let source: RunSource
    let limits: ExplorationLimits
    /// What must stay free in a reduced layout.
    var room: LayoutRoom?
    /// How often the same check was explored before, on a smaller layout.
    var round = 0

    /// What an exploration gave, before it is compared with what was expected.
    struct Outcome {
        let verdict: Verdict
        let result: ExplorationResult
        let coverage: Coverage
        /// What expanded the states.
        let engine: String
        /// Reductions in effect, in words.
        let reductions: [String]
        /// States that the explored ones stand for, where there is symmetry and it is known.
        let representedCount: UInt64?
        /// Intervals of `room` that some state uses up.
        var shortage: UInt64? {
            if case .stopped(.shortage(let shortage), _) = result.outcome { shortage } else { nil }
        }
    }

    /// - Throws: `BadInput` where the scope is too large to explore or no initial state can be made.
    func run(progress: (@Sendable (ProgressReport) -> Void)?) throws(BadInput) -> Outcome {
        let system: TransitionSystem
        do throws(TransitionSystem.TooLarge) {
            system = try TransitionSystem(spec)
        } catch {
            throw BadInput(
                [
                    Diagnostic(
                        "state-too-large", error.what, at: error.span,
                        help: "set a smaller scope: 'set NAME = …'")
                ],
                sources: sources)
        }
        guard !system.instances.isEmpty else {
            throw BadInput(
                [
                    Diagnostic(
                        "no-process", "'\(spec.title)' has no process: there is nothing to explore", at: nil,
                        help: "declare 'process name { … }', or use a 'proof'")
                ], sources: sources)
        }
        let teller = Storyteller(system, sources: sources)
        let initialStates: [[UInt64]]
        do throws(RunTimeError) {
            initialStates = try teller.initialStates()
        } catch {
            if error.cause.isLimit {
                return Outcome(
                    verdict: .inconclusive(sentence(error) + Self.shown(nil)), result: .notBegun,
                    coverage: coverage(.notBegun, []), engine: "interpreter", reductions: [],
                    representedCount: nil)
            }
            throw BadInput(
                [
                    Diagnostic(
                        "bad-initial-state", "no initial state can be made: \(error.message)", at: error.span)
                ],
                sources: sources)
        }
        let start = ContinuousClock.now
        var options = ExplorationOptions()
        options.threads = limits.threads
        options.memoryLimit = limits.memoryBytesMax
        options.spillFolder = NSTemporaryDirectory()
        options.cancellation = limits.interruption?.cancellation
        options.timeout = limits.secondsMax.map { .milliseconds(Int($0 * 1000)) }
        options.checkpoint = try limits.checkpoints?.checkpoint(
            named: checkpointName, identity: identity(of: system))
        options.shortage = room?.shortage(of: system, from: initialStates)
        let engine = EngineChoice(system: system, engine: limits.engine, patience: limits.patience)
        let exploration = ReducedExploration(
            system, teller: teller, reductions: limits.reductions, engine: engine)
        let outcome: ReducedExploration.Outcome
        do throws(NotCompilable) {
            outcome = try exploration.run(options) { progress?(Self.report($0)) }
        } catch {
            throw BadInput(
                [
                    Diagnostic(
                        "not-compilable", "'\(spec.title)' has no compiled model: \(error.reason)", at: nil,
                        help: "leave '--engine compiled' out: the interpreter checks it")
                ], sources: sources)
        }
        progress?(ProgressReport(line: ""))
        var verdict = verdict(outcome, teller)
        var owed: LivenessRunner.Owed = []
        if verdict == .holds(.exhaustive) {
            (verdict, owed) = try liveness(system, teller, options, since: start)
        }
        if let checkpoint = options.checkpoint, verdict.isConclusive || outcome.isShort {
            limits.checkpoints?.remove(checkpoint)
        }
        return Outcome(
            verdict: verdict, result: outcome.result, coverage: coverage(outcome.result, owed),
            engine: outcome.engine, reductions: outcome.reductions,
            representedCount: outcome.representedCount)
    }

    private var checkpointName: String {
        [source.check, source.group].compactMap(\.self).joined(separator: "-group-")
            // Each layout has a search of its own.
            + (round == 0 ? "" : "-round-\(round)")
    }

    /// All that the explored states depend on, in words.
    private func identity(of system: TransitionSystem) -> String {
        let constants = spec.constants.map { "\($0.name) = \(ConstantText.text($0.value, $0.type))" }
        let reductions =
            "symmetry \(limits.reductions.symmetry), partial order \(limits.reductions.partialOrder)"
        let watched = room.map { ["\($0.intervals.map(\.pages)) keep \($0.runLength)"] } ?? []
        let texts = sources.files.map { "\($0.path)\n\(String(decoding: $0.bytes, as: UTF8.self))" }
        return ([spec.title, source.check, reductions] + watched + constants + texts).joined(separator: "\n")
    }

    /// The verdict on endless runs, once every state is known to be sound.
    private func liveness(
        _ system: TransitionSystem, _ teller: Storyteller, _ options: ExplorationOptions,
        since start: ContinuousClock.Instant
    ) throws(BadInput) -> (Verdict, LivenessRunner.Owed) {
        let runner = LivenessRunner(system: system, teller: teller, sources: sources, source: source)
        let limits = LivenessLimits(
            memoryLimit: options.memoryLimit, deadline: options.timeout.map { start + $0 },
            cancellation: options.cancellation)
        do throws(TransitionSystem.TooLarge) {
            let (answer, owed) = try runner.run(limits)
            switch answer {
            case .holds: return (.holds(.exhaustive), owed)
            case .violated(let violation): return (.violated(violation), owed)
            case .limited(let limit):
                let shown =
                    "; shown: every invariant and assertion holds in every reachable state of this scope"
                return (.inconclusive(sentence(limit) + shown), owed)
            case .stopped(let failure):
                let why =
                    switch failure {
                    case .memory: "the memory limit was reached"
                    case .time: "the time limit was reached"
                    case .cancelled: "it was interrupted"
                    }
                let shown = "every invariant and assertion holds in every reachable state of this scope"
                return (.inconclusive("\(why) while endless runs were searched; shown: \(shown)"), owed)
            }
        } catch {
            throw BadInput(
                [
                    Diagnostic(
                        "too-many-fair", error.what, at: error.span,
                        help: "set a smaller scope, or name fewer processes after 'under fair'")
                ], sources: sources)
        }
    }

    private static func report(_ progress: ExplorationProgress) -> ProgressReport {
        let rate = Int(progress.statesPerSecond)
        return ProgressReport(
            line:
                "depth \(progress.depth), \(progress.stateCount) states, \(progress.transitionCount) transitions, "
                + "\(rate) states/s, frontier \(progress.frontierCount)")
    }

    private func coverage(_ result: ExplorationResult, _ owed: LivenessRunner.Owed) -> Coverage {
        Coverage(
            operations: zip(spec.operations, result.operationCounts).map { .init(name: $0.name, count: $1) },
            premises: zip(spec.invariants, result.premiseCounts).map { .init(name: $0.name, count: $1) },
            reachables: zip(spec.reachables, result.reachableCounts).map { .init(name: $0.name, count: $1) },
            liveness: owed)
    }

    private func verdict(_ outcome: ReducedExploration.Outcome, _ teller: Storyteller) -> Verdict {
        let result = outcome.result
        switch result.outcome {
        case .exhausted:
            if let (property, _) = zip(spec.reachables, result.reachableCounts).first(where: { $0.1 == 0 }) {
                return .violated(
                    Violation(
                        kind: .unreachable, property: property.name,
                        explanation: [
                            "no reachable state satisfies '\(property.name)': the scope is too small, or what it "
                                + "guards against cannot happen"
                        ],
                        place: sources.describe(property.span), run: nil))
            }
            return .holds(.exhaustive)
        case .stopped(let reason, _): return .inconclusive(sentence(reason, outcome.completedDepth))
        case .limited:
            return .inconclusive(sentence(outcome.limit) + Self.shown(outcome.completedDepth))
        case .violated(let counterexample): return .violated(violation(counterexample, outcome, teller))
        }
    }

    /// What a run that was stopped shows, soundly.
    private func sentence(_ reason: ExplorationResult.StopReason, _ depth: Int?) -> String {
        let why =
            switch reason {
            case .memory: "the memory limit was reached"
            case .time: "the time limit was reached"
            case .depth: "the depth limit was reached"
            case .states: "the limit of states was reached"
            case .cancelled: "it was interrupted"
            case .forgedCheckpoint: "the checkpoint is not of this search, remove it"
            case .shortage(let shortage): room?.sentence(shortage) ?? "the scope is too small"
            }
        return why + Self.shown(depth)
    }

    private static func shown(_ depth: Int?) -> String {
        guard let depth else { return "; nothing was shown" }
        return "; shown: all runs of up to \(depth) steps in this scope keep every property"
    }

    /// A limit of the checker, where it was reached, and what to do.
    private func sentence(_ limit: RunTimeError?) -> String {
        let what = limit?.message ?? "a limit of the checker was reached"
        let place = limit?.span.map { " at \(sources.describe($0))" } ?? ""
        return "\(what)\(place): set a smaller scope, or do less in one step"
    }

    private func violation(
        _ counterexample: Counterexample, _ outcome: ReducedExploration.Outcome, _ teller: Storyteller
    ) -> Violation {
        let builder = RunBuilder(teller: teller, source: source)
        let states = outcome.run?.states ?? counterexample.trace
        let (run, failure) = builder.run(through: states, failing: outcome.run?.failing)
        let last = states.last ?? []
        let remark =
            outcome.isShortestUnknown
            ? ["a shorter run may exist: a limit was reached while looking for it"] : []
        switch counterexample.kind {
        case .invariant(let index):
            let property = spec.invariants[index]
            return Violation(
                kind: .invariant, property: property.name,
                explanation: teller.explainInvariant(index, in: last) + remark,
                place: sources.describe(property.span), run: run)
        case .deadlock:
            return Violation(
                kind: .deadlock, property: spec.name(ofBuiltIn: BuiltInFinding.deadlock),
                explanation: teller.explainDeadlock(in: last) + remark,
                place: teller.deadlockPlace(in: last), run: run)
        case .failingCondition(let index):
            let condition = teller.system.conditions[index]
            let failure = teller.failure(of: condition.expression, in: last)
            let place = failure?.span.map(sources.describe) ?? ""
            return Violation(
                kind: .condition, property: condition.property,
                explanation: ["it cannot be evaluated: \(failure?.message ?? "") at \(place)"] + remark,
                place: sources.describe(condition.span), run: run)
        case .failingTransition, .limit:
            return RunBuilder.violation(of: failure, in: spec, run: run, remark: remark, sources: sources)
        }
    }
}
