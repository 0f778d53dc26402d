// SPDX-License-Identifier: MIT

import Z3

/// A condition before it is given to the solver. Quantifiers stay visible, so that they can be eliminated: existentials by
/// constants, universals by instances at the terms that matter.
final class Formula {
    indirect enum Kind {
        case constant(Bool)
        case term(Term)
        /// Whether a word is in a set of which nothing is known: `term` applies the set's predicate to `word`.
        case member(Term, word: Term)
        case not(Formula)
        case all([Formula])
        case any([Formula])
        case forAll(Quantified)
        case exists(Quantified)
        /// A fact that is seldom needed and makes the formula longer: left out at first.
        case spare(Formula)
        /// What the contract of a function says of a result, or the body where that is asked for: it says all
        /// that the contract says.
        case promise(Formula, body: () throws -> Instance)
    }

    /// Which words a universal statement is worth instantiating at.
    enum Domain {
        /// The members of a set, between these boundaries: a statement about what a range holds.
        case members(boundaries: [Term])
        /// A variable that the author quantifies over.
        case words
    }

    /// What a quantified statement says of one word.
    struct Instance {
        let condition: Formula
        /// What is known of the constants made on the way; true whatever becomes of the condition.
        let facts: [Formula]
    }

    struct Quantified {
        let width: Int
        let hint: String
        let domain: Domain
        let body: (Term) throws -> Instance
    }

    let kind: Kind
    let hasQuantifier: Bool

    private init(_ kind: Kind) {
        self.kind = kind
        hasQuantifier =
            switch kind {
            case .constant, .term, .member: false
            case .not(let inner), .spare(let inner), .promise(let inner, _): inner.hasQuantifier
            case .all(let parts), .any(let parts): parts.contains(where: \.hasQuantifier)
            case .forAll, .exists: true
            }
    }

    var constant: Bool? { if case .constant(let flag) = kind { flag } else { nil } }

    /// What is to be shown one by one, so that the condition holds: each statement about all words stands alone.
    var goals: [Formula] {
        guard case .all(let parts) = kind, hasQuantifier else { return [self] }
        let plain = parts.filter { !$0.hasQuantifier }
        return (plain.isEmpty ? [] : [.all(plain)]) + parts.filter(\.hasQuantifier).flatMap(\.goals)
    }

    /// The condition as one term, where it mentions no member and no quantifier.
    func plainTerm(in context: Context) throws -> Term? {
        switch kind {
        case .constant(let flag): return try context.bool(flag)
        case .term(let term): return term
        case .not(let inner): return try inner.plainTerm(in: context)?.not()
        case .all(let parts), .any(let parts):
            var terms: [Term] = []
            for part in parts {
                guard let term = try part.plainTerm(in: context) else { return nil }
                terms.append(term)
            }
            if case .all = kind { return try Term.all(terms, in: context) }
            return try Term.any(terms, in: context)
        case .member, .forAll, .exists, .spare, .promise: return nil
        }
    }
}

extension Formula {
    static var yes: Formula { Formula(.constant(true)) }
    static var no: Formula { Formula(.constant(false)) }

    static func constant(_ flag: Bool) -> Formula { flag ? yes : no }
    static func term(_ term: Term) -> Formula { Formula(.term(term)) }
    static func member(_ term: Term, word: Term) -> Formula { Formula(.member(term, word: word)) }
    static func spare(_ fact: Formula) -> Formula { Formula(.spare(fact)) }
    static func promise(_ contract: Formula, body: @escaping () throws -> Instance) -> Formula {
        Formula(.promise(contract, body: body))
    }
    static func forAll(_ quantified: Quantified) -> Formula { Formula(.forAll(quantified)) }
    static func exists(_ quantified: Quantified) -> Formula { Formula(.exists(quantified)) }

    static func all(_ parts: [Formula]) -> Formula {
        if parts.contains(where: { $0.constant == false }) { return no }
        let open = parts.filter { $0.constant == nil }
        return open.isEmpty ? yes : open.count == 1 ? open[0] : Formula(.all(open))
    }

    static func any(_ parts: [Formula]) -> Formula {
        if parts.contains(where: { $0.constant == true }) { return yes }
        let open = parts.filter { $0.constant == nil }
        return open.isEmpty ? no : open.count == 1 ? open[0] : Formula(.any(open))
    }

    func not() -> Formula {
        switch kind {
        case .constant(let flag): .constant(!flag)
        case .not(let inner): inner
        case .term, .member, .all, .any, .forAll, .exists, .spare, .promise: Formula(.not(self))
        }
    }

    func implies(_ other: Formula) -> Formula { .any([not(), other]) }
    func agrees(with other: Formula) -> Formula { .all([implies(other), other.implies(self)]) }
}
