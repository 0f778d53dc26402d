// SPDX-License-Identifier: MIT

import Z3

/// One way to ask whether formulas can be true together, ready to be asked.
struct Attempt {
    /// How the solver reads the formulas.
    enum Arithmetic {
        /// Words as integers: a proof where it succeeds, and nothing where it does not.
        case integers
        /// Word for word, bit by bit.
        case words

        func logic(_ effort: Discharger.Effort) -> String {
            switch self {
            case .integers: "QF_UFLIA"
            case .words: effort == .quantifiers ? "UFBV" : "QF_UFBV"
            }
        }
    }

    private let context: Context
    let arithmetic: Arithmetic
    private let discharger: Discharger
    private let assertions: [Term]
    private let logic: Solver.Logic
    private let effort: Discharger.Effort

    /// Integers say at once what they can say.
    private static let millisecondsOfIntegers = 1500

    /// - Parameter needsNoPreparation: the answer is near, and the solver's preparation would take longer.
    /// - Returns: `nil` where the formulas cannot be asked so.
    init?(
        _ obligation: Obligation, _ effort: Discharger.Effort, _ arithmetic: Arithmetic,
        needsNoPreparation: Bool = false
    ) throws {
        context = obligation.context
        self.arithmetic = arithmetic
        self.effort = effort
        discharger = Discharger(context, effort: effort, landmarks: obligation.landmarks)
        do {
            try discharger.assert(obligation.formulas)
        } catch let error as NotProvable {
            // More instances are made for integers than words could do with, and bodies may use what
            // contracts do not: no reason to give up.
            guard [.members, .definitions].contains(effort) else { throw error }
            return nil
        }
        switch arithmetic {
        case .words:
            assertions = discharger.assertions
            logic = effort == .quantifiers ? .all : needsNoPreparation ? .simple : .wordsAndFunctions
        case .integers:
            guard let said = try IntegerTranslation.translated(discharger.assertions, in: context) else {
                return nil
            }
            assertions = said
            // Sums and functions need no preparation.
            logic = .simple
        }
    }

    /// The question as SMT-LIB: if nothing meets it, the formulas cannot be true together. Takes long to write.
    func script() throws -> String {
        try context.smtLib(assertions, logic: arithmetic.logic(effort))
    }

    func solve(millisecondsMax: Int) throws -> Obligation.Answer {
        let limit =
            arithmetic == .integers ? min(millisecondsMax, Self.millisecondsOfIntegers) : millisecondsMax
        let solver = try Solver(context, logic: logic, millisecondsMax: limit)
        for term in assertions { try solver.assert(term) }
        switch solver.check() {
        case .unsatisfiable: return .no
        case .satisfiable(let model):
            return arithmetic == .integers ? .unknown("integers") : .perhaps(model, discharger)
        case .unknown(let reason): return .unknown(reason)
        }
    }
}
