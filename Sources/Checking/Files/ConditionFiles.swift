// SPDX-License-Identifier: MIT

import Proofs

/// Conditions of one proof as files that any SMT solver reads: `PROOF.001.FUNCTION.smt2`.
final class ConditionFiles {
    private let folder: String
    private let proof: String
    private var count = 0

    init(folder: String, proof: String) {
        self.folder = folder
        self.proof = proof
    }

    /// - Parameter place: of the condition, for the reader.
    func write(
        _ condition: ProofCondition, of report: ProofReport, at place: String
    ) throws(OutputFile.Failure) {
        let answer =
            switch condition.outcome {
            case .proved: "unsat"
            case .notShown, .fails, .notPreserved: "sat"
            case .inconclusive: "unknown"
            }
        try write(
            condition.smtLib, subject: report.function, name: "\(condition.name) (\(place))", answer: answer,
            solverVersion: report.solverVersion)
    }

    /// - Parameters:
    ///   - subject: the function or invariant that the condition is of.
    ///   - answer: what Z3 said, which another solver ought to say too.
    func write(
        _ script: String, subject: String, name: String, answer: String, solverVersion: String
    ) throws(OutputFile.Failure) {
        count += 1
        let digits = String(count)
        let number = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        let text = """
            ; \(name.map { $0.isNewline ? " " : String($0) }.joined())
            ; unsat: it holds; Z3 \(solverVersion) says: \(answer)
            \(script)
            """
        try OutputFile.write(text, to: "\(folder)/\(proof).\(number).\(subject).smt2")
    }
}
