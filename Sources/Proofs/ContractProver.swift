import Diagnostics
package import SpecLanguage
import Z3

/// Proves or refutes the contract of a function at the width of its types, for all arguments: any number of
/// owned ranges.
package struct ContractProver {
    /// What the interpreter says of a candidate.
    package enum Execution {
        case returned(Value)
        case failed(String)
    }

    private let millisecondsMax: Int
    private let execute: (Typed.Function, [Value]) -> Execution

    /// - Parameters:
    ///   - millisecondsMax: for each condition.
    ///   - execute: runs the function on concrete arguments: a witness counts only if its run breaks the
    /// contract.
    package init(millisecondsMax: Int, execute: @escaping (Typed.Function, [Value]) -> Execution) {
        self.millisecondsMax = millisecondsMax
        self.execute = execute
    }

    package func prove(_ function: Typed.Function) -> ProofReport {
        var conditions: [ProofCondition] = []
        let outcome: ProofReport.Outcome
        do {
            var found: Witness?
            conditions = try conditionsDecided(of: function, witness: &found)
            if let found {
                outcome = .refuted(found)
            } else if conditions.allSatisfy({ $0.outcome == .proved }) {
                outcome = conditions.isEmpty ? .inconclusive("there is no contract to prove") : .proved
            } else {
                outcome = .inconclusive(Self.reason(conditions))
            }
        } catch let error as NotProvable {
            outcome = .inconclusive("proofs do not reach \(error.description) yet")
        } catch {
            outcome = .inconclusive("the solver failed: \(error)")
        }
        return ProofReport(
            function: function.name, conditions: conditions, outcome: outcome, solverVersion: Context.version)
    }

    private static func reason(_ conditions: [ProofCondition]) -> String {
        for condition in conditions {
            switch condition.outcome {
            case .proved: continue
            case .inconclusive(let why): return "'\(condition.name)' was not decided: \(why)"
            case .fails(let values):
                return
                    "'\(condition.name)' fails, and no execution that shows it was found: an invariant may be too weak; "
                    + values
            }
        }
        return ""
    }

    // MARK: Proof

    /// Condition after condition; the first that fails is the moment to look for a witness, and one witness
    /// is enough.
    private func conditionsDecided(
        of function: Typed.Function, witness found: inout Witness?
    ) throws -> [ProofCondition] {
        let count = try claims(of: function, Context(), loops: .invariants).claims.count
        var conditions: [ProofCondition] = []
        var hasSearched = false
        for index in 0..<count {
            // A context of its own for each: short-lived, and no condition depends on the ones before it.
            let context = Context()
            let (claims, evaluator, _) = try claims(of: function, context, loops: .invariants)
            conditions.append(try prove(claims[index], evaluator, context))
            guard conditions[index].outcome.mayBeWrong, !hasSearched else { continue }
            hasSearched = true
            found = try witness(against: function)
            if found != nil { break }
        }
        return conditions
    }

    /// All that must hold for the contract to hold.
    private func claims(
        of function: Typed.Function, _ context: Context, loops: PathExecutor.Loops
    ) throws -> (claims: [Claim], evaluator: SymbolicEvaluator, parameters: [Symbol]) {
        let evaluator = SymbolicEvaluator(context)
        var parameters: [Symbol] = []
        for parameter in function.parameters {
            let symbol = try evaluator.maker.fresh(parameter.type, parameter.name, assume: evaluator.assume)
            evaluator.values[parameter.number] = symbol
            evaluator.mentionWords(of: symbol)
            parameters.append(symbol)
        }
        let definition = function.definition
        for requirement in definition.requires { evaluator.assume(try evaluator.bool(requirement)) }
        let atEntry = evaluator.values
        let executor = PathExecutor(evaluator, loops: loops)
        try executor.run(definition.body)
        for path in executor.returns {
            for ensures in definition.ensures {
                evaluator.values = atEntry
                evaluator.assumptions = path.assumptions
                evaluator.isInsideLoop = path.isInsideLoop
                evaluator.claim(
                    Self.name(ensures), try evaluator.ensured(ensures, by: path.result), at: ensures.span)
            }
        }
        return (evaluator.claims, evaluator, parameters)
    }

    private static func name(_ ensures: Typed.Function.Ensures) -> String {
        switch ensures.resultCase {
        case .always: "the result is as ensured"
        case .some: "a result that is present is as ensured"
        case .none: "there is no result only where ensured"
        }
    }

    private func prove(_ claim: Claim, _ evaluator: SymbolicEvaluator, _ context: Context) throws
        -> ProofCondition
    {
        let start = ContinuousClock.now
        let discharger = Discharger(context, mentioned: evaluator.mentioned)
        let solver = try Solver(context, millisecondsMax: millisecondsMax)
        for term in try discharger.conjunction(of: claim.hypotheses + [claim.goal.not()]) {
            try solver.assert(term)
        }
        let script = try solver.smtLib()
        let outcome: ProofCondition.Outcome
        switch try solver.check() {
        case .unsatisfiable: outcome = .proved
        case .unknown(let reason): outcome = .inconclusive("the solver said: \(reason)")
        case .satisfiable(let model):
            outcome = .fails(try values(evaluator, model))
        }
        let elapsed = start.duration(to: .now) / .milliseconds(1)
        return ProofCondition(
            name: claim.name, span: claim.span, outcome: outcome, milliseconds: elapsed, smtLib: script)
    }

    /// Words mentioned, with the values the model gives them.
    private func values(_ evaluator: SymbolicEvaluator, _ model: borrowing Model) throws -> String {
        var texts: [String] = []
        var seen: Set<Term> = []
        for term in evaluator.mentioned where term.description.allSatisfy({ !$0.isWhitespace }) {
            guard seen.insert(term).inserted, texts.count < 8, let number = try model.number(term) else {
                continue
            }
            texts.append(
                "\(term.description.split(separator: "!").first ?? "") = 0x\(String(number, radix: 16))")
        }
        return texts.joined(separator: ", ")
    }

    // MARK: Witness

    /// Looks for an execution of few loop rounds that breaks a promise, and confirms it by running it.
    /// Takes about as long as
    /// one condition may.
    private func witness(against function: Typed.Function) throws -> Witness? {
        let start = ContinuousClock.now
        for rounds in 1...3 {
            let count = try claims(of: function, Context(), loops: .unrolled(rounds: rounds)).claims.count
            for index in 0..<count {
                guard start.duration(to: .now) < .milliseconds(millisecondsMax) else { return nil }
                let context = Context()
                let (claims, evaluator, parameters) = try claims(
                    of: function, context, loops: .unrolled(rounds: rounds))
                guard let arguments = try candidate(claims[index], evaluator, parameters, function, context)
                else {
                    continue
                }
                if let witness = try confirmed(arguments, function) { return witness }
            }
        }
        return nil
    }

    private func candidate(
        _ claim: Claim, _ evaluator: SymbolicEvaluator, _ parameters: [Symbol], _ function: Typed.Function,
        _ context: Context
    ) throws -> [Value]? {
        let discharger = Discharger(context, mentioned: evaluator.mentioned)
        let solver = try Solver(context, millisecondsMax: millisecondsMax)
        for term in try discharger.conjunction(of: claim.hypotheses + [claim.goal.not()]) {
            try solver.assert(term)
        }
        guard case .satisfiable(let model) = try solver.check() else { return nil }
        var reader = ModelReader(discharger: discharger, evaluator: evaluator)
        return try zip(parameters, function.parameters).map { try reader.value(of: $0, $1.type, model) }
    }

    /// Runs the candidate; a witness meets every `requires` and breaks an `ensures`.
    private func confirmed(_ arguments: [Value], _ function: Typed.Function) throws -> Witness? {
        let definition = function.definition
        for requirement in definition.requires {
            guard try isTrue(requirement, arguments, function, result: nil) else { return nil }
        }
        guard case .returned(let result) = execute(function, arguments) else { return nil }
        for ensures in definition.ensures where !(try isKept(ensures, arguments, function, result)) {
            return Witness(
                arguments: zip(function.parameters, arguments).map {
                    .init(name: $0.name, type: $0.type, value: $1)
                },
                result: result, resultType: function.result, ensuresSpan: ensures.span)
        }
        return nil
    }

    private func isKept(
        _ ensures: Typed.Function.Ensures, _ arguments: [Value], _ function: Typed.Function, _ result: Value
    ) throws -> Bool {
        switch ensures.resultCase {
        case .always(let variable):
            return try isTrue(ensures.condition, arguments, function, result: (variable, result))
        case .some(let variable):
            if result == .none { return true }
            return try isTrue(ensures.condition, arguments, function, result: (variable, result))
        case .none:
            return try result != .none || isTrue(ensures.condition, arguments, function, result: nil)
        }
    }

    /// Whether a condition holds of concrete values: its negation has no model. Undecided counts as true:
    /// no witness.
    private func isTrue(
        _ condition: Typed.Expression, _ arguments: [Value], _ function: Typed.Function,
        result: (Variable, Value)?
    ) throws -> Bool {
        let context = Context()
        let evaluator = SymbolicEvaluator(context)
        for (parameter, value) in zip(function.parameters, arguments) {
            evaluator.values[parameter.number] = try evaluator.maker.symbol(value, parameter.type)
        }
        if let (variable, value) = result {
            evaluator.values[variable.number] = try evaluator.maker.symbol(value, variable.type)
        }
        let formula = try evaluator.bool(condition)
        // Members of concrete sets change only at the ends of their ranges: those and their neighbours are
        // all that matters.
        var words = evaluator.mentioned
        for (parameter, value) in zip(function.parameters, arguments) {
            guard case .set(let set) = value, case .set(.bits(_, let width)) = parameter.type else {
                continue
            }
            for range in set.ranges {
                for end in [range.lowerBound - 1, range.lowerBound, range.upperBound, range.upperBound + 1] {
                    words.append(try context.bits(end, width: width))
                }
            }
        }
        let discharger = Discharger(context, mentioned: words)
        let solver = try Solver(context, millisecondsMax: millisecondsMax)
        for term in try discharger.conjunction(of: evaluator.assumptions + [formula.not()]) {
            try solver.assert(term)
        }
        if case .satisfiable = try solver.check() { return false }
        return true
    }
}

/// Reads concrete arguments out of a model.
private struct ModelReader {
    let discharger: Discharger
    let evaluator: SymbolicEvaluator

    mutating func value(of symbol: Symbol, _ type: SpecType, _ model: borrowing Model) throws -> Value {
        switch (symbol, type) {
        case (.bool(let formula), _): return .bool(try model.bool(try evaluator.term(formula)) ?? false)
        case (.number(let number), .bits): return .number(try model.number(number.term) ?? 0)
        case (.number(let number), _):
            let raw = try model.number(number.term) ?? 0
            let isNegative = number.isSigned && raw >> Int128(number.width - 1) & 1 == 1
            return .number(isNegative ? raw - (1 << Int128(number.width)) : raw)
        case (.token(let token), _): return .token(Int(try model.number(token) ?? 0))
        case (.optional(let isPresent, let payload), .optional(let wrapped)):
            let present = try model.bool(try evaluator.term(isPresent)) ?? false
            return present ? try value(of: payload, wrapped, model) : .none
        case (.record(let parts), .structure(_, let fields)):
            var values: [Value] = []
            for (part, field) in zip(parts, fields) { values.append(try value(of: part, field.type, model)) }
            return .record(values)
        case (.set(let set), _): return .set(try members(of: set, model))
        default: throw NotProvable("an argument of type '\(type.description)'")
        }
    }

    /// Members among the words mentioned, joined where the words between two of them were mentioned as a run.
    private func members(of set: SymbolicSet, _ model: borrowing Model) throws -> IntegerSet {
        var known: [(Int128, Bool)] = []
        for word in discharger.groundTerms(width: set.width) {
            guard let number = try model.number(word),
                let isMember = try model.bool(try evaluator.term(try set.contains(word)))
            else { continue }
            known.append((number, isMember))
        }
        var members = IntegerSet()
        for (number, isMember) in known where isMember { members.insert(number...number) }
        for run in evaluator.runs {
            guard try model.bool(try evaluator.term(run.isPresent)) == true,
                let first = try model.number(run.first),
                let last = try model.number(run.last), first <= last
            else { continue }
            // A run found by the search is owned from end to end, unless the model says otherwise somewhere
            // in it.
            if !known.contains(where: { first <= $0.0 && $0.0 <= last && !$0.1 }) {
                members.insert(first...last)
            }
        }
        return members
    }
}
