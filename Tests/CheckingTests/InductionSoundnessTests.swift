// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import Testing

/// Specs whose invariants are false at every size, each of which was once 'proved'.
@Suite struct InductionSoundnessTests {
    @Test(arguments: [
        "contains_all_of_numbers", "contains_all_past_the_end", "contract_of_a_range", "contract_of_an_int",
        "contract_relied_upon_in_init", "failing_check_in_init", "failing_index_in_init",
        "local_of_inner_rounds", "quantifier_captures", "quantifier_within_itself", "range_known_elsewhere",
        "set_of_64_bit_words", "set_of_words_as_many_as_the_stand_in", "words_as_many_as_the_stand_in",
    ])
    func whatIsFalseIsNotProved(_ name: String) throws {
        try #require(Repository.isCurrentDirectory)
        let path = "Tests/Fixtures/induction/\(name).spec"
        let proofs = try ProofQuestion(ProofRequest(spec: path, secondsMax: 30)).answer().text
        #expect(!proofs.contains("  proved: "), "\(proofs)")
        let explored = try CheckQuestion(CheckRequest(spec: path, limits: Repository.limits)).answer()
        #expect(explored.exitCode == .expected, "\(explored.text)")
    }

    // MARK: Proofs of nothing

    private static func prove(_ name: String) throws -> Answer {
        try #require(Repository.isCurrentDirectory)
        return try ProofQuestion(
            ProofRequest(spec: "Tests/Fixtures/induction/\(name).spec", secondsMax: 30)
        ).answer()
    }

    /// Without an initial state there is no state that is ever reached, and all of them have every property.
    @Test(arguments: [
        ("no_initial_state", "it says nothing: 'init' makes no initial state, whatever the sizes"),
        ("initial_choices_contradict", "it says nothing: 'init' makes no initial state, whatever the sizes"),
        ("every_initial_state_fails", "it may say nothing: that 'init' makes an initial state was not shown"),
        (
            "contract_allows_what_init_needs",
            "it may say nothing: that 'init' makes an initial state was not shown"
        ),
    ])
    func aProofOfNoStateSaysNothing(_ name: String, sentence: String) throws {
        let answer = try Self.prove(name)
        #expect(answer.text.contains("  inconclusive: \(sentence)"), "\(answer.text)")
        #expect(answer.exitCode == .inconclusive)
    }

    /// That a state can be made is shown by a model, or by a run where only contracts are known.
    @Test(arguments: ["initial_state_by_contract", "initial_state_by_search"])
    func anInitialStateIsLookedFor(_ name: String) throws {
        let answer = try Self.prove(name)
        #expect(answer.exitCode == .expected, "\(answer.text)")
    }
}
