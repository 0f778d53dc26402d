// SPDX-License-Identifier: MIT

import Diagnostics
import Findings
import Foundation
import Reports
import SpecLanguage

/// `iommu-check gate`: every check and proof below a directory against its expected verdict.
package struct GateQuestion: Sendable {
    let request: GateRequest

    package init(_ request: GateRequest) { self.request = request }

    /// - Throws: `BadInput` where there is nothing to run at all.
    package func answer() throws -> Answer {
        let start = ContinuousClock.now
        let loaded = try load()
        if loaded.isEmpty, let revision = request.since {
            return Answer(
                text: "nothing to check: no spec differs from '\(revision)'\n", warnings: loaded.warnings,
                exitCode: .expected)
        }
        guard !loaded.isEmpty else {
            throw BadInput(
                Diagnostic(
                    "nothing-to-check", "there is no check or proof below '\(request.path)'", at: nil,
                    help: "name a directory of specs"))
        }
        let runner = GateRunner(
            limits: request.limits, cache: request.cache,
            deadline: request.secondsMax.map { start + .seconds($0) })
        let summaries = try runner.run(loaded.work)
        let isPartial = request.since != nil || !loaded.mistakes.isEmpty
        let problems =
            loaded.mistakes.map(\.problem) + GateProblems.of(summaries, loaded.work, isPartial: isPartial)
        let seconds = start.duration(to: .now) / .seconds(1)
        for (format, path) in request.reports {
            try OutputFile.write(report(format, summaries, problems, seconds), to: path)
        }
        if let path = request.summaryPath {
            try OutputFile.append(report(.markdown, summaries, problems, seconds), to: path)
        }
        if let directory = request.tracesDirectory { try TraceFiles.write(summaries, to: directory) }
        let details = summaries.filter { $0.outcome != .asExpected && $0.hasBegun }.map(CheckReport.text)
        return Answer(
            commands: request.annotates ? GitHubReport.annotations(summaries, problems: problems) : "",
            text: details.joined(separator: "\n")
                + GateReport.text(summaries, problems: problems, seconds: seconds),
            warnings: loaded.mistakes.map(\.text).joined(separator: "\n") + loaded.warnings,
            exitCode: !loaded.mistakes.isEmpty
                ? .badInput : problems.isEmpty ? ExitCode(of: summaries) : .unexpected)
    }

    /// A file that cannot be checked: the others are, and the gate fails.
    private struct Mistake {
        let path: String
        /// What is wrong, as it is printed.
        let text: String

        var problem: String { "\(path): cannot be checked: \(text.scalarLines.first ?? "")" }
    }

    private struct Loaded {
        var work: [GateRunner.Work] = []
        var mistakes: [Mistake] = []
        var warnings = ""

        var isEmpty: Bool { work.isEmpty && mistakes.isEmpty }
    }

    /// Everything typed, in the order of the files.
    private func load() throws -> Loaded {
        let files = try SpecFiles(below: [request.path])
        let changes = try request.since.map { try ChangedFiles(since: $0, near: request.path) }
        var result = Loaded()
        result.mistakes = files.refused.map { file in
            Mistake(path: file.path, text: BadInput(file.diagnostic).text)
        }
        for path in files.paths {
            do throws(BadInput) {
                var loaded = try LoadedSpec.load(path)
                if let changes, !loaded.sources.files.contains(where: { changes.contain($0.path) }) {
                    continue
                }
                guard CheckPlan.hasPlans(loaded) else { continue }
                let plans = try CheckPlan.plans(of: loaded, named: nil)
                let (jobs, found) = try CheckJob.all(
                    plans, of: &loaded, settings: [], platform: nil, group: nil)
                if !found.isEmpty {
                    result.warnings += TextRenderer(sources: loaded.sources).render(found)
                }
                result.work += jobs.map { GateRunner.Work(job: $0, sources: loaded.sources) }
            } catch {
                result.mistakes.append(Mistake(path: path, text: error.text))
            }
        }
        return result
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
