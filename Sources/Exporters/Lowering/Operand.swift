// SPDX-License-Identifier: MIT

import SpecLanguage

/// A value of the spec as terms. Arrays and sets are functions from an ordinal, so that nothing is copied that is
/// only looked into.
indirect enum Operand {
    /// Numbers as themselves, enum cases and symmetric elements as ordinals.
    case number(Term)
    case truth(Term)
    /// `wrapped` means something only where it is present. `code`, where the value fits one cell: 0 or 1 + ordinal.
    case optional(present: Term, wrapped: Operand, code: Term?)
    case record([Operand])
    case array(count: Int, element: (Term) -> Operand)
    /// Members by ordinal.
    case set(count: Int, contains: (Term) -> Term)
    case queue(count: Term, capacity: Int, element: (Term) -> Operand)
    case interval(first: Term, last: Term)
    case list([Value])

    var term: Term {
        switch self {
        case .number(let term), .truth(let term): term
        default: preconditionFailure("a scalar was checked")
        }
    }

    var interval: (first: Term, last: Term) {
        guard case .interval(let first, let last) = self else { preconditionFailure("a range was checked") }
        return (first, last)
    }

    /// Nodes of the terms it is made of; of arrays, one element.
    var size: Int {
        switch self {
        case .number(let term), .truth(let term): term.size
        case .optional(let present, let wrapped, _): present.size + wrapped.size
        case .record(let fields): fields.reduce(0) { $0 + $1.size }
        case .array(_, let element): element(.constant(0)).size
        case .set(_, let contains): contains(.constant(0)).size
        case .queue(let count, _, let element): count.size + element(.constant(0)).size
        case .interval(let first, let last): first.size + last.size
        case .list: 1
        }
    }

    /// Variables that it may read.
    var variables: Set<ExportVariable> {
        switch self {
        case .number(let term), .truth(let term): term.variables
        case .optional(let present, let wrapped, _): present.variables.union(wrapped.variables)
        case .record(let fields): fields.reduce(into: []) { $0.formUnion($1.variables) }
        case .array(let count, let element):
            Self.probes(count).reduce(into: []) { $0.formUnion(element($1).variables) }
        case .set(let count, let contains):
            Self.probes(count).reduce(into: []) { $0.formUnion(contains($1).variables) }
        case .queue(let count, let capacity, let element):
            Self.probes(capacity).reduce(into: count.variables) { $0.formUnion(element($1).variables) }
        case .interval(let first, let last): first.variables.union(last.variables)
        case .list: []
        }
    }

    /// Any index, and the ends: folding may treat constants in ways of their own.
    private static func probes(_ count: Int) -> [Term] {
        [.bound(Binder(name: "any", count: max(2, count))), .constant(0), .constant(max(0, count - 1))]
    }
}

extension Operand {
    /// A constant of the spec.
    init(_ value: Value, _ type: SpecType) {
        switch (type, value) {
        case (.optional(let wrapped), .none):
            let code: Term? = CellShape.isOneCell(wrapped) ? .constant(0) : nil
            self = .optional(present: .no, wrapped: Operand(default: wrapped), code: code)
        case (.optional(let wrapped), _): self = Operand(value, wrapped).wrapped(as: wrapped)
        case (_, .bool(let flag)): self = .truth(.boolean(flag))
        case (_, .number(let number)): self = .number(.constant(number))
        case (_, .token(let token)): self = .number(.constant(token))
        case (.structure(_, let fields), .record(let values)):
            self = .record(zip(values, fields).map { Operand($0, $1.type) })
        case (.array(_, let element), .array(let values)):
            let parts = values.map { Operand($0, element) }
            self = .array(count: parts.count) { index in
                parts.indices.dropLast().reversed().reduce(parts[parts.count - 1]) {
                    Operand.conditional(.equal(index, $1), parts[$1], $0)
                }
            }
        case (.set(let element), .set(let members)):
            let base = CellShape.base(of: element)
            self = .set(count: element.indexCount ?? 0) { index in
                .or(
                    members.ranges.map {
                        .within(.add(index, base), $0.lowerBound, $0.upperBound)
                    })
            }
        case (.queue(let element, let capacity), .queue(let values)):
            let parts = values.map { Operand($0, element) }
            self = .queue(count: .constant(values.count), capacity: capacity) { index in
                parts.indices.reversed().reduce(Operand(default: element)) {
                    Operand.conditional(.equal(index, $1), parts[$1], $0)
                }
            }
        case (_, .interval(let first, let last)):
            self = .interval(first: .constant(first), last: .constant(last))
        case (_, .list(let values)): self = .list(values)
        case (_, .none): self = .optional(present: .no, wrapped: .number(.constant(0)), code: .constant(0))
        default: preconditionFailure("'\(type.description)' has no such constant")
        }
    }

    /// The value of all-zero cells.
    init(default type: SpecType) {
        switch type {
        case .bool: self = .truth(.no)
        case .range(_, let lower, _): self = .number(.constant(lower))
        case .structure(_, let fields): self = .record(fields.map { Operand(default: $0.type) })
        case .array(let index, let element):
            let part = Operand(default: element)
            self = .array(count: index.indexCount ?? 0) { _ in part }
        case .set(let element): self = .set(count: element.indexCount ?? 0) { _ in .no }
        case .queue(let element, let capacity):
            let part = Operand(default: element)
            self = .queue(count: .constant(0), capacity: capacity) { _ in part }
        case .optional: self = Operand(.none, type)
        case .interval: self = .interval(first: .constant(0), last: .constant(0))
        case .list: self = .list([])
        default: self = .number(.constant(0))
        }
    }

    /// The present optional; `type` is what it wraps.
    func wrapped(as type: SpecType) -> Operand {
        let code: Term? = CellShape.isOneCell(type) ? .add(ordinal(in: type), 1) : nil
        return .optional(present: .yes, wrapped: self, code: code)
    }

    /// Position among the values of a finite type, from 0.
    func ordinal(in type: SpecType) -> Term {
        switch self {
        case .truth(let term): .conditional(term, .constant(1), .constant(0))
        case .number(let term): .add(term, -CellShape.base(of: type))
        default: preconditionFailure("'\(type.description)' has no ordinals")
        }
    }

    /// Inverse of `ordinal(in:)`.
    static func value(ordinal: Term, of type: SpecType) -> Operand {
        if case .bool = type { return .truth(.equal(ordinal, 1)) }
        return .number(.add(ordinal, CellShape.base(of: type)))
    }

    static func conditional(_ condition: Term, _ then: Operand, _ otherwise: Operand) -> Operand {
        if let flag = condition.booleanConstant { return flag ? then : otherwise }
        switch (then, otherwise) {
        case (.number(let a), .number(let b)): return .number(.conditional(condition, a, b))
        case (.truth(let a), .truth(let b)): return .truth(.conditional(condition, a, b))
        case (.optional(let p, let a, let codeA), .optional(let q, let b, let codeB)):
            var code: Term?
            if let codeA, let codeB { code = .conditional(condition, codeA, codeB) }
            let wrapped =
                q.booleanConstant == false ? a : p.booleanConstant == false ? b : conditional(condition, a, b)
            return .optional(present: .conditional(condition, p, q), wrapped: wrapped, code: code)
        case (.record(let a), .record(let b)):
            return .record(zip(a, b).map { conditional(condition, $0, $1) })
        case (.array(let count, let a), .array(_, let b)):
            return .array(count: count) { conditional(condition, a($0), b($0)) }
        case (.set(let count, let a), .set(_, let b)):
            return .set(count: count) { .conditional(condition, a($0), b($0)) }
        case (.queue(let m, let capacity, let a), .queue(let n, _, let b)):
            return .queue(count: .conditional(condition, m, n), capacity: capacity) {
                conditional(condition, a($0), b($0))
            }
        case (.interval(let a, let b), .interval(let c, let d)):
            return .interval(first: .conditional(condition, a, c), last: .conditional(condition, b, d))
        default: preconditionFailure("both sides have one type")
        }
    }

    static func equal(_ left: Operand, _ right: Operand) -> Term {
        switch (left, right) {
        case (.number(let a), .number(let b)): return .equal(a, b)
        case (.truth(let a), .truth(let b)): return .same(a, b)
        case (.optional(_, _, let a?), .optional(_, _, let b?)): return .equal(a, b)
        case (.optional(let p, let a, _), .optional(let q, let b, _)):
            if p.booleanConstant == false { return !q }
            if q.booleanConstant == false { return !p }
            return .and(.same(p, q), .or(!p, equal(a, b)))
        case (.record(let a), .record(let b)): return .and(zip(a, b).map(equal))
        case (.array(let count, let a), .array(_, let b)):
            return forAll(count) { equal(a($0), b($0)) }
        case (.set(let count, let a), .set(_, let b)):
            return forAll(count) { .same(a($0), b($0)) }
        case (.queue(let m, let capacity, let a), .queue(let n, _, let b)):
            return .and(
                .equal(m, n), forAll(capacity) { .or(.lessOrEqual(m, $0), equal(a($0), b($0))) })
        case (.interval(let a, let b), .interval(let c, let d)): return .and(.equal(a, c), .equal(b, d))
        case (.list(let a), .list(let b)): return .boolean(a == b)
        default: preconditionFailure("both sides have one type")
        }
    }

    static func forAll(_ count: Int, _ body: (Term) -> Term) -> Term {
        let binder = Binder(name: "i", count: count)
        return .quantified(isForall: true, binder, body(.bound(binder)))
    }

    static func exists(_ count: Int, _ body: (Term) -> Term) -> Term {
        let binder = Binder(name: "i", count: count)
        return .quantified(isForall: false, binder, body(.bound(binder)))
    }
}

/// How cells stand for values: the rules of `CellCoding`, which are of no use to terms as they are.
enum CellShape {
    /// Whether an optional of the type is one cell: 0, or 1 + ordinal.
    static func isOneCell(_ wrapped: SpecType) -> Bool {
        switch wrapped {
        case .bool, .range, .enumeration, .symmetric: true
        case .bits(_, let width): width < 62
        default: false
        }
    }

    /// What the ordinal 0 stands for.
    static func base(of type: SpecType) -> Int128 {
        if case .range(_, let lower, _) = type { Int128(lower) } else { 0 }
    }
}
