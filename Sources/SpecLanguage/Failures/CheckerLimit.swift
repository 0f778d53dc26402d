// SPDX-License-Identifier: MIT

/// What the checker does not compute, whatever the spec means by it: a check that reaches a limit is inconclusive, and
/// neither holds nor is violated.
package enum CheckerLimit: String, CaseIterable, Hashable, Sendable {
    /// Rounds of loops and quantifiers, and calls of functions, within one step, or within one evaluation of a property.
    case work = "work_limit"
    /// Choices within one step.
    case choices = "too_many_choices"
    /// `--timeout`, or a signal, within one step or one evaluation of a property.
    case time = "time_limit"
    /// Exact integers beyond 2^120.
    case arithmetic = "arithmetic_overflow"

    /// Rounds that the steps of one process instance from one state may take, and one evaluation of a property: each
    /// value that a quantifier or a loop goes through is a round, and so is each call of a function.
    package static let roundsMax = 1 << 21
}
