// SPDX-License-Identifier: MIT

import SpecLanguage
import Z3

/// Whether a contract says anything: of arguments that there are not every promise is kept.
struct RequirementCheck {
    let function: Typed.Function
    let memory: ProofMemory
    let contract: ConcreteContract

    /// Rounds of loops in functions that are called in a requirement.
    private static let roundsMax = 4

    /// Simple arguments that are tried where no model of the solver helped.
    private static let simpleMax = 64

    /// What is asked for arguments: functions are known by their contracts first, which may allow more than
    /// the functions do.
    private static let questions: [(loops: PathExecutor.Loops, effort: Discharger.Effort)] = [
        (.invariants, .goal), (.unrolled(rounds: roundsMax), .goal), (.invariants, .landmarks),
        (.unrolled(rounds: roundsMax), .landmarks),
    ]

    /// - Returns: why a proof of the contract says nothing, or may say nothing; `nil` where arguments that
    ///   meet what is required are known.
    func reasonAgainst() throws -> String? {
        guard !function.definition.requires.isEmpty else { return nil }
        let note = "; met by arguments that were found\n"
        var first: String?
        for (loops, effort) in Self.questions {
            let hypotheses = try ContractHypotheses(of: function, loops: loops)
            defer { hypotheses.evaluator.forget() }
            var obligation = hypotheses.obligation(
                millisecondsMax: ConditionDecider.millisecondsBeforeSearch)
            // What integers and words cannot meet together, nothing meets; a loop was looked into for some
            // rounds only.
            let isDecisive = !hypotheses.evaluator.hasUnrolledCalls
            obligation.landmarks += hypotheses.parameters.flatMap(\.words)
            guard
                let attempt = try Attempt(obligation, effort, .words, needsNoPreparation: effort == .goal)
            else { continue }
            let text = note + (try attempt.script())
            if memory.knowledge(of: text) != nil { return nil }
            first = first ?? text
            if isDecisive, try obligation.isImpossibleForIntegers(effort) { return ofNothing }
            switch try attempt.solve(millisecondsMax: obligation.millisecondsMax) {
            case .no: if isDecisive { return ofNothing }
            case .unknown: break
            case .perhaps(let model, let discharger):
                let reader = ModelReader(evaluator: hypotheses.evaluator, discharger: discharger)
                if try isMet(hypotheses.parameters, reader, model) {
                    memory.remember(first ?? text)
                    return nil
                }
            }
        }
        if let simple = SimpleArguments(of: function) {
            for arguments in simple.prefix(Self.simpleMax) where try isMet(byCompleted: arguments) {
                if let first { memory.remember(first) }
                return nil
            }
        }
        return "it may say nothing: no arguments that meet what '\(function.name)' requires were found"
    }

    private var ofNothing: String {
        "it says nothing: no arguments meet what '\(function.name)' requires"
    }

    private func isMet(
        _ parameters: [Symbol], _ reader: ModelReader, _ model: borrowing Model
    ) throws -> Bool {
        for filling in ModelReader.Filling.allCases {
            guard let arguments = try reader.arguments(of: function, parameters, model, filling) else {
                return false
            }
            if try isMet(byCompleted: arguments) { return true }
        }
        return false
    }

    /// Whether the arguments meet what is required, as they are or with their sets completed.
    private func isMet(byCompleted arguments: [Value]) throws -> Bool {
        if try contract.isMet(by: arguments) { return true }
        let completed = try SetCompletion.completed(arguments, of: function)
        return try completed != arguments && contract.isMet(by: completed)
    }
}
