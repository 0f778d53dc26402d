// SPDX-License-Identifier: MIT

/// A pure expression over the variables of an exported model: exact integers and truth values. It cannot fail: what
/// may fail is checked by a statement before it, or guarded by `and`, `or` and `conditional`, whose right sides
/// every target evaluates only where needed.
///
/// Made by the functions of `Term+Construction.swift`, which fold constants and what the bounds decide.
final class Term {
    enum Arithmetic: Hashable {
        case add, subtract, multiply
        /// Truncating; the right side is never 0 where it is evaluated.
        case divide, remainder
        /// Of numbers that are not negative.
        case bitAnd, bitOr, bitXor
    }

    enum Comparison: Hashable { case equal, notEqual, less, lessOrEqual }

    indirect enum Kind {
        case constant(Int128)
        case boolean(Bool)
        case read(ExportVariable, [Term])
        case bound(Binder)
        case arithmetic(Arithmetic, Term, Term)
        case comparison(Comparison, Term, Term)
        case not(Term)
        case and(Term, Term)
        case or(Term, Term)
        /// Two truth values are the same.
        case same(Term, Term)
        case conditional(Term, then: Term, otherwise: Term)
        case quantified(isForall: Bool, Binder, Term)
    }

    let kind: Kind
    let isBoolean: Bool
    /// The number is within these, wherever it is evaluated; 0 and 1 for truth values.
    let lower: Int128
    let upper: Int128
    /// Number of nodes, as printed.
    let size: Int

    init(_ kind: Kind, isBoolean: Bool, lower: Int128 = 0, upper: Int128 = 1, parts: [Term]) {
        self.kind = kind
        self.isBoolean = isBoolean
        self.lower = lower
        self.upper = upper
        size = parts.reduce(1) { min($0 + $1.size, 1 << 40) }
    }

    /// Beyond this size a bound says only 'too large for every target'.
    static let unbounded: Int128 = 1 << 124

    var parts: [Term] {
        switch kind {
        case .constant, .boolean, .bound: []
        case .read(_, let indices): indices
        case .arithmetic(_, let left, let right), .comparison(_, let left, let right),
            .and(let left, let right), .or(let left, let right), .same(let left, let right):
            [left, right]
        case .not(let operand): [operand]
        case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
        case .quantified(_, _, let body): [body]
        }
    }

    /// Calls `body` for the term and all its parts, each shared part once.
    func visit(_ seen: inout Set<ObjectIdentifier>, _ body: (Term) -> Void) {
        guard seen.insert(ObjectIdentifier(self)).inserted else { return }
        body(self)
        for part in parts { part.visit(&seen, body) }
    }

    /// Variables that it reads.
    var variables: Set<ExportVariable> {
        var found: Set<ExportVariable> = []
        var seen: Set<ObjectIdentifier> = []
        visit(&seen) { if case .read(let variable, _) = $0.kind { found.insert(variable) } }
        return found
    }

    var booleanConstant: Bool? { if case .boolean(let flag) = kind { flag } else { nil } }
    var integerConstant: Int128? { if case .constant(let number) = kind { number } else { nil } }

    /// Whether both are made alike.
    func isSame(as other: Term) -> Bool {
        if self === other { return true }
        switch (kind, other.kind) {
        case (.constant(let a), .constant(let b)): return a == b
        case (.boolean(let a), .boolean(let b)): return a == b
        case (.bound(let a), .bound(let b)): return a == b
        case (.read(let a, let left), .read(let b, let right)):
            return a == b && a.role != .unknown && left.count == right.count
                && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.arithmetic(let a, let p, let q), .arithmetic(let b, let r, let s)):
            return a == b && p.isSame(as: r) && q.isSame(as: s)
        default: return false
        }
    }
}
