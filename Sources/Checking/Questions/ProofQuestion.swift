import CompiledModel
import Diagnostics
import Findings
import Proofs
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
    /// Where every condition goes as SMT-LIB.
    package var smtLibFolder: String?
    /// The folder of conditions proved before; `nil`: every condition is asked anew.
    package var cacheFolder: String?

    package init(
        spec: String, proof: String? = nil, settings: [String] = [], platform: String? = nil,
        group: Int? = nil, secondsMax: Double, smtLibFolder: String? = nil, cacheFolder: String? = nil
    ) {
        self.spec = spec
        self.proof = proof
        self.settings = settings
        self.platform = platform
        self.group = group
        self.secondsMax = secondsMax
        self.smtLibFolder = smtLibFolder
        self.cacheFolder = cacheFolder
    }

    /// Where proofs are remembered unless the user says otherwise.
    package static var standardCacheFolder: String { ModelCache.standardFolder }
}

/// `iommu-check prove`: discharges the contracts that the proofs of a spec name.
package struct ProofQuestion: Sendable {
    let request: ProofRequest

    package init(_ request: ProofRequest) { self.request = request }

    /// - Throws: `BadInput`, `OutputFile.Failure`
    package func answer() throws -> Answer {
        var loaded = try LoadedSpec.load(request.spec)
        let plans = try CheckPlan.plans(of: loaded, named: request.proof, checks: false)
        let (jobs, warnings) = try CheckJob.all(
            plans, of: &loaded, settings: request.settings, platform: request.platform, group: request.group)
        let cache = request.cacheFolder.flatMap {
            ProofCache(folder: $0, solverVersion: ContractProver.solverVersion)
        }
        defer { cache?.prune() }
        let options = ProofOptions(
            secondsMax: request.secondsMax, cache: cache, smtLibFolder: request.smtLibFolder)
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
            let (summary, details) = try job.prove(sources: loaded.sources, options: options)
            summaries.append(summary)
            text += CheckReport.text(summary) + details.map { "  \($0)\n" }.joined() + "\n"
        }
        return Answer(
            text: text,
            warnings: warnings.isEmpty ? "" : TextRenderer(sources: loaded.sources).render(warnings),
            exitCode: ExitCode(of: summaries))
    }
}
