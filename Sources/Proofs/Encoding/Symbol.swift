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
}

/// A set of words: a predicate, changed here and there.
struct SymbolicSet {
    let width: Int
    /// Whether a word is a member.
    let contains: (Term) throws -> Formula
}
