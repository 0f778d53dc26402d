// SPDX-License-Identifier: MIT

/// A value of the spec language. Numbers are mathematical integers; what wraps, wraps in the operation
/// (`bits(W)`), never in the representation.
package enum Value: Hashable, Sendable {
    case bool(Bool)
    /// Ranges, `bits(W)` and unitless integers.
    case number(Int128)
    /// An enum case (ordinal) or an element of a symmetric type.
    case token(Int)
    /// The absent optional. A present optional is the value itself; optionals do not nest.
    case none
    /// Struct fields in declaration order.
    case record([Value])
    /// Array elements in index order.
    case array([Value])
    /// Members as their ordinals (see `SpecType.ordinal(of:)`).
    case set(IntegerSet)
    /// Oldest first.
    case queue([Value])
    /// `first ... last`, inclusive; empty if last < first.
    case interval(first: Int128, last: Int128)
    case list([Value])
    /// 0: free; otherwise 1 + number of the process instance that holds it.
    case lock(holder: Int)
}
