// SPDX-License-Identifier: MIT

package import Diagnostics

extension Syntax {
    package struct TypeExpression: Sendable {
        package indirect enum Kind: Sendable {
            /// `Bool`, `Int`, `Lock`, or a declared type.
            case named(String)
            /// `0 ..< PAGES`, `1 ... 4`
            case range(lower: Expression, upper: Expression, isInclusive: Bool)
            /// `bits(WIDTH)`
            case bits(width: Expression)
            /// `symmetric COUNT`
            case symmetric(count: Expression)
            /// `[Index]Element`
            case array(index: TypeExpression, element: TypeExpression)
            /// `Element?`
            case optional(TypeExpression)
            /// `Set<Element>`
            case set(TypeExpression)
            /// `Queue<Element, CAPACITY>`
            case queue(TypeExpression, capacity: Expression)
            /// `Range<Element>`: first ... last, inclusive.
            case interval(TypeExpression)
            /// `List<Element>`: constants only.
            case list(TypeExpression)
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
}
