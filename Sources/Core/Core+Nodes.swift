// SPDX-License-Identifier: MIT

package import TransitionSystem

extension Core {
    /// What is done at a point of a control graph, and where control goes.
    package enum Node {
        /// End of the round.
        case finish
        /// Control rests here; see `Departure`.
        case location
        case run([Statement], next: ControlNode)
        /// The lock named here is let go; that this instance holds it is required.
        case release(Place, next: ControlNode)
        /// The parameters of an operation get their values at once.
        case enter(operation: Int, [(parameter: Variable, value: Expression)], next: ControlNode)
        case branch(Branch)
        /// For each arm and each combination of values of its bindings for which its condition holds.
        case choose([(arm: Choice, next: ControlNode)])
        /// Both ways are possible; that the failure strikes comes second.
        case fault(strikes: ControlNode, passes: ControlNode)
    }

    package struct Branch {
        /// Comes before the condition.
        package let before: [Statement]
        package let condition: Expression
        /// What the way begins with where the condition holds.
        package let taken: [Statement]
        package let then: ControlNode
        package let otherwise: ControlNode
        /// What goes through numbers, where that is what begins here: each in a round of its own, in order.
        package var loop: Range?

        package struct Range {
            package let variable: Variable
            package let first: Expression
            package let last: Expression
        }
    }

    package struct Choice {
        package let bindings: [Variable]
        package let condition: Expression?
    }

    /// How control leaves a location.
    package enum Departure {
        case step(next: ControlNode)
        /// Waits until the lock is free, and takes it.
        case acquire(Place, next: ControlNode)
        /// Waits until the condition holds.
        case await(Expression, next: ControlNode)
        /// The start of a round.
        case start
    }
}
