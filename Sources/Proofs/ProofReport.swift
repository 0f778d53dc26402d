// SPDX-License-Identifier: MIT

package import Diagnostics
package import SpecLanguage

/// Concrete arguments for which a function breaks its contract, confirmed by running it.
package struct Witness: Hashable, Sendable {
    package struct Argument: Hashable, Sendable {
        package let name: String
        package let type: SpecType
        package let value: Value
    }

    package let arguments: [Argument]
    /// `nil` where the run ends in an error.
    package let result: Value?
    package let resultType: SpecType
    /// Which promise is broken, or where the run ends.
    package let brokenSpan: Span
    /// `the 2nd 'ensures' does not hold of the result`, or the error.
    package let sentence: String
}

/// One condition of a proof.
package struct ProofCondition: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        case proved
        case inconclusive(String)
        /// What the proof knows does not suffice: what may be missing, and values that fit what is known,
        /// which, run, broke nothing.
        case notShown(String)
        /// Values for which it does not hold, as a run shows.
        case fails(String)
        /// One round of a loop, from a state in which its invariants hold, leads to one in which this one does not: both states.
        /// The invariant is wrong or too weak; the function may be right.
        case notPreserved(String)
    }

    package let name: String
    package let span: Span
    /// Of the path that the condition speaks of: one promise is to be kept at each `return`.
    package let returnSpan: Span?
    package let outcome: Outcome
    package let milliseconds: Double
    /// The query as SMT-LIB; 'unsat' proves the condition.
    package let smtLib: String
    /// Proved before, and not asked again.
    package let isCached: Bool
}

extension ProofCondition.Outcome {
    /// The solver found values for which it was not shown.
    var isOpen: Bool {
        switch self {
        case .notShown, .fails, .notPreserved: true
        case .proved, .inconclusive: false
        }
    }
}

/// What was found out about one function.
package struct ProofReport: Sendable {
    package enum Outcome: Sendable {
        case proved
        case refuted(Witness)
        case inconclusive(String)
    }

    package let function: String
    package let conditions: [ProofCondition]
    package let outcome: Outcome
    package let solverVersion: String
    /// What proofs do not reach, where that is the reason.
    package let notProvable: NotProvable?
}
