// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage
import Z3

/// Evaluates typed expressions on symbols, as the interpreter does on values. What it learns on the way goes to `facts`, what
/// must hold to `claims`.
final class SymbolicEvaluator {
    let context: Context
    let maker: SymbolMaker
    /// Variables by number.
    var values: [Int: Symbol] = [:]
    /// True of every execution that comes here: requirements, types, axioms of runs, contracts of functions called.
    var facts: [Formula] = []
    /// The branches taken to come here.
    var conditions: [Formula] = []
    /// What holds where the expression is evaluated: the left side of the `&&` it stands behind, and so on.
    var guards: [Formula] = []
    var claims: [Claim] = []
    /// What the current execution looked like earlier: shown where a claim fails.
    var snapshots: [Snapshot] = []
    /// Variables that have a value, in order of declaration.
    var variables: [Int: Variable] = [:]
    var rounds = 0
    /// Whether what is known comes of the invariants of a loop.
    var isBehindLoop = false
    /// Runs of sets that were asked for: a model's sets are read off them.
    var runs: [SetEncoding.Run] = []
    /// Words that statements over all words are instantiated at: results, arguments of calls.
    var landmarks: [Term] = []
    /// Contracts that were relied upon, by name, in order.
    var callees: [Typed.Function] = []
    /// Not while a quantifier's body is evaluated at one word after the other: what it claims was claimed once, of any word.
    var isClaiming = true
    var callDepth = 0
    var callCount = 0
    /// Statements on the way here.
    var statements = 0
    /// What predicates said of their arguments.
    var predicates = CallMemory<Formula>()
    /// Results of functions that are known by their contracts.
    var promises = CallMemory<Promise>()
    /// How many results were promised.
    var promiseCount = 0
    fileprivate var failures = FailureAnalysis()
    /// By function: whether its body needs an obligation of its own.
    fileprivate var obliging: [ObjectIdentifier: Bool] = [:]
    /// Whether a function with a loop was called, and some of its rounds looked at.
    var hasUnrolledCalls = false
    /// How loops of functions that are inlined run; such functions have none.
    let inlining: PathExecutor.Loops
    /// Runs functions on arguments that are known; `nil`: they are looked into.
    let execute: ContractProver.Execute?

    init(
        _ context: Context, inlining: PathExecutor.Loops = .invariants, execute: ContractProver.Execute? = nil
    ) {
        self.context = context
        self.inlining = inlining
        self.execute = execute
        maker = SymbolMaker(context: context)
    }

    /// Lets go of all formulas. Those with quantifiers know the evaluator, which knows them: a circle that would keep its context, and the
    /// megabytes it has, for ever.
    func forget() {
        values = [:]
        facts = []
        conditions = []
        guards = []
        claims = []
        snapshots = []
        runs = []
        landmarks = []
        predicates = CallMemory()
        promises = CallMemory()
    }

    func assume(_ fact: Formula) { if fact.constant != true { facts.append(fact) } }

    func assign(_ variable: Variable, _ value: Symbol) {
        values[variable.number] = value
        variables[variable.number] = variable
    }

    func claim(
        _ name: String, _ goal: Formula, at span: Span, returning returnSpan: Span? = nil,
        subject: Claim.Subject = .function
    ) {
        guard isClaiming, goal.constant != true else { return }
        for part in goal.goals { claimPart(name, part, at: span, returning: returnSpan, subject) }
    }

    private func claimPart(
        _ name: String, _ goal: Formula, at span: Span, returning returnSpan: Span?, _ subject: Claim.Subject
    ) {
        claims.append(
            Claim(
                name: name, subject: subject, span: span, returnSpan: returnSpan,
                hypotheses: facts + conditions + guards, goal: goal,
                shown: snapshots + [snapshot(subject == .loopInvariant ? "at its end" : "here")],
                rounds: rounds, hasUnrolledCalls: hasUnrolledCalls, isBehindLoop: isBehindLoop))
    }

    func snapshot(_ title: String) -> Snapshot {
        Snapshot(
            title: title,
            values: values.keys.sorted().compactMap { number in
                guard let variable = variables[number], let symbol = values[number] else { return nil }
                return (variable, symbol)
            })
    }

    /// Evaluates where something more is known.
    func under<Result>(_ condition: Formula, _ body: () throws -> Result) rethrows -> Result {
        guards.append(condition)
        defer { guards.removeLast() }
        return try body()
    }

    // MARK: Typed access

    func bool(_ expression: Typed.Expression) throws -> Formula {
        guard case .bool(let formula) = try evaluate(expression) else {
            throw NotProvable("this condition", at: expression.span)
        }
        return formula
    }

    func number(_ expression: Typed.Expression) throws -> SymbolicNumber {
        guard case .number(let number) = try evaluate(expression) else {
            throw NotProvable("this number", at: expression.span)
        }
        return number
    }

    func bounds(_ expression: Typed.Expression) throws -> SetEncoding.Bounds {
        guard case .interval(let first, let last) = try evaluate(expression) else {
            throw NotProvable("this range", at: expression.span)
        }
        return (first, last)
    }

    // MARK: Expressions

    func evaluate(_ expression: Typed.Expression) throws -> Symbol {
        do {
            return try evaluateHere(expression)
        } catch let error as NotProvable {
            throw error.located(at: expression.span)
        }
    }

    private func evaluateHere(_ expression: Typed.Expression) throws -> Symbol {
        switch expression.kind {
        case .literal(let value): return try maker.symbol(value, expression.type)
        case .variable(let variable):
            guard let value = values[variable.number] else {
                throw NotProvable("'\(variable.name)': they know parameters and constants, not the state")
            }
            return value
        case .field(let base, let index): return try part(index, of: try evaluate(base))
        case .method(let method, let base, let arguments): return try evaluate(method, base, arguments)
        case .convert(let operand):
            return try convert(try evaluate(operand), to: expression.type, at: expression.span)
        case .not(let operand): return .bool(try bool(operand).not())
        case .sign(let sign, let operand): return try self.sign(sign, operand, expression.type)
        case .connective(let connective, let left, let right):
            return .bool(try self.connective(connective, left, right))
        case .comparison(let comparison, let left, let right):
            return .bool(try self.comparison(comparison, left, right))
        case .arithmetic(let operation, let left, let right):
            return .number(try arithmetic(operation, left, right, expression))
        case .conditional(let condition, let then, let otherwise):
            return try conditional(try bool(condition), { try evaluate(then) }, { try evaluate(otherwise) })
        case .optionalBinding(let variable, let value, let then, let otherwise):
            let (isPresent, payload) = try optional(value)
            return try conditional(
                isPresent,
                {
                    assign(variable, payload)
                    return try evaluate(then)
                }, { try evaluate(otherwise) })
        case .quantifier(let quantifier, let variable, let body):
            return .bool(try quantified(quantifier, variable, body))
        case .listQuantifier(let quantifier, let variable, let list, let body):
            guard case .list(let elements) = try evaluate(list) else { throw NotProvable("this list") }
            let parts = try elements.map { element in
                assign(variable, element)
                return try onItsOwn { try bool(body) }
            }
            return .bool(quantifier == .forall ? .all(parts) : .any(parts))
        case .call(let function, let arguments):
            return try call(function, try arguments.map(evaluate), expression.span)
        case .record(let parts): return .record(try parts.map(evaluate))
        case .list(let parts): return .list(try parts.map(evaluate))
        case .interval(let first, let last):
            return .interval(first: try number(first), last: try number(last))
        case .element: throw NotProvable("an array")
        }
    }

    func optional(_ expression: Typed.Expression) throws -> (isPresent: Formula, payload: Symbol) {
        guard case .optional(let isPresent, let payload) = try evaluate(expression) else {
            throw NotProvable("this optional", at: expression.span)
        }
        return (isPresent, payload)
    }

    private func part(_ index: Int, of symbol: Symbol) throws -> Symbol {
        switch symbol {
        case .record(let fields): return fields[index]
        case .interval(let first, let last): return .number(index == 0 ? first : last)
        case .bool, .number, .token, .optional, .absent, .set, .list:
            throw NotProvable("this part of a value")
        }
    }

    private func conditional(
        _ condition: Formula, _ then: () throws -> Symbol, _ otherwise: () throws -> Symbol
    ) throws -> Symbol {
        let a = try under(condition, then)
        let b = try under(condition.not(), otherwise)
        return try maker.choose(condition, a, b, assume: assume)
    }

    // MARK: Quantifiers

    /// What is said of one value is as long as it is for any other.
    func onItsOwn<Result>(_ body: () throws -> Result) rethrows -> Result {
        let outer = (statements, callCount)
        (statements, callCount) = (0, 0)
        defer { (statements, callCount) = outer }
        return try body()
    }

    /// Small types are tried value by value; a body over words is evaluated anew for each word it is asked of.
    private func quantified(
        _ quantifier: Syntax.Quantifier, _ variable: Variable, _ body: Typed.Expression
    ) throws -> Formula {
        guard case .bits(_, let width) = variable.type else {
            let count = variable.type.indexCount ?? 0
            guard count <= 256 else { throw NotProvable("a quantifier over '\(variable.type.description)'") }
            let parts = try (0..<count).map { ordinal in
                let value = variable.type.value(ordinal: Int128(ordinal))
                assign(variable, try maker.symbol(value, variable.type))
                return try onItsOwn { try bool(body) }
            }
            return quantifier == .forall ? .all(parts) : .any(parts)
        }
        func instance(_ word: Term) throws -> Formula {
            assign(variable, .number(.init(term: word, isSigned: false)))
            return try bool(body)
        }
        if isClaiming, mayFail(body) { _ = try instance(try context.freshBits(variable.name, width: width)) }
        let captured = (values, variables)
        let quantified = Formula.Quantified(width: width, hint: variable.name, domain: .words) { word in
            let outer = (self.values, self.variables, self.facts, self.isClaiming)
            defer { (self.values, self.variables, self.facts, self.isClaiming) = outer }
            (self.values, self.variables) = captured
            self.facts = []
            self.isClaiming = false
            let condition = try self.onItsOwn { try instance(word) }
            return Formula.Instance(condition: condition, facts: self.facts)
        }
        return quantifier == .forall ? .forAll(quantified) : .exists(quantified)
    }
}

extension SymbolicEvaluator {
    /// Whether evaluating it may be a finding, or needs a promise of another function: something is then to be claimed.
    func mayFail(_ expression: Typed.Expression) -> Bool {
        failures.hasRunTimeError(expression) || needsObligation(expression)
    }

    /// Whether it calls, at any depth, a function that is known by its contract or has statements to run; or shifts an
    /// exact number, maybe further than proofs go.
    private func needsObligation(_ expression: Typed.Expression) -> Bool {
        if case .arithmetic(.shiftLeft, _, _) = expression.kind, case .integer = expression.type {
            return true
        }
        if case .call(let function, _) = expression.kind {
            let definition = function.definition
            guard definition.requires.isEmpty, definition.ensures.isEmpty, let value = definition.expression
            else { return true }
            let identity = ObjectIdentifier(function)
            let isNeeded = obliging[identity] ?? needsObligation(value)
            obliging[identity] = isNeeded
            if isNeeded { return true }
        }
        return expression.children.contains(where: needsObligation)
    }
}

extension Typed.Function.Definition {
    /// The body, where it is a single expression.
    var expression: Typed.Expression? {
        guard body.statements.count == 1, case .returnValue(let value?) = body.statements[0].kind else {
            return nil
        }
        return value
    }
}
