package import Diagnostics
package import SpecLanguage
import Z3

/// Proves or refutes the contract of a function at the width of its types, for all arguments: any number of owned ranges.
package struct ContractProver {
    /// What the interpreter says of a candidate.
    package enum Execution {
        case returned(Value)
        /// An error of the function, and where.
        case failed(String, Span?)
        /// The interpreter gave up.
        case undecided
    }

    private let millisecondsMax: Int
    private let memory: ProofMemory
    private let searchesFirst: Bool
    private let execute: (Typed.Function, [Value]) -> Execution
    private let ledger = Ledger()

    /// What this prover has found out: several functions rely on the same contract. It keeps the functions that it knows by identity.
    private final class Ledger {
        var entries:
            [ObjectIdentifier: (Typed.Function, conditions: [ProofCondition], callees: [Typed.Function])] =
                [:]
    }

    /// Looks for an execution that breaks the contract to be proved, once.
    private final class QuickSearch {
        private var search: ((Span) throws -> Witness?)?

        init(_ search: @escaping (Span) throws -> Witness?) { self.search = search }

        func witness(suspect: Span) throws -> Witness? {
            defer { search = nil }
            return try search?(suspect)
        }
    }

    /// - Parameters:
    ///   - millisecondsMax: for each condition.
    ///   - memory: of conditions that were proved before.
    ///   - searchesFirst: for an execution that breaks the contract; if there is one, no condition is asked for.
    ///   - execute: runs the function on concrete arguments: a witness counts only if its run breaks the contract.
    package init(
        millisecondsMax: Int, memory: ProofMemory = .none, searchesFirst: Bool = false,
        execute: @escaping (Typed.Function, [Value]) -> Execution
    ) {
        self.millisecondsMax = millisecondsMax
        self.memory = memory
        self.searchesFirst = searchesFirst
        self.execute = execute
    }

    /// `4.8.12.0`
    package static var solverVersion: String { Context.version }

    package func prove(_ function: Typed.Function) -> ProofReport {
        var conditions: [ProofCondition] = []
        var notProvable: NotProvable?
        let outcome: ProofReport.Outcome
        do {
            outcome = try prove(function, &conditions)
        } catch let error as NotProvable {
            notProvable = error
            outcome = .inconclusive("proofs do not reach \(error.description)")
        } catch {
            outcome = .inconclusive("the solver failed: \(error)")
        }
        return ProofReport(
            function: function.name, conditions: conditions, outcome: outcome, solverVersion: Context.version,
            notProvable: notProvable)
    }

    private func prove(
        _ function: Typed.Function, _ conditions: inout [ProofCondition]
    ) throws -> ProofReport.Outcome {
        let search = search(function)
        let quickSearch = QuickSearch { try search.runQuickly(suspect: $0) }
        if let known = ledger.entries[ObjectIdentifier(function)] {
            conditions = known.conditions
            if Self.reason(conditions) == nil, try isOfNothing(function) { return .ofNothing(function) }
            return try proveCallees(of: function, known.callees, &conditions, quickSearch)
        }
        guard !function.definition.ensures.isEmpty else {
            return .inconclusive("there is no contract to prove: '\(function.name)' has no 'ensures'")
        }
        let own = try VerificationConditions(of: function, loops: .invariants)
        defer { own.forget() }
        if searchesFirst, let witness = try search.glance() { return .refuted(witness) }
        var hasSearched = false
        for index in own.claims.indices {
            let (condition, found) = try decide(index, of: function, quickSearch)
            conditions.append(condition)
            if let found { return .refuted(found) }
            guard condition.outcome.isOpen, !hasSearched else { continue }
            // One witness is enough: what else fails would only take time.
            hasSearched = true
            if let witness = try search.run(suspect: condition.span) { return .refuted(witness) }
        }
        try reconsider(function, &conditions)
        if let reason = Self.reason(conditions) {
            if !hasSearched, let witness = try search.run() { return .refuted(witness) }
            return .inconclusive(reason)
        }
        if try isOfNothing(function) { return .ofNothing(function) }
        ledger.entries[ObjectIdentifier(function)] = (function, conditions, own.evaluator.callees)
        return try proveCallees(of: function, own.evaluator.callees, &conditions, quickSearch)
    }

    /// Of arguments that there are not anything is proved. Only what is seen soon: a contradiction is mostly a slip.
    private func isOfNothing(_ function: Typed.Function) throws -> Bool {
        guard !function.definition.requires.isEmpty else { return false }
        let requirements = try ContractHypotheses(of: function, loops: .invariants)
        defer { requirements.evaluator.forget() }
        return try requirements.obligation(millisecondsMax: Self.millisecondsBeforeSearch)
            .isImpossibleForIntegers(.goal)
    }

    private func search(_ function: Typed.Function) -> WitnessSearch {
        WitnessSearch(function: function, millisecondsMax: millisecondsMax, execute: execute)
    }

    /// What was relied upon is proved too: a promise that nobody keeps proves anything.
    private func proveCallees(
        of function: Typed.Function, _ callees: [Typed.Function], _ conditions: inout [ProofCondition],
        _ quickSearch: QuickSearch
    ) throws -> ProofReport.Outcome {
        var waiting = callees
        var seen = [ObjectIdentifier(function)]
        while let callee = waiting.first {
            waiting.removeFirst()
            guard !seen.contains(ObjectIdentifier(callee)) else { continue }
            seen.append(ObjectIdentifier(callee))
            let (found, next, witness) = try discharged(callee, quickSearch)
            conditions += found.map {
                ProofCondition(
                    name: "'\(callee.name)': \($0.name)", span: $0.span, outcome: $0.outcome,
                    milliseconds: $0.milliseconds, smtLib: $0.smtLib, isCached: $0.isCached)
            }
            if let witness { return .refuted(witness) }
            if let reason = Self.reason(found) {
                if let witness = try search(function).run() { return .refuted(witness) }
                return .inconclusive(
                    "it relies on the contract of '\(callee.name)', which is not proved: \(reason)")
            }
            waiting += next
        }
        return .proved
    }

    private static func reason(_ conditions: [ProofCondition]) -> String? {
        for condition in conditions {
            switch condition.outcome {
            case .proved: continue
            case .inconclusive(let why): return "'\(condition.name)' was not decided: \(why)"
            case .notPreserved(let values):
                return
                    "invariant not preserved: no execution that breaks the contract was found, and a round of the "
                    + "loop leads from a state with the invariants to one without; \(values)"
            case .fails(let values):
                return
                    "'\(condition.name)' fails, and no execution that shows it was found: an invariant may be too "
                    + "weak; \(values)"
            }
        }
        return nil
    }

    // MARK: Conditions

    /// The conditions of a function that is relied upon, and what it relies upon itself.
    private func discharged(
        _ function: Typed.Function, _ quickSearch: QuickSearch
    ) throws -> ([ProofCondition], [Typed.Function], Witness?) {
        if let known = ledger.entries[ObjectIdentifier(function)] {
            return (known.conditions, known.callees, nil)
        }
        let own = try VerificationConditions(of: function, loops: .invariants)
        defer { own.forget() }
        var found: [ProofCondition] = []
        for index in own.claims.indices {
            let (condition, witness) = try decide(index, of: function, quickSearch)
            found.append(condition)
            if let witness { return (found, [], witness) }
        }
        // Where an execution breaks the promise, asking again is of no use.
        if let open = found.first(where: \.outcome.isOpen),
            try search(function).runQuickly(suspect: open.span) == nil
        {
            try reconsider(function, &found)
        }
        ledger.entries[ObjectIdentifier(function)] = (function, found, own.evaluator.callees)
        return (found, own.evaluator.callees, nil)
    }

    /// Once more with quantifiers, where instances did not suffice.
    private func reconsider(_ function: Typed.Function, _ conditions: inout [ProofCondition]) throws {
        for index in conditions.indices {
            guard conditions[index].outcome.isOpen else { continue }
            var attempts: ArraySlice<Question> = [(.quantifiers, .words)]
            let condition = try decide(index, of: function, &attempts)
            // Where that says nothing, the values found before say more.
            if case .inconclusive = condition.outcome { continue }
            conditions[index] = condition
        }
    }

    private typealias Question = (effort: Discharger.Effort, arithmetic: Attempt.Arithmetic)

    /// What is tried in turn: the cheapest first, the costly one last.
    private static let attempts: [Question] = [
        (.names, .integers), (.goal, .integers), (.values, .integers), (.constants, .integers),
        (.allConstants, .integers), (.landmarks, .integers), (.members, .integers), (.constants, .words),
        (.landmarks, .words),
    ]

    /// A condition that holds mostly takes less. One that takes more asks for a look for an execution that breaks the contract, which is
    /// often found sooner than it is shown that nothing proves the condition.
    private static let millisecondsBeforeSearch = 2000

    /// The cheap attempts, the look for an execution after them or as soon as they take long, and the costly attempts.
    private func decide(
        _ index: Int, of function: Typed.Function, _ quickSearch: QuickSearch
    ) throws -> (ProofCondition, Witness?) {
        var attempts = Self.attempts[...]
        let soon = try decide(index, of: function, &attempts, mayPause: true)
        if soon.outcome == .proved { return (soon, nil) }
        if let witness = try quickSearch.witness(suspect: soon.span) { return (soon, witness) }
        return (try decide(index, of: function, &attempts, after: soon), nil)
    }

    /// Each attempt in a context of its own: short-lived, and no text depends on what was asked before it.
    ///
    /// - Parameters:
    ///   - attempts: taken one after the other; at once the one that proved the condition before.
    ///   - before: what the attempts before these said.
    ///   - mayPause: before the last attempt, and as soon as it takes long.
    private func decide(
        _ index: Int, of function: Typed.Function, _ attempts: inout ArraySlice<Question>,
        after before: ProofCondition? = nil, mayPause: Bool = false
    ) throws -> ProofCondition {
        let start = ContinuousClock.now
        var (name, span) = (before?.name, before?.span)
        // Until a solver has said more.
        var outcome = before?.outcome ?? .inconclusive("the time limit was reached")
        var script = before?.smtLib ?? ""
        func milliseconds() -> Double {
            (before?.milliseconds ?? 0) + start.duration(to: .now) / .milliseconds(1)
        }
        func condition(
            _ outcome: ProofCondition.Outcome, _ script: String, isCached: Bool = false
        ) -> ProofCondition {
            ProofCondition(
                name: name ?? "", span: span ?? function.span, outcome: outcome,
                milliseconds: milliseconds(), smtLib: script, isCached: isCached)
        }
        /// The text of the first attempt: which one proved the condition is remembered by it.
        var firstText: String?
        while let question = attempts.first {
            let spent = Int(milliseconds())
            guard spent < millisecondsMax else { break }
            if mayPause, attempts.count == 1 || spent >= Self.millisecondsBeforeSearch { break }
            let number = attempts.startIndex
            attempts.removeFirst()
            let conditions = try VerificationConditions(of: function, loops: .invariants)
            defer { conditions.forget() }
            let claim = conditions.claims[index]
            (name, span) = (claim.name, claim.span)
            let obligation = conditions.obligation(claim, millisecondsMax: millisecondsMax)
            guard let attempt = try Attempt(obligation, question.effort, question.arithmetic) else {
                continue
            }
            let text = try attempt.script()
            if let known = memory.knowledge(of: text) {
                return condition(.proved, text, isCached: known == .provedBefore)
            }
            if firstText == nil {
                firstText = text
                if let (text, known) = try provedBefore(index, of: function, attempts, since: text) {
                    return condition(.proved, text, isCached: known == .provedBefore)
                }
            }
            switch try attempt.solve(millisecondsMax: millisecondsMax - spent) {
            case .no:
                memory.remember(text)
                if let firstText, firstText != text { memory.remember(Self.note(number, firstText)) }
                return condition(.proved, text)
            case .unknown(let reason):
                guard attempt.arithmetic == .words else { continue }
                outcome = .inconclusive("the solver said: \(reason)")
            case .perhaps(let model, let discharger):
                let reader = ModelReader(evaluator: conditions.evaluator, discharger: discharger)
                let values = try reader.text(of: claim.shown, model)
                outcome = claim.subject == .loopInvariant ? .notPreserved(values) : .fails(values)
            }
            script = text
        }
        return condition(outcome, script)
    }

    private static func note(_ attempt: Int, _ firstText: String) -> String {
        "; attempt \(attempt) proved it\n" + firstText
    }

    /// What a later attempt proved of the condition, exactly as it would be asked now.
    private func provedBefore(
        _ index: Int, of function: Typed.Function, _ attempts: ArraySlice<Question>, since firstText: String
    ) throws -> (String, ProofMemory.Knowledge)? {
        for number in attempts.indices where memory.knowledge(of: Self.note(number, firstText)) != nil {
            let conditions = try VerificationConditions(of: function, loops: .invariants)
            defer { conditions.forget() }
            let obligation = conditions.obligation(
                conditions.claims[index], millisecondsMax: millisecondsMax)
            let question = attempts[number]
            guard let attempt = try Attempt(obligation, question.effort, question.arithmetic) else {
                continue
            }
            let text = try attempt.script()
            if let known = memory.knowledge(of: text) { return (text, known) }
        }
        return nil
    }
}

extension ProofReport.Outcome {
    fileprivate static func ofNothing(_ function: Typed.Function) -> Self {
        .inconclusive("it says nothing: no arguments meet what '\(function.name)' requires")
    }
}
