// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage
import Z3

/// A function's contract on concrete arguments. The function is run; what its contract says of the result is asked of Z3, since
/// no loop over 2^64 words would end. Nothing about these questions is left open: sets are known, quantifiers stand.
struct ConcreteContract {
    let function: Typed.Function
    let millisecondsMax: Int
    let execute: ContractProver.Execute
    /// Of all questions: they are many and small.
    private let context = Context()

    /// The same, also for sets that are completed to what the function requires.
    func witness(completing arguments: [Value]) throws -> Witness? {
        if let witness = try witness(arguments) { return witness }
        let completed = try SetCompletion.completed(arguments, of: function)
        return completed == arguments ? nil : try witness(completed)
    }

    /// Whether the arguments meet every `requires`, beyond doubt.
    func isMet(by arguments: [Value]) throws -> Bool {
        for requirement in function.definition.requires {
            guard case .yes = try certainty(requirement, true, arguments) else { return false }
        }
        return true
    }

    /// - Returns: a witness if the arguments meet every `requires` and the result breaks an `ensures`, beyond doubt, or there is
    ///   an error instead.
    func witness(_ arguments: [Value]) throws -> Witness? {
        guard try isMet(by: arguments) else { return nil }
        let result: Value
        switch execute(function, arguments) {
        case .undecided: return nil
        case .failed(let message, let span):
            return witness(arguments, result: nil, at: span ?? function.span, message)
        case .returned(let value): result = value
        }
        for (index, ensures) in function.definition.ensures.enumerated() {
            switch try failure(of: ensures, arguments, result) {
            case .yes:
                return witness(
                    arguments, result: result, at: ensures.span, Self.sentence(ensures, index))
            case .withoutValue(let claim):
                let sentence =
                    "the \(Self.ordinal(index)) 'ensures' has no value there, since this fails: \(claim.name)"
                return witness(arguments, result: result, at: claim.span, sentence)
            case .no: continue
            }
        }
        return nil
    }

    private func witness(_ arguments: [Value], result: Value?, at span: Span, _ sentence: String) -> Witness {
        Witness(
            arguments: zip(function.parameters, arguments).map {
                .init(name: $0.name, type: $0.type, value: $1)
            },
            result: result, resultType: function.result, brokenSpan: span, sentence: sentence)
    }

    private static func ordinal(_ index: Int) -> String {
        switch index + 1 {
        case 1: "1st"
        case 2: "2nd"
        case 3: "3rd"
        case let number: "\(number)th"
        }
    }

    private static func sentence(_ ensures: Typed.Function.Ensures, _ index: Int) -> String {
        switch ensures.resultCase {
        case .always: "the \(ordinal(index)) 'ensures' does not hold of the result"
        case .some: "there is a result, and the \(ordinal(index)) 'ensures' does not hold of it"
        case .none: "there is no result, and the \(ordinal(index)) 'ensures' does not allow that"
        }
    }

    private func failure(
        of ensures: Typed.Function.Ensures, _ arguments: [Value], _ result: Value
    ) throws -> Certainty {
        switch ensures.resultCase {
        case .always(let variable):
            return try certainty(ensures.condition, false, arguments, result: (variable, result))
        case .some(let variable):
            if result == .none { return .no }
            return try certainty(ensures.condition, false, arguments, result: (variable, result))
        case .none:
            return result == .none ? try certainty(ensures.condition, false, arguments) : .no
        }
    }

    /// Whether a condition has a truth value, beyond doubt.
    private enum Certainty {
        case yes
        /// It has the other one, or that is not told.
        case no
        /// It has none, as something fails on the way.
        case withoutValue(Claim)
    }

    /// Whether a condition has this truth value of concrete values: the other has no model, or this one has a model of
    /// an exact question.
    private func certainty(
        _ condition: Typed.Expression, _ expected: Bool, _ arguments: [Value],
        result: (Variable, Value)? = nil
    ) throws -> Certainty {
        do {
            return try decided(condition, expected, arguments, result: result)
        } catch is NotProvable {
            // What is not told is not certain.
            return .no
        }
    }

    private func decided(
        _ condition: Typed.Expression, _ expected: Bool, _ arguments: [Value],
        result: (Variable, Value)?
    ) throws -> Certainty {
        // A promise of another function is not its result: functions are run, and looked into where a
        // quantifier speaks of them.
        let evaluator = SymbolicEvaluator(context, inlining: .refused, execute: execute)
        defer { evaluator.forget() }
        for (parameter, value) in zip(function.parameters, arguments) {
            evaluator.assign(parameter, try evaluator.maker.symbol(value, parameter.type))
            try mark(value, parameter.type, evaluator)
        }
        if let (variable, value) = result {
            evaluator.assign(variable, try evaluator.maker.symbol(value, variable.type))
            try mark(value, variable.type, evaluator)
        }
        let formula = try evaluator.bool(condition)
        // What has no value does not hold; where a quantifier speaks of it, it may be stepped over.
        // Functions are run whether what they require holds or not.
        for claim in evaluator.claims where expected || claim.subject != .call {
            if claim.subject != .limit, claim.isRefuted { return .withoutValue(claim) }
            let failure = Obligation(
                context: context, formulas: claim.hypotheses + [claim.goal.not()],
                landmarks: evaluator.landmarks, millisecondsMax: millisecondsMax)
            guard case .no = try failure.ask(.landmarks, needsNoPreparation: true) else { return .no }
        }
        if let flag = formula.constant { return flag == expected ? .yes : .no }
        // Closed but for constants of which everything is known: if it can be so, it is so.
        let wanted = expected ? formula : formula.not()
        let obligation = Obligation(
            context: context, formulas: evaluator.facts + [wanted.not()],
            landmarks: evaluator.landmarks,
            millisecondsMax: millisecondsMax)
        switch try obligation.ask(.landmarks, needsNoPreparation: true) {
        case .no: return .yes
        case .unknown: return .no
        case .perhaps: break
        }
        // The opposite way: the wanted value has a model, and nothing was left out of the question.
        let direct = Obligation(
            context: context, formulas: evaluator.facts + [wanted], landmarks: evaluator.landmarks,
            millisecondsMax: millisecondsMax)
        guard case .perhaps(_, let discharger) = try direct.ask(.quantifiers) else { return .no }
        return discharger.isExact ? .yes : .no
    }

    /// What is said of all words is worth asking of the ends of what is owned.
    private func mark(_ value: Value, _ type: SpecType, _ evaluator: SymbolicEvaluator) throws {
        switch (value, type) {
        case (.set(let set), .set(.bits(_, let width))):
            for range in set.ranges {
                for end in Set([range.lowerBound, range.upperBound]).sorted() {
                    evaluator.landmarks.append(try context.bits(end, width: width))
                }
            }
        case (.record(let parts), .structure(_, let fields)):
            for (part, field) in zip(parts, fields) { try mark(part, field.type, evaluator) }
        case (.none, _): return
        case (_, .optional(let wrapped)): try mark(value, wrapped, evaluator)
        case (_, .absent), (_, .array), (_, .bits), (_, .bool), (_, .enumeration), (_, .erroneous),
            (_, .integer), (_, .interval), (_, .list), (_, .lock), (_, .queue), (_, .range), (_, .set),
            (_, .structure), (_, .symmetric), (_, .void):
            return
        }
    }
}
