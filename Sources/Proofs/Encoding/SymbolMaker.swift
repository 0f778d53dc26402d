import SpecLanguage
import Z3

/// Makes symbols: of values, of types (nothing known but the type), and joins of two.
struct SymbolMaker {
    let context: Context

    func formula(_ term: Term) -> Formula { Formula(.term(term)) }

    func bool(_ value: Bool) throws -> Formula { formula(try context.bool(value)) }

    /// - Parameter assume: takes what the type says (a number lies in its range).
    func fresh(_ type: SpecType, _ hint: String, assume: (Formula) -> Void) throws -> Symbol {
        switch type {
        case .bool: return .bool(formula(try context.freshBool(hint)))
        case .bits(_, let width):
            return .number(.init(term: try context.freshBits(hint, width: width), isSigned: false))
        case .range(_, let lower, let upper):
            let number = SymbolicNumber(term: try context.freshBits(hint, width: 64), isSigned: true)
            let low = try SymbolicNumber.literal(Int128(lower), context)
            let high = try SymbolicNumber.literal(Int128(upper), context)
            assume(formula(try SymbolicNumber.compare(.lessOrEqual, low, number)))
            assume(formula(try SymbolicNumber.compare(.lessOrEqual, number, high)))
            return .number(number)
        case .enumeration, .symmetric:
            let token = try context.freshBits(hint, width: 16)
            let count = try context.bits(Int128(type.indexCount ?? 0), width: 16)
            assume(formula(try token.apply(.unsignedLess, count)))
            return .token(token)
        case .optional(let wrapped):
            let payload = try fresh(wrapped, hint, assume: assume)
            return .optional(isPresent: formula(try context.freshBool("\(hint)_present")), payload: payload)
        case .structure(_, let fields):
            return .record(try fields.map { try fresh($0.type, "\(hint)_\($0.name)", assume: assume) })
        case .interval(.bits(_, let width)):
            let first = SymbolicNumber(
                term: try context.freshBits("\(hint)_first", width: width), isSigned: false)
            let last = SymbolicNumber(
                term: try context.freshBits("\(hint)_last", width: width), isSigned: false)
            return .interval(first: first, last: last)
        case .set(.bits(_, let width)):
            let predicate = try context.freshPredicate(hint, width: width)
            return .set(SymbolicSet(width: width) { Formula(.term(try predicate($0))) })
        default: throw NotProvable("a value of type '\(type.description)'")
        }
    }

    func symbol(_ value: Value, _ type: SpecType) throws -> Symbol {
        switch (type, value) {
        case (.absent, _): return .absent
        case (.optional(let wrapped), .none):
            return .optional(isPresent: try bool(false), payload: try fresh(wrapped, "absent") { _ in })
        case (.optional(let wrapped), _):
            return .optional(isPresent: try bool(true), payload: try symbol(value, wrapped))
        case (_, .bool(let flag)): return .bool(try bool(flag))
        case (.bits(_, let width), .number(let number)):
            return .number(.init(term: try context.bits(number, width: width), isSigned: false))
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
        case (.set(.bits(_, let width)), .set(let set)): return .set(try concrete(set, width: width))
        default: throw NotProvable("a constant of type '\(type.description)'")
        }
    }

    /// A set whose members are known.
    private func concrete(_ set: IntegerSet, width: Int) throws -> SymbolicSet {
        SymbolicSet(width: width) { member in
            let number = SymbolicNumber(term: member, isSigned: false)
            return Formula(
                .any(
                    try set.ranges.map { range in
                        let first = try SymbolicNumber.literal(range.lowerBound, context)
                        let last = try SymbolicNumber.literal(range.upperBound, context)
                        return Formula(
                            .all([
                                formula(try SymbolicNumber.compare(.lessOrEqual, first, number)),
                                formula(try SymbolicNumber.compare(.lessOrEqual, number, last)),
                            ]))
                    }))
        }
    }

    // MARK: Equality and choice

    func equal(_ left: Symbol, _ right: Symbol) throws -> Formula {
        switch (left, right) {
        case (.bool(let a), .bool(let b)):
            return Formula(.all([a.implies(b), b.implies(a)]))
        case (.number(let a), .number(let b)): return formula(try SymbolicNumber.compare(.equal, a, b))
        case (.token(let a), .token(let b)): return formula(try a.equals(b))
        case (.absent, .optional(let isPresent, _)), (.optional(let isPresent, _), .absent):
            return isPresent.not()
        case (.optional(let a, let x), .optional(let b, let y)):
            let both = Formula(.all([a, b, try equal(x, y)]))
            return Formula(.any([both, Formula(.all([a.not(), b.not()]))]))
        case (.record(let a), .record(let b)): return Formula(.all(try zip(a, b).map { try equal($0, $1) }))
        case (.interval(let a, let b), .interval(let c, let d)):
            return Formula(.all([try equal(.number(a), .number(c)), try equal(.number(b), .number(d))]))
        default: throw NotProvable("this comparison")
        }
    }

    func choose(_ condition: Term, _ then: Symbol, _ otherwise: Symbol) throws -> Symbol {
        switch (then, otherwise) {
        case (.bool(let a), .bool(let b)):
            return .bool(Formula(.all([formula(condition).implies(a), formula(condition).not().implies(b)])))
        case (.number(let a), .number(let b)):
            if a.isSigned == b.isSigned, a.width == b.width {
                return .number(.init(term: try condition.choose(a.term, else: b.term), isSigned: a.isSigned))
            }
            let width = max(a.width, b.width) + 1
            return .number(
                .init(
                    term: try condition.choose(try a.signed(width), else: try b.signed(width)), isSigned: true
                ))
        case (.token(let a), .token(let b)): return .token(try condition.choose(a, else: b))
        case (.optional(let a, let x), .optional(let b, let y)):
            let isPresent = Formula(
                .all([formula(condition).implies(a), formula(condition).not().implies(b)]))
            return .optional(isPresent: isPresent, payload: try choose(condition, x, y))
        case (.record(let a), .record(let b)):
            return .record(try zip(a, b).map { try choose(condition, $0, $1) })
        default: throw NotProvable("this choice between two values")
        }
    }
}
