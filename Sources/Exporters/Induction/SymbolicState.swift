// SPDX-License-Identifier: MIT

/// What each variable holds during one step, as terms over what it held before: arrays are functions from indices to terms, so that
/// they may have any number of elements.
struct SymbolicState {
    /// What a variable holds at some indices.
    typealias Content = ([Term]) -> Term

    private var contents: [ExportVariable: (version: Int, read: Content)] = [:]
    /// Values of loop variables.
    private var binders: [Binder: Term]
    /// Holds where all requirements so far do.
    private(set) var isPossible = Term.yes
    /// Holds where a check has failed.
    private(set) var fails = Term.no
    private var version = 0
    private var work = 0
    /// What the round of a loop touches.
    private var accesses: Accesses?
    /// The loops whose rounds are run at once here, outermost first.
    private var rounds: [Binder] = []

    private static let workMax = 400_000
    private static let roundsMax = 8

    /// - Parameter contents: what variables hold before; others hold what `Term.read` of them says.
    init(_ contents: [ExportVariable: Content] = [:], _ binders: [Binder: Term] = [:]) {
        self.contents = contents.mapValues { (0, $0) }
        self.binders = binders
    }

    func read(_ variable: ExportVariable, _ indices: [Term]) -> Term {
        contents[variable].map { $0.read(indices) } ?? .read(variable, indices)
    }

    mutating func require(_ condition: Term, _ path: Term = .yes) throws(ExportRefusal) {
        isPossible = .and(isPossible, .or(!path, try evaluate(condition)))
    }

    /// Forgets what has been required and checked so far.
    mutating func beginStep() {
        isPossible = .yes
        fails = .no
    }

    // MARK: Statements

    mutating func run(_ statements: [ExportStatement], path: Term = .yes) throws(ExportRefusal) {
        for statement in statements { try run(statement, path) }
    }

    private mutating func run(_ statement: ExportStatement, _ path: Term) throws(ExportRefusal) {
        work += 1
        guard work < Self.workMax else { throw ExportRefusal("the steps are too large for a proof") }
        switch statement {
        case .assign(let variable, let indices, let value):
            var places: [Term] = []
            for index in indices { places.append(try evaluate(index)) }
            accesses?.written.append((variable, places))
            assign(variable, places, try evaluate(value))
        case .check(let condition, _):
            fails = .or(fails, .and([isPossible, path, !(try evaluate(condition))]))
        case .require(let condition): try require(condition, path)
        case .conditional(let condition, let then, let otherwise):
            try branch(
                try evaluate(condition), path,
                { state, path throws(ExportRefusal) in try state.run(then, path: path) },
                { state, path throws(ExportRefusal) in try state.run(otherwise, path: path) })
        case .forEach(let binder, let body):
            guard binder.count > LoweringMode.smallCountMax else {
                for value in 0..<binder.count {
                    binders[binder] = .constant(value)
                    try run(body, path: path)
                }
                return
            }
            try runAtOnce(binder, body, path)
        case .loop(let condition, _, let body): try loop(condition, body, path, round: 0)
        case .comment: break
        }
    }

    private mutating func assign(_ variable: ExportVariable, _ places: [Term], _ value: Term) {
        let before = contents[variable]?.read ?? { .read(variable, $0) }
        set(variable) { indices in
            let isHere = Term.and(zip(indices, places).map { .equal($0, $1) })
            return isHere.booleanConstant == true ? value : .conditional(isHere, value, before(indices))
        }
    }

    private mutating func set(_ variable: ExportVariable, _ read: @escaping Content) {
        version += 1
        contents[variable] = (version, read)
    }

    private mutating func branch(
        _ test: Term, _ path: Term, _ then: (inout SymbolicState, Term) throws(ExportRefusal) -> Void,
        _ otherwise: (inout SymbolicState, Term) throws(ExportRefusal) -> Void = { _, _ in }
    ) throws(ExportRefusal) {
        if let flag = test.booleanConstant { return try flag ? then(&self, path) : otherwise(&self, path) }
        var (first, second) = (self, self)
        try then(&first, .and(path, test))
        // Versions of the two sides differ, so that what one of them has written is seen.
        second.version = first.version
        second.work = first.work
        second.fails = first.fails
        second.isPossible = first.isPossible
        try otherwise(&second, .and(path, !test))
        let (before, after) = (first, second)
        self.version = after.version
        work = after.work
        fails = after.fails
        isPossible = after.isPossible
        for variable in Set(before.contents.keys).union(after.contents.keys)
        where before.contents[variable]?.version != after.contents[variable]?.version {
            set(variable) { .conditional(test, before.read(variable, $0), after.read(variable, $0)) }
        }
    }

    private mutating func loop(
        _ condition: Term, _ body: [ExportStatement], _ path: Term, round: Int
    ) throws(ExportRefusal) {
        let test = try evaluate(condition)
        if test.booleanConstant == false { return }
        guard round < Self.roundsMax else {
            throw ExportRefusal(
                "a loop of more than \(Self.roundsMax) rounds has no place in a proof about steps",
                help: "call a function with a contract")
        }
        try branch(test, path) { state, path throws(ExportRefusal) in
            try state.run(body, path: path)
            try state.loop(condition, body, path, round: round + 1)
        }
    }

    // MARK: Rounds at once

    /// The rounds of a loop, none of which reads or writes what another one writes: all at once.
    private mutating func runAtOnce(
        _ binder: Binder, _ body: [ExportStatement], _ path: Term
    ) throws(ExportRefusal) {
        var unknown: ExportRefusal?
        ExportStatement.visit(body) { statement in
            for term in statement.terms {
                do throws(ExportRefusal) { try refuseUnknown(term) } catch { unknown = error }
            }
        }
        if let unknown { throw unknown }
        var inside = self
        inside.binders[binder] = .bound(binder)
        inside.beginStep()
        let accesses = Accesses()
        inside.accesses = accesses
        inside.rounds.append(binder)
        try inside.run(body)
        let (dimensions, locals) = try accesses.independent(body, by: binder)
        self.accesses?.add(accesses)
        if inside.fails.booleanConstant != false {
            let some = Term.quantified(isForall: false, binder, inside.fails)
            fails = .or(fails, .and([isPossible, path, some]))
        }
        if inside.isPossible.booleanConstant != true {
            let each = Term.quantified(isForall: true, binder, inside.isPossible)
            isPossible = .and(isPossible, .or(!path, each))
        }
        work = inside.work
        version = inside.version
        let after = inside
        for (variable, dimension) in dimensions {
            set(variable) { indices in
                var round = Substitution(binders: [binder: indices[dimension]])
                return round.apply(after.read(variable, indices))
            }
        }
        // What the last round leaves there is not known; for each round of the loops around this one it is something else.
        for local in locals {
            let some = Term.read(
                ExportVariable(
                    name: local.name, role: .temporary, isBoolean: local.isBoolean, lower: local.lower,
                    upper: local.upper, dimensions: rounds.map(\.count)),
                rounds.map { .bound($0) })
            set(local) { _ in some }
        }
    }

    // MARK: Terms

    /// One constant would stand for what is something else for each value.
    private func refuseUnknown(_ term: Term) throws(ExportRefusal) {
        if let variable = term.variables.first(where: { $0.role == .unknown }) {
            throw ExportRefusal(
                "'\(variable.name)', of which only something is known, depends on one of any number of values"
            )
        }
    }

    mutating func evaluate(_ term: Term) throws(ExportRefusal) -> Term {
        var known: [ObjectIdentifier: Term] = [:]
        return try evaluate(term, &known)
    }

    private mutating func evaluate(
        _ term: Term, _ known: inout [ObjectIdentifier: Term]
    ) throws(ExportRefusal) -> Term {
        if let value = known[ObjectIdentifier(term)] { return value }
        work += 1
        guard work < Self.workMax else { throw ExportRefusal("the steps are too large for a proof") }
        let value = try evaluateParts(term, &known)
        known[ObjectIdentifier(term)] = value
        return value
    }

    private mutating func evaluateParts(
        _ term: Term, _ known: inout [ObjectIdentifier: Term]
    ) throws(ExportRefusal) -> Term {
        switch term.kind {
        case .constant, .boolean: return term
        case .bound(let binder): return binders[binder] ?? term
        case .read(let variable, let indices):
            var places: [Term] = []
            for index in indices { places.append(try evaluate(index, &known)) }
            if variable.role == .unknown {
                return .read(
                    ExportVariable(
                        name: variable.name, role: .temporary, isBoolean: variable.isBoolean,
                        lower: variable.lower, upper: variable.upper))
            }
            accesses?.read.append((variable, places))
            return read(variable, places)
        case .arithmetic(let operation, let left, let right):
            let (left, right) = (try evaluate(left, &known), try evaluate(right, &known))
            return Term.arithmetic(operation, left, right).narrowed(term.lower, term.upper)
        case .comparison(let comparison, let left, let right):
            return .compare(comparison, try evaluate(left, &known), try evaluate(right, &known))
        case .not(let operand): return !(try evaluate(operand, &known))
        case .and(let left, let right):
            let first = try evaluate(left, &known)
            return first.booleanConstant == false ? first : .and(first, try evaluate(right, &known))
        case .or(let left, let right):
            let first = try evaluate(left, &known)
            return first.booleanConstant == true ? first : .or(first, try evaluate(right, &known))
        case .same(let left, let right): return .same(try evaluate(left, &known), try evaluate(right, &known))
        case .conditional(let condition, let then, let otherwise):
            let test = try evaluate(condition, &known)
            if let flag = test.booleanConstant { return try evaluate(flag ? then : otherwise, &known) }
            return .conditional(test, try evaluate(then, &known), try evaluate(otherwise, &known))
        case .quantified(let isForall, let binder, let body):
            let outer = binders[binder]
            defer { binders[binder] = outer }
            guard binder.count <= LoweringMode.smallCountMax else {
                try refuseUnknown(body)
                binders[binder] = .bound(binder)
                return .quantified(isForall: isForall, binder, try evaluate(body))
            }
            var parts: [Term] = []
            for value in 0..<binder.count {
                binders[binder] = .constant(value)
                parts.append(try evaluate(body))
            }
            return isForall ? .and(parts) : .or(parts)
        }
    }
}

/// Places that a round of a loop reads and writes: whether the rounds touch each other.
private final class Accesses {
    var written: [(variable: ExportVariable, places: [Term])] = []
    var read: [(variable: ExportVariable, places: [Term])] = []

    func add(_ inner: Accesses) {
        written += inner.written
        read += inner.read
    }

    /// For each variable that the rounds write, the dimension in which each round has its own place; and the locals of a round.
    func independent(
        _ body: [ExportStatement], by binder: Binder
    ) throws(ExportRefusal) -> (dimensions: [ExportVariable: Int], locals: Set<ExportVariable>) {
        var locals: Set<ExportVariable> = []
        var own: [ExportVariable: Set<Int>] = [:]
        func note(_ variable: ExportVariable, _ places: [Term]) {
            let dimensions = places.indices.filter { place in
                if case .bound(let bound) = places[place].kind { bound == binder } else { false }
            }
            own[variable] = own[variable].map { $0.intersection(dimensions) } ?? Set(dimensions)
        }
        for (variable, places) in written {
            if variable.role == .temporary, variable.dimensions.isEmpty {
                locals.insert(variable)
            } else {
                note(variable, places)
            }
        }
        for (variable, places) in read where own[variable] != nil { note(variable, places) }
        func refusal(_ variable: ExportVariable) -> ExportRefusal {
            ExportRefusal(
                "the rounds of the loop over '\(binder.name)', of which there are any number, touch each other's "
                    + "'\(variable.name)'")
        }
        var assigned: Set<ExportVariable> = []
        let exposed = LoopBound.exposed(body, &assigned)
        if let shared = locals.first(where: { exposed.contains($0) }) { throw refusal(shared) }
        var result: [ExportVariable: Int] = [:]
        for (variable, dimensions) in own {
            guard let dimension = dimensions.min() else { throw refusal(variable) }
            result[variable] = dimension
        }
        return (result, locals)
    }
}
