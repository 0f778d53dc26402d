// SPDX-License-Identifier: MIT

import ContentCache
import Diagnostics
import Findings
import Foundation
import Reports
import SpecLanguage

/// Verdicts, by everything they depend on: this program, the texts of all files that were read, the check and its
/// constants, the platform, what may be left out; those of proofs also by the solver.
package struct VerdictCache: Sendable {
    private let cache: ContentCache
    private let solver: [(name: String, value: String)]

    /// - Returns: `nil` where the folder cannot be made private to this user.
    ///
    /// - Parameter solver: the solver's identity as parts of the cache key: version and hash of libz3; `nil`: of the libz3
    ///   that is loaded.
    package init?(folder: String, solver: [(name: String, value: String)]? = nil) {
        guard let cache = try? ContentCache(folder: folder) else { return nil }
        self.cache = cache
        self.solver = solver ?? SolverIdentity.parts
    }

    /// In the user's cache folder.
    ///
    /// - Returns: `nil` where there is none that can be made private.
    package init?() {
        guard let cache = ContentCache.standard() else { return nil }
        self.cache = cache
        solver = SolverIdentity.parts
    }

    /// What is kept of a verdict.
    struct Record: Codable {
        struct Statistics: Codable {
            let states: UInt64
            let represented: UInt64?
            let transitions: UInt64
            let depth: Int
            let bytesPerState: Double
            let reductions: [String]
        }

        let verdict: Verdict
        /// `nil` where nothing was explored, as `coverage`.
        let explored: Statistics?
        let coverage: Coverage?
    }

    func key(of job: CheckJob, _ sources: SourceMap, _ limits: ExplorationLimits) -> CacheKey {
        var parts = [
            ("spec", job.path), ("name", job.plan.name), ("subject", job.plan.isProof ? "proof" : "check"),
            ("reductions", "\(limits.reductions)"),
        ]
        parts += job.settings.map { ("setting", $0) }
        parts += job.variant.map { ("variant", $0) }
        parts += job.spec.constants.map { ($0.name, ConstantText.text($0.value, $0.type)) }
        if let layout = job.layout { parts += [("platform", layout.path), ("layout", layout.name)] }
        if case .fitted(let layout)? = job.binding {
            parts += layout.settings.map { ("bound", $0) } + [("room", String(describing: layout.room))]
        }
        if job.plan.isProof { parts += solver }
        for file in sources.files {
            parts += [("path", file.path), ("text", String(decoding: file.bytes, as: UTF8.self))]
        }
        return CacheKey(.verdict, parts)
    }

    func verdict(for key: CacheKey) -> Record? {
        cache.content(of: key).flatMap { try? JSONDecoder().decode(Record.self, from: $0) }
    }

    /// - Parameter always: also what is not as expected.
    func keep(_ summary: CheckSummary, for key: CacheKey, always: Bool = false) {
        guard always || summary.outcome == .asExpected, summary.verdict.isConclusive else { return }
        let record = Record(
            verdict: summary.verdict,
            explored: summary.statistics.map {
                Record.Statistics(
                    states: $0.states, represented: $0.represented, transitions: $0.transitions,
                    depth: $0.depth, bytesPerState: $0.bytesPerState, reductions: $0.reductions)
            }, coverage: summary.coverage)
        if let data = try? JSONEncoder().encode(record) { cache.keep(data, for: key) }
    }
}

extension VerdictCache.Record {
    var statistics: CheckSummary.Statistics? {
        explored.map {
            CheckSummary.Statistics(
                states: $0.states, transitions: $0.transitions, depth: $0.depth,
                bytesPerState: $0.bytesPerState, threads: 1, engine: "known from before",
                represented: $0.represented, reductions: $0.reductions)
        }
    }
}
