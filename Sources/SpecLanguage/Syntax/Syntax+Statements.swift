// SPDX-License-Identifier: MIT

package import Diagnostics

extension Syntax {
    package struct Block: Sendable {
        package let statements: [Statement]
        package let span: Span

        package init(statements: [Statement], span: Span) {
            self.statements = statements
            self.span = span
        }
    }

    package struct Statement: Sendable {
        package indirect enum Kind: Sendable {
            /// `let name: Type = value`, `var name: Type = value`; the type may be left out.
            case declare(name: Name, isMutable: Bool, type: TypeExpression?, value: Expression)
            case assign(target: Expression, value: Expression)
            /// A call for its effect: an operation, or a mutating method (`owned.insert(page)`).
            case call(Expression)
            case conditional(condition: Condition, then: Block, otherwise: Block?)
            /// `guard condition else { … }`; the block must leave the operation.
            case guardElse(condition: Condition, otherwise: Block)
            case whileLoop(
                condition: Expression, invariants: [Expression], decreases: Expression?, body: Block)
            /// `for x in Type { … }`, `for x in first ... last { … }`, `for x in LIST { … }`
            case forLoop(name: Name, sequence: Expression, body: Block)
            case returnValue(Expression?)
            /// Ends an atomic section; the label names the location in traces.
            case step(label: Name?)
            /// Ends an atomic section and waits until the condition holds.
            case await(Expression)
            /// `with lock(l) { … }`
            case withLock(Expression, Block)
            case choose([Arm])
            case assert(name: Name?, Expression)
        }

        package let kind: Kind
        package let span: Span

        package init(_ kind: Kind, span: Span) {
            self.kind = kind
            self.span = span
        }
    }

    /// `any(page: Page) where free(page) => map(page)`
    package struct Arm: Sendable {
        package let bindings: [Binding]
        package let condition: Expression?
        package let body: Block
        package let span: Span

        package init(bindings: [Binding], condition: Expression?, body: Block, span: Span) {
            self.bindings = bindings
            self.condition = condition
            self.body = body
            self.span = span
        }
    }
}
