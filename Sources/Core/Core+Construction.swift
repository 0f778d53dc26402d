// SPDX-License-Identifier: MIT

import Diagnostics

extension Core {
    /// Fields of an optional.
    package enum Optional {
        package static let flag = 0
        package static let payload = 1
    }

    /// Fields of a range.
    package enum Interval {
        package static let first = 0
        package static let last = 1
    }

    /// Fields of a queue.
    package enum Queue {
        package static let count = 0
        package static let elements = 1
    }
}

/// Expressions are made here: what is known before is decided here.
extension Core.Expression {
    static func constant(_ value: Core.Constant, _ kind: Core.Kind, _ span: Span) -> Core.Expression {
        Core.Expression(.constant(value), kind, span)
    }

    static func number(_ number: Int128, _ span: Span) -> Core.Expression {
        constant(.number(number), .number(.range(lower: number, upper: number)), span)
    }

    static func truth(_ flag: Bool, _ span: Span) -> Core.Expression { constant(.truth(flag), .truth, span) }

    static func read(_ place: Core.Place, _ span: Span) -> Core.Expression {
        Core.Expression(.read(place), place.kind, span)
    }

    static func present(_ payload: Core.Expression, _ kind: Core.Kind) -> Core.Expression {
        if let constant = payload.constant {
            return .constant(.record([.truth(true), constant]), .optional(kind), payload.span)
        }
        return Core.Expression(.record([.truth(true, payload.span), payload]), .optional(kind), payload.span)
    }

    static func interval(_ first: Core.Expression, _ last: Core.Expression, _ span: Span) -> Core.Expression {
        Core.Expression(.record([first, last]), .record(.interval, [first.kind, last.kind]), span)
    }

    static func checked(_ check: Core.Check, _ value: Core.Expression) -> Core.Expression {
        Core.Expression(.checked(check, value), value.kind, value.span)
    }

    // MARK: Truth values

    static func not(_ operand: Core.Expression, _ span: Span) -> Core.Expression {
        if case .not(let inner) = operand.form { return inner }
        if case .truth(let flag)? = operand.constant { return .truth(!flag, span) }
        return Core.Expression(.not(operand), .truth, span)
    }

    /// Conditions that are known to be true are left out.
    static func all(_ parts: [Core.Expression], _ span: Span) -> Core.Expression {
        let open = parts.filter { $0.constant != .truth(true) }
        if open.isEmpty { return .truth(true, span) }
        return open.count == 1 ? open[0] : Core.Expression(.all(open), .truth, span)
    }

    /// Conditions that are known to be false are left out.
    static func any(_ parts: [Core.Expression], _ span: Span) -> Core.Expression {
        let open = parts.filter { $0.constant != .truth(false) }
        if open.isEmpty { return .truth(false, span) }
        return open.count == 1 ? open[0] : Core.Expression(.any(open), .truth, span)
    }

    // MARK: Numbers

    enum Comparison { case equal, less, lessOrEqual }

    /// Numbers are compared as words where both are, or can be; else as exact numbers.
    static func compare(
        _ comparison: Comparison, _ left: Core.Expression, _ right: Core.Expression, _ span: Span
    ) -> Core.Expression {
        if case .number(let a)? = left.constant, case .number(let b)? = right.constant {
            return .truth(comparison == .equal ? a == b : comparison == .less ? a < b : a <= b, span)
        }
        if left.isCheap, right.isCheap, let known = decided(comparison, left.kind, right.kind) {
            return .truth(known, span)
        }
        var (a, b) = (left, right)
        if let first = left.kind.number, let second = right.kind.number, first.isWord != second.isWord {
            if let word = right.asConstant(like: first) {
                b = word
            } else if let word = left.asConstant(like: second) {
                a = word
            } else {
                (a, b) = (left.asExact, right.asExact)
            }
        }
        return switch comparison {
        case .equal: Core.Expression(.equal(a, b), .truth, span)
        case .less: Core.Expression(.less(a, b), .truth, span)
        case .lessOrEqual: Core.Expression(.lessOrEqual(a, b), .truth, span)
        }
    }

    /// What the bounds of two numbers say of their comparison.
    private static func decided(
        _ comparison: Comparison, _ left: Core.Kind, _ right: Core.Kind
    ) -> Bool? {
        guard let a = left.number?.bounds, let b = right.number?.bounds else { return nil }
        switch comparison {
        case .equal: return a.overlaps(b) ? nil : false
        case .less: return a.upperBound < b.lowerBound ? true : b.upperBound <= a.lowerBound ? false : nil
        case .lessOrEqual:
            return a.upperBound <= b.lowerBound ? true : b.upperBound < a.lowerBound ? false : nil
        }
    }

    /// A known number that is not negative as a word that is at least as wide as another.
    private func asConstant(like word: Core.Number) -> Core.Expression? {
        guard case .word(let width) = word, case .number(let number)? = constant, number >= 0,
            number >> 64 == 0
        else { return nil }
        let needed = 128 - number.leadingZeroBitCount
        return .constant(.number(number), .number(.word(width: max(width, needed))), span)
    }

    /// Whether the number is one of `number`; what its own kind says is not asked.
    func isWithin(_ number: Core.Number) -> Core.Expression {
        guard let wanted = number.bounds else { return .truth(true, span) }
        var parts: [Core.Expression] = []
        let own = numberKind.bounds
        if (own?.lowerBound).map({ $0 < wanted.lowerBound }) ?? true {
            parts.append(.compare(.lessOrEqual, .number(wanted.lowerBound, span), self, span))
        }
        if (own?.upperBound).map({ $0 > wanted.upperBound }) ?? true {
            parts.append(.compare(.lessOrEqual, self, .number(wanted.upperBound, span), span))
        }
        return .all(parts, span)
    }

    /// A number that is known to fit, or whose low bits are taken, as one of another kind.
    func asNumber(_ number: Core.Number) -> Core.Expression {
        if kind == .number(number) { return self }
        if !number.isWord, !numberKind.isWord {
            // Exact numbers all look alike; what is known of one already is at least as much.
            return numberKind.isWithin(number) ? self : Core.Expression(.convert(self), .number(number), span)
        }
        if case .number(let value)? = constant {
            let kept: Int128 =
                switch number {
                case .word(let width): value & ((1 << Int128(width)) - 1)
                case .integer, .range: value
                }
            return .constant(.number(kept), .number(number), span)
        }
        return Core.Expression(.convert(self), .number(number), span)
    }

    /// The same number as an exact one.
    var asExact: Core.Expression { numberKind.isWord ? asNumber(.integer) : self }

    var numberKind: Core.Number {
        guard let number = kind.number else { preconditionFailure("a number was checked") }
        return number
    }

    /// 0 or 1.
    var truthAsNumber: Core.Expression {
        if case .truth(let flag)? = constant { return .number(flag ? 1 : 0, span) }
        return Core.Expression(
            .conditional(self, then: .number(1, span), otherwise: .number(0, span)),
            .number(.range(lower: 0, upper: 1)), span)
    }

    // MARK: Parts

    /// A part of a record that is cheap.
    func field(_ index: Int) -> Core.Expression {
        switch form {
        case .read(let place): return .read(place.field(index), span)
        case .constant(.record(let parts)): return .constant(parts[index], kind.fields[index], span)
        case .constant(.defaultValue): return .constant(.defaultValue, kind.fields[index], span)
        case .record(let parts): return parts[index]
        case .constant, .not, .all, .any, .equal, .less, .lessOrEqual, .arithmetic, .convert, .conditional,
            .bind, .quantified, .query, .call, .checked:
            preconditionFailure("only parts of what is cheap are taken")
        }
    }

    func at(_ span: Span) -> Core.Expression { Core.Expression(form, kind, span) }

    var constant: Core.Constant? {
        switch form {
        case .constant(let constant): constant
        case .read, .record, .not, .all, .any, .equal, .less, .lessOrEqual, .arithmetic, .convert,
            .conditional,
            .bind, .quantified, .query, .call, .checked:
            nil
        }
    }

    /// Whether it is the absent optional.
    var isAbsent: Bool {
        switch (kind, constant) {
        case (.record(.optional, _), .defaultValue?): true
        case (.record(.optional, _), .record(let parts)?): parts[Core.Optional.flag] == .truth(false)
        case (.truth, _), (.number, _), (.record, _), (.array, _), (.set, _), (.lock, _): false
        }
    }

    /// Whether to evaluate it twice costs nothing and fails never.
    var isCheap: Bool {
        switch form {
        case .constant: true
        case .read(let place):
            place.path.allSatisfy { step in
                switch step {
                case .field: true
                case .element, .everyElement: false
                }
            }
        case .convert(let operand): operand.isCheap
        case .record(let parts): parts.allSatisfy(\.isCheap)
        case .not, .all, .any, .equal, .less, .lessOrEqual, .arithmetic, .conditional, .bind, .quantified,
            .query, .call, .checked:
            false
        }
    }
}
