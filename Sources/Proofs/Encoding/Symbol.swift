// SPDX-License-Identifier: MIT

import SpecLanguage
import Z3

/// A value of which only constraints are known.
indirect enum Symbol {
    case bool(Formula)
    case number(SymbolicNumber)
    /// Enum case or element, as a word of 16 bits.
    case token(Term)
    case optional(isPresent: Formula, payload: Symbol)
    /// `none` where its type is not known.
    case absent
    case record([Symbol])
    case interval(first: SymbolicNumber, last: SymbolicNumber)
    case set(SymbolicSet)
    case list([Symbol])

    /// The words that it is made of.
    var words: [Term] {
        switch self {
        case .number(let number) where !number.isSigned: [number.term]
        case .optional(_, let payload): payload.words
        case .interval(let first, let last): Symbol.number(first).words + Symbol.number(last).words
        case .record(let parts): parts.flatMap(\.words)
        default: []
        }
    }
}

extension Symbol {
    /// The value, where all of it is known.
    var value: Value? {
        switch self {
        case .bool(let formula): return formula.constant.map { .bool($0) }
        case .number(let number): return number.constant.map { .number($0) }
        case .token(let term):
            if case .numeral(let number) = term.structure { return .token(Int(number)) }
            return nil
        case .optional(let isPresent, let payload):
            guard let isPresent = isPresent.constant else { return nil }
            return isPresent ? payload.value : Value.none
        case .absent: return Value.none
        case .record(let parts): return Self.values(parts).map { .record($0) }
        case .interval(let first, let last):
            guard let first = first.constant, let last = last.constant else { return nil }
            return .interval(first: first, last: last)
        case .set(let set): return set.known.map { .set($0) }
        case .list(let parts): return Self.values(parts).map { .list($0) }
        }
    }

    private static func values(_ parts: [Symbol]) -> [Value]? {
        let values = parts.compactMap(\.value)
        return values.count == parts.count ? values : nil
    }
}

/// A set of words: a predicate of which nothing is known, changed here and there; or known member by member.
struct SymbolicSet {
    let width: Int
    /// Ends of the ranges by which it was changed: a statement about all of its members is decided there.
    let boundaries: [Term]
    /// The members, where they are known.
    let known: IntegerSet?
    let identity = Identity()
    /// Whether a word is a member.
    let contains: (Term) throws -> Formula

    /// Two sets of the same identity have the same members.
    final class Identity {}

    init(
        width: Int, boundaries: [Term] = [], known: IntegerSet? = nil,
        contains: @escaping (Term) throws -> Formula
    ) {
        self.width = width
        self.boundaries = boundaries
        self.known = known
        self.contains = contains
    }

    /// For all words between the boundaries.
    func forAll(_ ends: [Term] = [], _ condition: @escaping (Term) throws -> Formula) -> Formula {
        .forAll(
            .init(width: width, hint: "member", domain: .members(boundaries: ends + boundaries)) { word in
                Formula.Instance(condition: try condition(word), facts: [])
            })
    }
}
