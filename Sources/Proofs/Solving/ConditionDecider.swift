// SPDX-License-Identifier: MIT

import SpecLanguage
import Stopping
import Z3

/// Decides the conditions of one function. A condition is asked in several ways, one after the other: the cheapest first, the costly one
/// last.
struct ConditionDecider {
    private typealias Way = (effort: Discharger.Effort, arithmetic: Attempt.Arithmetic)

    let function: FunctionConditions
    let memory: ProofMemory
    /// For each condition.
    let millisecondsMax: Int
    /// Runs the function on values that the solver found.
    let contract: ConcreteContract

    /// Cheap first; the last one is asked only where nothing else is left.
    private static let ways: [Way] = [
        (.names, .integers), (.goal, .integers), (.values, .integers), (.constants, .integers),
        (.allConstants, .integers), (.landmarks, .integers), (.members, .integers), (.definitions, .words),
        (.constants, .words), (.landmarks, .words), (.quantifiers, .words),
    ]

    /// What bodies of called functions say is mostly soon seen to suffice, or does not: this part of the
    /// time.
    private static let partOfDefinitions = 3

    /// Nine of ten conditions that hold are shown so.
    private static let lastOfGlance = 1

    /// A condition that holds mostly takes less. One that takes more asks for a look for an execution that breaks the contract, which is
    /// often found sooner than it is shown that nothing proves the condition.
    static let millisecondsBeforeSearch = 2000

    /// What was found out of one condition so far.
    struct Inquiry {
        let claim: Int
        /// Numbers of the ways that were not tried yet, in order.
        fileprivate var ways: [Int]
        /// The way that proved it in an earlier run.
        fileprivate var noted: Int?
        fileprivate(set) var outcome = ProofCondition.Outcome.inconclusive("the time limit was reached")
        /// Proved in an earlier run.
        fileprivate var isCached = false
        fileprivate var milliseconds = 0.0
        /// What was asked last.
        fileprivate var text = ""
        /// What was asked first: which way proved the condition is remembered by it.
        fileprivate var firstText: String?
        /// Values that were found, and break the contract.
        fileprivate(set) var witness: Witness?
    }

    /// A condition without quantifiers, instances of which mostly suffice.
    func inquiry(into claim: Int) -> Inquiry {
        Inquiry(claim: claim, ways: Array(Self.ways.indices.dropLast()))
    }

    /// Once more with quantifiers.
    func lastInquiry(into claim: Int) -> Inquiry { Inquiry(claim: claim, ways: [Self.ways.count - 1]) }

    func condition(_ inquiry: Inquiry) -> ProofCondition {
        let claim = function.claims[inquiry.claim]
        return ProofCondition(
            name: claim.name, span: claim.span, returnSpan: claim.returnSpan, outcome: inquiry.outcome,
            milliseconds: inquiry.milliseconds,
            smtLib: inquiry.text, isCached: inquiry.isCached)
    }

    /// How far to go for now.
    enum Effort {
        /// What is shown at once, as most is.
        case glance
        /// All ways but one, unless it takes long.
        case cheap
        case all
    }

    func pursue(_ inquiry: inout Inquiry, _ effort: Effort) throws {
        let start = ContinuousClock.now
        let before = inquiry.milliseconds
        while let way = inquiry.ways.first, inquiry.outcome != .proved, inquiry.witness == nil {
            let spent = Int(inquiry.milliseconds)
            guard spent < millisecondsMax, StopRequest.current?.reason == nil else { return }
            if effort != .all, inquiry.ways.count == 1 || spent >= Self.millisecondsBeforeSearch { return }
            if effort == .glance, way > Self.lastOfGlance, way != inquiry.noted { return }
            inquiry.ways.removeFirst()
            if Self.ways[way].effort == .definitions, !function.hasDefinitions { continue }
            try function.ask(Self.ways[way].arithmetic) { conditions in
                try ask(way, conditions, millisecondsMax - spent, effort, &inquiry)
            }
            inquiry.milliseconds = before + start.duration(to: .now) / .milliseconds(1)
        }
    }

    private func ask(
        _ way: Int, _ conditions: VerificationConditions, _ millisecondsLeft: Int, _ effort: Effort,
        _ inquiry: inout Inquiry
    ) throws {
        let claim = conditions.claims[inquiry.claim]
        let obligation = conditions.obligation(claim, millisecondsMax: millisecondsLeft)
        guard let attempt = try Attempt(obligation, Self.ways[way].effort, Self.ways[way].arithmetic) else {
            return
        }
        let text = try attempt.script()
        inquiry.text = text
        if let known = memory.knowledge(of: text) {
            inquiry.isCached = known == .provedBefore
            return inquiry.outcome = .proved
        }
        if inquiry.firstText == nil {
            inquiry.firstText = text
            // What proved the condition before comes next: mostly it is asked exactly as then, and known.
            if let noted = inquiry.ways.first(where: { memory.knowledge(of: Self.note($0, text)) != nil }) {
                inquiry.noted = noted
                inquiry.ways = [noted, way] + inquiry.ways.filter { $0 != noted }
                return
            }
        }
        var limit = millisecondsLeft
        if Self.ways[way].effort == .definitions {
            limit = min(
                limit,
                effort == .all ? millisecondsMax / Self.partOfDefinitions : Self.millisecondsBeforeSearch)
        }
        switch try attempt.solve(millisecondsMax: limit) {
        case .no:
            memory.remember(text)
            if let first = inquiry.firstText, first != text { memory.remember(Self.note(way, first)) }
            inquiry.outcome = .proved
        case .unknown(let reason):
            if attempt.arithmetic == .words { inquiry.outcome = .inconclusive("the solver said: \(reason)") }
            // It had little time, and gets more where all ways are gone.
            let isOutOfTime = reason == "timeout" || reason == "canceled"
            if effort != .all, limit < millisecondsLeft, isOutOfTime { inquiry.ways.insert(way, at: 0) }
        case .perhaps(let model, let discharger):
            let reader = ModelReader(evaluator: conditions.evaluator, discharger: discharger)
            inquiry.witness = try inquiry.witness ?? witness(conditions.parameters, reader, model)
            let values = try reader.text(of: claim.shown, model)
            inquiry.outcome =
                switch claim.subject {
                case .function, .call, .repetition:
                    inquiry.witness == nil ? .notShown("\(doubt(claim)): \(values)") : .fails(values)
                case .loopInvariant: .notPreserved(values)
                case .missingMeasure: .inconclusive("add 'decreases EXPRESSION' to the loop")
                case .limit:
                    .inconclusive(
                        "exact numbers end at 2^120, and a shift may go further: bound it with 'requires'")
                }
        }
    }

    /// What may be missing, where a condition is not shown; and what the values are that follow.
    private func doubt(_ claim: Claim) -> String {
        var doubts: [String] = []
        if claim.isBehindLoop { doubts.append("an invariant may be too weak") }
        let names = function.callees.map { "'\($0.name)'" }.joined(separator: ", ")
        if !names.isEmpty { doubts.append("it may take more than what is ensured by \(names)") }
        if (claim.hypotheses + [claim.goal]).contains(where: \.hasQuantifier) {
            doubts.append("it may take what is said of all values at one that was not thought of")
        }
        return (doubts.isEmpty ? "" : "\(doubts.joined(separator: ", or ")); ")
            + "a candidate that, run, was not seen to break the contract"
    }

    /// The values of a model are of what the proof knows, which may be less than what holds: a run says what
    /// they are.
    private func witness(
        _ parameters: [Symbol], _ reader: ModelReader, _ model: borrowing Model
    ) throws -> Witness? {
        for filling in ModelReader.Filling.allCases {
            guard let arguments = try reader.arguments(of: function.function, parameters, model, filling)
            else { return nil }
            if let witness = try contract.witness(completing: arguments) { return witness }
        }
        return nil
    }

    private static func note(_ way: Int, _ firstText: String) -> String {
        "; asked the \(way)th way it was proved\n" + firstText
    }
}
