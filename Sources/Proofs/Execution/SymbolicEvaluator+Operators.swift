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
        default: return symbol
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
        default: return .interval(first: first, last: last)
        }
        let all: SetEncoding.Bounds = (try .literal(bounds.0, context), try .literal(bounds.1, context))
        claim(
            "the range lies in '\(element.description)'",
            .all([try SetEncoding.contains(all, first), try SetEncoding.contains(all, last)]), at: span)
        guard case .bits(_, let width) = element else { return .interval(first: first, last: last) }
        return .interval(first: try first.word(width), last: try last.word(width))
    }

    func unary(
        _ operation: Syntax.UnaryOperator, _ operand: Typed.Expression, _ type: SpecType
    ) throws -> Symbol {
        if operation == .not { return .bool(try bool(operand).not()) }
        let value = try number(operand)
        if case .bits(_, let width) = type {
            if let constant = value.constant {
                return .number(
                    try .word(Arithmetic.apply(operation, constant, type: type), width: width, context))
            }
            let word = try value.word(width).term
            return .number(
                .init(
                    term: operation == .negate ? try word.negated() : try word.complemented(), isSigned: false
                ))
        }
        guard operation == .negate else { throw NotProvable("'~' on exact numbers") }
        return .number(try .exact(.subtract, try .literal(0, context), value))
    }

    func binary(
        _ operation: Syntax.BinaryOperator, _ left: Typed.Expression, _ right: Typed.Expression,
        _ expression: Typed.Expression
    ) throws -> Symbol {
        switch operation {
        case .implies:
            let premise = try bool(left)
            return .bool(premise.implies(try under(premise) { try bool(right) }))
        case .and:
            let first = try bool(left)
            return .bool(.all([first, try under(first) { try bool(right) }]))
        case .or:
            let first = try bool(left)
            return .bool(.any([first, try under(first.not()) { try bool(right) }]))
        case .equal: return .bool(try maker.equal(try evaluate(left), try evaluate(right)))
        case .notEqual: return .bool(try maker.equal(try evaluate(left), try evaluate(right)).not())
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return .bool(try SymbolicNumber.compare(operation, try number(left), try number(right)))
        default:
            let (a, b) = (try number(left), try number(right))
            if operation == .divide || operation == .remainder {
                let zero = try SymbolicNumber.literal(0, context)
                claim(
                    "no division by zero", try SymbolicNumber.compare(.notEqual, b, zero), at: expression.span
                )
            }
            if case .bits(_, let width) = expression.type {
                return .number(try .wrapping(operation, a, b, width: width))
            }
            if operation == .shiftLeft {
                claim(
                    "no number is shifted further than exact numbers go", try b.isShiftAmount(),
                    at: expression.span, subject: .limit)
            }
            return .number(try .exact(operation, a, b))
        }
    }

    // MARK: Methods

    func evaluate(
        _ method: Typed.Method, _ base: Typed.Expression, _ arguments: [Typed.Expression]
    ) throws -> Symbol {
        switch (try evaluate(base), method) {
        case (.set(let set), .contains):
            return .bool(try SetEncoding.contains(set, try number(arguments[0])))
        case (.set(let set), .isDisjoint):
            return .bool(try SetEncoding.isDisjoint(set, try bounds(arguments[0])))
        case (.set(let set), .containsAll):
            return .bool(try SetEncoding.containsAll(set, try bounds(arguments[0])))
        case (.set(let set), .highestRun), (.set(let set), .lowestRun):
            return try run(of: set, in: try bounds(arguments[0]), isHighest: method == .highestRun).symbol
        case (.set(let set), .isEmpty):
            if let known = set.known { return .bool(.constant(known.isEmpty)) }
            return .bool(set.forAll { try set.contains($0).not() })
        case (.interval(let first, let last), .contains):
            return .bool(try SetEncoding.contains((first, last), try number(arguments[0])))
        case (.interval(let first, let last), .overlaps):
            return .bool(try SetEncoding.overlaps((first, last), try bounds(arguments[0])))
        case (.interval(let first, let last), .isEmpty):
            return .bool(try SymbolicNumber.compare(.less, last, first))
        case (.list(let elements), .count): return .number(try .literal(Int128(elements.count), context))
        default: throw NotProvable("'\(method.rawValue)'")
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
        guard case .set(let set) = symbol else { throw NotProvable("'\(mutation.rawValue)' of this") }
        if mutation == .clear { return .set(SymbolicSet(width: set.width, known: IntegerSet()) { _ in .no }) }
        let range: SetEncoding.Bounds
        switch try evaluate(arguments[0]) {
        case .interval(let first, let last): range = (first, last)
        case .number(let member): range = (member, member)
        default: throw NotProvable("'\(mutation.rawValue)' of this")
        }
        switch mutation {
        case .insert:
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
        case .remove: return .set(try SetEncoding.removing(range, from: set))
        default: throw NotProvable("'\(mutation.rawValue)' of this")
        }
    }
}
