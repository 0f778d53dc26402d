// SPDX-License-Identifier: MIT

/// Terms of one shape are one object: so that a term is known again, and printed once. What was made of terms for one question is not
/// made again for the next.
final class TermTable {
    private struct Key: Hashable {
        let tag: Int
        let number: Int128
        /// Where a value was checked to be in a range it is known to be there, and only there.
        let lower: Int128
        let upper: Int128
        let identities: [ObjectIdentifier]
    }

    private var table: [Key: Term] = [:]
    private var known: [ObjectIdentifier: Term] = [:]
    /// Keeps the keys of `known` alive.
    private var kept: [Term] = []

    // MARK: What was made of terms

    private struct Instance: Hashable {
        let body: ObjectIdentifier
        let binder: Binder
        let value: ObjectIdentifier
    }

    /// A formula, or its negation.
    struct Statement: Hashable {
        private let formula: ObjectIdentifier
        private let isPositive: Bool

        /// - Parameter formula: a canonical one.
        init(_ formula: Term, _ isPositive: Bool) {
            self.formula = ObjectIdentifier(formula)
            self.isPositive = isPositive
        }
    }

    private var instances: [Instance: Term] = [:]
    private var names: [Statement: Term] = [:]
    private var quantifiers: [ObjectIdentifier: Bool] = [:]

    /// What a formula says of one value.
    func instance(_ body: Term, _ binder: Binder, _ value: Term) -> Term {
        let key = Instance(body: ObjectIdentifier(body), binder: binder, value: ObjectIdentifier(value))
        if let known = instances[key] { return known }
        var substitution = Substitution(binders: [binder: value])
        let made = canonical(substitution.apply(body))
        kept += [body, value]
        instances[key] = made
        return made
    }

    /// The constant that stands for what a statement says there is, or for the statement.
    func name(of statement: Statement, _ make: () -> Term) -> Term {
        if let known = names[statement] { return known }
        let made = canonical(make())
        names[statement] = made
        return made
    }

    func hasQuantifier(_ term: Term) -> Bool {
        if let known = quantifiers[ObjectIdentifier(term)] { return known }
        var result = false
        if case .quantified = term.kind { result = true }
        result = result || term.parts.contains(where: hasQuantifier)
        kept.append(term)
        quantifiers[ObjectIdentifier(term)] = result
        return result
    }

    // MARK: Shapes

    func canonical(_ term: Term) -> Term {
        if let found = known[ObjectIdentifier(term)] { return found }
        let rebuilt = rebuilt(term)
        let key = key(of: rebuilt)
        let result = table[key] ?? rebuilt
        table[key] = result
        for each in [term, rebuilt] {
            kept.append(each)
            known[ObjectIdentifier(each)] = result
        }
        return result
    }

    /// The same with canonical parts.
    private func rebuilt(_ term: Term) -> Term {
        let parts = term.parts.map { canonical($0) }
        if zip(parts, term.parts).allSatisfy({ $0 === $1 }) { return term }
        switch term.kind {
        case .constant, .boolean, .bound: return term
        case .read(let variable, _): return .read(variable, parts)
        case .arithmetic(let operation, _, _):
            return Term.arithmetic(operation, parts[0], parts[1]).narrowed(term.lower, term.upper)
        case .comparison(let comparison, _, _): return .compare(comparison, parts[0], parts[1])
        case .not: return !parts[0]
        case .and: return .and(parts[0], parts[1])
        case .or: return .or(parts[0], parts[1])
        case .same: return .same(parts[0], parts[1])
        case .conditional: return .conditional(parts[0], parts[1], parts[2])
        case .quantified(let isForall, let binder, _):
            return .quantified(isForall: isForall, binder, parts[0])
        }
    }

    private func key(of term: Term) -> Key {
        func make(_ tag: Int, _ number: Int128 = 0, _ objects: [AnyObject] = []) -> Key {
            let parts = term.parts.map { canonical($0) }
            return Key(
                tag: tag, number: number, lower: term.lower, upper: term.upper,
                identities: objects.map { ObjectIdentifier($0) } + parts.map { ObjectIdentifier($0) })
        }
        switch term.kind {
        case .constant(let number): return make(0, number)
        case .boolean(let flag): return make(1, flag ? 1 : 0)
        case .read(let variable, _): return make(2, 0, [variable])
        case .bound(let binder): return make(3, 0, [binder])
        case .arithmetic(let operation, _, _): return make(4, Int128(Self.number(operation)))
        case .comparison(let comparison, _, _): return make(5, Int128(Self.number(comparison)))
        case .not: return make(6)
        case .and: return make(7)
        case .or: return make(8)
        case .same: return make(9)
        case .conditional: return make(10)
        case .quantified(let isForall, let binder, _): return make(11, isForall ? 1 : 0, [binder])
        }
    }

    private static func number(_ operation: Term.Arithmetic) -> Int {
        switch operation {
        case .add: 0
        case .subtract: 1
        case .multiply: 2
        case .divide: 3
        case .remainder: 4
        case .bitAnd: 5
        case .bitOr: 6
        case .bitXor: 7
        }
    }

    private static func number(_ comparison: Term.Comparison) -> Int {
        switch comparison {
        case .equal: 0
        case .notEqual: 1
        case .less: 2
        case .lessOrEqual: 3
        }
    }
}
