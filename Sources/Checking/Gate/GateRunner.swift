// SPDX-License-Identifier: MIT

import Diagnostics
import Findings
import Reports

/// Runs checks and proofs side by side, each on one thread; their order in the answer is that of the specs.
struct GateRunner: Sendable {
    struct Work: Sendable {
        let job: CheckJob
        let sources: SourceMap
    }

    let limits: ExplorationLimits
    let cache: VerdictCache?
    let deadline: ContinuousClock.Instant?

    func run(_ work: [Work]) throws -> [CheckSummary] {
        try Parallel.map(work, threads: limits.threads) { try summary(of: $0) }
    }

    private func summary(of work: Work) throws -> CheckSummary {
        let start = ContinuousClock.now
        var own = limits
        own.threads = 1
        own.patience = ExplorationLimits.patienceAmongOthers
        if let deadline {
            let left = start.duration(to: deadline) / .seconds(1)
            guard left > 0 else {
                return work.job.summary(
                    .inconclusive(GateReport.notBegun), start: start,
                    sources: work.sources)
            }
            own.secondsMax = min(own.secondsMax ?? left, left)
        }
        let key = cache.map { $0.key(of: work.job, work.sources, limits) }
        if let cache, let key, let known = cache.verdict(for: key) {
            return work.job.summary(known, sources: work.sources)
        }
        let summary = try work.job.run(sources: work.sources, limits: own, progress: nil)
        if let cache, let key { cache.keep(summary, for: key) }
        return summary
    }
}
