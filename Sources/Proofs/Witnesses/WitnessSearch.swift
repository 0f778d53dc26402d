import Diagnostics
import SpecLanguage
import Z3

/// Looks for an execution of few loop rounds that breaks a promise, and confirms it by running it. Takes about as long as
/// one condition may.
struct WitnessSearch {
    let function: Typed.Function
    let millisecondsMax: Int
    let execute: (Typed.Function, [Value]) -> ContractProver.Execution

    /// Where arguments are looked for.
    private enum Scope: CaseIterable {
        /// Words near 0 and near the top of the address space: the solver finds these at once, and people read them
        /// with ease. Nearly every arithmetic mistake shows there.
        case ends
        case everywhere
    }

    private static let roundsMax = 4
    private static let millisecondsOfQuantifiers = 1000
    /// All of the quick search, and one of its questions.
    private static let millisecondsOfQuickSearch = 6000
    private static let millisecondsOfQuickQuestion = 2000
    private static let roundsOfQuickSearch = 1
    /// Of each end of the address space, in `Scope.ends`: two to the power of this many words.
    private static let endBits = 5

    /// - Parameter suspect: where the promise stands that is not kept, if it is known. Looked for first.
    func run(suspect: Span? = nil) throws -> Witness? {
        let start = ContinuousClock.now
        if let suspect, let witness = try run(.ends, only: suspect, thorough, since: start) { return witness }
        for scope in Scope.allCases {
            if let witness = try run(scope, only: nil, thorough, since: start) { return witness }
        }
        return nil
    }

    /// Soon finished: near the ends of the address space, executions of few rounds, easy questions.
    func runQuickly(suspect: Span) throws -> Witness? {
        let start = ContinuousClock.now
        let limits = Limits(
            rounds: Self.roundsOfQuickSearch,
            milliseconds: min(millisecondsMax, Self.millisecondsOfQuickSearch),
            millisecondsOfQuestion: Self.millisecondsOfQuickQuestion, hasQuantifiers: false)
        return try run(.ends, only: suspect, limits, since: start)
            ?? run(.ends, only: nil, limits, since: start)
    }

    private struct Limits {
        let rounds: Int
        /// Of the whole search.
        let milliseconds: Int
        let millisecondsOfQuestion: Int
        /// Whether questions with quantifiers are asked too.
        let hasQuantifiers: Bool
    }

    private var thorough: Limits {
        Limits(
            rounds: Self.roundsMax, milliseconds: millisecondsMax, millisecondsOfQuestion: millisecondsMax,
            hasQuantifiers: true)
    }

    /// - Parameter wanted: the place of the only promise to be looked at.
    private func run(
        _ scope: Scope, only wanted: Span?, _ limits: Limits, since start: ContinuousClock.Instant
    ) throws -> Witness? {
        let contract = ConcreteContract(
            function: function, millisecondsMax: millisecondsMax, execute: execute)
        for rounds in 0...limits.rounds {
            let all = try VerificationConditions(of: function, loops: .unrolled(rounds: rounds))
            // Shorter executions were looked at before.
            let chosen = all.claims.indices.filter { index in
                let claim = all.claims[index]
                return (wanted == nil || claim.span == wanted)
                    && (claim.rounds == rounds || claim.hasUnrolledCalls)
                    && !claim.hypotheses.contains { $0.constant == false }
            }
            all.forget()
            for index in chosen {
                let spent = Int(start.duration(to: .now) / .milliseconds(1))
                guard spent < limits.milliseconds else { return nil }
                let conditions = try VerificationConditions(of: function, loops: .unrolled(rounds: rounds))
                defer { conditions.forget() }
                let left = min(limits.milliseconds - spent, limits.millisecondsOfQuestion)
                if let witness = try witness(
                    against: conditions.claims[index], conditions, scope, contract, left,
                    hasQuantifiers: limits.hasQuantifiers)
                {
                    return try WitnessShrinker(contract: contract).shrunk(witness)
                }
            }
        }
        return nil
    }

    /// The solver's candidate, confirmed.
    private func witness(
        against claim: Claim, _ conditions: VerificationConditions, _ scope: Scope,
        _ contract: ConcreteContract, _ millisecondsLeft: Int, hasQuantifiers: Bool
    ) throws -> Witness? {
        var obligation = conditions.obligation(claim, millisecondsMax: millisecondsLeft)
        let words = conditions.parameters.flatMap(Self.words)
        if scope == .ends {
            obligation.formulas += try words.compactMap { try Self.isNearAnEnd($0) }
        }
        // What the promise says of all words, it says of the arguments; if that is too little, a question with quantifiers remains.
        obligation.landmarks += words
        if let found = try candidate(obligation, .landmarks, conditions, contract) { return found }
        obligation.millisecondsMax = min(obligation.millisecondsMax, Self.millisecondsOfQuantifiers)
        return hasQuantifiers && claim.goal.hasQuantifier
            ? try candidate(obligation, .quantifiers, conditions, contract) : nil
    }

    private func candidate(
        _ obligation: Obligation, _ effort: Discharger.Effort, _ conditions: VerificationConditions,
        _ contract: ConcreteContract
    ) throws -> Witness? {
        guard case .perhaps(let model, let discharger) = try obligation.ask(effort) else { return nil }
        let reader = ModelReader(evaluator: conditions.evaluator, discharger: discharger)
        for filling in [ModelReader.Filling.sparse, .dense] {
            var arguments: [Value] = []
            for (symbol, parameter) in zip(conditions.parameters, function.parameters) {
                guard let value = try reader.value(of: symbol, parameter.type, model, filling) else {
                    return nil
                }
                arguments.append(value)
            }
            if let witness = try contract.witness(arguments) { return witness }
            let completed = try SetCompletion.completed(arguments, of: function)
            if completed != arguments, let witness = try contract.witness(completed) { return witness }
        }
        return nil
    }

    private static func words(_ symbol: Symbol) -> [Term] {
        switch symbol {
        case .number(let number) where !number.isSigned: [number.term]
        case .optional(_, let payload): words(payload)
        case .interval(let first, let last): words(.number(first)) + words(.number(last))
        case .record(let parts): parts.flatMap(words)
        default: []
        }
    }

    /// All bits but the low ones are the same. Said so that the solver puts the low ones in the place of the word.
    private static func isNearAnEnd(_ word: Term) throws -> Formula? {
        guard word.width > endBits + 1 else { return nil }
        let low = try word.context.freshBits("low", width: endBits + 1)
        return .term(try word.equals(try low.extended(by: word.width - low.width, isSigned: true)))
    }
}
