// SPDX-License-Identifier: MIT

/// Runs statements on terms: what each scalar holds afterwards, as a term over the scalars before. Loops and quantifiers
/// are unrolled.
struct SymbolicRun {
    /// Scalars of each variable, as terms.
    private var scalars: [ExportVariable: [Term]]
    /// Values of parameters and loop variables.
    private var binders: [Binder: Term]
    /// Holds where all requirements so far do.
    private(set) var isPossible = Term.yes
    /// Holds where a check has failed before a requirement did.
    private(set) var fails = Term.no
    private var work = 0

    private static let roundsMax = 128
    private static let workMax = 2_000_000

    init(_ scalars: [ExportVariable: [Term]], _ binders: [Binder: Term] = [:]) {
        self.scalars = scalars
        self.binders = binders
    }

    /// What a variable of the state holds now.
    func values(of variable: ExportVariable) -> [Term] { scalars[variable] ?? [] }

    mutating func require(_ condition: Term) throws(ExportRefusal) {
        isPossible = .and(isPossible, try evaluate(condition))
    }

    // MARK: Statements

    /// - Parameter path: holds where the statements happen.
    mutating func run(_ statements: [ExportStatement], path: Term = .yes) throws(ExportRefusal) {
        for statement in statements { try run(statement, path) }
    }

    private mutating func run(_ statement: ExportStatement, _ path: Term) throws(ExportRefusal) {
        work += 1
        guard work < Self.workMax else { throw tooLarge }
        switch statement {
        case .assign(let variable, let indices, let value):
            try assign(variable, try flat(variable, indices), try evaluate(value))
        case .check(let condition, _):
            fails = .or(fails, .and([isPossible, path, !(try evaluate(condition))]))
        case .require(let condition):
            isPossible = .and(isPossible, .or(!path, try evaluate(condition)))
        case .conditional(let condition, let then, let otherwise):
            try branch(
                try evaluate(condition), path,
                { run, path throws(ExportRefusal) in try run.run(then, path: path) },
                { run, path throws(ExportRefusal) in try run.run(otherwise, path: path) })
        case .forEach(let binder, let body):
            for value in 0..<binder.count {
                binders[binder] = .constant(value)
                try run(body, path: path)
            }
        case .loop(let condition, _, let body):
            let bound = LoopBound.rounds(condition, body, limit: Self.roundsMax)
            try loop(condition, body, path, round: 0, bound)
        case .comment: break
        }
    }

    /// What follows a round lies within it: there the loop goes on, and what that says of its variables is known.
    ///
    /// - Parameter bound: more rounds are a loop without end.
    private mutating func loop(
        _ condition: Term, _ body: [ExportStatement], _ path: Term, round: Int, _ bound: Int?
    ) throws(ExportRefusal) {
        let test = try evaluate(condition)
        if test.booleanConstant == false { return }
        if let bound, round >= bound {
            fails = .or(fails, .and([isPossible, path, test]))
            return
        }
        guard round < Self.roundsMax else {
            throw ExportRefusal("a loop without a known number of rounds cannot be exported to SMT-LIB")
        }
        try branch(test, path) { run, path throws(ExportRefusal) in
            try run.run(body, path: path)
            try run.loop(condition, body, path, round: round + 1, bound)
        }
    }

    private mutating func branch(
        _ test: Term, _ path: Term, _ then: (inout SymbolicRun, Term) throws(ExportRefusal) -> Void,
        _ otherwise: (inout SymbolicRun, Term) throws(ExportRefusal) -> Void = { _, _ in }
    ) throws(ExportRefusal) {
        if let flag = test.booleanConstant { return try flag ? then(&self, path) : otherwise(&self, path) }
        var (first, second) = (self, self)
        first.assume(test, true)
        second.assume(test, false)
        try then(&first, .and(path, test))
        second.work = first.work
        second.fails = first.fails
        second.isPossible = first.isPossible
        try otherwise(&second, .and(path, !test))
        work = second.work
        fails = second.fails
        isPossible = second.isPossible
        for (variable, a) in first.scalars {
            guard let b = second.scalars[variable] else {
                scalars[variable] = a
                continue
            }
            scalars[variable] = zip(a, b).map { $0 === $1 ? $0 : Term.conditional(test, $0, $1) }
        }
        for (variable, b) in second.scalars where first.scalars[variable] == nil { scalars[variable] = b }
    }

    private mutating func assume(_ test: Term, _ flag: Bool) {
        for (variable, values) in scalars {
            var changed = values
            for (number, value) in values.enumerated() {
                if case .conditional(let condition, let then, let otherwise) = value.kind, condition === test
                {
                    changed[number] = flag ? then : otherwise
                }
            }
            scalars[variable] = changed
        }
    }

    private mutating func assign(
        _ variable: ExportVariable, _ place: Term, _ value: Term
    ) throws(ExportRefusal) {
        var values = scalars[variable] ?? Self.zeros(variable)
        if let number = place.integerConstant {
            if values.indices.contains(Int(number)) { values[Int(number)] = value }
        } else {
            for number in values.indices {
                values[number] = .conditional(.equal(place, number), value, values[number])
            }
        }
        scalars[variable] = values
    }

    private static func zeros(_ variable: ExportVariable) -> [Term] {
        Array(repeating: variable.isBoolean ? .no : .constant(0), count: variable.count)
    }

    private var tooLarge: ExportRefusal {
        ExportRefusal(
            "the steps, unrolled, are too large to export", help: "set a smaller scope: '--set NAME=VALUE'")
    }

    // MARK: Terms

    private mutating func flat(
        _ variable: ExportVariable, _ indices: [Term]
    ) throws(ExportRefusal) -> Term {
        var place = Term.constant(0)
        for (index, size) in zip(indices, variable.dimensions) {
            place = .add(.multiply(place, .constant(size)), try evaluate(index))
        }
        return place
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
        guard work < Self.workMax else { throw tooLarge }
        let value = try evaluateParts(term, &known)
        known[ObjectIdentifier(term)] = value
        return value
    }

    private mutating func evaluateParts(
        _ term: Term, _ known: inout [ObjectIdentifier: Term]
    ) throws(ExportRefusal) -> Term {
        switch term.kind {
        case .constant, .boolean: return term
        case .bound(let binder): return binders[binder] ?? .constant(0)
        case .read(let variable, let indices): return try read(variable, try flat(variable, indices))
        case .arithmetic(let operation, let left, let right):
            let (left, right) = (try evaluate(left, &known), try evaluate(right, &known))
            let result = Term.arithmetic(operation, left, right)
            return result.narrowed(term.lower, term.upper)
        case .comparison(let comparison, let left, let right):
            return .compare(comparison, try evaluate(left, &known), try evaluate(right, &known))
        case .not(let operand): return !(try evaluate(operand, &known))
        case .and(let left, let right):
            let first = try evaluate(left, &known)
            if first.booleanConstant == false { return first }
            return .and(first, try evaluate(right, &known))
        case .or(let left, let right):
            let first = try evaluate(left, &known)
            if first.booleanConstant == true { return first }
            return .or(first, try evaluate(right, &known))
        case .same(let left, let right): return .same(try evaluate(left, &known), try evaluate(right, &known))
        case .conditional(let condition, let then, let otherwise):
            let test = try evaluate(condition, &known)
            if let flag = test.booleanConstant { return try evaluate(flag ? then : otherwise, &known) }
            return .conditional(test, try evaluate(then, &known), try evaluate(otherwise, &known))
        case .quantified(let isForall, let binder, let body):
            let outer = binders[binder]
            defer { binders[binder] = outer }
            var parts: [Term] = []
            for value in 0..<binder.count {
                binders[binder] = .constant(value)
                parts.append(try evaluate(body))
            }
            return isForall ? .and(parts) : .or(parts)
        }
    }

    private func read(_ variable: ExportVariable, _ place: Term) throws(ExportRefusal) -> Term {
        let values = scalars[variable] ?? Self.zeros(variable)
        let zero: Term = variable.isBoolean ? .no : .constant(0)
        if let number = place.integerConstant {
            return values.indices.contains(Int(number)) ? values[Int(number)] : zero
        }
        let lower = Int(max(0, place.lower))
        let upper = Int(min(Int128(values.count) - 1, place.upper))
        guard lower <= upper else { return zero }
        return (lower..<upper).reversed().reduce(values[upper]) {
            .conditional(.equal(place, $1), values[$1], $0)
        }
    }
}
