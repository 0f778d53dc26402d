import Z3

/// A condition before it is given to the solver. Quantifiers stay visible, so that they can be eliminated:
/// existentials by
/// constants, universals by instances at the terms that matter. What reaches Z3 has no quantifier.
final class Formula {
    indirect enum Kind {
        case term(Term)
        case not(Formula)
        case all([Formula])
        case any([Formula])
        /// For all words of `width` bits.
        case forAll(width: Int, Role, hint: String, body: (Term) throws -> Formula)
        case exists(width: Int, Role, hint: String, body: (Term) throws -> Formula)
    }

    /// What a quantifier speaks of decides at which words it is worth instantiating.
    enum Role {
        /// Members of a set: ends of ranges and runs, and all words that others were named for.
        case member
        /// Written in the text, `forall(a: Page)`: words that such a quantifier was opened for.
        case candidate
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    func not() -> Formula {
        if case .not(let inner) = kind { return inner }
        return Formula(.not(self))
    }

    func implies(_ other: Formula) -> Formula { Formula(.any([not(), other])) }
}
