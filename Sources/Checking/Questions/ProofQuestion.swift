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
    /// Steps of checks that are looked at; `nil`: proofs are discharged.
    package var depth: Int?

    package init(
        spec: String, proof: String? = nil, settings: [String] = [], platform: String? = nil,
        group: Int? = nil, secondsMax: Double, smtLibFolder: String? = nil, cacheFolder: String? = nil,
        depth: Int? = nil
    ) {
        self.spec = spec
        self.proof = proof
        self.settings = settings
        self.platform = platform
        self.group = group
        self.secondsMax = secondsMax
        self.smtLibFolder = smtLibFolder
        self.cacheFolder = cacheFolder
        self.depth = depth
    }

    /// Where proofs are remembered unless the user says otherwise.
    package static var standardCacheFolder: String { ModelCache.standardFolder }
}

/// `iommu-check prove`: discharges what the proofs of a spec name; or, with a depth, unrolls its checks.
package struct ProofQuestion: Sendable {
    let request: ProofRequest

    package init(_ request: ProofRequest) { self.request = request }

    /// - Throws: `BadInput`, `OutputFile.Failure`
    package func answer() throws -> Answer {
        let cache = request.cacheFolder.flatMap {
            ProofCache(folder: $0, solverVersion: ContractProver.solverVersion)
        }
        defer { cache?.prune() }
        let options = ProofOptions(
            secondsMax: request.secondsMax, cache: cache, smtLibFolder: request.smtLibFolder)
        let files = try SpecFiles.isDirectory(request.spec) ? SpecFiles.below([request.spec]) : [request.spec]
        var (text, warnings) = ("", "")
        var summaries: [CheckSummary] = []
        for file in files {
            var loaded = try LoadedSpec.load(file)
            // Below a folder, specs without proofs are passed over.
            if files != [request.spec], !CheckPlan.hasPlans(loaded, isProof: request.depth == nil) {
                continue
            }
            let (more, report, warning) = try answer(&loaded, options)
            summaries += more
            text += report
            warnings += warning
        }
        guard !summaries.isEmpty else {
            throw BadInput(
                Diagnostic(
                    "nothing-to-prove", "no spec below '\(request.spec)' declares a proof", at: nil,
                    help: "add 'proof name { prove f; expect proved }' to a spec"))
        }
        return Answer(text: text, warnings: warnings, exitCode: ExitCode(of: summaries))
    }

    private func answer(
        _ loaded: inout LoadedSpec, _ options: ProofOptions
    ) throws -> ([CheckSummary], text: String, warnings: String) {
        let plans = try CheckPlan.plans(
            of: loaded, named: request.proof, checks: request.depth != nil, proofs: request.depth == nil)
        let (jobs, warnings) = try CheckJob.all(
            plans, of: &loaded, settings: request.settings, platform: request.platform, group: request.group)
        var summaries: [CheckSummary] = []
        var text = ""
        for job in jobs {
            let (summary, details) = try answer(job, loaded.sources, options)
            summaries.append(summary)
            text += CheckReport.text(summary) + details.map { "  \($0)\n" }.joined() + "\n"
        }
        return (
            summaries, text, warnings.isEmpty ? "" : TextRenderer(sources: loaded.sources).render(warnings)
        )
    }

    private func answer(
        _ job: CheckJob, _ sources: SourceMap, _ options: ProofOptions
    ) throws -> (CheckSummary, [String]) {
        switch (request.depth, job.plan.isProof) {
        case (nil, true): return try job.prove(sources: sources, options: options)
        case (let depth?, false): return try job.unroll(depth: depth, sources: sources, options: options)
        case (nil, false):
            throw BadInput(
                [
                    Diagnostic(
                        "not-a-proof", "'\(job.plan.name)' is a check", at: job.plan.span,
                        help: "run it with 'iommu-check check', or all its runs of few steps with '--depth'")
                ], sources: sources)
        case (_?, true):
            throw BadInput(
                [
                    Diagnostic(
                        "not-a-check", "'\(job.plan.name)' is a proof: it has no steps", at: job.plan.span,
                        help: "leave out '--depth', or name a check")
                ], sources: sources)
        }
    }
}
