// SPDX-License-Identifier: MIT

import SpecLanguage
import Testing

@testable import Proofs

/// A contract that no arguments meet says nothing; where some do, they are found.
@Suite struct RequirementCheckTests {
    private static func outcome(requiring requirement: String) throws -> ProofReport.Outcome {
        let function = try SmallFunction.named(
            "f",
            in: """
                type Page = bits(64)
                struct Cache { waiting: Set<Page>, tree: Set<Page>, live: Set<Page> }
                fn waits(cache: Cache, page: Page) -> Bool = cache.waiting.contains(page)
                fn leaks_nothing(cache: Cache) -> Bool =
                    (forall(page: Page) cache.live.contains(page) implies cache.tree.contains(page))
                    && forall(page: Page) cache.tree.contains(page) implies cache.live.contains(page)
                    || waits(cache, page)
                fn has_region(owned: Set<Page>, is_soft: Bool) -> Bool =
                    is_soft && !is_soft || owned.contains_all(5 ... 9)
                fn f(cache: Cache, is_soft: Bool) -> Bool
                    requires \(requirement)
                    ensures result == result
                { return is_soft }
                """)
        return ContractProver(millisecondsMax: 60_000) { _, arguments in .returned(arguments[1]) }
            .prove(function).outcome
    }

    private static func isProved(_ outcome: ProofReport.Outcome) -> Bool {
        if case .proved = outcome { true } else { false }
    }

    /// What one set has another has to have; of two alternatives the second can be met.
    @Test(arguments: [
        "leaks_nothing(cache) && has_region(cache.live, is_soft)",
        "has_region(cache.live, is_soft) && leaks_nothing(cache)",
        "has_region(cache.tree, is_soft) && leaks_nothing(cache) && cache.live.is_empty",
    ])
    func argumentsAreFound(requirement: String) throws {
        let outcome = try Self.outcome(requiring: requirement)
        #expect(Self.isProved(outcome), "\(outcome)")
    }

    @Test(arguments: [
        "leaks_nothing(cache) && has_region(cache.live, is_soft) && cache.tree.is_empty",
        "has_region(cache.live, is_soft) && !cache.live.contains(7)",
    ])
    func whatNothingMeetsIsNotProved(requirement: String) throws {
        let outcome = try Self.outcome(requiring: requirement)
        #expect(!Self.isProved(outcome), "\(outcome)")
    }
}
