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
            guard try isCertain(requirement, true, arguments) else { return false }
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
        for (index, ensures) in function.definition.ensures.enumerated()
        where try isBroken(ensures, arguments, result) {
            return witness(
                arguments, result: result, at: ensures.span, Self.sentence(ensures, index, result))
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

    private static func sentence(_ ensures: Typed.Function.Ensures, _ index: Int, _ result: Value) -> String {
        let ordinal =
            switch index + 1 {
            case 1: "1st"
            case 2: "2nd"
            case 3: "3rd"
            case let number: "\(number)th"
            }
        switch ensures.resultCase {
        case .always: return "the \(ordinal) 'ensures' does not hold of the result"
        case .some: return "there is a result, and the \(ordinal) 'ensures' does not hold of it"
        case .none: return "there is no result, and the \(ordinal) 'ensures' does not allow that"
        }
    }

    private func isBroken(
        _ ensures: Typed.Function.Ensures, _ arguments: [Value], _ result: Value
    ) throws -> Bool {
        switch ensures.resultCase {
        case .always(let variable):
            return try isCertain(ensures.condition, false, arguments, result: (variable, result))
        case .some(let variable):
            if result == .none { return false }
            return try isCertain(ensures.condition, false, arguments, result: (variable, result))
        case .none: return try result == .none && isCertain(ensures.condition, false, arguments)
        }
    }

    /// Whether a condition has this truth value of concrete values: the other has no model, or this one has a model of
    /// an exact question.
    private func isCertain(
        _ condition: Typed.Expression, _ expected: Bool, _ arguments: [Value],
        result: (Variable, Value)? = nil
    ) throws -> Bool {
        do {
            return try isDecided(condition, expected, arguments, result: result)
        } catch is NotProvable {
            // What is not told is not certain.
            return false
        }
    }

    private func isDecided(
        _ condition: Typed.Expression, _ expected: Bool, _ arguments: [Value],
        result: (Variable, Value)?
    ) throws -> Bool {
        // A promise of another function is not its result: functions are run, and looked into where a quantifier speaks of them.
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
        // Arguments for which a requirement is not even defined do not meet it.
        // Beyond the limits of exact numbers nothing is certain.
        for claim in evaluator.claims where expected || claim.subject == .limit {
            let failure = Obligation(
                context: context, formulas: claim.hypotheses + [claim.goal.not()],
                landmarks: evaluator.landmarks, millisecondsMax: millisecondsMax)
            guard case .no = try failure.ask(.landmarks, needsNoPreparation: true) else { return false }
        }
        if let flag = formula.constant { return flag == expected }
        // Closed but for constants of which everything is known: if it can be so, it is so.
        let wanted = expected ? formula : formula.not()
        let obligation = Obligation(
            context: context, formulas: evaluator.facts + [wanted.not()],
            landmarks: evaluator.landmarks,
            millisecondsMax: millisecondsMax)
        switch try obligation.ask(.landmarks, needsNoPreparation: true) {
        case .no: return true
        case .unknown: return false
        case .perhaps: break
        }
        // The opposite way: the wanted value has a model, and nothing was left out of the question.
        let direct = Obligation(
            context: context, formulas: evaluator.facts + [wanted], landmarks: evaluator.landmarks,
            millisecondsMax: millisecondsMax)
        guard case .perhaps(_, let discharger) = try direct.ask(.quantifiers) else { return false }
        return discharger.isExact
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
        default: return
        }
    }
}
