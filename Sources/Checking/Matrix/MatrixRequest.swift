// SPDX-License-Identifier: MIT

/// What the command line asks of `matrix`.
package struct MatrixRequest: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case json
        case markdown
        case html
    }

    package var spec: String
    /// Where the spec has several.
    package var matrix: String?
    /// A machine's layout in the place of the specs' own, and which group's, where there are several layouts.
    package var platform: String?
    package var group: Int?
    /// Of each exploration. Cells are explored side by side, as many as there are threads.
    package var limits: ExplorationLimits
    /// Files to write, and in which format.
    package var reports: [(format: Format, path: String)]
    /// A Markdown file: what stands between `<!-- matrix NAME -->` and `<!-- end of matrix NAME -->` is replaced.
    package var updatedPath: String?
    package var tracesDirectory: String?
    /// `nil`: everything is explored.
    package var cache: VerdictCache?

    package init(
        spec: String, matrix: String? = nil, platform: String? = nil, group: Int? = nil,
        limits: ExplorationLimits,
        reports: [(format: Format, path: String)] = [], updatedPath: String? = nil,
        tracesDirectory: String? = nil, cache: VerdictCache? = nil
    ) {
        self.spec = spec
        self.matrix = matrix
        self.platform = platform
        self.group = group
        self.limits = limits
        self.reports = reports
        self.updatedPath = updatedPath
        self.tracesDirectory = tracesDirectory
        self.cache = cache
    }
}
