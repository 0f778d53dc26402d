// SPDX-License-Identifier: MIT

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
            claim(
                "what '\(function.name)' requires holds where it is called", required, at: span,
                subject: .call)
        }
        if let value = try concreteResult(of: function, arguments) { return value }
        if !definition.ensures.isEmpty, isAbstract {
            for argument in arguments { mark(argument) }
            return try promised(by: function, arguments, required)
        }
        if let value = definition.expression { return try expression(value, of: function, arguments) }
        return try inlined(function)
    }

    /// The value of a function that is one expression. What a predicate says of the same arguments is the same formula.
    private func expression(
        _ value: Typed.Expression, of function: Typed.Function, _ arguments: [Symbol]
    ) throws -> Symbol {
        guard case .bool = function.result, isClaiming, !mayFail(value) else { return try evaluate(value) }
        if let known = predicates.knowledge(of: function, arguments) { return .bool(known) }
        let factCount = facts.count
        let formula = try bool(value)
        // Facts belong to one path; the next may not have them.
        if facts.count == factCount { predicates.remember(formula, of: function, arguments) }
        return .bool(formula)
    }

    /// Whether loops and calls are known by what their authors say of them. The search for a witness looks at what really runs.
    private var isAbstract: Bool { if case .invariants = inlining { true } else { false } }

    /// What a run returns, where the arguments are known and functions are run.
    private func concreteResult(of function: Typed.Function, _ arguments: [Symbol]) throws -> Symbol? {
        // One expression is as good as run: it may quantify over more values than a run tries.
        guard let execute, function.definition.expression == nil else { return nil }
        let values = arguments.compactMap(\.value)
        guard values.count == arguments.count else { return nil }
        switch execute(function, values) {
        case .returned(let result): return try maker.symbol(result, function.result)
        case .failed: throw NotProvable("'\(function.name)', which does not come to a result")
        case .undecided: return nil
        }
    }

    /// What a contract says of one call.
    struct Promise {
        let result: Symbol
        /// What is known of the constants that were made on the way.
        let facts: [Formula]
        /// What is known of the result where the function may be called.
        let ensured: [Formula]
        /// That the result is the body's, where the body is one expression.
        let definition: (() throws -> Formula.Instance)?
    }

    /// Anything that the contract allows.
    private func promised(
        by function: Typed.Function, _ arguments: [Symbol], _ required: Formula
    ) throws -> Symbol {
        if !callees.contains(where: { $0 === function }) { callees.append(function) }
        promiseCount += 1
        let promise = try promise(of: function, arguments)
        // Only where it is called, or may be: else two promises about the impossible would prove everything. Where that it may be
        // called is claimed, it is not said again.
        let isCalled = isClaiming ? Formula.all(conditions + guards) : required
        for fact in promise.facts { assume(fact) }
        let ensured = promise.ensured.map { isCalled.implies($0) }
        if let definition = promise.definition {
            assume(
                .promise(.all(ensured)) {
                    let instance = try definition()
                    return .init(condition: isCalled.implies(instance.condition), facts: instance.facts)
                })
        } else {
            for promised in ensured { assume(promised) }
        }
        mark(promise.result)
        return promise.result
    }

    private func promise(of function: Typed.Function, _ arguments: [Symbol]) throws -> Promise {
        if let known = promises.knowledge(of: function, arguments) { return known }
        let (factCount, claimCount, nestedCount) = (facts.count, claims.count, promiseCount)
        let outer = facts
        defer { facts = outer }
        let result = try maker.fresh(function.result, "\(function.name)_result", assume: assume)
        let atEntry = (values, variables)
        let ensured = try function.definition.ensures.map { try self.ensured($0, by: result) }
        (values, variables) = atEntry
        let promise = Promise(
            result: result, facts: Array(facts[factCount...]), ensured: ensured,
            definition: definition(of: function, result))
        // What is claimed of a contract is claimed of each call, under its conditions, and what it relies
        // upon is known under these.
        if claims.count == claimCount, promiseCount == nestedCount {
            promises.remember(promise, of: function, arguments)
        }
        return promise
    }

    private func definition(
        of function: Typed.Function, _ result: Symbol
    ) -> (() throws -> Formula.Instance)? {
        guard let value = function.definition.expression else { return nil }
        let captured = (values, variables)
        return {
            let outer = (self.values, self.variables, self.facts, self.isClaiming)
            defer { (self.values, self.variables, self.facts, self.isClaiming) = outer }
            (self.values, self.variables) = captured
            self.facts = []
            self.isClaiming = false
            let isResult = try self.onItsOwn {
                try self.maker.equal(try self.evaluate(value), result)
            }
            return Formula.Instance(condition: isResult, facts: self.facts)
        }
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
        case (.some, _), (.none, _): throw NotProvable("a result that is not optional", at: ensures.span)
        }
    }

    /// Universal statements are worth instantiating at the words of a value.
    func mark(_ symbol: Symbol) { landmarks += symbol.words }
}
