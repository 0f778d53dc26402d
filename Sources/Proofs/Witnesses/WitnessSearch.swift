// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage
import Stopping
import Z3

/// Looks for an execution of few loop rounds that breaks a promise, and confirms it by running it. Takes about as long as
/// one condition may.
struct WitnessSearch {
    let function: Typed.Function
    let millisecondsMax: Int
    let execute: ContractProver.Execute
    private let asked = Asked()

    /// What was asked before is asked again only where it was left undecided, and there is more time now.
    private final class Asked {
        struct Question: Hashable {
            let scope: Scope
            let rounds: Int
            let claim: Int
            let effort: Discharger.Effort
        }

        private var millisecondsGiven: [Question: Int] = [:]

        func isWorthAsking(_ question: Question, milliseconds: Int) -> Bool {
            guard let given = millisecondsGiven[question] else { return true }
            return given < Int.max && milliseconds > given * 3 / 2
        }

        func note(_ question: Question, isDecided: Bool, milliseconds: Int) {
            millisecondsGiven[question] = isDecided ? .max : milliseconds
        }
    }

    /// Where arguments are looked for.
    private enum Scope: CaseIterable {
        /// Words near 0 and near the top of the address space: the solver finds these at once, and people read them
        /// with ease. Nearly every arithmetic mistake shows there.
        case ends
        case everywhere
    }

    private static let roundsMax = 4
    private static let millisecondsOfQuantifiers = 1000
    /// All of the quick search, and its questions: each is asked briefly before one is asked for longer.
    private static let millisecondsOfQuickSearch = 15_000
    private static let millisecondsOfQuickQuestions = [2000, 6000]
    private static let roundsOfQuickSearch = 1
    /// Of each end of the address space, in `Scope.ends`: two to the power of this many words.
    private static let endBits = 5

    /// - Parameter suspect: where the promise stands that is not kept, if it is known. Looked for first.
    func run(suspect: Span? = nil) throws -> Witness? {
        let start = ContinuousClock.now
        if let suspect, let witness = try run(.ends, only: [suspect], thorough, since: start) {
            return witness
        }
        for scope in Scope.allCases {
            if let witness = try run(scope, only: nil, thorough, since: start) { return witness }
        }
        return nil
    }

    /// Soon finished: near the ends of the address space, executions of few rounds, easy questions.
    func runQuickly(suspects: Set<Span>) throws -> Witness? {
        let start = ContinuousClock.now
        for wanted in [suspects, nil] {
            for milliseconds in Self.millisecondsOfQuickQuestions {
                let found = try run(.ends, only: wanted, quick(milliseconds), since: start)
                if let found { return found }
            }
        }
        return nil
    }

    private struct Limits {
        let rounds: Int
        /// Of the whole search.
        let milliseconds: Int
        let millisecondsOfQuestion: Int
        /// Whether questions with quantifiers are asked too.
        let hasQuantifiers: Bool
    }

    private func quick(_ millisecondsOfQuestion: Int) -> Limits {
        Limits(
            rounds: Self.roundsOfQuickSearch,
            milliseconds: min(millisecondsMax, Self.millisecondsOfQuickSearch),
            millisecondsOfQuestion: millisecondsOfQuestion, hasQuantifiers: false)
    }

    private var thorough: Limits {
        Limits(
            rounds: Self.roundsMax, milliseconds: millisecondsMax, millisecondsOfQuestion: millisecondsMax,
            hasQuantifiers: true)
    }

    /// - Parameter wanted: the places of the only promises to be looked at.
    private func run(
        _ scope: Scope, only wanted: Set<Span>?, _ limits: Limits, since start: ContinuousClock.Instant
    ) throws -> Witness? {
        let contract = ConcreteContract(
            function: function, millisecondsMax: millisecondsMax, execute: execute)
        for rounds in 0...limits.rounds where StopRequest.current?.reason == nil {
            let all: VerificationConditions
            do {
                all = try VerificationConditions(of: function, loops: .unrolled(rounds: rounds))
            } catch is NotProvable {
                // Longer executions than proofs reach are not looked at.
                return nil
            }
            // Shorter executions were looked at before.
            let chosen = all.claims.indices.filter { index in
                let claim = all.claims[index]
                return wanted?.contains(claim.span) != false
                    && (claim.rounds == rounds || claim.hasUnrolledCalls)
                    && !claim.hypotheses.contains { $0.constant == false }
            }
            all.forget()
            for index in chosen {
                let spent = Int(start.duration(to: .now) / .milliseconds(1))
                guard spent < limits.milliseconds, StopRequest.current?.reason == nil else { return nil }
                let left = min(limits.milliseconds - spent, limits.millisecondsOfQuestion)
                let efforts: [Discharger.Effort] =
                    limits.hasQuantifiers ? [.landmarks, .quantifiers] : [.landmarks]
                let questions = efforts.map {
                    Asked.Question(scope: scope, rounds: rounds, claim: index, effort: $0)
                }.filter { asked.isWorthAsking($0, milliseconds: Self.milliseconds(left, $0.effort)) }
                if questions.isEmpty { continue }
                let conditions = try VerificationConditions(of: function, loops: .unrolled(rounds: rounds))
                defer { conditions.forget() }
                if let witness = try witness(
                    against: conditions.claims[index], conditions, questions, contract, left)
                {
                    return try WitnessShrinker(contract: contract).shrunk(witness)
                }
            }
        }
        return nil
    }

    /// The solver's candidate, confirmed.
    private func witness(
        against claim: Claim, _ conditions: VerificationConditions, _ questions: [Asked.Question],
        _ contract: ConcreteContract, _ millisecondsLeft: Int
    ) throws -> Witness? {
        var obligation = conditions.obligation(claim, millisecondsMax: millisecondsLeft)
        let words = conditions.parameters.flatMap(\.words)
        if questions.contains(where: { $0.scope == .ends }) {
            obligation.formulas += try words.compactMap { try Self.isNearAnEnd($0) }
        }
        // What the promise says of all words, it says of the arguments; if that is too little, a question with quantifiers remains.
        obligation.landmarks += words
        for question in questions where question.effort != .quantifiers || claim.goal.hasQuantifier {
            obligation.millisecondsMax = Self.milliseconds(millisecondsLeft, question.effort)
            if let found = try candidate(obligation, question, conditions, contract) { return found }
        }
        return nil
    }

    private static func milliseconds(_ left: Int, _ effort: Discharger.Effort) -> Int {
        effort == .quantifiers ? min(left, millisecondsOfQuantifiers) : left
    }

    private func candidate(
        _ obligation: Obligation, _ question: Asked.Question, _ conditions: VerificationConditions,
        _ contract: ConcreteContract
    ) throws -> Witness? {
        let answer = try obligation.ask(question.effort)
        asked.note(question, isDecided: answer.isDecided, milliseconds: obligation.millisecondsMax)
        guard case .perhaps(let model, let discharger) = answer else { return nil }
        let reader = ModelReader(evaluator: conditions.evaluator, discharger: discharger)
        for filling in ModelReader.Filling.allCases {
            guard
                let arguments = try reader.arguments(of: function, conditions.parameters, model, filling)
            else { return nil }
            if let witness = try contract.witness(completing: arguments) { return witness }
        }
        return nil
    }

    /// All bits but the low ones are the same. Said so that the solver puts the low ones in the place of the word.
    private static func isNearAnEnd(_ word: Term) throws -> Formula? {
        guard word.width > endBits + 1 else { return nil }
        let low = try word.context.freshBits("low", width: endBits + 1)
        return .term(try word.equals(try low.extended(by: word.width - low.width, isSigned: true)))
    }
}
