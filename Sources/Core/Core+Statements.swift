// SPDX-License-Identifier: MIT

package import Diagnostics
package import SpecLanguage

extension Core {
    package struct Block: Sendable {
        package let statements: [Statement]

        package init(_ statements: [Statement]) { self.statements = statements }
    }

    package struct Arm: Sendable {
        package let bindings: [Variable]
        package let condition: Expression?
        package let body: Block
        package let span: Span
    }

    package final class Statement: Sendable {
        package indirect enum Form: Sendable {
            case assign(Place, Expression)
            /// All numbers of a range become members; that they can be was checked.
            case insert(Place, Expression)
            /// No number of a range stays a member.
            case remove(Place, Expression)
            case check(Check)
            case conditional(Expression, then: Block, otherwise: Block)
            case loop(Loop)
            /// The variable takes each number from `first` to `last`, in order; its kind has them all.
            case forEach(Variable, first: Expression, last: Expression, body: Block)
            /// `result`: what takes the value that is returned, if any is wanted.
            case call(Operation, [Expression], result: Variable?)
            case returnValue(Expression?)
            /// Ends an atomic section.
            case step(label: String?)
            /// Ends an atomic section and waits until the condition holds.
            case await(Check)
            case locked(Place, Block)
            case choose([Arm])
            /// Whether the named failure strikes: both ways are possible.
            case fault(String, strikes: Block, passes: Block)
        }

        package let form: Form
        package let span: Span

        init(_ form: Form, _ span: Span) {
            self.form = form
            self.span = span
        }
    }

    package struct Loop: Sendable {
        package let condition: Expression
        package let body: Block
    }

    /// A pure function. Two of one name differ in the lists that they are called with.
    package final class Function: Sendable {
        package let name: String
        package let parameters: [Variable]
        package let result: Kind
        package let body: Block
        package let source: Typed.Function
        package var span: Span { source.span }

        init(parameters: [Variable], result: Kind, body: Block, source: Typed.Function) {
            name = source.name
            self.parameters = parameters
            self.result = result
            self.body = body
            self.source = source
        }
    }

    /// What a function requires of its arguments, and says of its result.
    package struct Contract: Sendable {
        package let requires: [Expression]
        package let ensures: [Ensures]

        package struct Ensures: Sendable {
            package enum Case: Sendable {
                /// Of every result; the variable stands for it.
                case always(Variable)
                /// Of a result that is present; the variable stands for what is in it.
                case some(Variable)
                /// Of arguments for which there is no result.
                case none
            }

            package let resultCase: Case
            package let condition: Expression
            package let span: Span
        }
    }

    package final class Operation: Sendable {
        package let name: String
        /// Its index among the operations of the spec.
        package let number: Int
        package let parameters: [Variable]
        /// `nil`: it returns nothing.
        package let result: Kind?
        package let body: Block
        package let span: Span

        init(
            name: String, number: Int, parameters: [Variable], result: Kind?, body: Block, span: Span
        ) {
            self.name = name
            self.number = number
            self.parameters = parameters
            self.result = result
            self.body = body
            self.span = span
        }
    }
}
