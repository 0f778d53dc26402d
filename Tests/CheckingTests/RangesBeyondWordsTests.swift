// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Testing

/// In contracts sums are exact: a range may reach beyond the last word, and no set has what lies there.
@Suite struct RangesBeyondWordsTests {
    private static let spec = """
        module m
        type Word = bits(4)
        fn takes_the_end(t: Set<Word>, a: Word) -> Bool
            ensures result == t.contains_all(a ... a + 1)
        {
            return t.contains(a) && (a == 15 || t.contains(a + 1))
        }
        fn wraps(t: Set<Word>, a: Word) -> Bool
            ensures result == t.contains_all(a ... a + 1)
        {
            return t.contains(a) && t.contains(a + 1)
        }
        fn stops(t: Set<Word>, a: Word) -> Bool
            ensures result == t.contains_all(a ... a + 1)
        {
            return a != 15 && t.contains(a) && t.contains(a + 1)
        }
        fn is_below(t: Set<Word>, a: Word) -> Bool
            requires t.contains_all(a ... a + 1)
            ensures a < 15
        {
            return true
        }
        fn is_apart(t: Set<Word>, a: Word) -> Bool
            requires t.is_disjoint(a ... a + 1)
            ensures !t.contains(a) && (a == 15 || !t.contains(a + 1))
        {
            return true
        }
        proof takes_the_end { prove takes_the_end; expect refuted }
        proof wraps { prove wraps; expect refuted }
        proof stops { prove stops; expect proved }
        proof is_below { prove is_below; expect proved }
        proof is_apart { prove is_apart; expect proved }
        """

    @Test func membersAreWords() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Self.spec, as: "m.spec")
        let answer = try ProofQuestion(ProofRequest(spec: path, secondsMax: 30)).answer()
        #expect(answer.exitCode == .expected, "\(answer.text)")
    }
}
