import Z3

/// A condition before it is given to the solver. Quantifiers stay visible, so that they can be eliminated: existentials by
/// constants, universals by instances at the terms that matter. What reaches Z3 has no quantifier.
final class Formula {
    indirect enum Kind {
        case term(Term)
        case not(Formula)
        case all([Formula])
        case any([Formula])
        /// For all words of `width` bits.
        case forAll(width: Int, hint: String, body: (Term) throws -> Formula)
        case exists(width: Int, hint: String, body: (Term) throws -> Formula)
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    func not() -> Formula {
        if case .not(let inner) = kind { return inner }
        return Formula(.not(self))
    }

    func implies(_ other: Formula) -> Formula { Formula(.any([not(), other])) }
}
