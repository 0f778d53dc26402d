// SPDX-License-Identifier: MIT

import Diagnostics
import Exploration
import Exporters
import Findings
import Proofs
import Reports
import SpecLanguage
import TransitionSystem

/// Proves that every step preserves the invariants that a `proof` names, past any scope.
struct InductionRunner {
    let spec: TypedSpec
    let sources: SourceMap
    let options: ProofOptions
    /// Takes every condition.
    let files: ConditionFiles?
    /// The spec at small sizes: the interpreter shows an initial state where the solver cannot.
    let small: () -> [TypedSpec]

    /// - Throws: `BadInput` where a name is no invariant; `OutputFile.Failure`
    func run(_ names: [Syntax.Name], unbounded: [Syntax.Name]) throws -> ProofRunner.Outcome {
        let invariants = try names.map { try invariant($0) }
        let report: InductionProof.Report
        do throws(ExportRefusal) {
            let solver = ScriptSolver(
                millisecondsMax: Int(options.secondsMax * 1000), memory: options.cache?.memory ?? .none)
            report = try InductionProof(
                spec, invariants: invariants, sizes: Self.sizes(unbounded),
                solve: { Self.ask($0, solver) }
            ).run()
        } catch {
            let place = error.span.map { " (\(sources.describe($0)))" } ?? ""
            let help = error.help.map { "; \($0)" } ?? ""
            return ProofRunner.Outcome(
                verdict: .inconclusive(
                    "proofs about steps do not reach this spec: \(error.what)\(place)\(help)"),
                details: [])
        }
        for condition in report.conditions {
            try files?.write(
                condition.script, subject: condition.invariant ?? "processes", name: condition.name,
                answer: Self.answer(condition.outcome), solverVersion: ContractProver.solverVersion)
        }
        let verdict = verdict(report, unbounded)
        guard case .holds = verdict, let first = names.first, !report.relied.isEmpty else {
            return ProofRunner.Outcome(verdict: verdict, details: details(report, names))
        }
        // What was relied upon is proved too.
        let contracts = try ProofRunner(spec: spec, sources: sources, options: options, files: files)
            .run(report.relied.map { Syntax.Name(text: $0.name, span: first.span) })
        let all = details(report, names) + ["contracts that were relied upon:"] + contracts.details
        if case .holds = contracts.verdict { return ProofRunner.Outcome(verdict: verdict, details: all) }
        let why = "it relies on a contract that is not proved: \(CheckReport.sentence(contracts.verdict))"
        return ProofRunner.Outcome(verdict: .inconclusive(why), details: all)
    }

    /// The constants that stand for any number, in order.
    static func sizes(_ unbounded: [Syntax.Name]) -> [UnboundedSize] {
        unbounded.enumerated().map { UnboundedSize(name: $1.text, number: $0) }
    }

    /// What the spec is typed with.
    static func settings(_ unbounded: [Syntax.Name]) -> [Syntax.Setting] {
        zip(unbounded, sizes(unbounded)).map { setting($0, $1.standIn) }
    }

    static func setting(_ name: Syntax.Name, _ value: Int) -> Syntax.Setting {
        Syntax.Setting(name: name, value: Syntax.Expression(.integer(Int128(value)), span: name.span))
    }

    private func invariant(_ name: Syntax.Name) throws(BadInput) -> Typed.Property {
        if let found = spec.invariants.first(where: { $0.name == name.text }) { return found }
        let close = closestName(to: name.text, among: spec.invariants.map(\.name))
        throw BadInput(
            [
                Diagnostic(
                    "unknown-name", "'\(spec.title)' has no invariant '\(name.text)' to prove", at: name.span,
                    help: close.map { "did you mean '\($0)'?" })
            ], sources: sources)
    }

    private static func ask(
        _ question: InductionProof.Question, _ solver: ScriptSolver
    ) -> InductionProof.Answer {
        let constants = question.constants.map { ScriptSolver.Constant(name: $0.name, width: $0.width) }
        switch solver.solve(question.script, logic: question.logic, reading: constants) {
        case .unsatisfiable(let isCached): return .unsatisfiable(isCached: isCached)
        case .satisfiable(let values): return .satisfiable(values)
        case .unknown(let reason): return .unknown(reason)
        }
    }

    // MARK: Report

    private static func answer(_ outcome: InductionProof.Condition.Outcome) -> String {
        switch outcome {
        case .proved: "unsat"
        case .fails: "sat"
        case .inconclusive: "unknown"
        }
    }

    private func details(_ report: InductionProof.Report, _ names: [Syntax.Name]) -> [String] {
        let slowest = report.conditions.map(\.milliseconds).max() ?? 0
        var lines = [
            "\(report.conditions.count) conditions in \(Int(report.milliseconds)) ms, \(Int(report.millisecondsOfFacts)) ms of "
                + "these to find out about processes that wait; the slowest took \(Int(slowest)) ms, "
                + "Z3 \(ContractProver.solverVersion)",
            "spoken of: \(names.map(\.text).joined(separator: ", "))",
        ]
        let others = spec.invariants.map(\.name).filter { name in !names.contains { $0.text == name } }
        if !others.isEmpty { lines.append("not spoken of: \(others.joined(separator: ", "))") }
        if !report.hasSteps { lines.append("no process has a step: initial states are all there are") }
        lines.append("assumed: no step ends in an error; that, and deadlocks, 'check' looks for")
        for condition in report.conditions {
            let place = condition.invariant == nil ? "" : " (\(sources.describe(condition.span)))"
            switch condition.outcome {
            case .proved(let isCached):
                guard options.listsConditions else { continue }
                lines.append("  proved        \(condition.name)\(place)\(isCached ? ", cached" : "")")
            case .inconclusive(let why): lines.append("  inconclusive  \(condition.name)\(place): \(why)")
            case .fails: lines.append("  fails         \(condition.name)\(place)")
            }
        }
        for (place, facts) in report.facts where !facts.isEmpty {
            lines.append("  known of \(place): \(facts.joined(separator: ", "))")
        }
        return lines
    }

    private func verdict(_ report: InductionProof.Report, _ unbounded: [Syntax.Name]) -> Verdict {
        for condition in report.conditions {
            guard case .fails(let found) = condition.outcome, let name = condition.invariant else { continue }
            return .violated(
                Violation(
                    kind: .induction, property: name, explanation: Self.story(found),
                    place: sources.describe(condition.span), run: nil))
        }
        for condition in report.conditions {
            if case .inconclusive(let why) = condition.outcome {
                return .inconclusive("'\(condition.name)' was not decided: \(why)")
            }
        }
        switch report.beginning {
        case .exists: break
        case .impossible:
            return .inconclusive("it says nothing: 'init' makes no initial state, whatever the sizes")
        case .unknown:
            guard small().contains(where: Self.hasInitialState) else {
                return .inconclusive(
                    "it may say nothing: that 'init' makes an initial state was not shown, nor does it make one at the "
                        + "sizes 1 to \(Self.smallSizes.upperBound)")
            }
        }
        return .holds(.inductive(anyNumberOf: unbounded.map(\.text)))
    }

    /// Sizes at which the interpreter is run.
    static let smallSizes = 1...3

    private static func hasInitialState(_ spec: TypedSpec) -> Bool {
        guard let system = try? TransitionSystem(spec) else { return false }
        let model = Interpreter(system)
        let buffer = ExpansionBuffer(for: model)
        model.makeExpander().appendInitialStates(to: buffer)
        return buffer.successorCount > 0
    }

    /// The state before, the step, the state after.
    private static func story(_ found: CounterexampleToInduction) -> [String] {
        var lines: [String] = []
        if !found.sizes.isEmpty { lines.append("with " + found.sizes.joined(separator: ", ")) }
        guard let step = found.step else {
            lines.append("an initial state does not have it:")
            return lines + found.cells.map { "  \($0.place) = \($0.after)" }
        }
        lines.append(
            "every invariant that is named holds in this state\(found.isExact ? "" : ", as far as it was looked at"), and "
                + "the step leads to one without this one; whether a run reaches it is not said:")
        let width = found.cells.map(\.place.count).max() ?? 0
        lines += found.cells.map { cell in
            let name = cell.place + String(repeating: " ", count: width - cell.place.count)
            return "  \(name) = \(cell.before)"
        }
        lines.append("\(step.lane): \(step.action)")
        let changed = found.cells.filter { $0.before != $0.after }
        lines += changed.map { cell in
            let name = cell.place + String(repeating: " ", count: width - cell.place.count)
            return "  \(name) = \(cell.after)"
        }
        lines.append(
            "a run that comes to the first state is looked for by 'check' and 'prove --depth'; if there is none, an invariant that"
        )
        lines.append("excludes the state is missing from the proof")
        return lines
    }
}
