// SPDX-License-Identifier: MIT

import Diagnostics
import Findings
import Foundation
import Reports
import SpecLanguage

/// What the command line asks of `mutate`.
package struct MutationRequest: Sendable {
    /// A directory of specs, or one spec: its checks that hold are asked.
    package var path: String
    /// Modules to make mistakes in; none: all that the checks are made of.
    package var modules: [String]
    /// Of each check. Mutants run side by side, as many as there are threads.
    package var limits: ExplorationLimits
    package var jsonPath: String?
    /// One line for each mutant.
    package var tablePath: String?
    /// Fewer found, of a hundred, are not as expected.
    package var percentMin: Int

    package init(
        path: String, modules: [String] = [], limits: ExplorationLimits, jsonPath: String? = nil,
        tablePath: String? = nil, percentMin: Int = 0
    ) {
        self.path = path
        self.modules = modules
        self.limits = limits
        self.jsonPath = jsonPath
        self.tablePath = tablePath
        self.percentMin = percentMin
    }
}

/// `iommu-check mutate`: whether the checks notice small mistakes in the specs. What nobody notices is either
/// said twice, or not said at all.
package struct MutationQuestion: Sendable {
    let request: MutationRequest

    package init(_ request: MutationRequest) { self.request = request }

    /// - Throws: `BadInput` where a spec is wrong before anything was changed, a module is not there, or there is nothing
    ///   to change.
    package func answer(progress: (@Sendable (ProgressReport) -> Void)? = nil) throws -> Answer {
        let start = ContinuousClock.now
        let (checks, sites) = try load()
        guard !sites.isEmpty else {
            throw Self.nothingToMutate(
                "there is no statement, guard or lock in the operations, processes and 'init' of the modules")
        }
        let baseline = try MutationRunner(checks: checks, limits: request.limits).baseline()
        let isInterrupted = { request.limits.interruption?.isRequested == true }
        let mutants =
            baseline.runner.checks.isEmpty || isInterrupted()
            ? [] : try baseline.runner.run(sites, progress: progress)
        progress?(ProgressReport(line: ""))
        let seconds = start.duration(to: .now) / .seconds(1)
        let report = MutationReport(
            mutants: mutants, siteCount: sites.count, isInterrupted: isInterrupted(),
            unfinishedBaselines: baseline.unfinished, failingBaselines: baseline.failing)
        if let path = request.jsonPath { try OutputFile.write(report.json.text, to: path) }
        if let path = request.tablePath { try OutputFile.write(report.table, to: path) }
        if report.isComplete, report.askedCount == 0 {
            throw Self.nothingToMutate(
                "none of the \(sites.count) changed specs can be typed; the first is refused with "
                    + "'\(mutants.first?.refusal ?? "")'")
        }
        return Answer(
            text: report.text(seconds: seconds), warnings: "", exitCode: exitCode(of: report))
    }

    private static func nothingToMutate(_ why: String) -> BadInput {
        BadInput(
            Diagnostic(
                "nothing-to-mutate", "there is no mutant to ask about: \(why)", at: nil,
                help: "name modules that do something ('--module'), or a directory of specs"))
    }

    /// Without all baselines, or all mutants, the share that is found says nothing.
    private func exitCode(of report: MutationReport) -> ExitCode {
        if !report.unfinishedBaselines.isEmpty || report.isInterrupted { return .inconclusive }
        if !report.failingBaselines.isEmpty { return .unexpected }
        return report.percentFound >= request.percentMin ? .expected : .unexpected
    }

    private func load() throws -> (checks: [MutationRunner.Check], sites: [MutationRunner.Site]) {
        var checks: [MutationRunner.Check] = []
        var modules: [(file: SourceFile, module: Syntax.Module)] = []
        let files = try SpecFiles(below: [request.path])
        guard files.refused.isEmpty else {
            throw BadInput(files.refused.map(\.diagnostic), sources: SourceMap())
        }
        for path in files.paths {
            let loaded = try LoadedSpec.load(path)
            guard CheckPlan.hasPlans(loaded, isProof: false) else { continue }
            let plans = try CheckPlan.plans(of: loaded, named: nil, proofs: false).filter {
                $0.expected == .holds
            }
            checks += plans.map { MutationRunner.Check(path: path, name: $0.name) }
            guard !plans.isEmpty else { continue }
            for module in loaded.library.closure(of: loaded.library.main) {
                let file = loaded.sources[module.file]
                if !modules.contains(where: { $0.file.path == file.path }) { modules.append((file, module)) }
            }
        }
        guard !checks.isEmpty else {
            throw BadInput(
                Diagnostic(
                    "nothing-to-check", "no check below '\(request.path)' is expected to hold", at: nil,
                    help: "name a directory of specs"))
        }
        let names = modules.map(\.module.name.text)
        if let unknown = request.modules.first(where: { !names.contains($0) }) {
            throw BadInput(
                Diagnostic(
                    "unknown-module", "no check is made of a module '\(unknown)'", at: nil,
                    help: closestName(to: unknown, among: names).map { "did you mean '\($0)'?" }))
        }
        let operations = Set(
            modules.flatMap { $0.module.declarations }.filter {
                if case .operation = $0.kind { true } else { false }
            }.map(\.name.text))
        let sites = modules.sorted { $0.file.path < $1.file.path }.filter {
            request.modules.isEmpty || request.modules.contains($0.module.name.text)
        }.flatMap { file, module in
            MutationSites(of: module, in: file, operations: operations).mutations.map {
                MutationRunner.Site(file: file, mutation: $0)
            }
        }
        return (checks, sites)
    }
}
