// SPDX-License-Identifier: MIT

/// Where a search is written down, so that another process can go on with it when this one ends in any way.
package struct Checkpoint: Sendable {
    /// Of the file. What is written is written under another name first: a file of this name is whole.
    package let path: String
    /// All that the states depend on: a search is only taken up for the same.
    package let identity: String
    /// Between two times that the search is written down; zero: after each level.
    package let interval: Duration
    /// What the search begins with; `nil`: the initial states.
    package let saved: SavedSearch?

    /// Reads what there is.
    ///
    /// - Throws: `Failure` where there is a file that is not of this search.
    package init(path: String, identity: String, interval: Duration) throws(Failure) {
        self.path = path
        self.identity = identity
        self.interval = interval
        saved = try SavedSearch(path: path, identity: identity)
    }

    /// Why a file was not written or read.
    package struct Failure: Error, Hashable, Sendable {
        package let reason: String
        package let help: String?

        init(_ reason: String, help: String? = nil) {
            self.reason = reason
            self.help = help
        }
    }
}
