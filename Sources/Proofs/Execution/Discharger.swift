import Z3

/// Gives conditions to the solver without quantifiers: existentials become constants, universals are
/// instantiated at the
/// terms mentioned and at those constants, round by round until nothing new appears.
///
/// Instances only weaken what is assumed. So 'unsatisfiable' is a proof; 'satisfiable' is a candidate to be
/// confirmed.
final class Discharger {
    private let context: Context
    /// Words at which statements on members are instantiated, by width, in order.
    private var ground: [Int: [Term]] = [:]
    /// Words that quantifiers of the text were opened for.
    private var candidates: [Int: [Term]] = [:]
    private var isKnown: Set<Term> = []
    private var skolems: [ObjectIdentifier: (Term, Formula)] = [:]
    private var instances: [ObjectIdentifier: [Term: Formula]] = [:]
    /// Formulas are looked up by identity: they must stay alive.
    private var pinned: [Formula] = []
    private static let roundsMax = 4
    private static let groundMax = 48

    init(_ context: Context, mentioned: [Term]) {
        self.context = context
        for term in mentioned { mention(term) }
    }

    private func mention(_ term: Term) {
        guard isKnown.insert(term).inserted, (ground[term.width]?.count ?? 0) < Self.groundMax else { return }
        ground[term.width, default: []].append(term)
    }

    /// All the formulas together, as one term without quantifiers.
    func conjunction(of formulas: [Formula]) throws -> [Term] {
        var terms: [Term] = []
        for _ in 0..<Self.roundsMax {
            let before = isKnown.count
            terms = try formulas.map { try encode($0, isPositive: true) }
            if isKnown.count == before { break }
        }
        return terms
    }

    private func encode(_ formula: Formula, isPositive: Bool) throws -> Term {
        switch formula.kind {
        case .term(let term): return isPositive ? term : try term.not()
        case .not(let inner): return try encode(inner, isPositive: !isPositive)
        case .all(let parts):
            let terms = try parts.map { try encode($0, isPositive: isPositive) }
            return try isPositive ? Term.all(terms, in: context) : Term.any(terms, in: context)
        case .any(let parts):
            let terms = try parts.map { try encode($0, isPositive: isPositive) }
            return try isPositive ? Term.any(terms, in: context) : Term.all(terms, in: context)
        case .forAll(let width, let role, let hint, let body):
            return isPositive
                ? try encodeInstances(formula, width, role, body, isPositive: true)
                : try encodeSkolem(formula, width, role, hint, body, isPositive: false)
        case .exists(let width, let role, let hint, let body):
            return isPositive
                ? try encodeSkolem(formula, width, role, hint, body, isPositive: true)
                : try encodeInstances(formula, width, role, body, isPositive: false)
        }
    }

    /// There is such a word: call it by a new name.
    private func encodeSkolem(
        _ formula: Formula, _ width: Int, _ role: Formula.Role, _ hint: String,
        _ body: (Term) throws -> Formula,
        isPositive: Bool
    ) throws -> Term {
        let known = skolems[ObjectIdentifier(formula)]
        let (_, inner) =
            try known
            ?? {
                let constant = try context.freshBits(hint, width: width)
                mention(constant)
                if role == .candidate { candidates[width, default: []].append(constant) }
                let made = (constant, try body(constant))
                skolems[ObjectIdentifier(formula)] = made
                pinned.append(formula)
                return made
            }()
        return try encode(inner, isPositive: isPositive)
    }

    /// It holds of every word: in particular of these.
    private func encodeInstances(
        _ formula: Formula, _ width: Int, _ role: Formula.Role, _ body: (Term) throws -> Formula,
        isPositive: Bool
    ) throws -> Term {
        let key = ObjectIdentifier(formula)
        if instances[key] == nil { pinned.append(formula) }
        var terms: [Term] = []
        for term in (role == .member ? ground : candidates)[width] ?? [] {
            let inner = try instances[key]?[term] ?? body(term)
            instances[key, default: [:]][term] = inner
            terms.append(try encode(inner, isPositive: isPositive))
        }
        return try Term.all(terms, in: context)
    }

    /// Words mentioned so far, for reading a set out of a model.
    func groundTerms(width: Int) -> [Term] { ground[width] ?? [] }
}
