// SPDX-License-Identifier: MIT

extension Typed.Expression {
    /// The expressions that it is made of, in the order in which they are written.
    package var children: [Typed.Expression] {
        switch kind {
        case .literal, .variable: []
        case .element(let base, let index): [base, index]
        case .field(let base, _): [base]
        case .method(_, let base, let arguments): [base] + arguments
        case .convert(let operand), .unary(_, let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
        case .optionalBinding(_, let value, let then, let otherwise): [value, then, otherwise]
        case .quantifier(_, _, let body): [body]
        case .listQuantifier(_, _, let list, let body): [list, body]
        case .call(_, let arguments): arguments
        case .record(let parts), .list(let parts): parts
        case .interval(let first, let last): [first, last]
        }
    }
}
