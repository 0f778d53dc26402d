// SPDX-License-Identifier: MIT

import Diagnostics
import Foundation
import Reports
import SpecLanguage

/// What the command line asks of `check`.
package struct CheckRequest: Sendable {
    package var spec: String
    package var check: String?
    /// `NAME=VALUE`
    package var settings: [String]
    package var platform: String?
    package var group: Int?
    package var limits: ExplorationLimits
    package var jsonPath: String?
    package var tracesDirectory: String?

    package init(
        spec: String, check: String? = nil, settings: [String] = [], platform: String? = nil,
        group: Int? = nil,
        limits: ExplorationLimits, jsonPath: String? = nil, tracesDirectory: String? = nil
    ) {
        self.spec = spec
        self.check = check
        self.settings = settings
        self.platform = platform
        self.group = group
        self.limits = limits
        self.jsonPath = jsonPath
        self.tracesDirectory = tracesDirectory
    }
}

/// `iommu-check check`: explores the checks of a spec, and with a platform also proves its proofs on the
/// real layout.
package struct CheckQuestion: Sendable {
    let request: CheckRequest

    package init(_ request: CheckRequest) { self.request = request }

    /// - Throws: `BadInput`, `OutputFile.Failure`
    package func answer(progress: (@Sendable (ProgressReport) -> Void)? = nil) throws -> Answer {
        var loaded = try LoadedSpec.load(request.spec)
        let plans = try CheckPlan.plans(
            of: loaded, named: request.check, proofs: request.platform != nil || request.check != nil)
        let (jobs, warnings) = try CheckJob.all(
            plans, of: &loaded, settings: request.settings, platform: request.platform, group: request.group)
        var summaries: [CheckSummary] = []
        for job in jobs {
            summaries.append(try job.run(sources: loaded.sources, limits: request.limits, progress: progress))
        }
        if let path = request.jsonPath {
            try OutputFile.write(CheckReport.json(summaries).text, to: path)
        }
        if let directory = request.tracesDirectory {
            try TraceFiles.write(summaries, to: directory)
        }
        return Answer(
            text: summaries.map(CheckReport.text).joined(separator: "\n"),
            warnings: warnings.isEmpty ? "" : TextRenderer(sources: loaded.sources).render(warnings),
            exitCode: ExitCode(of: summaries))
    }
}

extension ExitCode {
    /// Unexpected before inconclusive before expected.
    init(of summaries: [CheckSummary]) {
        let outcomes = summaries.map(\.outcome)
        if outcomes.contains(.unexpected) {
            self = .unexpected
        } else if outcomes.contains(.inconclusive) {
            self = .inconclusive
        } else {
            self = .expected
        }
    }
}
