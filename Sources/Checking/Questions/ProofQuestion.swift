import Diagnostics
import Findings
import Reports
import SpecLanguage

/// What the command line asks of `prove`.
package struct ProofRequest: Sendable {
    package var spec: String
    package var proof: String?
    package var settings: [String]
    package var platform: String?
    package var group: Int?
    /// For each condition.
    package var secondsMax: Double

    package init(
        spec: String, proof: String? = nil, settings: [String] = [], platform: String? = nil,
        group: Int? = nil,
        secondsMax: Double
    ) {
        self.spec = spec
        self.proof = proof
        self.settings = settings
        self.platform = platform
        self.group = group
        self.secondsMax = secondsMax
    }
}

/// `iommu-check prove`: discharges the contracts that the proofs of a spec name.
package struct ProofQuestion: Sendable {
    let request: ProofRequest

    package init(_ request: ProofRequest) { self.request = request }

    /// - Throws: `BadInput`
    package func answer() throws -> Answer {
        var loaded = try LoadedSpec.load(request.spec)
        let plans = try CheckPlan.plans(of: loaded, named: request.proof, checks: false)
        let (jobs, warnings) = try CheckJob.all(
            plans, of: &loaded, settings: request.settings, platform: request.platform, group: request.group)
        var summaries: [CheckSummary] = []
        var text = ""
        for job in jobs {
            guard job.plan.isProof else {
                throw BadInput(
                    [
                        Diagnostic(
                            "not-a-proof", "'\(job.plan.name)' is a check", at: job.plan.span,
                            help: "run it with 'iommu-check check'")
                    ], sources: loaded.sources)
            }
            let (summary, details) = try job.prove(sources: loaded.sources, secondsMax: request.secondsMax)
            summaries.append(summary)
            text += CheckReport.text(summary) + details.map { "  \($0)\n" }.joined() + "\n"
        }
        return Answer(
            text: text,
            warnings: warnings.isEmpty ? "" : TextRenderer(sources: loaded.sources).render(warnings),
            exitCode: ExitCode(of: summaries))
    }
}
