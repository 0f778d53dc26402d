// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage
import Z3

/// All that must hold for a function to keep its contract.
struct VerificationConditions {
    let evaluator: SymbolicEvaluator
    let parameters: [Symbol]

    var claims: [Claim] { evaluator.claims }
    var context: Context { evaluator.context }

    init(of function: Typed.Function, loops: PathExecutor.Loops, in context: Context = Context()) throws {
        let hypotheses = try ContractHypotheses(of: function, loops: loops, in: context)
        evaluator = hypotheses.evaluator
        parameters = hypotheses.parameters
        do {
            try claimAll(of: function, loops)
        } catch {
            // Who got no conditions cannot let go of them.
            forget()
            throw error
        }
    }

    private func claimAll(of function: Typed.Function, _ loops: PathExecutor.Loops) throws {
        let definition = function.definition
        for requirement in definition.requires { Self.learn(requirement, evaluator) }
        for parameter in parameters { evaluator.mark(parameter) }
        let atEntry = (evaluator.values, evaluator.variables)
        let executor = PathExecutor(evaluator, loops: loops)
        try executor.run(definition.body, end: function.span)
        for end in executor.returns {
            for ensures in definition.ensures {
                executor.enter(end.path)
                (evaluator.values, evaluator.variables) = atEntry
                let count = evaluator.landmarks.count
                evaluator.mark(end.result)
                let promise = try evaluator.ensured(ensures, by: end.result)
                evaluator.claim(Self.name(ensures), promise, at: ensures.span, returning: end.span)
                evaluator.landmarks.removeLast(evaluator.landmarks.count - count)
            }
        }
    }

    /// Takes back what a question adds to the conditions.
    func aside<Answer>(_ question: () throws -> Answer) rethrows -> Answer {
        let (runs, landmarks, callees) = (evaluator.runs, evaluator.landmarks, evaluator.callees)
        let promises = evaluator.promises
        defer {
            (evaluator.runs, evaluator.landmarks, evaluator.callees) = (runs, landmarks, callees)
            evaluator.promises = promises
        }
        return try question()
    }

    /// To be called when no question is left: see `SymbolicEvaluator.forget`.
    func forget() { evaluator.forget() }

    /// Lower bounds that are required of the arguments: they make arithmetic shorter.
    private static func learn(_ requirement: Typed.Expression, _ evaluator: SymbolicEvaluator) {
        if case .connective(.and, let left, let right) = requirement.kind {
            learn(left, evaluator)
            learn(right, evaluator)
        }
        guard case .comparison(let comparison, let left, let right) = requirement.kind,
            case .variable(let variable) = left.kind, case .literal(.number(let literal)) = right.kind,
            case .number(let number)? = evaluator.values[variable.number]
        else { return }
        switch comparison {
        case .greater: evaluator.assign(variable, .number(number.known(atLeast: literal + 1)))
        case .greaterOrEqual: evaluator.assign(variable, .number(number.known(atLeast: literal)))
        case .notEqual where literal == 0 && !number.isSigned:
            evaluator.assign(variable, .number(number.known(atLeast: 1)))
        case .equal, .notEqual, .less, .lessOrEqual: break
        }
    }

    private static func name(_ ensures: Typed.Function.Ensures) -> String {
        switch ensures.resultCase {
        case .always: "the result is as ensured"
        case .some: "a result that is present is as ensured"
        case .none: "there is no result only where ensured"
        }
    }

    /// Whether a claim can fail: its hypotheses with the negation of its goal.
    func obligation(_ claim: Claim, millisecondsMax: Int) -> Obligation {
        Obligation(
            context: context, formulas: claim.hypotheses + [claim.goal.not()], landmarks: evaluator.landmarks,
            millisecondsMax: millisecondsMax)
    }
}
