// SPDX-License-Identifier: MIT

import Diagnostics
import Findings
import Reports
import SpecLanguage

/// The verdict on each property of a program, not only of the first that is violated: what is violated is
/// left out, and the rest explored again.
struct PropertySweep: Sendable {
    let program: Program
    let plan: CheckPlan
    let spec: TypedSpec
    /// Path of the spec as the user wrote it.
    let path: String
    let sources: SourceMap
    /// What sets the program apart from the one that the plan composes, for the cache.
    let variant: [String]
    /// A machine's layout that the program is on, and how to make it larger.
    var fit: (fitted: FittedLayout, fitting: LayoutFitting)?

    /// What was found out.
    struct Outcome: Sendable {
        struct Finding: Sendable {
            let property: String
            let verdict: Verdict
        }

        /// Every property in the order of the program; then what else was violated: a deadlock, a run-time
        /// error, a `reachable` condition.
        var findings: [Finding] = []
        /// On all that is not violated.
        var rest = Verdict.holds(.exhaustive)
        /// Of those that hold, those whose premise is true in no state.
        var vacuous: Set<String> = []
        /// What is not stated like a property and ought not to happen all the same: conditions that must be
        /// reachable and are not, deadlocks, run-time errors.
        var implied: Set<String> = []
        /// Nothing was run: `rest` is the verdict on every property.
        var isSettled = false
        var explorationCount = 0
        /// Of all explorations together.
        var stateCount: UInt64 = 0

        subscript(property: String) -> Verdict? {
            findings.first { $0.property == property }?.verdict
                ?? (isSettled || implied.contains(property) ? rest : nil)
        }
    }

    /// - Parameters:
    ///   - overrides: settings from the command line.
    ///   - edit: what happens to the composed program before it is typed.
    /// - Throws: `BadInput` with what is wrong with the program.
    init(
        _ plan: CheckPlan, in library: ModuleLibrary, path: String, sources: SourceMap,
        overrides: [Syntax.Setting] = [], variant: [String] = [], editing edit: (Program) -> Program = { $0 }
    ) throws(BadInput) {
        let (composed, mistakes) = Program.compose(
            plan.composition, in: library, overrides: overrides)
        guard let composed else { throw BadInput(mistakes, sources: sources) }
        let program = edit(composed)
        let (spec, found) = TypeChecker.check(program)
        guard let spec else { throw BadInput(found, sources: sources) }
        self.program = program
        self.plan = plan
        self.spec = spec
        self.path = path
        self.sources = sources
        // Settings of the command line are no part of the texts.
        self.variant =
            variant + spec.constants.map { "\($0.name) is \(ConstantText.text($0.value, $0.type))" }
    }

    /// Invariants, properties of endless runs, named assertions.
    var properties: [String] {
        spec.invariants.map(\.name) + spec.liveness.map(\.name) + spec.assertionNames.sorted()
    }

    /// Whatever a violation may be named after.
    var knownNames: Set<String> { spec.findings }

    /// - Throws: `BadInput` where there is nothing to explore.
    func run(limits: ExplorationLimits, cache: VerdictCache?) throws -> Outcome {
        var outcome = Outcome()
        var found: [String: Verdict] = [:]
        var others: [Outcome.Finding] = []
        var rest: Verdict?
        while rest == nil {
            let summary = try summary(without: found.keys.sorted(), limits, cache)
            outcome.explorationCount += 1
            outcome.stateCount &+= summary.statistics?.states ?? 0
            switch summary.verdict {
            case .violated(let violation) where found[violation.property] != nil:
                // It was left out and is there all the same: nothing else would be found.
                rest = .inconclusive("\(violation.property) cannot be left out")
            case .violated(let violation):
                let isProperty = properties.contains(violation.property)
                if isProperty {
                    found[violation.property] = summary.verdict
                } else {
                    others.append(.init(property: violation.property, verdict: summary.verdict))
                }
                let isReachable = spec.reachables.contains { $0.name == violation.property }
                if isReachable { found[violation.property] = summary.verdict }
                // Behind a step that fails there is nothing to explore.
                if !isProperty, !isReachable {
                    rest = .inconclusive("runs end before: \(CheckReport.sentence(summary.verdict))")
                }
            case .holds:
                rest = summary.verdict
                outcome.vacuous = Set(summary.vacuous)
            case .inconclusive, .notApplicable: rest = summary.verdict
            }
        }
        outcome.implied = spec.findings.subtracting(properties)
        outcome.rest = rest ?? outcome.rest
        outcome.findings =
            properties.map { .init(property: $0, verdict: found[$0] ?? outcome.rest) } + others
        return outcome
    }

    private func summary(
        without names: [String], _ limits: ExplorationLimits, _ cache: VerdictCache?
    ) throws -> CheckSummary {
        let (spec, mistakes) = TypeChecker.check(program.leavingOut(Set(names)))
        guard let spec else { throw BadInput(mistakes, sources: sources) }
        var job = CheckJob(
            plan: plan, spec: spec, layout: nil, binding: nil, path: path, settings: [],
            variant: variant + names.map { "without \($0)" })
        if let (fitted, fitting) = fit {
            job.binding = .fitted(fitted)
            job.layoutSettings = fitted.settings
            job.enlarge = { fitting.spec($0, without: Set(names)) }
        }
        let key = cache.map { $0.key(of: job, sources, limits) }
        if let cache, let key, let known = cache.verdict(for: key) {
            return job.summary(known, sources: sources)
        }
        let summary = try job.run(sources: sources, limits: limits, progress: nil)
        if let cache, let key { cache.keep(summary, for: key, always: true) }
        return summary
    }
}
