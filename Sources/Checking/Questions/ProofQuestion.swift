// SPDX-License-Identifier: MIT

import ContentCache
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
    /// Proofs side by side; the answer does not depend on it, unless a time limit is reached.
    package var threads: Int
    /// Whether conditions that are proved are listed, too.
    package var listsConditions: Bool

    package init(
        spec: String, proof: String? = nil, settings: [String] = [], platform: String? = nil,
        group: Int? = nil, secondsMax: Double, smtLibFolder: String? = nil, cacheFolder: String? = nil,
        depth: Int? = nil, threads: Int = 1, listsConditions: Bool = false
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
        self.threads = threads
        self.listsConditions = listsConditions
    }

    /// Where proofs are remembered unless the user says otherwise.
    package static var standardCacheFolder: String { ContentCache.standardFolder }
}

/// `iommu-check prove`: discharges what the proofs of a spec name; or, with a depth, unrolls its checks.
package struct ProofQuestion: Sendable {
    let request: ProofRequest

    package init(_ request: ProofRequest) { self.request = request }

    /// - Throws: `BadInput`, `OutputFile.Failure`
    package func answer() throws -> Answer {
        let start = ContinuousClock.now
        let cache = request.cacheFolder.flatMap { ProofCache(folder: $0) }
        defer { cache?.finish() }
        let options = ProofOptions(
            secondsMax: request.secondsMax, cache: cache, smtLibFolder: request.smtLibFolder,
            listsConditions: request.listsConditions)
        let found = try SpecFiles(below: [request.spec])
        guard found.refused.isEmpty else {
            throw BadInput(found.refused.map(\.diagnostic), sources: SourceMap())
        }
        let files = found.paths
        let work = try files.compactMap { try jobs(of: $0, mayHaveNone: files != [request.spec]) }
        guard !work.isEmpty else {
            throw BadInput(
                Diagnostic(
                    "nothing-to-prove", "no spec below '\(request.spec)' declares a proof", at: nil,
                    help: "add 'proof name { prove f; expect proved }' to a spec"))
        }
        var countOfName: [String: Int] = [:]
        let pieces = work.flatMap { file in
            file.jobs.map { job in
                let count = countOfName[job.plan.name, default: 0] + 1
                countOfName[job.plan.name] = count
                var own = options
                own.smtLibName = job.plan.name + (count > 1 ? "-\(count)" : "")
                return (job, file.sources, own)
            }
        }
        let answers = try Parallel.map(pieces, threads: request.threads) { job, sources, options in
            try answer(job, sources, options)
        }
        let summaries = answers.map(\.0)
        var text = answers.map { summary, details in
            CheckReport.text(summary) + details.map { "  \($0)\n" }.joined() + "\n"
        }.joined()
        if summaries.count > 1 {
            text +=
                GateReport.totals(
                    summaries, countsStates: false, seconds: start.duration(to: .now) / .seconds(1)) + "\n"
        }
        return Answer(
            text: text, warnings: work.map(\.warnings).joined(), exitCode: ExitCode(of: summaries))
    }

    /// What is to be proved of one file.
    private struct Work: Sendable {
        let jobs: [CheckJob]
        let sources: SourceMap
        let warnings: String
    }

    /// - Returns: `nil` where there is nothing, and need not be: below a folder, specs without proofs are passed over.
    private func jobs(of file: String, mayHaveNone: Bool) throws -> Work? {
        var loaded = try LoadedSpec.load(file)
        if mayHaveNone, !CheckPlan.hasPlans(loaded, isProof: request.depth == nil) { return nil }
        let plans = try CheckPlan.plans(
            of: loaded, named: request.proof, checks: request.depth != nil, proofs: request.depth == nil)
        let (jobs, warnings) = try CheckJob.all(
            plans, of: &loaded, settings: request.settings, platform: request.platform, group: request.group)
        return Work(
            jobs: jobs, sources: loaded.sources,
            warnings: warnings.isEmpty ? "" : TextRenderer(sources: loaded.sources).render(warnings))
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
