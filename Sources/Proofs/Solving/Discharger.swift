// SPDX-License-Identifier: MIT

import Z3

/// Brings conditions into a form that the solver decides: existentials become constants, universals are instantiated at the
/// words that matter, and what reaches Z3 has no quantifier.
///
/// A universal about the members of a set is instantiated at the ends of its range, at the ends of all other ranges and at
/// the words whose membership is spoken of: for such statements that is enough (the array property fragment of Bradley and
/// Manna). A universal that the author wrote is instantiated at the constants of existentials and at the landmarks of the
/// execution; that need not be enough.
///
/// Instances only weaken what is assumed. So 'unsatisfiable' is a proof; 'satisfiable' is a candidate to be confirmed.
final class Discharger {
    enum Effort: Int, Comparable {
        /// No instances: what is to be shown was promised, word for word.
        case names
        /// The author's universals at the constants of existentials and the members that there must be, but not at those that their
        /// instances bring.
        case goal
        /// Also at landmarks: arguments and results.
        case values
        /// At the constants of all existentials.
        case constants
        /// At these, at landmarks, and at the members that there must be.
        case allConstants
        /// Also at all other words that are spoken of as members.
        case landmarks
        /// Also at members that instances speak of: worth it where an instance costs little.
        case members
        /// At landmarks, and with what the bodies of short functions say instead of their contracts.
        case definitions
        /// Also as they stand, with a quantifier.
        case quantifiers

        static func < (left: Effort, right: Effort) -> Bool { left.rawValue < right.rawValue }
    }

    private let context: Context
    private let effort: Effort
    /// What the solver is given.
    private(set) var assertions: [Term] = []

    /// Words to instantiate at, of one width and in order; each with the number of universals that were instantiated to come by
    /// it.
    private struct Ground {
        var words: [(term: Term, depth: Int)] = []
        var known: Set<Term> = []

        mutating func insert(_ term: Term, depth: Int) {
            if known.insert(term).inserted { words.append((term, depth)) }
        }
    }

    private var members: [Int: Ground] = [:]
    private var words: [Int: Ground] = [:]

    /// A universal that is true wherever `name` is; `isPositive`: of its body or of the body's negation.
    private struct Universal {
        let name: Term
        let quantified: Formula.Quantified
        let isPositive: Bool
        let depth: Int
        var done = 0
    }

    private var universals: [Universal] = []
    private var known: [Key: Term] = [:]
    private struct Key: Hashable {
        let formula: ObjectIdentifier
        let isPositive: Bool
    }

    /// Formulas are known by identity: they must stay alive.
    private var pinned: [Formula] = []
    private var depth = 0
    private var instanceCount = 0

    /// Universals inside instances of universals: deeper than this they are left alone.
    private static let depthMax = 2
    private static let instancesMax = 20_000

    init(_ context: Context, effort: Effort, landmarks: [Term]) {
        self.context = context
        self.effort = effort
        guard effort == .values || effort >= .allConstants else { return }
        for term in landmarks { words[term.width, default: Ground()].insert(term, depth: 0) }
    }

    /// Whether what is asserted says all that the formulas say, and nothing less.
    private(set) var isExact = false

    /// Asserts all the formulas together.
    func assert(_ formulas: [Formula]) throws {
        for formula in formulas { assertions.append(try encode(formula, isPositive: true)) }
        try saturate()
        isExact = try universals.isEmpty || (effort == .quantifiers && assertQuantifiers())
    }

    /// Words spoken of as members, for reading a set out of a model.
    func memberWords(width: Int) -> [Term] { members[width]?.words.map(\.term) ?? [] }

    // MARK: Encoding

    private func encode(_ formula: Formula, isPositive: Bool) throws -> Term {
        switch formula.kind {
        case .constant(let flag): return try context.bool(flag == isPositive)
        case .term(let term): return isPositive ? term : try term.not()
        case .member(let term, let word):
            mention(word)
            return isPositive ? term : try term.not()
        case .not(let inner): return try encode(inner, isPositive: !isPositive)
        case .all(let parts): return try encode(parts, isAll: isPositive, isPositive)
        case .any(let parts): return try encode(parts, isAll: !isPositive, isPositive)
        case .spare(let fact):
            guard isPositive else { throw NotProvable("this fact") }
            return try effort < .landmarks ? context.bool(true) : encode(fact, isPositive: true)
        case .promise(let contract, let body):
            guard isPositive else { throw NotProvable("this fact") }
            guard effort == .definitions else { return try encode(contract, isPositive: true) }
            if let made = known[Key(formula: ObjectIdentifier(formula), isPositive: true)] { return made }
            let instance = try body()
            let made = try encode(.all(instance.facts + [instance.condition]), isPositive: true)
            pinned.append(formula)
            known[Key(formula: ObjectIdentifier(formula), isPositive: true)] = made
            return made
        case .forAll(let quantified):
            return try isPositive
                ? universal(formula, quantified, isPositive: true)
                : constant(formula, quantified, isPositive: false)
        case .exists(let quantified):
            return try isPositive
                ? constant(formula, quantified, isPositive: true)
                : universal(formula, quantified, isPositive: false)
        }
    }

    private func encode(_ parts: [Formula], isAll: Bool, _ isPositive: Bool) throws -> Term {
        let terms = try parts.map { try encode($0, isPositive: isPositive) }
        return try isAll ? Term.all(terms, in: context) : Term.any(terms, in: context)
    }

    private func mention(_ word: Term) {
        members[word.width, default: Ground()].insert(word, depth: depth)
        if effort == .members || effort >= .landmarks && depth == 0 {
            words[word.width, default: Ground()].insert(word, depth: depth)
        }
    }

    private func mentionBoundaries(of quantified: Formula.Quantified) {
        guard case .members(let boundaries) = quantified.domain else { return }
        for boundary in boundaries { mention(boundary) }
    }

    private func named(
        _ formula: Formula, _ isPositive: Bool, _ make: () throws -> Term
    ) throws -> Term {
        let key = Key(formula: ObjectIdentifier(formula), isPositive: isPositive)
        if let term = known[key] { return term }
        pinned.append(formula)
        let term = try make()
        known[key] = term
        // It and its opposite are not true together: seen at once, without instances.
        if let opposite = known[Key(formula: ObjectIdentifier(formula), isPositive: !isPositive)] {
            assertions.append(try Term.all([term, opposite], in: context).not())
        }
        return term
    }

    /// There is such a word: call it by a new name.
    private func constant(
        _ formula: Formula, _ quantified: Formula.Quantified, isPositive: Bool
    ) throws -> Term {
        try named(formula, isPositive) {
            mentionBoundaries(of: quantified)
            let constant = try context.freshBits(quantified.hint, width: quantified.width)
            switch quantified.domain {
            case .members:
                mention(constant)
                if depth == 0, [.goal, .values, .allConstants].contains(effort) {
                    words[constant.width, default: Ground()].insert(constant, depth: depth)
                }
            case .words where depth == 0 || effort >= .constants:
                words[quantified.width, default: Ground()].insert(constant, depth: depth)
            case .words: break
            }
            return try instance(quantified, at: constant, isPositive)
        }
    }

    /// It holds of every word: a name for that, from which its instances follow.
    private func universal(
        _ formula: Formula, _ quantified: Formula.Quantified, isPositive: Bool
    ) throws -> Term {
        try named(formula, isPositive) {
            mentionBoundaries(of: quantified)
            let name = try context.freshBool("all_\(quantified.hint)")
            universals.append(
                Universal(name: name, quantified: quantified, isPositive: isPositive, depth: depth))
            return name
        }
    }

    private func instance(_ quantified: Formula.Quantified, at word: Term, _ isPositive: Bool) throws -> Term
    {
        let instance = try quantified.body(word)
        for fact in instance.facts { assertions.append(try encode(fact, isPositive: true)) }
        return try encode(instance.condition, isPositive: isPositive)
    }

    // MARK: Instances

    private func saturate() throws {
        guard effort > .names else { return }
        var isDone = false
        while !isDone {
            isDone = true
            // New universals and words appear on the way.
            var index = 0
            while index < universals.count {
                let universal = universals[index]
                let ground = ground(of: universal.quantified)
                for (word, wordDepth) in ground[min(universal.done, ground.count)...] {
                    isDone = false
                    try instantiate(universal, at: word, wordDepth)
                }
                universals[index].done = ground.count
                index += 1
            }
        }
    }

    private func ground(of quantified: Formula.Quantified) -> [(term: Term, depth: Int)] {
        switch quantified.domain {
        case .members: members[quantified.width]?.words ?? []
        case .words: words[quantified.width]?.words ?? []
        }
    }

    private func instantiate(_ universal: Universal, at word: Term, _ wordDepth: Int) throws {
        let isAuthors = if case .words = universal.quantified.domain { true } else { false }
        let below = max(universal.depth, wordDepth) + (isAuthors ? 1 : 0)
        guard below <= Self.depthMax else { return }
        instanceCount += 1
        guard instanceCount <= Self.instancesMax else { throw NotProvable("so large a formula") }
        let outer = depth
        depth = below
        defer { depth = outer }
        let body = try instance(universal.quantified, at: word, universal.isPositive)
        assertions.append(try universal.name.implies(body))
    }

    /// The universals as they stand; those inside instances are inside their quantifiers too.
    ///
    /// - Returns: whether that was possible of all.
    private func assertQuantifiers() throws -> Bool {
        var isPossible = true
        for universal in universals where universal.depth == 0 {
            isPossible = try assertQuantifier(universal) && isPossible
        }
        return isPossible
    }

    private func assertQuantifier(_ universal: Universal) throws -> Bool {
        let variable = try context.freshBits(universal.quantified.hint, width: universal.quantified.width)
        let instance = try universal.quantified.body(variable)
        guard instance.facts.isEmpty,
            let body = try closed(instance.condition, isPositive: universal.isPositive)
        else { return false }
        let statement = try Term.quantified(.forAll, [variable], body: body)
        assertions.append(try universal.name.implies(statement))
        return true
    }

    /// A formula as one term with its quantifiers; `nil` where constants were made on the way.
    private func closed(_ formula: Formula, isPositive: Bool) throws -> Term? {
        switch formula.kind {
        case .constant, .term, .member, .spare: return try encode(formula, isPositive: isPositive)
        case .promise(let contract, _): return try closed(contract, isPositive: isPositive)
        case .not(let inner): return try closed(inner, isPositive: !isPositive)
        case .all(let parts), .any(let parts):
            var terms: [Term] = []
            for part in parts {
                guard let term = try closed(part, isPositive: isPositive) else { return nil }
                terms.append(term)
            }
            let isAll = if case .all = formula.kind { isPositive } else { !isPositive }
            return try isAll ? Term.all(terms, in: context) : Term.any(terms, in: context)
        case .forAll(let quantified), .exists(let quantified):
            let isForAll = if case .forAll = formula.kind { isPositive } else { !isPositive }
            let variable = try context.freshBits(quantified.hint, width: quantified.width)
            let instance = try quantified.body(variable)
            guard instance.facts.isEmpty, let body = try closed(instance.condition, isPositive: isPositive)
            else {
                return nil
            }
            return try Term.quantified(isForAll ? .forAll : .exists, [variable], body: body)
        }
    }
}
