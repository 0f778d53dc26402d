// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage
import Z3

extension SymbolicEvaluator {
    func convert(_ symbol: Symbol, to type: SpecType, at span: Span) throws -> Symbol {
        switch (symbol, type) {
        case (.number(let number), .bits(_, let width)): return .number(try number.word(width))
        case (.number(let number), .range(_, let lower, let upper)):
            let bounds: SetEncoding.Bounds = (
                try .literal(Int128(lower), context), try .literal(Int128(upper), context)
            )
            claim(
                "the number is a value of '\(type.description)'", try SetEncoding.contains(bounds, number),
                at: span)
            return symbol
        case (.interval(let first, let last), .interval(let element)):
            return try converted(first, last, to: element, at: span)
        case (.absent, .optional): return try maker.symbol(.none, type)
        case (.optional, .optional): return symbol
        case (_, .optional(let wrapped)):
            return .optional(isPresent: .yes, payload: try convert(symbol, to: wrapped, at: span))
        case (_, .absent), (_, .array), (_, .bits), (_, .bool), (_, .enumeration), (_, .erroneous),
            (_, .integer), (_, .interval), (_, .list), (_, .lock), (_, .queue), (_, .range), (_, .set),
            (_, .structure), (_, .symmetric), (_, .void):
            return symbol
        }
    }

    /// A range of `element`, whose ends are to be values of it.
    private func converted(
        _ first: SymbolicNumber, _ last: SymbolicNumber, to element: SpecType, at span: Span
    ) throws -> Symbol {
        let bounds: (Int128, Int128)
        switch element {
        case .range(_, let lower, let upper): bounds = (Int128(lower), Int128(upper))
        case .bits(_, let width): bounds = (0, (1 << Int128(width)) - 1)
        case .absent, .array, .bool, .enumeration, .erroneous, .integer, .interval, .list, .lock, .optional,
            .queue, .set, .structure, .symmetric, .void:
            return .interval(first: first, last: last)
        }
        let all: SetEncoding.Bounds = (try .literal(bounds.0, context), try .literal(bounds.1, context))
        claim(
            "the range lies in '\(element.description)'",
            .all([try SetEncoding.contains(all, first), try SetEncoding.contains(all, last)]), at: span)
        guard case .bits(_, let width) = element else { return .interval(first: first, last: last) }
        return .interval(first: try first.word(width), last: try last.word(width))
    }

    func sign(_ sign: Sign, _ operand: Typed.Expression, _ type: SpecType) throws -> Symbol {
        let value = try number(operand)
        guard case .bits(_, let width) = type else {
            switch sign {
            case .negate: return .number(try .exact(.subtract, try .literal(0, context), value))
            case .complement: throw NotProvable("'~' on exact numbers")
            }
        }
        if let constant = value.constant {
            return .number(try .word(Arithmetic.apply(sign, constant, type: type), width: width, context))
        }
        let word = try value.word(width).term
        switch sign {
        case .negate: return .number(.init(term: try word.negated(), isSigned: false))
        case .complement: return .number(.init(term: try word.complemented(), isSigned: false))
        }
    }

    func connective(
        _ connective: Connective, _ left: Typed.Expression, _ right: Typed.Expression
    ) throws -> Formula {
        let first = try bool(left)
        switch connective {
        case .implies: return first.implies(try under(first) { try bool(right) })
        case .and: return .all([first, try under(first) { try bool(right) }])
        case .or: return .any([first, try under(first.not()) { try bool(right) }])
        }
    }

    func comparison(
        _ comparison: ComparisonOperator, _ left: Typed.Expression, _ right: Typed.Expression
    ) throws -> Formula {
        switch comparison {
        case .equal: try maker.equal(try evaluate(left), try evaluate(right))
        case .notEqual: try maker.equal(try evaluate(left), try evaluate(right)).not()
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            try SymbolicNumber.compare(comparison, try number(left), try number(right))
        }
    }

    func arithmetic(
        _ operation: ArithmeticOperator, _ left: Typed.Expression, _ right: Typed.Expression,
        _ expression: Typed.Expression
    ) throws -> SymbolicNumber {
        let (a, b) = (try number(left), try number(right))
        if operation == .divide || operation == .remainder {
            let zero = try SymbolicNumber.literal(0, context)
            claim("no division by zero", try SymbolicNumber.compare(.notEqual, b, zero), at: expression.span)
        }
        if case .bits(_, let width) = expression.type { return try .wrapping(operation, a, b, width: width) }
        if operation == .shiftLeft {
            claim(
                "no number is shifted further than exact numbers go", try b.isShiftAmount(),
                at: expression.span, subject: .limit)
        }
        return try .exact(operation, a, b)
    }

    // MARK: Methods

    func evaluate(
        _ method: Typed.Method, _ base: Typed.Expression, _ arguments: [Typed.Expression]
    ) throws -> Symbol {
        switch (try evaluate(base), method) {
        case (.set(let set), .set(.contains)):
            return .bool(try SetEncoding.contains(set, try number(arguments[0])))
        case (.set(let set), .set(.isDisjoint)):
            return .bool(try SetEncoding.isDisjoint(set, try bounds(arguments[0])))
        case (.set(let set), .set(.containsAll)):
            return .bool(try SetEncoding.containsAll(set, try bounds(arguments[0])))
        case (.set(let set), .set(.highestRun)):
            return try run(of: set, in: try bounds(arguments[0]), isHighest: true).symbol
        case (.set(let set), .set(.lowestRun)):
            return try run(of: set, in: try bounds(arguments[0]), isHighest: false).symbol
        case (.set(let set), .set(.isEmpty)):
            if let known = set.known { return .bool(.constant(known.isEmpty)) }
            return .bool(set.forAll { try set.contains($0).not() })
        case (.interval(let first, let last), .range(.contains)):
            return .bool(try SetEncoding.contains((first, last), try number(arguments[0])))
        case (.interval(let first, let last), .range(.overlaps)):
            return .bool(try SetEncoding.overlaps((first, last), try bounds(arguments[0])))
        case (.interval(let first, let last), .range(.isEmpty)):
            return .bool(try SymbolicNumber.compare(.less, last, first))
        case (.list(let elements), .listCount): return .number(try .literal(Int128(elements.count), context))
        case (_, .set), (_, .queue), (_, .range), (_, .listCount): throw NotProvable("'\(method.name)'")
        }
    }

    private func run(
        of set: SymbolicSet, in bounds: SetEncoding.Bounds, isHighest: Bool
    ) throws -> SetEncoding.Run {
        if let known = set.known {
            return try SetEncoding.knownRun(known, width: set.width, in: bounds, isHighest: isHighest)
        }
        let run = try SetEncoding.run(set, in: bounds, isHighest: isHighest, assume: assume)
        runs.append(run)
        return run
    }

    func mutate(
        _ symbol: Symbol, _ mutation: Typed.Mutation, _ arguments: [Typed.Expression], at span: Span
    ) throws -> Symbol {
        guard case .set(let set) = symbol, case .set(let mutation) = mutation else {
            throw NotProvable("'\(mutation.name)' of this")
        }
        switch mutation {
        case .clear: return .set(SymbolicSet(width: set.width, known: IntegerSet()) { _ in .no })
        case .remove: return .set(try SetEncoding.removing(try members(arguments[0]), from: set))
        case .insert:
            let range = try members(arguments[0])
            let all: SetEncoding.Bounds = (
                try .literal(0, context), try .literal((1 << Int128(set.width)) - 1, context)
            )
            let isEmpty = try SymbolicNumber.compare(.less, range.last, range.first)
            let fits = Formula.all([
                try SetEncoding.contains(all, range.first), try SetEncoding.contains(all, range.last),
            ])
            let isOfMembers = [range.first, range.last].allSatisfy { !$0.isSigned && $0.width <= set.width }
            if !isOfMembers { claim("what is inserted can be a member", .any([isEmpty, fits]), at: span) }
            return .set(try SetEncoding.inserting(range, into: set))
        }
    }

    /// The ends of a range, or a single member twice.
    private func members(_ argument: Typed.Expression) throws -> SetEncoding.Bounds {
        switch try evaluate(argument) {
        case .interval(let first, let last): (first, last)
        case .number(let member): (member, member)
        case .bool, .token, .optional, .absent, .record, .set, .list: throw NotProvable("members like these")
        }
    }
}
