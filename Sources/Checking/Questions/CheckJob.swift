// SPDX-License-Identifier: MIT

import Diagnostics
import Exploration
import Exporters
import Findings
import Platforms
import Reports
import SpecLanguage
import Stopping

/// One check or proof on one layout, composed and typed: ready to run.
struct CheckJob: Sendable {
    let plan: CheckPlan
    var spec: TypedSpec
    let layout: PlatformLayout?
    /// What the layout does to this check.
    var binding: PlatformLayout.Binding?
    /// Path of the spec as the user wrote it.
    let path: String
    /// `NAME=VALUE` from the command line.
    let settings: [String]
    /// The program of a proof for any sizes, at small ones.
    var small: @Sendable () -> [TypedSpec] = { [] }
    /// What sets `spec` apart from the program that the plan composes.
    var variant: [String] = []
    /// The program on larger intervals of the same layout; `nil` where there can be none.
    var enlarge: (@Sendable (_ leastPages: [Int: Int]) -> (spec: TypedSpec, fitted: FittedLayout)?)?
    /// Settings of a layout that the platform file alone does not give, for those who run a trace again.
    var layoutSettings: [String] = []

    /// Types every plan on every layout, so that all mistakes are reported before anything runs.
    ///
    /// - Throws: `BadInput` with each mistake once.
    static func all(
        _ plans: [CheckPlan], of loaded: inout LoadedSpec, settings: [String], platform: String?, group: Int?
    ) throws(BadInput) -> (jobs: [CheckJob], warnings: [Diagnostic]) {
        var overrides: [Syntax.Setting] = []
        for text in settings {
            overrides.append(try SettingText.parse(text, origin: "--set \(text)", sources: &loaded.sources))
        }
        let (layouts, warnings) = try PlatformLayouts.load(platform, group: group, sources: &loaded.sources)
        var diagnostics = loaded.warnings + warnings
        var jobs: [CheckJob] = []
        let overridden = Set(overrides.map(\.name.text))
        for plan in plans {
            let (base, found) = typed(plan, overrides, loaded)
            diagnostics += found
            guard let base else { continue }
            for layout in layouts {
                guard let layout else {
                    jobs.append(
                        CheckJob(
                            plan: plan, spec: base, layout: nil, binding: nil, path: loaded.path,
                            settings: settings, small: small(plan, overrides, loaded)))
                    continue
                }
                let binding = layout.binding(for: plan, base: base, overrides: overridden)
                var spec = base
                var all = overrides
                var enlarge: (@Sendable ([Int: Int]) -> (spec: TypedSpec, fitted: FittedLayout)?)?
                if case .fitted(let fitted) = binding {
                    diagnostics += fitted.warnings
                    var bound: [Syntax.Setting] = []
                    for text in fitted.settings {
                        bound.append(
                            try SettingText.parse(text, origin: layout.path, sources: &loaded.sources))
                    }
                    all = bound + overrides
                    let (typedSpec, found) = typed(plan, all, loaded)
                    diagnostics += found
                    guard let typedSpec else { continue }
                    spec = typedSpec
                    let fitting = LayoutFitting(
                        layout: layout,
                        machine: PlatformLayout.Machine(base, overrides: overridden), plan: plan,
                        library: loaded.library, sources: loaded.sources, overrides: overrides)
                    enlarge = { fitting.spec($0) }
                }
                jobs.append(
                    CheckJob(
                        plan: plan, spec: spec, layout: layout, binding: binding, path: loaded.path,
                        settings: settings, small: small(plan, all, loaded), enlarge: enlarge))
            }
        }
        var seen: Set<Diagnostic> = []
        let unique = diagnostics.filter { seen.insert($0).inserted }
        if unique.contains(where: { $0.severity == .error }) {
            throw BadInput(unique, sources: loaded.sources)
        }
        return (jobs, unique)
    }

    private static func typed(
        _ plan: CheckPlan, _ overrides: [Syntax.Setting], _ loaded: LoadedSpec
    ) -> (spec: TypedSpec?, diagnostics: [Diagnostic]) {
        let (program, composed) = Program.compose(
            plan.composition, in: loaded.library,
            overrides: overrides + InductionRunner.settings(plan.unbounded))
        guard let program else { return (nil, composed) }
        let (spec, found) = TypeChecker.check(program, for: plan.isProof ? .proof : .exploration)
        var diagnostics = composed + found + (spec?.warnings ?? [])
        for name in plan.unbounded {
            diagnostics += mistake(name, plan, overrides, program, loaded.sources).map { [$0] } ?? []
        }
        if let spec, case .violates(let property, _) = plan.expected, !spec.findings.contains(property) {
            diagnostics.append(
                Diagnostic(
                    "unknown-property", "'\(spec.title)' has no property '\(property)' to violate",
                    at: plan.expectedName?.span ?? plan.span, help: spec.help(forUnknownFinding: property)))
        }
        return (spec, diagnostics)
    }

    private static func small(
        _ plan: CheckPlan, _ overrides: [Syntax.Setting], _ loaded: LoadedSpec
    ) -> @Sendable () -> [TypedSpec] {
        let library = loaded.library
        return {
            InductionRunner.smallSizes.compactMap { size in
                let sizes = plan.unbounded.map { InductionRunner.setting($0, size) }
                let program = Program.compose(plan.composition, in: library, overrides: overrides + sizes).0
                return program.flatMap { TypeChecker.check($0, for: .proof).0 }
            }
        }
    }

    /// What keeps a constant from standing for any number.
    private static func mistake(
        _ name: Syntax.Name, _ plan: CheckPlan, _ overrides: [Syntax.Setting], _ program: Program,
        _ sources: SourceMap
    ) -> Diagnostic? {
        let settings = plan.composition.settings + overrides
        if settings.contains(where: { $0.name.text == name.text }) {
            return Diagnostic(
                "unbounded-and-set", "'\(name.text)' stands for any number here, and is set to one",
                at: name.span,
                help: "leave out one of the two")
        }
        guard let use = program.usesAsNumber(of: name.text, unlessIn: plan.saysNothing(of:), in: sources)
        else {
            return nil
        }
        return Diagnostic(
            "unbounded-used", "'\(name.text)' stands for any number here, and is used as one", at: name.span,
            notes: [.init(message: "used here", span: use)],
            help:
                "an unbounded constant may only size types: 'type T = 0 ..< \(name.text)'; a 'change' can replace or "
                + "remove what uses it")
    }

    /// - Throws: `BadInput` where the scope cannot be explored at all.
    func run(
        sources: SourceMap, limits: ExplorationLimits, secondsOfProof: Double = 30,
        progress: (@Sendable (ProgressReport) -> Void)?
    ) throws -> CheckSummary {
        let start = ContinuousClock.now
        switch binding {
        case .tooLarge(let why)?: return summary(.inconclusive(why), start: start, sources: sources)
        case .notApplicable(let why)?: return summary(.notApplicable(why), start: start, sources: sources)
        default: break
        }
        if StopRequest.current?.reason == .interruption {
            return summary(.inconclusive(GateReport.interrupted), start: start, sources: sources)
        }
        let request = StopRequest(deadline: limits.secondsMax.map { start + .seconds($0) }) {
            limits.interruption?.isRequested == true
        }
        if plan.isProof {
            return try StopRequest.$current.withValue(request) {
                try prove(sources: sources, options: ProofOptions(secondsMax: secondsOfProof)).summary
            }
        }
        let (job, outcome) = try StopRequest.$current.withValue(request) {
            try explore(sources: sources, limits: limits, start: start, progress: progress)
        }
        // Where an evaluation was given up, something was not looked at, whatever the search makes of it.
        var verdict = outcome.verdict
        if case .holds = verdict, request.hasCutShort, let reason = request.reason {
            verdict = .inconclusive(reason.sentence)
        }
        return job.summary(
            verdict, statistics: statistics(outcome, threads: limits.threads),
            coverage: outcome.coverage, start: start, sources: sources)
    }

    /// Explores, and where the check uses up an interval that is larger on the machine, again on a larger
    /// one.
    ///
    /// - Returns: the job as it was explored in the end.
    private func explore(
        sources: SourceMap, limits: ExplorationLimits, start: ContinuousClock.Instant,
        progress: (@Sendable (ProgressReport) -> Void)?
    ) throws -> (job: CheckJob, outcome: CheckRunner.Outcome) {
        var job = self
        var left = limits
        var round = 0
        while true {
            let runner = CheckRunner(
                spec: job.spec, sources: sources, source: job.source, limits: left, room: job.fitted?.room,
                round: round)
            let outcome = try runner.run(progress: progress)
            guard let shortage = outcome.shortage, let larger = job.enlarged(where: shortage) else {
                return (job, outcome)
            }
            job = larger
            round += 1
            left.secondsMax = limits.secondsMax.map { max(0, $0 - start.duration(to: .now) / .seconds(1)) }
        }
    }

    private var fitted: FittedLayout? { if case .fitted(let fitted)? = binding { fitted } else { nil } }

    private var source: RunSource {
        RunSource(
            spec: path, check: plan.name,
            settings: (layoutSettings + settings).compactMap(Self.field), platform: layout?.path,
            group: layout.flatMap { $0.layout.groups.compactMap(\.number).first }.map(String.init))
    }

    /// All runs of a check of up to so many steps, by Z3.
    ///
    /// - Throws: `BadInput`, and `OutputFile.Failure` where conditions are to be written.
    func unroll(
        depth: Int, sources: SourceMap, options: ProofOptions
    ) throws -> (summary: CheckSummary, details: [String]) {
        let start = ContinuousClock.now
        switch binding {
        case .tooLarge(let why)?: return (summary(.inconclusive(why), start: start, sources: sources), [])
        case .notApplicable(let why)?:
            return (summary(.notApplicable(why), start: start, sources: sources), [])
        default: break
        }
        let (job, objection) = enlarged(depth: depth, sources: sources)
        if let objection {
            return (job.summary(.inconclusive(objection), start: start, sources: sources), [])
        }
        let files = options.files(of: plan.name)
        let runner = BoundedRunner(
            spec: job.spec, sources: sources, source: job.source, options: options, files: files)
        let outcome = try runner.run(depth: depth)
        return (job.summary(outcome.verdict, start: start, sources: sources), outcome.details)
    }

    /// The job on a layout that runs of this many steps do not use up, or why there is none.
    private func enlarged(depth: Int, sources: SourceMap) -> (job: CheckJob, objection: String?) {
        var job = self
        while let room = job.fitted?.room {
            switch BoundedRunner.room(room, in: job.spec, depth: depth, sources: sources) {
            case .isKept: return (job, nil)
            case .isUnknown:
                return (
                    job,
                    "whether runs of \(depth) steps use up this layout is not known: they have more than "
                        + "\(BoundedRunner.statesMax) states; 'check' explores them all"
                )
            case .isShort(let shortage):
                guard let larger = job.enlarged(where: shortage) else {
                    return (job, room.sentence(shortage))
                }
                job = larger
            }
        }
        return (job, nil)
    }

    /// The job on a layout with more pages where the scope has used up those that there are.
    private func enlarged(where shortage: UInt64) -> CheckJob? {
        guard let room = fitted?.room, let enlarge,
            let (spec, fitted) = room.grown(where: shortage).lazy.compactMap(enlarge).first
        else { return nil }
        var job = self
        job.spec = spec
        job.binding = .fitted(fitted)
        job.layoutSettings = fitted.settings
        return job
    }

    /// The same for a proof, with a line for each of its conditions.
    ///
    /// - Throws: `BadInput`, and `OutputFile.Failure` where conditions are to be written.
    func prove(
        sources: SourceMap, options: ProofOptions
    ) throws -> (summary: CheckSummary, details: [String]) {
        let start = ContinuousClock.now
        if case .notApplicable(let why)? = binding {
            return (summary(.notApplicable(why), start: start, sources: sources), [])
        }
        let files = options.files(of: plan.name)
        var outcomes: [ProofRunner.Outcome] = []
        if !plan.functions.isEmpty || plan.invariants.isEmpty {
            let runner = ProofRunner(
                spec: spec, sources: sources, options: options, files: files,
                expectsRefutation: plan.expected == .refuted)
            outcomes.append(try runner.run(plan.functions))
        }
        if !plan.invariants.isEmpty {
            let runner = InductionRunner(
                spec: spec, sources: sources, options: options, files: files, small: small)
            outcomes.append(try runner.run(plan.invariants, unbounded: plan.unbounded))
        }
        let verdicts = outcomes.map(\.verdict)
        // A refutation says more than an open question, and that more than a proof of the rest.
        let isRefuted = { (verdict: Verdict) in if case .violated = verdict { true } else { false } }
        let verdict = verdicts.first(where: isRefuted) ?? verdicts.first { !$0.isConclusive } ?? verdicts.last
        return (
            summary(verdict ?? .holds(.exhaustive), start: start, sources: sources),
            outcomes.flatMap(\.details)
        )
    }

    /// Of a verdict that was known.
    func summary(_ known: VerdictCache.Record, sources: SourceMap) -> CheckSummary {
        summary(
            known.verdict, statistics: known.statistics, coverage: known.coverage, start: .now,
            sources: sources)
    }

    func summary(
        _ verdict: Verdict, statistics: CheckSummary.Statistics? = nil, coverage: Coverage? = nil,
        start: ContinuousClock.Instant, sources: SourceMap
    ) -> CheckSummary {
        return CheckSummary(
            subject: plan.isProof ? .proof : .check, name: plan.name, title: spec.title, spec: path,
            place: sources.describe(plan.span), platform: layout.map { "\($0.path), \($0.name)" },
            settings: spec.constants.map { constant in
                let isAny = InductionRunner.sizes(plan.unbounded).contains {
                    constant.value == .number(Int128($0.standIn))
                }
                let text = isAny ? "any number" : ConstantText.text(constant.value, constant.type)
                return ObservedField(name: constant.name, value: .name(text))
            },
            verdict: verdict, expected: plan.expected, statistics: statistics, coverage: coverage,
            seconds: start.duration(to: .now) / .seconds(1), layout: fitted?.table)
    }

    private func statistics(_ outcome: CheckRunner.Outcome, threads: Int) -> CheckSummary.Statistics {
        CheckSummary.Statistics(
            states: UInt64(outcome.result.stateCount), transitions: outcome.result.transitionCount,
            depth: outcome.result.depth, bytesPerState: outcome.result.bytesPerState, threads: threads,
            engine: outcome.engine, represented: outcome.representedCount, reductions: outcome.reductions)
    }

    static func field(_ text: String) -> ObservedField? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        return ObservedField(
            name: text[..<equals].trimmingWhitespace(),
            value: .name(text[text.index(after: equals)...].trimmingWhitespace()))
    }
}

extension Substring {
    fileprivate func trimmingWhitespace() -> String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
