import CheckerTesting
import Checking
import Foundation
import Testing

/// Contracts that are false, or say nothing, each of which was once 'proved'.
@Suite struct ContractSoundnessTests {
    @Test(arguments: [
        "predicate_of_one_and_minus_one", "promise_about_a_range_beyond_words",
        "quotient_by_zero_in_a_promise",
        "quotient_in_a_promise", "requirements_contradict", "requirements_of_a_callee_contradict",
    ])
    func whatIsFalseIsNotProved(_ name: String) throws {
        try #require(Repository.isCurrentDirectory)
        let path = "Tests/Fixtures/contracts/\(name).spec"
        let answer = try ProofQuestion(ProofRequest(spec: path, secondsMax: 30)).answer()
        #expect(!answer.text.contains("  proved: "), "\(answer.text)")
        #expect(answer.exitCode != .expected, "\(answer.text)")
    }

    @Test(arguments: [
        ("division_by_zero_after_an_impossible_test", "5:27: division by zero"),
        ("range_beyond_numbers_returned", "9:12: 0 ... 8 reaches outside 'Small'"),
        ("range_beyond_words_given", "11:17: 0 ... 16 reaches outside 'Word'"),
        ("range_beyond_words_returned", "8:12: 0 ... 16 reaches outside 'Word'"),
    ])
    func aRunThatEndsInAnErrorRefutes(_ name: String, error: String) throws {
        try #require(Repository.isCurrentDirectory)
        let path = "Tests/Fixtures/contracts/\(name).spec"
        let answer = try ProofQuestion(ProofRequest(spec: path, secondsMax: 30)).answer()
        #expect(answer.text.contains("error: \(path):\(error)\n"), "\(answer.text)")
        #expect(answer.exitCode == .unexpected, "\(answer.text)")
    }
}
