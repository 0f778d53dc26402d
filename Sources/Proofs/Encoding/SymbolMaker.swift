// SPDX-License-Identifier: MIT

import SpecLanguage
import Z3

/// Makes symbols: of values, of types (nothing known but the type), and joins of two.
struct SymbolMaker {
    let context: Context

    /// - Parameter assume: takes what the type says (a number lies in its range).
    func fresh(_ type: SpecType, _ hint: String, assume: (Formula) -> Void) throws -> Symbol {
        switch type {
        case .bool: return .bool(.term(try context.freshBool(hint)))
        case .bits(_, let width): return .number(try freshWord(hint, width))
        case .range(_, let lower, let upper):
            let number = SymbolicNumber(term: try context.freshBits(hint, width: 64), isSigned: true)
            let bounds: SetEncoding.Bounds = (
                try .literal(Int128(lower), context), try .literal(Int128(upper), context)
            )
            assume(try SetEncoding.contains(bounds, number))
            return .number(number)
        case .enumeration, .symmetric:
            let count = type.indexCount ?? 0
            guard count < 1 << 16 else { throw NotProvable("a type of \(count) elements") }
            let token = try context.freshBits(hint, width: 16)
            assume(.term(try token.apply(.unsignedLess, try context.bits(Int128(count), width: 16))))
            return .token(token)
        case .optional(let wrapped):
            let payload = try fresh(wrapped, hint, assume: assume)
            return .optional(isPresent: .term(try context.freshBool("\(hint)_present")), payload: payload)
        case .structure(_, let fields):
            return .record(try fields.map { try fresh($0.type, "\(hint)_\($0.name)", assume: assume) })
        case .interval(.bits(_, let width)):
            return .interval(
                first: try freshWord("\(hint)_first", width), last: try freshWord("\(hint)_last", width))
        case .interval(.range(let name, let lower, let upper)):
            let element = SpecType.range(name: name, lower: lower, upper: upper)
            guard case .number(let first) = try fresh(element, "\(hint)_first", assume: assume),
                case .number(let last) = try fresh(element, "\(hint)_last", assume: assume)
            else { throw NotProvable("a value of type '\(type.description)'") }
            return .interval(first: first, last: last)
        case .set(.bits(_, let width)):
            let predicate = try context.freshPredicate(hint, widths: [width])
            return .set(SymbolicSet(width: width) { .member(try predicate($0), word: $0) })
        case .absent, .array, .erroneous, .integer, .interval, .list, .lock, .queue, .set, .void:
            throw NotProvable("a value of type '\(type.description)'")
        }
    }

    private func freshWord(_ hint: String, _ width: Int) throws -> SymbolicNumber {
        SymbolicNumber(term: try context.freshBits(hint, width: width), isSigned: false)
    }

    func symbol(_ value: Value, _ type: SpecType) throws -> Symbol {
        switch (type, value) {
        case (.absent, _): return .absent
        case (.optional(let wrapped), .none):
            return .optional(isPresent: .no, payload: try fresh(wrapped, "absent") { _ in })
        case (.optional(let wrapped), _):
            return .optional(isPresent: .yes, payload: try symbol(value, wrapped))
        case (_, .bool(let flag)): return .bool(.constant(flag))
        case (.bits(_, let width), .number(let number)):
            return .number(try .word(number, width: width, context))
        case (_, .number(let number)): return .number(try .literal(number, context))
        case (_, .token(let token)): return .token(try context.bits(Int128(token), width: 16))
        case (.structure(_, let fields), .record(let values)):
            return .record(try zip(values, fields).map { try symbol($0, $1.type) })
        case (.list(let element), .list(let values)): return .list(try values.map { try symbol($0, element) })
        case (.interval(let element), .interval(let first, let last)):
            guard case .number(let a) = try symbol(.number(first), element),
                case .number(let b) = try symbol(.number(last), element)
            else { throw NotProvable("a range of '\(element.description)'") }
            return .interval(first: a, last: b)
        case (.set(.bits(_, let width)), .set(let set)): return .set(concrete(set, width: width))
        case (.array, _), (.bits, _), (.bool, _), (.enumeration, _), (.erroneous, _), (.integer, _),
            (.interval, _), (.list, _), (.lock, _), (.queue, _), (.range, _), (.set, _),
            (.structure, _), (.symmetric, _), (.void, _):
            throw NotProvable("a constant of type '\(type.description)'")
        }
    }

    /// A set whose members are known.
    private func concrete(_ set: IntegerSet, width: Int) -> SymbolicSet {
        SymbolicSet(width: width, known: set) { member in
            .any(
                try set.ranges.map { range in
                    let bounds: SetEncoding.Bounds = (
                        try .literal(range.lowerBound, context), try .literal(range.upperBound, context)
                    )
                    return try SetEncoding.lies(member, in: bounds)
                })
        }
    }

    // MARK: Equality and choice

    func equal(_ left: Symbol, _ right: Symbol) throws -> Formula {
        switch (left, right) {
        case (.bool(let a), .bool(let b)):
            if let flag = a.constant { return flag ? b : b.not() }
            if let flag = b.constant { return flag ? a : a.not() }
            // One term where that is possible: of many such comparisons each would say the others twice.
            guard let left = try a.plainTerm(in: context), let right = try b.plainTerm(in: context) else {
                return a.agrees(with: b)
            }
            return .term(try left.equals(right))
        case (.number(let a), .number(let b)): return try SymbolicNumber.compare(.equal, a, b)
        case (.token(let a), .token(let b)): return .term(try a.equals(b))
        case (.absent, .absent): return .yes
        case (.absent, .optional(let isPresent, _)), (.optional(let isPresent, _), .absent):
            return isPresent.not()
        case (.optional(let a, let x), .optional(let b, let y)):
            return .any([.all([a, b, try equal(x, y)]), .all([a.not(), b.not()])])
        case (.record(let a), .record(let b)): return .all(try zip(a, b).map { try equal($0, $1) })
        case (.interval(let a, let b), .interval(let c, let d)):
            return .all([try equal(.number(a), .number(c)), try equal(.number(b), .number(d))])
        case (.set(let a), .set(let b)): return try SetEncoding.equal(a, b)
        case (.bool, _), (.number, _), (.token, _), (.optional, _), (.absent, _), (.record, _),
            (.interval, _), (.set, _), (.list, _):
            throw NotProvable("this comparison")
        }
    }

    /// - Parameter assume: takes what is known of the constants that stand for a choice by a condition with sets in it.
    func choose(
        _ condition: Formula, _ then: Symbol, _ otherwise: Symbol, assume: (Formula) -> Void
    ) throws -> Symbol {
        if let flag = condition.constant { return flag ? then : otherwise }
        func part(_ a: Symbol, _ b: Symbol) throws -> Symbol { try choose(condition, a, b, assume: assume) }
        func either(_ a: Formula, _ b: Formula) -> Formula {
            .all([condition.implies(a), condition.not().implies(b)])
        }
        switch (then, otherwise) {
        case (.bool(let a), .bool(let b)): return .bool(either(a, b))
        case (.number(let a), .number(let b)):
            return .number(try .choose(try self.term(condition, assume: assume), a, b))
        case (.token(let a), .token(let b)):
            return .token(try self.term(condition, assume: assume).choose(a, else: b))
        case (.optional(let a, let x), .optional(let b, let y)):
            return .optional(isPresent: either(a, b), payload: try part(x, y))
        case (.record(let a), .record(let b)): return .record(try zip(a, b).map { try part($0, $1) })
        case (.interval(let a, let b), .interval(let c, let d)):
            let test = try self.term(condition, assume: assume)
            return .interval(first: try .choose(test, a, c), last: try .choose(test, b, d))
        case (.set(let a), .set(let b)):
            return .set(
                SymbolicSet(width: a.width, boundaries: a.boundaries + b.boundaries) {
                    either(try a.contains($0), try b.contains($0))
                })
        case (.bool, _), (.number, _), (.token, _), (.optional, _), (.absent, _), (.record, _),
            (.interval, _), (.set, _), (.list, _):
            throw NotProvable("this choice between two values")
        }
    }

    /// A truth value that is one term: a new one that agrees with the condition, where the condition has sets in it.
    private func term(_ condition: Formula, assume: (Formula) -> Void) throws -> Term {
        if let term = try condition.plainTerm(in: context) { return term }
        let name = try context.freshBool("choice")
        assume(Formula.term(name).agrees(with: condition))
        return name
    }
}
