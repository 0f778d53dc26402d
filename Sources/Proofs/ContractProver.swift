// SPDX-License-Identifier: MIT

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

    /// Runs a function on arguments.
    package typealias Execute = (Typed.Function, [Value]) -> Execution

    private let millisecondsMax: Int
    private let memory: ProofMemory
    private let searchesFirst: Bool
    private let execute: Execute
    private let ledger = Ledger()
    private let workshop = FunctionConditions.Workshop()

    /// What this prover has found out: several functions rely on the same contract. It keeps the functions that it knows by identity.
    private final class Ledger {
        var entries:
            [ObjectIdentifier: (Typed.Function, conditions: [ProofCondition], callees: [Typed.Function])] =
                [:]
    }

    /// Looks for an execution that breaks the contract to be proved, once.
    private final class QuickSearch {
        private var search: ((Set<Span>) throws -> Witness?)?

        init(_ search: @escaping (Set<Span>) throws -> Witness?) { self.search = search }

        /// - Parameter suspects: where the promises stand that may not be kept.
        func witness(suspects: Set<Span>) throws -> Witness? {
            defer { search = nil }
            return try search?(suspects)
        }
    }

    /// - Parameters:
    ///   - millisecondsMax: for each condition.
    ///   - memory: of conditions that were proved before.
    ///   - searchesFirst: for an execution that breaks the contract, as soon as it is known which promises are easily shown to be kept.
    ///   - execute: runs the function on concrete arguments: a witness counts only if its run breaks the contract.
    package init(
        millisecondsMax: Int, memory: ProofMemory = .none, searchesFirst: Bool = false,
        execute: @escaping Execute
    ) {
        self.millisecondsMax = millisecondsMax
        self.memory = memory
        self.searchesFirst = searchesFirst
        self.execute = execute
    }

    /// `4.8.12.0`
    package static var solverVersion: String { Context.version }

    /// By what answers of one solver are told from those of another: proofs are kept under it.
    package static var solverIdentity: String { Context.fullVersion }

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
        let quickSearch = QuickSearch { try search.runQuickly(suspects: $0) }
        // What was open when it was relied upon wants the search for an execution, too.
        if let known = ledger.entries[ObjectIdentifier(function)], Self.reason(known.conditions) == nil {
            conditions = known.conditions
            if let reason = try requirements(of: function).reasonAgainst() { return .inconclusive(reason) }
            return try proveCallees(of: function, known.callees, &conditions, quickSearch)
        }
        guard !function.definition.ensures.isEmpty else {
            return .inconclusive("there is no contract to prove: '\(function.name)' has no 'ensures'")
        }
        let own = try FunctionConditions(of: function, in: workshop)
        var hasSearched = false
        let decider = decider(own)
        var inquiries = own.claims.indices.map { decider.inquiry(into: $0) }
        if let witness = try lookFirst(&inquiries, decider, quickSearch) {
            conditions = inquiries.filter { $0.outcome == .proved }.map { decider.condition($0) }
            return .refuted(witness)
        }
        for index in inquiries.indices {
            let found = try decide(&inquiries[index], decider, quickSearch)
            let condition = decider.condition(inquiries[index])
            conditions.append(condition)
            if let found { return .refuted(found) }
            if let witness = inquiries[index].witness {
                return .refuted(try WitnessShrinker(contract: decider.contract).shrunk(witness))
            }
            guard condition.outcome.isOpen, !hasSearched else { continue }
            // One witness is enough: what else fails would only take time.
            hasSearched = true
            if let witness = try search.run(suspect: condition.span) { return .refuted(witness) }
        }
        try reconsider(decider, &conditions)
        if let reason = Self.reason(conditions) {
            if !hasSearched, let witness = try search.run() { return .refuted(witness) }
            return .inconclusive(reason)
        }
        if let reason = try requirements(of: function).reasonAgainst() { return .inconclusive(reason) }
        ledger.entries[ObjectIdentifier(function)] = (function, conditions, own.callees)
        return try proveCallees(of: function, own.callees, &conditions, quickSearch)
    }

    /// Of arguments that there are not anything is proved: some that meet what is required have to be found.
    private func requirements(of function: Typed.Function) -> RequirementCheck {
        RequirementCheck(
            function: function, memory: memory,
            contract: ConcreteContract(
                function: function, millisecondsMax: millisecondsMax, execute: execute))
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
                    name: "'\(callee.name)': \($0.name)", span: $0.span, returnSpan: $0.returnSpan,
                    outcome: $0.outcome, milliseconds: $0.milliseconds, smtLib: $0.smtLib,
                    isCached: $0.isCached)
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
            case .notShown(let doubt):
                return
                    "'\(condition.name)' was not shown, and no execution that breaks it was found: \(doubt)"
            case .fails(let values): return "'\(condition.name)' fails: \(values)"
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
        let own = try FunctionConditions(of: function, in: workshop)
        var found: [ProofCondition] = []
        let decider = decider(own)
        var inquiries = own.claims.indices.map { decider.inquiry(into: $0) }
        if let witness = try lookFirst(&inquiries, decider, quickSearch) { return ([], [], witness) }
        for index in inquiries.indices {
            let witness = try decide(&inquiries[index], decider, quickSearch)
            found.append(decider.condition(inquiries[index]))
            if let witness { return (found, [], witness) }
        }
        // Where an execution breaks the promise, asking again is of no use.
        if let open = found.first(where: \.outcome.isOpen),
            try search(function).runQuickly(suspects: [open.span]) == nil
        {
            try reconsider(decider, &found)
        }
        ledger.entries[ObjectIdentifier(function)] = (function, found, own.callees)
        return (found, own.callees, nil)
    }

    /// Once more with quantifiers, where instances did not suffice.
    private func reconsider(_ decider: ConditionDecider, _ conditions: inout [ProofCondition]) throws {
        for index in conditions.indices where conditions[index].outcome.isOpen {
            var inquiry = decider.lastInquiry(into: index)
            try decider.pursue(&inquiry, .all)
            // Where that says nothing, the values found before say more.
            if case .inconclusive = inquiry.outcome { continue }
            conditions[index] = decider.condition(inquiry)
        }
    }

    /// Where a mistake is expected: what is not shown at once is suspected, and an execution that breaks it is looked for.
    private func lookFirst(
        _ inquiries: inout [ConditionDecider.Inquiry], _ decider: ConditionDecider, _ quickSearch: QuickSearch
    ) throws -> Witness? {
        guard searchesFirst else { return nil }
        for index in inquiries.indices { try decider.pursue(&inquiries[index], .glance) }
        let suspects = Set(inquiries.filter { $0.outcome != .proved }.map { decider.condition($0).span })
        return suspects.isEmpty ? nil : try quickSearch.witness(suspects: suspects)
    }

    /// The cheap ways, the look for an execution after them or as soon as they take long, and the costly ways.
    private func decide(
        _ inquiry: inout ConditionDecider.Inquiry, _ decider: ConditionDecider, _ quickSearch: QuickSearch
    ) throws -> Witness? {
        try decider.pursue(&inquiry, .cheap)
        if inquiry.outcome == .proved { return nil }
        if let witness = try quickSearch.witness(suspects: [decider.condition(inquiry).span]) {
            return witness
        }
        try decider.pursue(&inquiry, .all)
        return nil
    }

    private func decider(_ function: FunctionConditions) -> ConditionDecider {
        ConditionDecider(
            function: function, memory: memory, millisecondsMax: millisecondsMax,
            contract: ConcreteContract(
                function: function.function, millisecondsMax: millisecondsMax, execute: execute))
    }
}
