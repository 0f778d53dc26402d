import CompiledModel
import Diagnostics
import Exploration
import Findings
import SpecLanguage
import TransitionSystem

/// Explores one composed program and tells what was found.
struct CheckRunner {
    let spec: TypedSpec
    let sources: SourceMap
    let source: RunSource
    let limits: ExplorationLimits

    /// What an exploration gave, before it is compared with what was expected.
    struct Outcome {
        let verdict: Verdict
        let result: ExplorationResult
        let coverage: Coverage
        /// What expanded the states.
        let engine: String
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
        do throws(RunTimeError) {
            _ = try teller.initialStates()
        } catch {
            throw BadInput(
                [
                    Diagnostic(
                        "bad-initial-state", "no initial state can be made: \(error.message)", at: error.span)
                ],
                sources: sources)
        }
        var options = ExplorationOptions()
        options.threads = limits.threads
        options.memoryLimit = limits.memoryBytesMax
        options.timeout = limits.secondsMax.map { .milliseconds(Int($0 * 1000)) }
        let model = try model(of: system)
        let result = Explorer(model: model, options: options).run { progress?(Self.report($0)) }
        (model as? AcceleratedModel)?.abandon()
        progress?(ProgressReport(line: ""))
        return Outcome(
            verdict: verdict(result, teller), result: result, coverage: coverage(result),
            engine: Self.name(of: model))
    }

    private func model(of system: TransitionSystem) throws(BadInput) -> any SuccessorFunction {
        let interpreter = Interpreter(system)
        switch limits.engine {
        case .interpreter: return interpreter
        case .auto: return AcceleratedModel(interpreter)
        case .compiled:
            do throws(NotCompilable) {
                guard let compiler = SwiftCompiler() else { throw NotCompilable("no swiftc in PATH") }
                guard let cache = ModelCache() else {
                    throw NotCompilable("'\(ModelCache.standardFolder)' is not a private folder")
                }
                return try CompiledModel(interpreter, compiler: compiler, cache: cache)
            } catch {
                throw BadInput(
                    [
                        Diagnostic(
                            "not-compilable", "'\(spec.title)' has no compiled model: \(error.reason)", at: nil,
                            help: "leave '--engine compiled' out: the interpreter checks it")
                    ], sources: sources)
            }
        }
    }

    private static func name(of model: any SuccessorFunction) -> String {
        guard let model = model as? AcceleratedModel else {
            return model is CompiledModel ? "compiled" : "interpreted"
        }
        switch model.stage {
        case .interpreting: return "interpreted"
        case .compiled(let after):
            let tenths = Int((after / .milliseconds(100)).rounded())
            return tenths == 0 ? "compiled" : "compiled after \(tenths / 10).\(tenths % 10) s"
        case .refused(let reason): return "interpreted: \(reason)"
        }
    }

    private static func report(_ progress: ExplorationProgress) -> ProgressReport {
        let rate = Int(progress.statesPerSecond)
        return ProgressReport(
            line:
                "depth \(progress.depth), \(progress.stateCount) states, \(progress.transitionCount) transitions, "
                + "\(rate) states/s, frontier \(progress.frontierCount)")
    }

    private func coverage(_ result: ExplorationResult) -> Coverage {
        Coverage(
            operations: zip(spec.operations, result.operationCounts).map { .init(name: $0.name, count: $1) },
            premises: zip(spec.invariants, result.premiseCounts).map { .init(name: $0.name, count: $1) },
            reachables: zip(spec.reachables, result.reachableCounts).map { .init(name: $0.name, count: $1) })
    }

    private func verdict(_ result: ExplorationResult, _ teller: Storyteller) -> Verdict {
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
        case .stopped(let reason, let depth): return .inconclusive(sentence(reason, depth))
        case .violated(let counterexample): return .violated(violation(counterexample, teller))
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
            }
        guard let depth else { return "\(why); nothing was shown" }
        return "\(why); shown: all runs of up to \(depth) steps in this scope keep every property"
    }

    private func violation(_ counterexample: Counterexample, _ teller: Storyteller) -> Violation {
        var failing: Int?
        if case .failingTransition(let ordinal) = counterexample.kind { failing = ordinal }
        let builder = RunBuilder(teller: teller, source: source)
        let (run, failure) = builder.run(through: counterexample.trace, failingTransition: failing)
        let last = counterexample.trace.last ?? []
        switch counterexample.kind {
        case .invariant(let index):
            let property = spec.invariants[index]
            return Violation(
                kind: .invariant, property: property.name,
                explanation: teller.explainInvariant(index, in: last),
                place: sources.describe(property.span), run: run)
        case .deadlock:
            return Violation(
                kind: .deadlock, property: "deadlock", explanation: teller.explainDeadlock(in: last),
                place: "",
                run: run)
        case .failingTransition:
            return RunBuilder.violation(of: failure, run: run, sources: sources)
        }
    }
}
