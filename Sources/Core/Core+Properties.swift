// SPDX-License-Identifier: MIT

extension Core {
    /// An invariant as it is judged: below its leading quantifiers a premise, and what follows from it. A premise that no state
    /// ever meets is reported.
    package indirect enum Property: Sendable {
        case forAll(Variable, Property)
        /// One after the other: an element of a list each.
        case each([Property])
        case bind(Variable, Expression, in: Property)
        case implication(premise: Expression, conclusion: Expression)
        /// Without a premise.
        case condition(Expression)
    }
}
