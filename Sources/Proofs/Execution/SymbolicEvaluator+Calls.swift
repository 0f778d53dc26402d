import Diagnostics
import SpecLanguage
import Z3

extension SymbolicEvaluator {
    private static let callDepthMax = 64
    /// Functions that call others twice are called without end.
    private static let callsMax = 50_000

    /// A function with a contract is known by its contract, any other by its body.
    func call(_ function: Typed.Function, _ arguments: [Symbol], _ span: Span) throws -> Symbol {
        guard callDepth < Self.callDepthMax else {
            throw NotProvable("calls nested more than \(Self.callDepthMax) deep", at: span)
        }
        callCount += 1
        guard callCount <= Self.callsMax else {
            throw NotProvable("more than \(Self.callsMax) calls", at: span)
        }
        callDepth += 1
        let outer = (values, variables)
        defer {
            callDepth -= 1
            (values, variables) = outer
        }
        for (parameter, argument) in zip(function.parameters, arguments) { assign(parameter, argument) }
        let definition = function.definition
        let required = Formula.all(try definition.requires.map { try bool($0) })
        if !definition.requires.isEmpty {
            claim("what '\(function.name)' requires holds where it is called", required, at: span)
        }
        if !definition.ensures.isEmpty, isAbstract {
            for argument in arguments { mark(argument) }
            return try promised(by: function, required)
        }
        if let value = definition.expression { return try expression(value, of: function, arguments) }
        return try inlined(function)
    }

    /// The value of a function that is one expression. What a predicate says of the same arguments is the same formula.
    private func expression(
        _ value: Typed.Expression, of function: Typed.Function, _ arguments: [Symbol]
    ) throws -> Symbol {
        guard case .bool = function.result, isClaiming, !mayFail(value) else { return try evaluate(value) }
        if let known = predicates.formula(function, arguments) { return .bool(known) }
        let factCount = facts.count
        let formula = try bool(value)
        // Facts belong to one path; the next may not have them.
        if facts.count == factCount { predicates.remember(formula, function, arguments) }
        return .bool(formula)
    }

    /// Whether loops and calls are known by what their authors say of them. The search for a witness looks at what really runs.
    private var isAbstract: Bool { if case .invariants = inlining { true } else { false } }

    /// Anything that the contract allows.
    private func promised(by function: Typed.Function, _ required: Formula) throws -> Symbol {
        if !callees.contains(where: { $0 === function }) { callees.append(function) }
        let result = try maker.fresh(function.result, "\(function.name)_result", assume: assume)
        // Only where it is called, or may be: else two promises about the impossible would prove everything. Where that it may be
        // called is claimed, it is not said again.
        let isCalled = isClaiming ? Formula.all(conditions + guards) : required
        for ensures in function.definition.ensures {
            assume(isCalled.implies(try ensured(ensures, by: result)))
        }
        mark(result)
        return result
    }

    /// The body's results, each where its path is taken.
    private func inlined(_ function: Typed.Function) throws -> Symbol {
        let executor = PathExecutor(self, loops: inlining)
        let outer = (facts, conditions, snapshots, rounds)
        try executor.run(function.definition.body)
        (facts, conditions, snapshots, rounds) = outer
        if executor.hasLoops {
            guard !isAbstract else {
                throw NotProvable("'\(function.name)', which has a loop and no contract", at: function.span)
            }
            hasUnrolledCalls = true
        }
        let start = facts.count
        for end in executor.returns { facts += end.path.facts[start...] }
        let taken = executor.returns.map { Formula.all(Array($0.path.conditions[conditions.count...])) }
        // Where a loop was left after a few rounds, no path may be taken: such executions are not looked at.
        if executor.hasLoops { assume(Formula.all(guards).implies(.any(taken))) }
        guard var result = executor.returns.last?.result else {
            return try maker.fresh(function.result, "\(function.name)_result", assume: assume)
        }
        for (end, isTaken) in zip(executor.returns, taken).dropLast().reversed() {
            result = try maker.choose(isTaken, end.result, result, assume: assume)
        }
        return result
    }

    /// What an `ensures` says of a result.
    func ensured(_ ensures: Typed.Function.Ensures, by result: Symbol) throws -> Formula {
        switch (ensures.resultCase, result) {
        case (.always(let variable), _):
            assign(variable, result)
            return try bool(ensures.condition)
        case (.some(let variable), .optional(let isPresent, let payload)):
            assign(variable, payload)
            return isPresent.implies(try under(isPresent) { try bool(ensures.condition) })
        case (.none, .optional(let isPresent, _)):
            return isPresent.not().implies(try under(isPresent.not()) { try bool(ensures.condition) })
        case (.some, .absent): return .yes
        case (.none, .absent): return try bool(ensures.condition)
        default: throw NotProvable("a result that is not optional", at: ensures.span)
        }
    }

    /// Universal statements are worth instantiating at the words of a value.
    func mark(_ symbol: Symbol) { landmarks += symbol.words }
}
