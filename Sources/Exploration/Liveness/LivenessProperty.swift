// SPDX-License-Identifier: MIT

/// A liveness property as the search sees it: conditions and constraints by number.
package struct LivenessProperty: Sendable {
    package enum Goal: Sendable {
        case eventually, alwaysEventually, eventuallyAlways, always
    }

    /// Whether the obligation arises in each state with the premise, or in initial states only.
    package let arisesAnywhere: Bool
    /// Numbers of conditions of the `FairModel`.
    package let premise: Int
    package let condition: Int
    package let goal: Goal
    /// Constraints, as bits, to which a run must be fair to count.
    package let constraints: UInt64

    package init(arisesAnywhere: Bool, premise: Int, condition: Int, goal: Goal, constraints: UInt64) {
        self.arisesAnywhere = arisesAnywhere
        self.premise = premise
        self.condition = condition
        self.goal = goal
        self.constraints = constraints
    }
}

/// An endless run that breaks a property: a way from an initial state to a loop, and the loop.
package struct Lasso: Hashable, Sendable {
    /// From an initial state on; the last is that at `loopStart` again. Where nothing moves any more, the last state stays
    /// for ever, and `loopStart` is its index.
    package let states: [[UInt64]]
    /// By step: number of the transition among those of the state it leaves, in the model's order.
    package let transitions: [Int]
    package let loopStart: Int
    /// Index of the state in which the obligation arises that is not met.
    package let owedFrom: Int

    package init(states: [[UInt64]], transitions: [Int], loopStart: Int, owedFrom: Int) {
        self.states = states
        self.transitions = transitions
        self.loopStart = loopStart
        self.owedFrom = owedFrom
    }
}
