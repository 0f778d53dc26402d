// SPDX-License-Identifier: MIT

import SpecLanguage
import Z3

/// The conditions of one function, for many questions one after the other: to make them takes longer than most questions.
///
/// Questions about integers share them, as these end with 'no' or say nothing. A question about words has conditions and a context of
/// its own: a model that is read out of it does not depend on what was asked before.
final class FunctionConditions {
    /// The context of questions about integers, of all functions: to make one takes longer than most questions, too.
    final class Workshop {
        fileprivate var context = Context()
    }

    let function: Typed.Function
    private let workshop: Workshop
    private var shared: VerificationConditions
    /// Names that the conditions have; each question goes on from there.
    private var nameCount: Int

    /// Terms of questions that were asked are kept; with so many, all is made anew.
    private static let termsMax = 300_000

    init(of function: Typed.Function, in workshop: Workshop) throws {
        self.function = function
        self.workshop = workshop
        (shared, nameCount) = try Self.made(function, workshop)
    }

    deinit { shared.forget() }

    private static func made(
        _ function: Typed.Function, _ workshop: Workshop
    ) throws -> (VerificationConditions, nameCount: Int) {
        if workshop.context.termCount > termsMax { workshop.context = Context() }
        let context = workshop.context
        return try context.withNames(from: 0) {
            (try VerificationConditions(of: function, loops: .invariants, in: context), context.nameCount)
        }
    }

    var claims: [Claim] { shared.claims }
    /// Functions whose contracts are relied upon.
    var callees: [Typed.Function] { shared.evaluator.callees }

    /// Whether the body of a function that is relied upon says more than its contract, in one expression.
    var hasDefinitions: Bool { callees.contains { $0.definition.expression != nil } }

    /// The text of a question is the same whatever was asked before. No term of it may be used after it.
    func ask<Answer>(
        _ arithmetic: Attempt.Arithmetic, _ question: (VerificationConditions) throws -> Answer
    ) throws -> Answer {
        switch arithmetic {
        case .integers:
            if shared.context.termCount > Self.termsMax {
                let renewed = try Self.made(function, workshop)
                shared.forget()
                (shared, nameCount) = renewed
            }
            return try shared.context.withNames(from: nameCount) {
                try shared.aside { try question(shared) }
            }
        case .words:
            let own = try VerificationConditions(of: function, loops: .invariants)
            defer { own.forget() }
            return try question(own)
        }
    }
}
