// SPDX-License-Identifier: MIT

package import Diagnostics
package import SpecLanguage

/// A condition that is evaluated in every state and need not hold there: of a `reachable`, which is counted, and of a
/// property of endless runs where it can fail. One that cannot be evaluated is a finding.
package struct StateCondition: Sendable {
    package let property: String
    package let expression: Typed.Expression
    package let span: Span
    /// Whether the states in which it holds are counted.
    package let isCounted: Bool

    /// Counted ones first, by the number of their `reachable`.
    static func all(of spec: TypedSpec) -> [StateCondition] {
        var failures = FailureAnalysis()
        let reachables = spec.reachables.map {
            StateCondition(property: $0.name, expression: $0.condition, span: $0.span, isCounted: true)
        }
        let endless = spec.liveness.flatMap { property in
            property.conditions.map {
                StateCondition(property: property.name, expression: $0, span: property.span, isCounted: false)
            }
        }
        return reachables + endless.filter { failures.canFail($0.expression) }
    }
}

extension Typed.Liveness {
    /// Premise and goal.
    package var conditions: [Typed.Expression] { (premise.map { [$0] } ?? []) + [goal.condition] }
}
