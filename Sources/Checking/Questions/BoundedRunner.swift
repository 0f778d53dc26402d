// SPDX-License-Identifier: MIT

import Diagnostics
import Exploration
import Exporters
import Findings
import Proofs
import SpecLanguage
import TransitionSystem

/// Looks for a violation within a number of steps by asking Z3, one depth after the other: so the first that is found is a
/// shortest one. What Z3 finds is run by the interpreter before it counts.
struct BoundedRunner {
    let spec: TypedSpec
    let sources: SourceMap
    let source: RunSource
    let options: ProofOptions
    let files: ConditionFiles?

    struct Outcome {
        let verdict: Verdict
        /// One line for each depth.
        let details: [String]
    }

    /// - Throws: `BadInput` where the scope is too large to lay out; `OutputFile.Failure`
    func run(depth: Int) throws -> Outcome {
        let system: TransitionSystem
        let question: BoundedQuestion
        do {
            system = try TransitionSystem(spec)
            question = try BoundedQuestion(system)
        } catch let error as TransitionSystem.TooLarge {
            throw BadInput(
                [
                    Diagnostic(
                        "state-too-large", error.what, at: error.span,
                        help: "set a smaller scope: 'set NAME = …'")
                ], sources: sources)
        } catch let refusal as ExportRefusal {
            return unreachable(refusal, [])
        }
        let solver = ScriptSolver(
            millisecondsMax: Int(options.secondsMax * 1000), memory: options.cache?.memory ?? .none)
        var details = ["Z3 \(ContractProver.solverVersion)"]
        for steps in 0...depth {
            let start = ContinuousClock.now
            let script: String
            do throws(ExportRefusal) { script = try question.script(depth: steps) } catch {
                return unreachable(error, details)
            }
            let constants = (0...steps).flatMap { question.constants(step: $0) }
            let answer = solver.solve(
                script, logic: "QF_BV", reading: constants.map { .init(name: $0.name, width: $0.width) })
            let name = "nothing is wrong after \(steps) \(steps == 1 ? "step" : "steps")"
            let word: String
            var verdict: Verdict?
            switch answer {
            case .unsatisfiable(let isCached): word = isCached ? "proved, cached" : "proved"
            case .unknown(let reason):
                word = "inconclusive"
                verdict = .inconclusive("the solver said: \(reason)\(Self.shown(steps - 1))")
            case .satisfiable(let values):
                word = "fails"
                let states = (0...steps).map { step in
                    question.constants(step: step).map { values[$0.name] ?? 0 }
                }
                verdict = confirmed(states, question, system)
            }
            let milliseconds = Int(start.duration(to: .now) / .milliseconds(1))
            details.append("  \(word): \(name), \(milliseconds) ms")
            let said = word == "fails" ? "sat" : word == "inconclusive" ? "unknown" : "unsat"
            try files?.write(
                script, subject: "steps", name: name, answer: said,
                solverVersion: ContractProver.solverVersion)
            if let verdict { return Outcome(verdict: verdict, details: details) }
        }
        return Outcome(verdict: .holds(.bounded(steps: depth)), details: details)
    }

    // MARK: Room in a reduced layout

    enum Room {
        case isKept
        case isShort(UInt64)
        case isUnknown
    }

    /// More states are not looked at for room: a number, so that the answer does not depend on how fast a
    /// machine is.
    static let statesMax = 200_000

    /// Whether runs of this many steps use up an interval that is longer on the machine. The solver is not
    /// asked: the runs are explored.
    static func room(_ room: LayoutRoom, in spec: TypedSpec, depth: Int, sources: SourceMap) -> Room {
        // What is wrong with the scope is said when it is unrolled.
        guard let system = try? TransitionSystem(spec),
            let initial = try? Storyteller(system, sources: sources).initialStates()
        else { return .isKept }
        var options = ExplorationOptions()
        options.maximumDepth = depth
        options.maximumStates = statesMax
        options.isTarget = { _, _ in false }
        options.shortage = room.shortage(of: system, from: initial)
        switch Explorer(model: Interpreter(system), options: options).run().outcome {
        case .exhausted, .violated, .stopped(.depth, _): return .isKept
        case .stopped(.shortage(let shortage), _): return .isShort(shortage)
        case .limited, .stopped(.memory, _), .stopped(.time, _), .stopped(.states, _),
            .stopped(.cancelled, _),
            .stopped(.forgedCheckpoint, _):
            return .isUnknown
        }
    }

    private static func shown(_ steps: Int) -> String {
        steps < 0
            ? "; nothing was shown"
            : "; shown: all runs of up to \(steps) steps in this scope keep every property"
    }

    private func unreachable(_ refusal: ExportRefusal, _ details: [String]) -> Outcome {
        let place = refusal.span.map { " (\(sources.describe($0)))" } ?? ""
        return Outcome(
            verdict: .inconclusive("bounded checks do not reach this spec: \(refusal.what)\(place)"),
            details: details)
    }

    // MARK: The interpreter's word

    /// A run of the interpreter through states with these values, to something that is wrong.
    ///
    /// - Parameter states: what the solver says of the spec's state, locals left out, after each step.
    private func confirmed(
        _ states: [[Int128]], _ question: BoundedQuestion, _ system: TransitionSystem
    ) -> Verdict {
        let teller = Storyteller(system, sources: sources)
        let initial = (try? teller.initialStates()) ?? []
        var level = initial.filter { values(of: $0, question) == states[0] }.map { [$0] }
        for number in states.indices {
            // A failing step leads to no state; it comes before what is wrong with the state after it.
            if number >= states.count - 2, let violation = violation(level, teller) {
                return .violated(violation)
            }
            guard number + 1 < states.count else { break }
            var next: [[[UInt64]]] = []
            var seen: Set<[UInt64]> = []
            for trace in level {
                for transition in teller.transitions(of: trace.last ?? []) {
                    guard case .state(let words) = transition.result, !seen.contains(words),
                        values(of: words, question) == states[number + 1]
                    else { continue }
                    seen.insert(words)
                    next.append(trace + [words])
                }
            }
            level = next
        }
        return .inconclusive("the solver found a violation that no run of the interpreter shows")
    }

    private func values(of state: [UInt64], _ question: BoundedQuestion) -> [Int128] {
        state.withUnsafeBufferPointer { $0.baseAddress.map { question.values(of: $0) } ?? [] }
    }

    private func violation(_ traces: [[[UInt64]]], _ teller: Storyteller) -> Violation? {
        let builder = RunBuilder(teller: teller, source: source)
        for trace in traces {
            let last = trace.last ?? []
            if let index = spec.invariants.indices.first(where: { !teller.holds(invariant: $0, in: last) }) {
                let property = spec.invariants[index]
                return Violation(
                    kind: .invariant, property: property.name,
                    explanation: teller.explainInvariant(index, in: last),
                    place: sources.describe(property.span),
                    run: builder.run(through: trace, failing: nil).run)
            }
            if teller.isDeadlock(last) {
                return Violation(
                    kind: .deadlock, property: spec.name(ofBuiltIn: BuiltInFinding.deadlock),
                    explanation: teller.explainDeadlock(in: last),
                    place: teller.deadlockPlace(in: last), run: builder.run(through: trace, failing: nil).run)
            }
            let failing = teller.transitions(of: last).first {
                if case .failure(let error) = $0.result { !error.cause.isLimit } else { false }
            }
            if let failing {
                let (run, failure) = builder.run(through: trace, failing: failing)
                return RunBuilder.violation(of: failure, in: spec, run: run, sources: sources)
            }
        }
        return nil
    }
}
