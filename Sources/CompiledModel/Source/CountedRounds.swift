// SPDX-License-Identifier: MIT

import SpecLanguage

/// When a model hands a state to the interpreter, whose limit on rounds is the definition: whatever may reach that limit.
///
/// A model counts rounds of loops and quantifiers, and calls of functions, only where they may be many, and then rather too many. What it does
/// not count is bounded by the text of the spec (`CoreRounds`). Counted and uncounted rounds, each half of
/// the limit at most, stay below it together.
enum CountedRounds {
    static let countedMax = CheckerLimit.roundsMax / 2
    private static let uncountedMax = CheckerLimit.roundsMax / 2
    /// Of one property.
    static let uncountedInPropertyMax = 1 << 16
    /// Of one call of a function.
    static let uncountedInFunctionMax = 1 << 12
    /// Of one node of a control graph.
    static let uncountedInNodeMax = 64
    /// Counted at once, before the first of them.
    static let countedAtOnceMax = 1 << 20

    /// Transitions of one source state, each on a way past all nodes of a graph at most; no more than are worth counting.
    static func outcomesMax(weight: Int) -> Int { min(100_000, uncountedMax / max(weight, 1)) }

    /// A loop of so many rounds, with what is done in each.
    static func total(_ count: Int, each: Int) -> Int {
        let (round, isLarge) = each.addingReportingOverflow(1)
        let (product, overflow) = count.multipliedReportingOverflow(by: round)
        return isLarge || overflow ? .max : product
    }

    /// Saturates.
    static func sum(_ a: Int, _ b: Int) -> Int {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }
}
