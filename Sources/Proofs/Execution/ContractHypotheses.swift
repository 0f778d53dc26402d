// SPDX-License-Identifier: MIT

import SpecLanguage
import Z3

/// What is known of a function's arguments: their types and what its contract requires of them.
struct ContractHypotheses {
    let evaluator: SymbolicEvaluator
    let parameters: [Symbol]

    init(of function: Typed.Function, loops: PathExecutor.Loops, in context: Context = Context()) throws {
        let evaluator = SymbolicEvaluator(context, inlining: loops)
        parameters = try function.parameters.map { parameter in
            let symbol = try evaluator.maker.fresh(parameter.type, parameter.name, assume: evaluator.assume)
            evaluator.assign(parameter, symbol)
            return symbol
        }
        for requirement in function.definition.requires {
            evaluator.assume(try evaluator.bool(requirement))
        }
        self.evaluator = evaluator
    }

    /// Whether there are such arguments.
    func obligation(millisecondsMax: Int) -> Obligation {
        Obligation(
            context: evaluator.context, formulas: evaluator.facts, landmarks: evaluator.landmarks,
            millisecondsMax: millisecondsMax)
    }
}
