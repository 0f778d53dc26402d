// SPDX-License-Identifier: MIT

/// What the command line asks of `gate`.
package struct GateRequest: Sendable {
    /// A file that another program reads.
    package enum Format: String, Sendable, CaseIterable {
        case json
        case ktap
        case junit
        case sarif
        case markdown
    }

    package var path: String
    /// Of each check. Checks run side by side, as many as there are threads.
    package var limits: ExplorationLimits
    /// Files to write, and in which format.
    package var reports: [(format: Format, path: String)]
    /// Workflow commands for GitHub's annotations are part of the answer.
    package var annotates: Bool
    /// A file that the Markdown summary is added to.
    package var summaryPath: String?
    package var tracesDirectory: String?
    /// For all checks together; what has not begun by then is inconclusive.
    package var secondsMax: Double?
    /// Only specs that differ, with all they import, from this revision of the git repository.
    package var since: String?
    /// `nil`: everything runs.
    package var cache: VerdictCache?

    package init(
        path: String, limits: ExplorationLimits, reports: [(format: Format, path: String)] = [],
        annotates: Bool = false, summaryPath: String? = nil, tracesDirectory: String? = nil,
        secondsMax: Double? = nil,
        since: String? = nil, cache: VerdictCache? = nil
    ) {
        self.path = path
        self.limits = limits
        self.reports = reports
        self.annotates = annotates
        self.summaryPath = summaryPath
        self.tracesDirectory = tracesDirectory
        self.secondsMax = secondsMax
        self.since = since
        self.cache = cache
    }
}
