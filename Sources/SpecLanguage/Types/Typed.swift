// SPDX-License-Identifier: MIT

package import Diagnostics

/// Namespace of the typed tree: names resolved, types checked, constants folded. The single source that
/// interpreter,
/// compiled model, proofs, exporters and documentation read.
package enum Typed {
    package final class Expression: Sendable {
        package indirect enum Kind: Sendable {
            case literal(Value)
            case variable(Variable)
            /// `base[index]`; the index is checked at run time.
            case element(base: Expression, index: Expression)
            /// `base.field`; also `.first` and `.last` (0 and 1) of a range.
            case field(base: Expression, index: Int)
            /// `queue.count`, `set.is_empty` and so on.
            case method(Method, base: Expression, arguments: [Expression])
            /// Change of type without change of meaning. To an optional type: wraps (the value itself).
            /// Numeric: checked at run time
            /// where the value may not fit a range; explicit conversions to `bits(W)` take the low W bits.
            /// Ranges
            /// (`.interval`) keep their end points.
            case convert(Expression)
            case not(Expression)
            case sign(Sign, Expression)
            case connective(Connective, Expression, Expression)
            case comparison(ComparisonOperator, Expression, Expression)
            /// Wraps iff the expression's type is `.bits`; otherwise it is exact.
            case arithmetic(ArithmeticOperator, Expression, Expression)
            case conditional(condition: Expression, then: Expression, otherwise: Expression)
            /// `if let variable = value { then } else { otherwise }`
            case optionalBinding(Variable, value: Expression, then: Expression, otherwise: Expression)
            /// Over all values of the variable's type.
            case quantifier(Syntax.Quantifier, Variable, body: Expression)
            /// Over the elements of a list (a constant).
            case listQuantifier(Syntax.Quantifier, Variable, list: Expression, body: Expression)
            case call(Function, arguments: [Expression])
            case record([Expression])
            case interval(first: Expression, last: Expression)
            case list([Expression])
        }

        package let kind: Kind
        package let type: SpecType
        package let span: Span

        package init(_ kind: Kind, type: SpecType, span: Span) {
            self.kind = kind
            self.type = type
            self.span = span
        }
    }

    package struct Block: Sendable {
        package let statements: [Statement]

        package init(statements: [Statement]) { self.statements = statements }
    }

    package final class Statement: Sendable {
        package indirect enum Kind: Sendable {
            /// Also the declaration of a variable with its value.
            case assign(target: Target, value: Expression)
            case mutate(target: Target, Mutation, arguments: [Expression])
            /// Inlined. `result` receives the returned value, if any is wanted.
            case callOperation(Operation, arguments: [Expression], result: Variable?)
            case conditional(condition: Condition, then: Block, otherwise: Block)
            case whileLoop(
                condition: Expression, invariants: [Expression], decreases: Expression?, body: Block)
            /// Over all values of the variable's type, in order.
            case forEach(Variable, body: Block)
            /// Over `first ... last`, in order.
            case forInterval(Variable, interval: Expression, body: Block)
            case forList(Variable, list: Expression, body: Block)
            case returnValue(Expression?)
            case step(label: String?)
            case await(Expression)
            case withLock(Target, Block)
            case choose([Arm])
            case assert(name: String, Expression)
        }

        package let kind: Kind
        package let span: Span

        package init(_ kind: Kind, span: Span) {
            self.kind = kind
            self.span = span
        }
    }

    package indirect enum Condition: Sendable {
        case expression(Expression)
        /// `let variable = value`: true where the value is present.
        case binding(Variable, value: Expression)
        /// Whether the named failure strikes here: both ways are explored.
        case fault(String)
    }

    /// A place that can be written: a variable and a path into it.
    package struct Target: Sendable {
        package enum Step: Sendable {
            case element(Expression)
            /// `[all]`
            case everyElement
            case field(Int)
        }

        package let variable: Variable
        package let path: [Step]
        package let type: SpecType
        package let span: Span

        package init(variable: Variable, path: [Step], type: SpecType, span: Span) {
            self.variable = variable
            self.path = path
            self.type = type
            self.span = span
        }
    }

    package struct Arm: Sendable {
        package let bindings: [Variable]
        package let condition: Expression?
        package let body: Block
        package let span: Span

        package init(bindings: [Variable], condition: Expression?, body: Block, span: Span) {
            self.bindings = bindings
            self.condition = condition
            self.body = body
            self.span = span
        }
    }
}
