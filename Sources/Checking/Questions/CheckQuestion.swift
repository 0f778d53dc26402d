import Diagnostics
import Exploration
import Findings
import Foundation
import Reports
import SpecLanguage

/// What the command line asks of `check`.
package struct CheckRequest: Sendable {
    package var spec: String
    package var check: String?
    /// `NAME=VALUE`
    package var settings: [String]
    package var platform: String?
    package var group: Int?
    package var limits: ExplorationLimits
    package var jsonPath: String?
    package var tracesDirectory: String?

    package init(
        spec: String, check: String? = nil, settings: [String] = [], platform: String? = nil, group: Int? = nil,
        limits: ExplorationLimits, jsonPath: String? = nil, tracesDirectory: String? = nil
    ) {
        self.spec = spec
        self.check = check
        self.settings = settings
        self.platform = platform
        self.group = group
        self.limits = limits
        self.jsonPath = jsonPath
        self.tracesDirectory = tracesDirectory
    }
}

/// `iommu-check check`: explores the checks of a spec.
package struct CheckQuestion: Sendable {
    let request: CheckRequest

    package init(_ request: CheckRequest) { self.request = request }

    /// - Throws: `BadInput`, `OutputFile.Failure`
    package func answer(progress: (@Sendable (ProgressReport) -> Void)? = nil) throws -> Answer {
        let (summaries, warnings) = try summaries(progress: progress)
        let reporter = Reporter(summaries: summaries)
        if let path = request.jsonPath { try OutputFile.write(reporter.json, to: path) }
        if let directory = request.tracesDirectory { try reporter.writeTraces(to: directory) }
        return Answer(text: reporter.text, warnings: warnings, exitCode: reporter.exitCode)
    }

    /// All checks asked for, on all layouts asked for.
    func summaries(
        progress: (@Sendable (ProgressReport) -> Void)? = nil
    ) throws -> (summaries: [CheckSummary], warnings: String) {
        var loaded = try LoadedSpec.load(request.spec)
        let plans = try CheckPlan.plans(of: loaded, named: request.check)
        let settings = try request.settings.map { try SettingText.parse($0, origin: "--set \($0)", sources: &loaded.sources) }
        let layouts = try PlatformLayouts.load(request.platform, group: request.group)
        var jobs: [(plan: CheckPlan, layout: PlatformLayout?, spec: TypedSpec)] = []
        var diagnostics: [Diagnostic] = loaded.warnings
        for plan in plans {
            for layout in layouts {
                let (spec, found) = try typed(plan, layout, settings, &loaded)
                diagnostics += found
                if let spec { jobs.append((plan, layout, spec)) }
            }
        }
        let unique = Self.unique(diagnostics)
        if unique.contains(where: { $0.severity == .error }) { throw BadInput(unique, sources: loaded.sources) }
        var summaries: [CheckSummary] = []
        for job in jobs { summaries.append(try run(job.plan, job.layout, job.spec, loaded.sources, progress)) }
        let warnings = unique.isEmpty ? "" : TextRenderer(sources: loaded.sources).render(unique)
        return (summaries, warnings)
    }

    private func typed(
        _ plan: CheckPlan, _ layout: PlatformLayout?, _ settings: [Syntax.Setting], _ loaded: inout LoadedSpec
    ) throws -> (spec: TypedSpec?, diagnostics: [Diagnostic]) {
        var overrides = settings
        if let layout {
            overrides = try layout.settings(for: plan, in: loaded.library, sources: &loaded.sources) + settings
        }
        let (program, composed) = Program.compose(plan.composition, in: loaded.library, overrides: overrides)
        guard let program else { return (nil, composed) }
        let (spec, found) = TypeChecker.check(program, for: plan.isProof ? .proof : .exploration)
        return (spec, composed + found + (spec?.warnings ?? []))
    }

    /// The same mistake in a shared module is reported once, not once a check.
    static func unique(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return diagnostics.filter { seen.insert($0).inserted }
    }

    private func run(
        _ plan: CheckPlan, _ layout: PlatformLayout?, _ spec: TypedSpec, _ sources: SourceMap,
        _ progress: (@Sendable (ProgressReport) -> Void)?
    ) throws -> CheckSummary {
        var summary = CheckSummary(
            name: plan.name, title: spec.title, spec: request.spec, verdict: .inconclusive("not run"),
            expected: plan.expected)
        summary.scope = spec.constants.map {
            ObservedField(name: $0.name, value: .name(ConstantText.text($0.value, $0.type)))
        }
        summary.layout = layout?.rows(isProof: plan.isProof) ?? []
        summary.layoutName = layout?.name
        if plan.isProof {
            try ProofRunner(spec: spec, sources: sources, secondsMax: 30).run(plan.functions, into: &summary)
            return summary
        }
        if let reason = layout?.tooLarge {
            summary.verdict = .inconclusive(reason)
            return summary
        }
        let source = RunSource(
            spec: request.spec, check: plan.name,
            settings: request.settings.compactMap(Self.setting), platform: request.platform,
            group: layout?.groupText)
        let outcome = try CheckRunner(spec: spec, sources: sources, source: source, limits: request.limits)
            .run(progress: progress)
        summary.verdict = outcome.verdict
        summary.coverage = outcome.coverage
        summary.threads = request.limits.threads
        if let result = outcome.result {
            summary.states = result.stateCount
            summary.transitions = result.transitionCount
            summary.depth = result.depth
            summary.seconds = Double(result.duration.components.seconds)
                + Double(result.duration.components.attoseconds) / 1e18
            summary.bytesPerState = result.bytesPerState
        }
        return summary
    }

    static func setting(_ text: String) -> ObservedField? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        return ObservedField(
            name: String(text[..<equals]), value: .name(String(text[text.index(after: equals)...])))
    }
}
