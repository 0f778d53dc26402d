// SPDX-License-Identifier: MIT

package import Diagnostics
package import SpecLanguage

extension Core {
    /// Something with a name that holds a value. Identity matters, not the name.
    package final class Variable: Sendable {
        package enum Role: Hashable, Sendable {
            /// Part of the state.
            case state
            /// Parameter or local of an operation or process.
            case local
            /// Parameter or local of a function, or bound inside an expression.
            case frame
            /// Named by no author: holds what is used more than once.
            case temporary
        }

        package let name: String
        package let kind: Kind
        package let role: Role
        /// Unique within one translator; that of the spec's variable where there is one.
        package let number: Int
        package let span: Span
        /// `nil` for temporaries.
        package let source: SpecLanguage.Variable?

        init(
            name: String, kind: Kind, role: Role, number: Int, span: Span, source: SpecLanguage.Variable?
        ) {
            self.name = name
            self.kind = kind
            self.role = role
            self.number = number
            self.span = span
            self.source = source
        }
    }

    /// A place that is read or written: a variable and a path into it.
    package struct Place: Sendable {
        package enum Step: Sendable {
            /// By ordinal, which is within the array.
            case element(Expression)
            /// Each element, only in what is written.
            case everyElement
            case field(Int)
        }

        package let variable: Variable
        package let path: [Step]
        package let kind: Kind

        package init(_ variable: Variable) {
            self.init(variable, [], variable.kind)
        }

        private init(_ variable: Variable, _ path: [Step], _ kind: Kind) {
            self.variable = variable
            self.path = path
            self.kind = kind
        }

        package func field(_ index: Int) -> Place {
            Place(variable, path + [.field(index)], kind.fields[index])
        }
        package func element(_ ordinal: Expression) -> Place {
            Place(variable, path + [.element(ordinal)], kind.element)
        }
        package var everyElement: Place { Place(variable, path + [.everyElement], kind.element) }
    }

    /// Questions to a set.
    package enum Query: Sendable {
        /// Whether a number is a member; it may be none of the element type.
        case contains(Expression)
        /// Whether all numbers of a range are members: true of an empty one.
        case containsAll(Expression)
        /// Whether no number of a range is a member: true of an empty one.
        case isDisjoint(Expression)
        case isEmpty
        case count
        /// The maximal run of members with a member in a range: an optional range.
        case highestRun(Expression)
        case lowestRun(Expression)
    }

    package enum Quantifier: Hashable, Sendable { case all, any }

    /// What must hold for a value, or a step, to exist.
    package struct Check: Sendable {
        package let requirement: Requirement
        package let condition: Expression
        package let span: Span
        /// What an author wrote as the condition, for those who explain it.
        package let source: Typed.Expression?

        init(
            requirement: Requirement, condition: Expression, span: Span, source: Typed.Expression? = nil
        ) {
            self.requirement = requirement
            self.condition = condition
            self.span = span
            self.source = source
        }
    }

    /// A value. What is evaluated first stands first; nothing is evaluated that does not have to be.
    package final class Expression: Sendable {
        package indirect enum Form: Sendable {
            case constant(Constant)
            case read(Place)
            /// The parts of a record, in order.
            case record([Expression])
            case not(Expression)
            /// True of none; the first that is false decides.
            case all([Expression])
            /// False of none; the first that is true decides.
            case any([Expression])
            /// Of the same kind; two absent optionals are equal whatever their payload.
            case equal(Expression, Expression)
            /// Numbers, both words or both exact.
            case less(Expression, Expression)
            case lessOrEqual(Expression, Expression)
            /// Wraps iff its kind is a word; else it is exact.
            case arithmetic(ArithmeticOperator, Expression, Expression)
            /// The number as one of this kind: as a word its low bits, else a number that is known to fit.
            case convert(Expression)
            case conditional(Expression, then: Expression, otherwise: Expression)
            /// The variable holds the value within the body.
            case bind(Variable, Expression, in: Expression)
            /// Over all values of the variable's kind, in order; the first that decides ends it.
            case quantified(Quantifier, Variable, Expression)
            case query(Query, of: Expression)
            case call(Function, [Expression])
            /// The value, where the check holds; else the run-time error that it names.
            case checked(Check, Expression)
        }

        package let form: Form
        package let kind: Kind
        /// What of the spec it comes from.
        package let span: Span

        package init(_ form: Form, _ kind: Kind, _ span: Span) {
            self.form = form
            self.kind = kind
            self.span = span
        }
    }
}

extension Core {
    /// Of numbers.
    package enum ArithmeticOperator: Hashable, Sendable, CaseIterable {
        case add, subtract, multiply
        /// Toward zero; the divisor is not 0.
        case divide, remainder
        /// `x << n` is the product with 2^n, as a word 0 from its width on, and by a negative amount.
        case shiftLeft
        /// `x >> n` is the quotient, rounded toward minus infinity; 0 by a negative amount.
        case shiftRight
        case bitAnd, bitOr, bitXor
    }
}

extension Core.ArithmeticOperator {
    /// As it is written.
    package var symbol: String {
        switch self {
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .remainder: "%"
        case .shiftLeft: "<<"
        case .shiftRight: ">>"
        case .bitAnd: "&"
        case .bitOr: "|"
        case .bitXor: "^"
        }
    }
}

extension Core.Variable {
    /// Its type as the spec writes it, for messages.
    package var typeName: String { source?.type.description ?? name }

    /// Values that a quantifier over it goes through; `Int.max` from 2^62 on.
    package var valueCount: Int { kind.number?.count ?? 2 }
}
