// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

/// To be discharged: from the hypotheses follows the goal.
struct Claim {
    /// What a failure means.
    enum Subject: Hashable {
        /// The function itself is wrong, or what is known of it too little.
        case function
        /// That what a called function requires holds.
        case call
        /// A loop invariant: it is wrong, or too weak to follow from itself.
        case loopInvariant
        /// That a loop ends, and nothing says why.
        case missingMeasure
        /// That two rounds of an unrolled loop differ: a run in which they do not never ends.
        case repetition
        /// That a value is one which proofs can tell; the function may be right where it is not.
        case limit
    }

    let name: String
    let subject: Subject
    let span: Span
    /// Where the path that it speaks of returns.
    var returnSpan: Span?
    let hypotheses: [Formula]
    let goal: Formula
    /// Variables that a reader of a failing claim wants to see, in order of declaration.
    let shown: [Snapshot]
    /// Rounds of loops on the way here, where loops are unrolled.
    let rounds: Int
    /// Whether a function called on the way has a loop: more of its rounds may say more.
    let hasUnrolledCalls: Bool
    /// Whether what is known comes of the invariants of a loop.
    let isBehindLoop: Bool

    /// Whether it fails, as is seen without a solver.
    var isRefuted: Bool { goal.constant == false && hypotheses.allSatisfy { $0.constant == true } }
}

/// The variables at some point of an execution.
struct Snapshot {
    /// `at the start of a round`
    let title: String
    let values: [(variable: Variable, symbol: Symbol)]
}
