import CheckerTesting
import Checking
import Foundation
import Testing

/// Contracts that are false, or say nothing, each of which was once 'proved'.
@Suite struct ContractSoundnessTests {
    @Test(arguments: [
        "predicate_of_one_and_minus_one", "promise_about_a_range_beyond_words", "requirements_contradict",
    ])
    func whatIsFalseIsNotProved(_ name: String) throws {
        try #require(Repository.isCurrentDirectory)
        let path = "Tests/Fixtures/contracts/\(name).spec"
        let answer = try ProofQuestion(ProofRequest(spec: path, secondsMax: 30)).answer()
        #expect(!answer.text.contains("  proved: "), "\(answer.text)")
        #expect(answer.exitCode != .expected, "\(answer.text)")
    }
}
