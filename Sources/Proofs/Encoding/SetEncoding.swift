import SpecLanguage
import Z3

/// What the built-in operations of sets and ranges mean to the solver: the axioms of
/// Documentation/language.md, 'Sets'.
struct SetEncoding {
    let maker: SymbolMaker
    /// Takes words at which universal statements are worth instantiating.
    let mention: (Term) -> Void

    typealias Bounds = (first: SymbolicNumber, last: SymbolicNumber)

    /// first <= word <= last, without wrap-around.
    func lies(_ word: Term, in bounds: Bounds) throws -> Formula {
        let number = SymbolicNumber(term: word, isSigned: false)
        return Formula(
            .all([
                maker.formula(try SymbolicNumber.compare(.lessOrEqual, bounds.first, number)),
                maker.formula(try SymbolicNumber.compare(.lessOrEqual, number, bounds.last)),
            ]))
    }

    private func mention(_ bounds: Bounds, width: Int) throws {
        mention(try bounds.first.word(width))
        mention(try bounds.last.word(width))
    }

    func isDisjoint(_ set: SymbolicSet, _ bounds: Bounds) throws -> Formula {
        try mention(bounds, width: set.width)
        return Formula(
            .forAll(width: set.width, .member, hint: "member") { word in
                try lies(word, in: bounds).implies(try set.contains(word).not())
            })
    }

    func containsAll(_ set: SymbolicSet, _ bounds: Bounds) throws -> Formula {
        try mention(bounds, width: set.width)
        return Formula(
            .forAll(width: set.width, .member, hint: "member") { word in
                try lies(word, in: bounds).implies(try set.contains(word))
            })
    }

    func overlaps(_ left: Bounds, _ right: Bounds) throws -> Formula {
        func lessOrEqual(_ a: SymbolicNumber, _ b: SymbolicNumber) throws -> Formula {
            maker.formula(try SymbolicNumber.compare(.lessOrEqual, a, b))
        }
        return Formula(
            .all([
                try lessOrEqual(left.first, left.last), try lessOrEqual(right.first, right.last),
                try lessOrEqual(left.first, right.last), try lessOrEqual(right.first, left.last),
            ]))
    }

    /// `highest_run` or `lowest_run`: a fresh range with what is known of it.
    func run(
        _ set: SymbolicSet, in bounds: Bounds, isHighest: Bool, assume: (Formula) -> Void
    ) throws -> (symbol: Symbol, run: Bounds, isPresent: Formula) {
        let context = maker.context
        let first = SymbolicNumber(
            term: try context.freshBits("run_first", width: set.width), isSigned: false)
        let last = SymbolicNumber(term: try context.freshBits("run_last", width: set.width), isSigned: false)
        let isPresent = maker.formula(try context.freshBool("run_present"))
        let run: Bounds = (first, last)
        mention(first.term)
        mention(last.term)
        assume(isPresent.not().implies(try isDisjoint(set, bounds)))
        assume(isPresent.implies(try overlaps(run, bounds)))
        assume(isPresent.implies(try containsAll(set, run)))
        let one = try SymbolicNumber.literal(1, context)
        let beyond: Bounds =
            isHighest
            ? (try .exact(.add, last, one), bounds.last) : (bounds.first, try .exact(.subtract, first, one))
        assume(isPresent.implies(try isDisjoint(set, beyond)))
        // Maximal: the neighbours are not members.
        let outside = try SymbolicNumber.exact(.subtract, first, one)
        assume(isPresent.implies(try isDisjoint(set, (outside, outside))))
        let above = try SymbolicNumber.exact(.add, last, one)
        assume(isPresent.implies(try isDisjoint(set, (above, above))))
        return (.optional(isPresent: isPresent, payload: .interval(first: first, last: last)), run, isPresent)
    }

    func inserting(_ bounds: Bounds, into set: SymbolicSet) throws -> SymbolicSet {
        try mention(bounds, width: set.width)
        return SymbolicSet(width: set.width) { word in
            Formula(.any([try lies(word, in: bounds), try set.contains(word)]))
        }
    }

    func removing(_ bounds: Bounds, from set: SymbolicSet) throws -> SymbolicSet {
        try mention(bounds, width: set.width)
        return SymbolicSet(width: set.width) { word in
            Formula(.all([try lies(word, in: bounds).not(), try set.contains(word)]))
        }
    }
}
