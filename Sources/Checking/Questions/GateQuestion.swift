import Diagnostics
import Findings
import Reports
import SpecLanguage

/// What the command line asks of `gate`.
package struct GateRequest: Sendable {
    package var path: String
    package var limits: ExplorationLimits
    package var jsonPath: String?
    package var tracesDirectory: String?

    package init(
        path: String, limits: ExplorationLimits, jsonPath: String? = nil, tracesDirectory: String? = nil
    ) {
        self.path = path
        self.limits = limits
        self.jsonPath = jsonPath
        self.tracesDirectory = tracesDirectory
    }
}

/// `iommu-check gate`: every check and proof below a directory against its expected verdict.
package struct GateQuestion: Sendable {
    let request: GateRequest

    package init(_ request: GateRequest) { self.request = request }

    /// - Throws: `BadInput` with every mistake of every spec; nothing runs before all specs are right.
    package func answer() throws -> Answer {
        let start = ContinuousClock.now
        var work: [(jobs: [CheckJob], sources: SourceMap)] = []
        var mistakes: [String] = []
        var warnings = ""
        for path in try SpecFiles.below([request.path]) {
            do throws(BadInput) {
                var loaded = try LoadedSpec.load(path)
                guard let plans = try? CheckPlan.plans(of: loaded, named: nil) else { continue }
                let (jobs, found) = try CheckJob.all(
                    plans, of: &loaded, settings: [], platform: nil, group: nil)
                if !found.isEmpty { warnings += TextRenderer(sources: loaded.sources).render(found) }
                work.append((jobs, loaded.sources))
            } catch {
                mistakes.append(error.text)
            }
        }
        guard mistakes.isEmpty else { throw GateFailure(text: mistakes.joined(separator: "\n")) }
        guard work.contains(where: { !$0.jobs.isEmpty }) else {
            throw BadInput(
                Diagnostic(
                    "nothing-to-check", "there is no check or proof below '\(request.path)'", at: nil,
                    help: "name a directory of specs"))
        }
        var summaries: [CheckSummary] = []
        for (jobs, sources) in work {
            for job in jobs {
                summaries.append(try job.run(sources: sources, limits: request.limits, progress: nil))
            }
        }
        if let path = request.jsonPath { try OutputFile.write(CheckReport.json(summaries).text, to: path) }
        if let directory = request.tracesDirectory {
            for summary in summaries { try TraceFiles.write(summary, to: directory) }
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        let details = summaries.filter { $0.outcome != .asExpected }.map(CheckReport.text).joined(
            separator: "\n")
        return Answer(
            text: details + GateReport.text(summaries, seconds: seconds), warnings: warnings,
            exitCode: ExitCode(of: summaries))
    }
}

/// Several specs are wrong: their texts, already rendered.
package struct GateFailure: Error {
    package let text: String
}
