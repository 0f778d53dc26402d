// SPDX-License-Identifier: MIT

import Diagnostics
import Reports
import SpecLanguage

/// One `check` or `proof` declaration: what to run and what to expect.
struct CheckPlan: Sendable {
    let name: String
    let composition: Syntax.Composition
    let expected: ExpectedVerdict
    /// False: nothing is written down, and `expected` is what ought to be.
    let hasExpectation: Bool
    /// Functions to prove; empty for a check.
    let functions: [Syntax.Name]
    /// Invariants that every step is to preserve.
    var invariants: [Syntax.Name] = []
    /// Constants that stand for any number.
    var unbounded: [Syntax.Name] = []
    let isProof: Bool
    let span: Span
    /// Where the finding that is expected is named.
    var expectedName: Syntax.Name?

    /// All checks (and proofs, with `proofs`) of the main module, or the one named.
    ///
    /// - Throws: `BadInput` where there is none.
    static func plans(
        of loaded: LoadedSpec, named wanted: String?, checks: Bool = true, proofs: Bool = true
    ) throws(BadInput) -> [CheckPlan] {
        let all = loaded.library.main.declarations.compactMap(plan)
        for (number, plan) in all.enumerated() {
            guard let other = all[..<number].first(where: { $0.name == plan.name }) else { continue }
            throw BadInput(
                [
                    Diagnostic(
                        "duplicate-name", "'\(plan.name)' is declared twice", at: plan.span,
                        notes: [.init(message: "declared here first", span: other.span)],
                        help: "checks and proofs of a file have different names")
                ], sources: loaded.sources)
        }
        if let empty = all.first(where: { $0.isProof && $0.functions.isEmpty && $0.invariants.isEmpty }) {
            throw BadInput(
                [
                    Diagnostic(
                        "empty-proof", "'\(empty.name)' names nothing to prove", at: empty.span,
                        help: "add 'prove FUNCTION' or 'prove invariant NAME'")
                ], sources: loaded.sources)
        }
        let fitting = all.filter { $0.isProof ? proofs : checks }
        guard let wanted else {
            guard fitting.isEmpty else { return fitting }
            throw BadInput(
                [
                    Diagnostic(
                        "nothing-to-check",
                        "'\(loaded.library.main.name.text)' declares no \(checks ? "check" : "proof")",
                        at: loaded.library.main.name.span,
                        help: checks
                            ? "add 'check name { expect holds }'"
                            : "add 'proof name { prove f; expect proved }'")
                ], sources: loaded.sources)
        }
        if let plan = all.first(where: { $0.name == wanted }) { return [plan] }
        if let cell = try MatrixPlan.check(named: wanted, in: loaded) { return [cell] }
        let close = closestName(to: wanted, among: all.map(\.name))
        throw BadInput(
            Diagnostic(
                "unknown-check", "'\(loaded.path)' declares no check or proof '\(wanted)'", at: nil,
                help: close.map { "did you mean '\($0)'?" }
                    ?? "it declares: \(all.map(\.name).joined(separator: ", "))"))
    }

    /// - Parameter isProof: `nil`: whether there are any.
    static func hasPlans(_ loaded: LoadedSpec, isProof: Bool? = nil) -> Bool {
        loaded.library.main.declarations.compactMap(plan).contains { isProof == nil || $0.isProof == isProof }
    }

    /// Whether a proof about steps never looks at a property: it is not named.
    func saysNothing(of declaration: Syntax.Declaration) -> Bool {
        switch declaration.kind {
        case .invariant: !invariants.contains { $0.text == declaration.name.text }
        case .reachable, .liveness: true
        case .change, .check, .constant, .enumeration, .fault, .function, .initialization, .interface,
            .matrix, .observer, .operation, .process, .proof, .stateVariable, .structure, .type:
            false
        }
    }

    private static func plan(_ declaration: Syntax.Declaration) -> CheckPlan? {
        switch declaration.kind {
        case .check(let check):
            let expected: ExpectedVerdict =
                if case .violates(let property, let stepsMax)? = check.expectation {
                    .violates(property: property.text, stepsMax: stepsMax)
                } else {
                    .holds
                }
            var plan = CheckPlan(
                name: declaration.name.text, composition: check.composition, expected: expected,
                hasExpectation: check.expectation != nil, functions: [], isProof: false,
                span: declaration.name.span)
            if case .violates(let property, _)? = check.expectation { plan.expectedName = property }
            return plan
        case .proof(let proof):
            return CheckPlan(
                name: declaration.name.text, composition: proof.composition,
                expected: proof.expectation == .refuted ? .refuted : .proved,
                hasExpectation: proof.expectation != nil, functions: proof.functions,
                invariants: proof.invariants, unbounded: proof.unbounded, isProof: true,
                span: declaration.name.span)
        case .change, .constant, .enumeration, .fault, .function, .initialization, .interface, .invariant,
            .liveness, .matrix, .observer, .operation, .process, .reachable, .stateVariable, .structure,
            .type:
            return nil
        }
    }
}
