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
}
