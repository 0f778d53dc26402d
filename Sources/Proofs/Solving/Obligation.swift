// SPDX-License-Identifier: MIT

import Z3

/// One question to the solver: can these formulas be true together?
struct Obligation {
    let context: Context
    var formulas: [Formula]
    var landmarks: [Term]
    /// For the whole question.
    var millisecondsMax: Int

    enum Answer: ~Copyable {
        case no
        /// Perhaps: a model of what the solver was told, which may be less than what was asked.
        case perhaps(Model, Discharger)
        case unknown(String)

        var isDecided: Bool {
            switch self {
            case .no: true
            case .perhaps: true
            case .unknown: false
            }
        }
    }

    /// Word for word.
    ///
    /// - Parameter needsNoPreparation: the answer is near, and the solver's preparation would take longer.
    func ask(_ effort: Discharger.Effort, needsNoPreparation: Bool = false) throws -> Answer {
        guard let attempt = try Attempt(self, effort, .words, needsNoPreparation: needsNoPreparation) else {
            return .unknown("so large a formula")
        }
        return try attempt.solve(millisecondsMax: millisecondsMax)
    }

    /// Whether integers already show that the formulas cannot be true together.
    func isImpossibleForIntegers(_ effort: Discharger.Effort) throws -> Bool {
        guard let attempt = try Attempt(self, effort, .integers) else { return false }
        if case .no = try attempt.solve(millisecondsMax: millisecondsMax) { return true }
        return false
    }
}
