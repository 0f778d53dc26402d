import Diagnostics
import Findings
import Foundation
import Reports
import SpecLanguage

/// `iommu-check gate`: every check and proof below a directory against its expected verdict.
package struct GateQuestion: Sendable {
    let request: GateRequest

    package init(_ request: GateRequest) { self.request = request }

    /// - Throws: `BadInput` with every mistake of every spec; nothing runs before all specs are right.
    package func answer() throws -> Answer {
        let start = ContinuousClock.now
        let (work, warnings) = try load()
        if work.isEmpty, let revision = request.since {
            return Answer(
                text: "nothing to check: no spec differs from '\(revision)'\n", warnings: warnings,
                exitCode: .expected)
        }
        guard !work.isEmpty else {
            throw BadInput(
                Diagnostic(
                    "nothing-to-check", "there is no check or proof below '\(request.path)'", at: nil,
                    help: "name a directory of specs"))
        }
        let runner = GateRunner(
            limits: request.limits, cache: request.cache,
            deadline: request.secondsMax.map { start + .seconds($0) })
        let summaries = try runner.run(work)
        let problems = GateProblems.of(summaries, work, isPartial: request.since != nil)
        let seconds = start.duration(to: .now) / .seconds(1)
        for (format, path) in request.reports {
            try OutputFile.write(report(format, summaries, problems, seconds), to: path)
        }
        if let path = request.summaryPath {
            let known = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            try OutputFile.write(known + report(.markdown, summaries, problems, seconds), to: path)
        }
        if let directory = request.tracesDirectory {
            for summary in summaries { try TraceFiles.write(summary, to: directory) }
        }
        let details = summaries.filter { $0.outcome != .asExpected && $0.hasBegun }.map(CheckReport.text)
        let annotations = request.annotates ? GitHubReport.annotations(summaries, problems: problems) : ""
        return Answer(
            text: annotations + details.joined(separator: "\n")
                + GateReport.text(summaries, problems: problems, seconds: seconds),
            warnings: warnings,
            exitCode: problems.isEmpty ? ExitCode(of: summaries) : .unexpected)
    }

    /// Everything typed, in the order of the files.
    private func load() throws -> (work: [GateRunner.Work], warnings: String) {
        let changes = try request.since.map { try ChangedFiles(since: $0, near: request.path) }
        var work: [GateRunner.Work] = []
        var mistakes: [String] = []
        var warnings = ""
        for path in try SpecFiles.below([request.path]) {
            do throws(BadInput) {
                var loaded = try LoadedSpec.load(path)
                if let changes, !loaded.sources.files.contains(where: { changes.contain($0.path) }) {
                    continue
                }
                guard CheckPlan.hasPlans(loaded) else { continue }
                let plans = try CheckPlan.plans(of: loaded, named: nil)
                let (jobs, found) = try CheckJob.all(
                    plans, of: &loaded, settings: [], platform: nil, group: nil)
                if !found.isEmpty { warnings += TextRenderer(sources: loaded.sources).render(found) }
                work += jobs.map { GateRunner.Work(job: $0, sources: loaded.sources) }
            } catch {
                mistakes.append(error.text)
            }
        }
        guard mistakes.isEmpty else { throw GateFailure(text: mistakes.joined(separator: "\n")) }
        return (work, warnings)
    }

    private func report(
        _ format: GateRequest.Format, _ summaries: [CheckSummary], _ problems: [String], _ seconds: Double
    ) -> String {
        switch format {
        case .json: CheckReport.json(summaries).text
        case .ktap: KTAPReport.text(summaries, problems: problems)
        case .junit: JUnitReport.text(summaries, problems: problems)
        case .sarif: SARIFReport.text(summaries, problems: problems, version: ProgramIdentity.version)
        case .markdown: GitHubReport.markdown(summaries, problems: problems, seconds: seconds)
        }
    }
}

/// Several specs are wrong: their texts, already rendered.
package struct GateFailure: Error {
    package let text: String
}
