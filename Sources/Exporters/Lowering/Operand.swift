// SPDX-License-Identifier: MIT

import Core
import SpecLanguage

/// A value of the Core as terms. Arrays and sets are functions from an ordinal, so that nothing is copied that is
/// only looked into.
indirect enum Operand {
    case number(Term)
    case truth(Term)
    /// `wrapped` means something only where it is present. `code`, where the value fits one cell: 0 or 1 + ordinal.
    case optional(present: Term, wrapped: Operand, code: Term?)
    case record([Operand])
    case array(count: Int, element: (Term) -> Operand)
    /// Members by ordinal.
    case set(count: Int, contains: (Term) -> Term)

    var term: Term {
        switch self {
        case .number(let term), .truth(let term): term
        case .optional, .record, .array, .set: preconditionFailure("a scalar was checked")
        }
    }

    /// A field of a record.
    func part(_ index: Int) -> Operand {
        switch self {
        case .record(let fields): fields[index]
        case .optional(let present, let wrapped, _): index == Core.Optional.flag ? .truth(present) : wrapped
        case .number, .truth, .array, .set: preconditionFailure("a record was checked")
        }
    }

    /// The ends of a range.
    var interval: (first: Term, last: Term) {
        (part(Core.Interval.first).term, part(Core.Interval.last).term)
    }

    /// Nodes of the terms it is made of; of arrays, one element.
    var size: Int {
        switch self {
        case .number(let term), .truth(let term): term.size
        case .optional(let present, let wrapped, _): present.size + wrapped.size
        case .record(let fields): fields.reduce(0) { $0 + $1.size }
        case .array(_, let element): element(.constant(0)).size
        case .set(_, let contains): contains(.constant(0)).size
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
        }
    }

    /// Any index, and the ends: folding may treat constants in ways of their own.
    private static func probes(_ count: Int) -> [Term] {
        [.bound(Binder(name: "any", count: max(2, count))), .constant(0), .constant(max(0, count - 1))]
    }
}

extension Operand {
    init(_ constant: Core.Constant, _ kind: Core.Kind) {
        switch (constant, kind) {
        case (.truth(let flag), _): self = .truth(.boolean(flag))
        case (.number(let number), _): self = .number(.constant(number))
        case (.record(let parts), .record(.optional, let kinds)):
            let payload = Operand(parts[Core.Optional.payload], kinds[Core.Optional.payload])
            self = Operand.optional(.boolean(parts[Core.Optional.flag] == .truth(true)), payload, kind)
        case (.record(let parts), .record(_, let kinds)):
            self = .record(zip(parts, kinds).map { Operand($0, $1) })
        case (.array(let parts), .array(let count, let element)):
            let values = parts.map { Operand($0, element) }
            self = .array(count: count) { index in
                values.indices.dropLast().reversed().reduce(values[values.count - 1]) {
                    Operand.conditional(.equal(index, $1), values[$1], $0)
                }
            }
        case (.set(let members), .set(let number)):
            self = .set(count: number.count) { index in
                .or(members.ranges.map { .within(.add(index, number.lower), $0.lowerBound, $0.upperBound) })
            }
        case (.defaultValue, .truth): self = .truth(.no)
        case (.defaultValue, .number(let number)): self = .number(.constant(number.lower))
        case (.defaultValue, .lock): self = .number(.constant(0))
        case (.defaultValue, .record(.optional, let kinds)):
            self = Operand.optional(.no, Operand(.defaultValue, kinds[Core.Optional.payload]), kind)
        case (.defaultValue, .record(_, let kinds)): self = .record(kinds.map { Operand(.defaultValue, $0) })
        case (.defaultValue, .array(let count, let element)):
            let part = Operand(.defaultValue, element)
            self = .array(count: count) { _ in part }
        case (.defaultValue, .set(let number)): self = .set(count: number.count) { _ in .no }
        case (.record, _), (.array, _), (.set, _): preconditionFailure("a constant is of its kind")
        }
    }

    /// An optional of this kind.
    static func optional(_ present: Term, _ wrapped: Operand, _ kind: Core.Kind) -> Operand {
        var code: Term?
        if kind.isCode {
            let ordinal = wrapped.ordinal(in: kind.fields[Core.Optional.payload])
            code = .conditional(present, .add(ordinal, 1), .constant(0))
        }
        return .optional(present: present, wrapped: wrapped, code: code)
    }

    /// Position among the values of a scalar kind, from 0.
    func ordinal(in kind: Core.Kind) -> Term {
        switch self {
        case .truth(let term): .conditional(term, .constant(1), .constant(0))
        case .number(let term): .add(term, -(kind.number?.lower ?? 0))
        case .optional, .record, .array, .set: preconditionFailure("a scalar was checked")
        }
    }

    /// Inverse of `ordinal(in:)`.
    static func value(ordinal: Term, of kind: Core.Kind) -> Operand {
        guard let number = kind.number else { return .truth(.equal(ordinal, 1)) }
        return .number(.add(ordinal, number.lower))
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
        case (.number, _), (.truth, _), (.optional, _), (.record, _), (.array, _), (.set, _):
            preconditionFailure("both sides have one kind")
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
        case (.number, _), (.truth, _), (.optional, _), (.record, _), (.array, _), (.set, _):
            preconditionFailure("both sides have one kind")
        }
    }

    static func forAll(_ count: Int, _ body: (Term) -> Term) -> Term {
        let binder = Binder(name: "i", count: count)
        return .quantified(isForall: true, binder, body(.bound(binder)))
    }
}
