// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import Foundation
import Testing

/// Contracts that are false, or say nothing, each of which was once 'proved'.
@Suite struct ContractSoundnessTests {
    private static func prove(fixture name: String) throws -> (path: String, answer: Answer) {
        try #require(Repository.isCurrentDirectory)
        let path = "Tests/Fixtures/contracts/\(name).spec"
        return (path, try ProofQuestion(ProofRequest(spec: path, secondsMax: 30)).answer())
    }

    @Test(arguments: [
        "predicate_of_one_and_minus_one", "promise_about_a_range_beyond_words",
        "quotient_by_zero_in_a_promise",
        "quotient_in_a_promise", "requirement_of_nothing_flipped_bit", "requirement_of_nothing_quotient",
        "requirement_of_nothing_square", "requirements_contradict",
        "requirement_beyond_a_promise", "requirements_of_a_callee_contradict",
    ])
    func whatIsFalseIsNotProved(_ name: String) throws {
        let (_, answer) = try Self.prove(fixture: name)
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
        let (path, answer) = try Self.prove(fixture: name)
        #expect(answer.text.contains("error: \(path):\(error)\n"), "\(answer.text)")
        #expect(answer.exitCode == .unexpected, "\(answer.text)")
    }

    /// Each ends in a run that there is.
    @Test(arguments: [
        ("callee_that_breaks_its_promise", "g breaks its contract"),
        (
            "loop_that_begins_again",
            "the loop never ends: after 4 rounds its variables are as they were after 3"
        ),
        ("loop_that_stands_still", "      x = 0x123456789abc\n"),
        (
            "loop_that_wraps_around",
            "the loop never ends: after 127 rounds its variables are as they were after 63"
        ),
        ("negative_number_of_127_bits", "result = false"),
        ("promise_of_another_function", "result = 0x1\n"),
        ("shifts_are_exact", "the 2nd 'ensures' does not hold of the result"),
        ("witness_of_a_small_type", "      x = 5\n"),
    ])
    func whatIsFalseIsRefuted(_ name: String, part: String) throws {
        let (_, answer) = try Self.prove(fixture: name)
        #expect(answer.text.contains(part), "\(answer.text)")
        #expect(answer.exitCode == .expected, "\(answer.text)")
    }

    /// That a limit was reached is no proof that a loop never ends.
    @Test func aLongLoopIsNotRefuted() throws {
        let answer = try Self.prove(
            try Repository.text("Tests/Fixtures/contracts/loop_that_is_long.spec"), seconds: 1)
        #expect(answer.exitCode == .inconclusive, "\(answer.text)")
    }

    /// What is shown of a condition that is not is run before: if it breaks nothing, the report says so.
    @Test func aCandidateThatBreaksNothingIsCalledThat() throws {
        let (_, answer) = try Self.prove(fixture: "weak_invariant")
        #expect(answer.exitCode == .inconclusive)
        #expect(
            answer.text.contains(
                "'the result is as ensured' was not shown, and no execution that breaks it was found: an invariant may be "
                    + "too weak; a candidate that, run, was not seen to break the contract: "),
            "\(answer.text)")
    }

    /// Where a function has no loop, no invariant is to blame; and what a short body says is used where its
    /// contract says too little.
    @Test(arguments: ["definition_needed", "promise_of_a_shift"])
    func bodiesSayWhatContractsDoNot(_ name: String) throws {
        try #require(Repository.isCurrentDirectory)
        let path = "Tests/Fixtures/contracts/\(name).spec"
        let answer = try ProofQuestion(ProofRequest(spec: path, secondsMax: 120)).answer()
        #expect(answer.exitCode == .expected, "\(answer.text)")
    }

    /// No run is a witness whose arguments do not meet what is required, since that has no value for them.
    @Test func aRequirementWithoutAValueIsNotMet() throws {
        let (_, answer) = try Self.prove(fixture: "requirement_without_a_value")
        #expect(answer.exitCode == .inconclusive, "\(answer.text)")
    }

    /// What is said of many values counts for each alone.
    @Test func aLongPathIsOneThatIsLong() throws {
        let lines = (1...6).map { "    v = (v ^ \($0)) + 1\n" }.joined()
        let answer = try Self.prove(
            """
            module m
            type W = bits(4)
            type Small = 0 ... 199
            fn g(s: Small, w: W) -> W {
                var v = w
            \(lines)    return w
            }
            fn f(x: W) -> W
                ensures forall(s: Small) g(s, result) == result
            {
                return x
            }
            proof p { prove f; expect proved }
            """)
        #expect(answer.exitCode == .expected, "\(answer.text)")
    }

    private static func prove(_ text: String, seconds: Double = 10) throws -> Answer {
        let folder = try TemporaryDirectory()
        let path = try folder.write(text, as: "m.spec")
        return try onLargeStack {
            try ProofQuestion(ProofRequest(spec: path, secondsMax: seconds)).answer()
        }
    }

    /// What grows with each line, and would take for ever.
    @Test(arguments: ["comparisons", "calls", "conditions", "statements"])
    func whatGrowsWithoutEndIsGivenUp(_ what: String) throws {
        let text: String
        switch what {
        case "comparisons":
            let lines = (1...60).map { "    let b\($0) = b\($0 - 1) == (x == \($0 % 16))\n" }.joined()
            text = """
                module m
                type W = bits(4)
                fn f(x: W, b0: Bool) -> Bool
                    ensures result == result
                {
                \(lines)    return b60
                }
                proof p { prove f; expect proved }
                """
        case "calls":
            let functions = (1...40).map { "fn h\($0)(x: W) -> W = h\($0 - 1)(x) + h\($0 - 1)(x + 1)\n" }
            text = """
                module m
                type W = bits(4)
                fn h0(x: W) -> W = x
                \(functions.joined())
                fn f(x: W) -> W
                    ensures result == h40(x)
                {
                    return h40(x)
                }
                proof p { prove f; expect proved }
                """
        case "conditions":
            let functions = (1...40).map {
                "fn h\($0)(x: W) -> Bool = h\($0 - 1)(x) || h\($0 - 1)(x ^ \($0 % 16))\n"
            }
            text = """
                module m
                type W = bits(4)
                fn h0(x: W) -> Bool = x > 3
                \(functions.joined())
                fn f(x: W) -> W
                    ensures forall(w: W) h40(w) == h40(result)
                {
                    return x
                }
                proof p { prove f; expect proved }
                """
        default:
            let lines = String(repeating: "    v = (v ^ y) + 1\n", count: 3000)
            text = """
                module m
                type W = bits(64)
                fn f(x: W, y: W) -> W
                    ensures result == x
                {
                    var v = x
                \(lines)    return v
                }
                proof p { prove f; expect proved }
                """
        }
        let answer = try Self.prove(text)
        switch what {
        case "comparisons": #expect(answer.exitCode == .expected, "\(answer.text)")
        case "calls", "conditions": #expect(answer.text.contains("more than 50000 calls"), "\(answer.text)")
        default: #expect(answer.text.contains("more than 1000 statements on one path"), "\(answer.text)")
        }
    }

    @Test func aProofOfNothingIsRefused() throws {
        for text in ["proof p { expect proved }", "const N = 2\nproof p { unbounded N; expect proved }"] {
            do {
                let answer = try Self.prove("module m\n\(text)\n")
                Issue.record("accepted: \(answer.text)")
            } catch let failure as BadInput {
                #expect(failure.diagnostics.map(\.id) == ["empty-proof"])
            }
        }
    }
}
