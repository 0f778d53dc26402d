// SPDX-License-Identifier: MIT

/// What the command line asks of `compare`.
package struct CompareRequest: Sendable {
    /// `FILE`, `FILE:CHECK`, `FILE:ROW` or `FILE:MATRIX/ROW/COLUMN`.
    package var old: String
    package var new: String
    /// Only programs on this platform module, or in this column of a matrix.
    package var platform: String?
    /// `NAME=VALUE`, for both sides.
    package var settings: [String]
    /// Of each side of each comparison.
    package var limits: ExplorationLimits
    package var jsonPath: String?
    package var cache: VerdictCache?

    package init(
        old: String, new: String, platform: String? = nil, settings: [String] = [],
        limits: ExplorationLimits, jsonPath: String? = nil, cache: VerdictCache? = nil
    ) {
        self.old = old
        self.new = new
        self.platform = platform
        self.settings = settings
        self.limits = limits
        self.jsonPath = jsonPath
        self.cache = cache
    }
}
