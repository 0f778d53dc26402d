// SPDX-License-Identifier: MIT

/// What a rule's parameters, loops and temporaries are replaced by.
struct Substitution {
    var binders: [Binder: Term] = [:]
    /// Only variables without dimensions.
    var variables: [ExportVariable: Term] = [:]
    /// Binders that the values speak of, once that is asked.
    private var mentioned: Set<Binder>?
    private var done: [ObjectIdentifier: Term] = [:]
    /// Keeps the keys of `done` alive.
    private var kept: [Term] = []

    init(binders: [Binder: Term] = [:], variables: [ExportVariable: Term] = [:]) {
        self.binders = binders
        self.variables = variables
    }

    /// Whether what is put in speaks of the binder.
    private mutating func isMentioned(_ binder: Binder) -> Bool {
        if let mentioned { return mentioned.contains(binder) }
        var found: Set<Binder> = []
        var seen: Set<ObjectIdentifier> = []
        for value in Array(binders.values) + Array(variables.values) {
            value.visit(&seen) { if case .bound(let bound) = $0.kind { found.insert(bound) } }
        }
        mentioned = found
        return found.contains(binder)
    }

    /// The term with everything replaced, folded anew; shared parts stay shared.
    mutating func apply(_ term: Term) -> Term {
        if let known = done[ObjectIdentifier(term)] { return known }
        let result = replaced(term)
        done[ObjectIdentifier(term)] = result
        kept.append(term)
        return result
    }

    private mutating func replaced(_ term: Term) -> Term {
        switch term.kind {
        case .constant, .boolean: return term
        case .read(let variable, let indices):
            if let value = variables[variable] { return value }
            return indices.isEmpty ? term : .read(variable, indices.map { apply($0) })
        case .bound(let binder): return binders[binder] ?? term
        case .arithmetic(let operation, let left, let right):
            return .arithmetic(operation, apply(left), apply(right))
        case .comparison(let comparison, let left, let right):
            return .compare(comparison, apply(left), apply(right))
        case .not(let operand): return !apply(operand)
        case .and(let left, let right): return .and(apply(left), apply(right))
        case .or(let left, let right): return .or(apply(left), apply(right))
        case .same(let left, let right): return .same(apply(left), apply(right))
        case .conditional(let condition, let then, let otherwise):
            return .conditional(apply(condition), apply(then), apply(otherwise))
        case .quantified(let isForall, let binder, let body):
            guard binders[binder] != nil || isMentioned(binder) else {
                return .quantified(isForall: isForall, binder, apply(body))
            }
            // It has a value of its own here, and must not be mistaken for one that is put in.
            let own = Binder(name: binder.name, count: binder.count)
            var inner = Substitution(
                binders: binders.merging([binder: .bound(own)]) { _, new in new }, variables: variables)
            return .quantified(isForall: isForall, own, inner.apply(body))
        }
    }
}
