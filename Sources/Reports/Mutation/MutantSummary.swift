// SPDX-License-Identifier: MIT

/// What became of one mistake that was made in a spec on purpose.
package struct MutantSummary: Sendable {
    package enum Outcome: Sendable, Hashable {
        /// A check says something else than before: which, and what it says.
        case found(check: String, verdict: String)
        /// Every check says what it said before.
        case survived(checks: Int)
        /// No check could be asked: the text is no spec any more.
        case refused(String)
        /// No check says anything else, and some did not finish.
        case undecided(String)
    }

    /// `statement dropped`
    package let kind: String
    /// `path:line:column`
    package let place: String
    /// The operation or process it lies in.
    package let home: String
    /// The text that was there, and what took its place.
    package let before: String
    package let after: String
    package let outcome: Outcome

    package init(
        kind: String, place: String, home: String, before: String, after: String, outcome: Outcome
    ) {
        self.kind = kind
        self.place = place
        self.home = home
        self.before = before
        self.after = after
        self.outcome = outcome
    }

    package var isFound: Bool { if case .found = outcome { true } else { false } }
    package var isRefused: Bool { refusal != nil }
    /// Why the mutant is no spec.
    package var refusal: String? { if case .refused(let why) = outcome { why } else { nil } }
}
