// SPDX-License-Identifier: MIT

/// What was found wrong, with the run that shows it.
package struct Violation: Hashable, Sendable, Codable {
    package enum Kind: String, Sendable, CaseIterable, Codable {
        case invariant
        case assertion
        case deadlock
        /// A property of endless runs; its run is a lasso.
        case liveness
        /// Index out of range, read of none, a number outside its range, a loop without end: in the spec
        /// itself.
        case runTimeError = "run-time error"
        /// The condition of a `reachable`, or of a property of endless runs, cannot be evaluated in a state.
        case condition
        /// A `reachable` property that no state satisfies; has no run.
        case unreachable
        /// Concrete arguments for which a function breaks its contract; its run is one call, told in the
        /// explanation.
        case contract
        /// A step from a state that fits all that is assumed breaks an invariant; whether a run reaches that state is not said.
        case induction
    }

    package let kind: Kind
    /// Name of the invariant or assertion; "deadlock"; the id of the run-time error.
    package let property: String
    /// Why, a sentence a line: the values that broke it.
    package let explanation: [String]
    /// `path:line:column` of the property or of the failing statement.
    package let place: String
    package let run: Run?

    package init(kind: Kind, property: String, explanation: [String], place: String, run: Run?) {
        self.kind = kind
        self.property = property
        self.explanation = explanation
        self.place = place
        self.run = run
    }
}

/// The answer to a check. Never inferred from silence.
package enum Verdict: Hashable, Sendable, Codable {
    package enum Extent: Hashable, Sendable, Codable {
        /// Every reachable state of the scope was visited.
        case exhaustive
        /// All runs of at most this many steps.
        case bounded(steps: Int)
        /// Discharged by a solver at the width stated.
        case proved(width: Int)
        /// In every state that is ever reached, for every value of these constants.
        case inductive(anyNumberOf: [String])
    }

    case holds(Extent)
    case violated(Violation)
    /// Why, and what was shown all the same, in one sound sentence.
    case inconclusive(String)
    case notApplicable(String)

    /// Whether it says all there is to say.
    package var isConclusive: Bool {
        switch self {
        case .holds, .violated: true
        case .inconclusive, .notApplicable: false
        }
    }

    /// One word for reports.
    package var word: String {
        switch self {
        case .holds: "holds"
        case .violated: "violated"
        case .inconclusive: "inconclusive"
        case .notApplicable: "not applicable"
        }
    }
}
