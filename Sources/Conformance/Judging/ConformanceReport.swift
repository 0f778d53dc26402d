// SPDX-License-Identifier: MIT

package import Diagnostics

/// What a log says of a spec, and what it does not say.
package struct ConformanceReport: Sendable {
    /// A value of the state that a failed condition spoke of.
    package struct Observation: Hashable, Sendable {
        /// The expression in the spec.
        package let span: Span
        package let value: String
        /// The value is the part of a set that the condition asked about.
        package let isPartOfSet: Bool
    }

    /// An event that one state does not allow.
    package struct Objection: Hashable, Sendable {
        /// The assertion's name, or the code of a run-time error.
        package let name: String
        package let message: String
        package let span: Span?
        package let observations: [Observation]
    }

    /// The first event that no state allows.
    package struct Mismatch: Sendable {
        package let line: Int
        package let text: String
        package let operation: String
        /// `name: value` of what the operation was given.
        package let arguments: [String]
        /// One for each candidate state, at most four.
        package let objections: [Objection]
        package let candidateCount: Int
        /// Lines before it, oldest first: those of the same thread, then of any.
        package let before: [(line: Int, text: String)]
    }

    package enum Verdict: Sendable {
        case conforms
        case violates(Mismatch)
        /// What is missing, and the event at which it was missed.
        case notEnough(String, Mismatch?)

        package var word: String {
            switch self {
            case .conforms: "conforms"
            case .violates: "does not conform"
            case .notEnough: "not enough in the log"
            }
        }
    }

    package struct EventCount: Hashable, Sendable {
        package let name: String
        package let count: Int
        package let firstLine: Int
    }

    package var verdict = Verdict.conforms
    package var lineCount = 0
    /// Events that were steps of operations.
    package var stepCount = 0
    /// Logs one after another in one file, each beginning with ftrace's head.
    package var logCount = 0
    /// Events that no operation of the spec is.
    package var unexplained: [EventCount] = []
    /// Events that the catalog says mean nothing.
    package var ignored: [EventCount] = []
    /// Operations with how often each was entered.
    package var exercised: [EventCount] = []
    /// Operations never entered.
    package var neverExercised: [String] = []
    /// `reachable` properties of the spec, and whether each holds at the end: in every state that the log allows,
    /// in none, or (`nil`) in some.
    package var conclusions: [(name: String, holds: Bool?)] = []
    /// What no such log can show, whatever happened.
    package var unseen: [String] = []
    /// Properties of the spec that a log does not decide.
    package var notJudged: [String] = []
    /// Events that ftrace says it lost.
    package var lostCount: UInt64 = 0
    package var candidatesMax = 1
    /// States that were possible until an event; the first few.
    package var ruledOut: [(line: Int, objection: Objection)] = []
    /// Scalar state variables at the end, one list for each candidate.
    package var finalStates: [[(name: String, value: String)]] = []
    /// Entries of tables and sets at the end.
    package var liveCount = 0
    package var liveMax = 0
}
