import Z3

/// One question to the solver: can these formulas be true together?
struct Obligation {
    let context: Context
    var formulas: [Formula]
    var landmarks: [Term]
    /// For the whole question.
    var millisecondsMax: Int

    enum Answer: ~Copyable {
        case no(isCached: Bool)
        /// Perhaps: a model of what the solver was told, which may be less than what was asked.
        case perhaps(Model, Discharger)
        case unknown(String)
    }

    func ask(_ effort: Discharger.Effort) throws -> Answer {
        var script = ""
        return try ask(effort, script: &script)
    }

    /// - Parameter script: takes the query as SMT-LIB.
    func ask(
        _ effort: Discharger.Effort, script: inout String, memory: ProofMemory = .none
    ) throws -> Answer {
        let discharger = Discharger(context, effort: effort, landmarks: landmarks)
        try discharger.assert(formulas)
        let logic: Solver.Logic = effort == .quantifiers ? .all : .wordsAndFunctions
        let solver = try Solver(context, logic: logic, millisecondsMax: millisecondsMax)
        for term in discharger.assertions { try solver.assert(term) }
        script = "(set-logic \(effort == .quantifiers ? "UFBV" : "QF_UFBV"))\n" + (try solver.smtLib())
        if memory.isProved(script) { return .no(isCached: true) }
        switch solver.check() {
        case .unsatisfiable:
            memory.remember(script)
            return .no(isCached: false)
        case .satisfiable(let model): return .perhaps(model, discharger)
        case .unknown(let reason): return .unknown(reason)
        }
    }

    private static let millisecondsOfIntegers = 3000

    /// Whether the formulas cannot be true together, by what is true of integers. If that is not found out, nothing is known.
    ///
    /// - Parameter script: takes the query as SMT-LIB, where it is an answer.
    func isImpossibleForIntegers(
        _ effort: Discharger.Effort, script: inout String, memory: ProofMemory = .none
    ) throws -> (isImpossible: Bool, isCached: Bool) {
        let discharger = Discharger(context, effort: effort, landmarks: landmarks)
        try discharger.assert(formulas)
        guard
            let assertions = try IntegerTranslation.translated(discharger.assertions, in: context)
        else { return (false, false) }
        let solver = try Solver(
            context, logic: .named("QF_UFLIA"),
            millisecondsMax: min(millisecondsMax, Self.millisecondsOfIntegers))
        for term in assertions { try solver.assert(term) }
        let text = "(set-logic QF_UFLIA)\n" + (try solver.smtLib())
        if memory.isProved(text) {
            script = text
            return (true, true)
        }
        guard case .unsatisfiable = solver.check() else { return (false, false) }
        memory.remember(text)
        script = text
        return (true, false)
    }
}
