// SPDX-License-Identifier: MIT

import Diagnostics
import Findings
import Foundation
import Reports
import SpecLanguage
import Synchronization

/// Asks the checks about one mistake after another, the quickest check first, until one says something else.
struct MutationRunner: Sendable {
    /// A check that holds.
    struct Check: Sendable {
        let path: String
        let name: String
        /// Known when it has been run without a mistake: files it is made of, operations it enters, states it
        /// has.
        var files: Set<String> = []
        var operations: Set<String> = []
        var states: UInt64 = 0

        /// Whether a mistake there can make a difference.
        func covers(_ site: Site) -> Bool {
            files.contains(site.file.path)
                && (operations.contains(site.mutation.home) || !site.isInOperation)
        }
    }

    struct Site: Sendable {
        let file: SourceFile
        let mutation: Mutation
        /// What an operation does only matters where it is entered.
        var isInOperation = false
    }

    var checks: [Check]
    let limits: ExplorationLimits

    /// What the checks say before any mistake is made.
    struct Baseline: Sendable {
        /// Asks the checks that hold, quick ones first.
        let runner: MutationRunner
        /// Checks that did not finish, and why: what they say of a mutant cannot be compared with anything.
        let unfinished: [String]
        /// Checks that do not hold, and what they say.
        let failing: [String]
    }

    func baseline() throws -> Baseline {
        let measured = try Parallel.map(checks, threads: limits.threads) { check in
            let (summary, loaded) = try run(check, edited: nil)
            var check = check
            check.files = Set(loaded.sources.files.map(\.path))
            check.operations = Set((summary.coverage?.operations ?? []).filter { $0.count > 0 }.map(\.name))
            check.states = summary.statistics?.states ?? 0
            return (check: check, verdict: summary.verdict)
        }
        var runner = self
        runner.checks = []
        var unfinished: [String] = []
        var failing: [String] = []
        for (check, verdict) in measured {
            let sentence = "\(check.path) \(check.name): \(CheckReport.sentence(verdict))"
            switch verdict {
            case .holds: runner.checks.append(check)
            case .inconclusive: unfinished.append(sentence)
            case .violated, .notApplicable: failing.append(sentence)
            }
        }
        runner.checks = runner.checks.enumerated().sorted {
            ($0.element.states, $0.offset) < ($1.element.states, $1.offset)
        }.map(\.element)
        return Baseline(runner: runner, unfinished: unfinished, failing: failing)
    }

    /// - Returns: what became of each mutant, in the order of the sites; after an interruption, of those that were finished.
    func run(
        _ sites: [Site], progress: (@Sendable (ProgressReport) -> Void)?
    ) throws -> [MutantSummary] {
        let done = Atomic<Int>(0)
        let entered = checks.reduce(into: Set<String>()) { $0.formUnion($1.operations) }
        return try Parallel.map(sites, threads: limits.threads) { site -> MutantSummary? in
            if limits.interruption?.isRequested == true { return nil }
            var site = site
            site.isInOperation = entered.contains(site.mutation.home)
            let outcome = try outcome(of: site)
            // A check that was interrupted says nothing of the mutant.
            if case .undecided = outcome, limits.interruption?.isRequested == true { return nil }
            let count = done.add(1, ordering: .relaxed).newValue
            progress?(ProgressReport(line: "mutant \(count) of \(sites.count)"))
            return summary(of: site, outcome)
        }.compactMap(\.self)
    }

    private func outcome(of site: Site) throws -> MutantSummary.Outcome {
        let edited = site.mutation.applied(to: site.file)
        var asked = 0
        var unfinished: String?
        for check in checks where check.covers(site) {
            let summary: CheckSummary
            do {
                summary = try run(check, edited: edited).summary
            } catch let error as BadInput {
                let message = error.diagnostics.first { $0.severity == .error }?.message ?? "it is wrong"
                // What the type checker refuses is no spec; what cannot begin any more is noticed.
                if error.diagnostics.contains(where: { $0.id == "bad-initial-state" }) {
                    return .found(check: "\(check.path) \(check.name)", verdict: message)
                }
                return .refused(message)
            }
            asked += 1
            switch summary.verdict {
            case .holds: continue
            case .inconclusive(let why): unfinished = "\(check.path) \(check.name): \(why)"
            case .violated, .notApplicable:
                return .found(
                    check: "\(check.path) \(check.name)", verdict: CheckReport.sentence(summary.verdict))
            }
        }
        if let unfinished { return .undecided(unfinished) }
        return .survived(checks: asked)
    }

    private func run(
        _ check: Check, edited: SourceFile?
    ) throws -> (summary: CheckSummary, loaded: LoadedSpec) {
        var loaded = try LoadedSpec.load(check.path, edited: edited)
        let plans = try CheckPlan.plans(of: loaded, named: check.name)
        let (jobs, _) = try CheckJob.all(plans, of: &loaded, settings: [], platform: nil, group: nil)
        guard let job = jobs.first else { preconditionFailure("a plan gives a job on no platform") }
        var own = limits
        own.threads = 1
        own.patience = ExplorationLimits.patienceAmongOthers
        return (try job.run(sources: loaded.sources, limits: own, progress: nil), loaded)
    }

    private func summary(of site: Site, _ outcome: MutantSummary.Outcome) -> MutantSummary {
        let (file, span) = (site.file, site.mutation.span)
        let place = file.position(at: span.start)
        return MutantSummary(
            kind: site.mutation.kind.rawValue, place: "\(file.path):\(place.line):\(place.column)",
            home: site.mutation.home,
            before: String(decoding: file.bytes[span.start..<span.end], as: UTF8.self),
            after: site.mutation.replacement, outcome: outcome)
    }
}
