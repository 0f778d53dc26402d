// SPDX-License-Identifier: MIT

package import Diagnostics

extension Syntax {
    package struct Expression: Sendable {
        package indirect enum Kind: Sendable {
            case integer(Int128)
            case bool(Bool)
            case none
            case name(String)
            /// `base[index]`
            case element(base: Expression, index: Expression)
            /// `base[all]`, only as the target of an assignment.
            case everyElement(base: Expression)
            /// `base.name`
            case member(base: Expression, name: Name)
            /// `callee(arguments)`: a function, an operation, a type (conversion or struct).
            case call(callee: Name, arguments: [Argument])
            /// `base.method(arguments)`
            case methodCall(base: Expression, method: Name, arguments: [Argument])
            case unary(UnaryOperator, Expression)
            case binary(BinaryOperator, Expression, Expression)
            /// `first ... last`
            case interval(first: Expression, last: Expression)
            /// `[a, b, c]`: constants only.
            case list([Expression])
            /// `if condition { then } else { otherwise }`; without `else` the value is `true`.
            case conditional(condition: Condition, then: Expression, otherwise: Expression?)
            /// `forall(x: T, y: U) body`
            case quantifier(Quantifier, bindings: [QuantifierBinding], body: Expression)
            /// `fault name`: whether the named failure strikes here. Only as the whole condition of an `if`.
            case fault(Name)
            /// Missing or malformed; an error was reported.
            case missing
        }

        package let kind: Kind
        package let span: Span

        package init(_ kind: Kind, span: Span) {
            self.kind = kind
            self.span = span
        }
    }

    /// `label: value` or `value`.
    package struct Argument: Sendable {
        package let label: Name?
        package let value: Expression

        package init(label: Name?, value: Expression) {
            self.label = label
            self.value = value
        }
    }

    /// What stands after `if`, `guard`: a truth value or `let name = optional`.
    package indirect enum Condition: Sendable {
        case expression(Expression)
        case binding(name: Name, value: Expression)
    }

    /// `x: Type`, or `x in LIST`.
    package enum QuantifierBinding: Sendable {
        case overType(Binding)
        case overList(name: Name, list: Expression)
    }

    package enum Quantifier: String, Sendable { case forall, exists }

    package enum UnaryOperator: Hashable, Sendable {
        case not
        case sign(Sign)

        /// As it is written.
        package var symbol: String {
            switch self {
            case .not: "!"
            case .sign(let sign): sign.rawValue
            }
        }
    }

    package enum BinaryOperator: Hashable, Sendable {
        case connective(Connective)
        case comparison(ComparisonOperator)
        case arithmetic(ArithmeticOperator)

        /// As it is written.
        package var symbol: String {
            switch self {
            case .connective(let connective): connective.rawValue
            case .comparison(let comparison): comparison.rawValue
            case .arithmetic(let operation): operation.rawValue
            }
        }
    }
}
