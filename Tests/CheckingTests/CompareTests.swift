// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import Foundation
import Testing

/// What a change alters: in one word, with runs that show it, and with an exit code for what it breaks.
@Suite struct CompareTests {
    private static let spec = "Tests/Golden/compare/mailbox.spec"

    private func answer(
        _ old: String, _ new: String, _ change: (inout CompareRequest) -> Void = { _ in }
    ) throws -> Answer {
        #expect(Repository.isCurrentDirectory)
        var request = CompareRequest(
            old: old, new: new, limits: ExplorationLimits(threads: 2, memoryBytesMax: 1 << 28))
        change(&request)
        return try onLargeStack { [request] in try CompareQuestion(request).answer() }
    }

    private func relation(_ answer: Answer) -> String {
        answer.text.split(separator: "\n").last.map(String.init) ?? ""
    }

    @Test(arguments: [
        ("plain", "plain", "equal", ExitCode.expected),
        // 'one_place as it was' is asked of it: it uses the other place.
        ("plain", "slow", "equal", .unexpected),
        ("plain", "unreliable", "weaker", .expected),
        ("unreliable", "plain", "stricter", .expected),
        ("plain", "loose", "equal", .expected),
        ("plain", "two", "incomparable", .unexpected),
        // The invariant is not stated any more, and asked all the same.
        ("plain", "two_loosely", "incomparable", .unexpected),
        ("unreliable", "two", "incomparable", .unexpected),
    ])
    func inOneWord(old: String, new: String, word: String, code: ExitCode) throws {
        let answer = try answer("\(Self.spec):\(old)", "\(Self.spec):\(new)")
        #expect(relation(answer) == word, "\(answer.text)")
        #expect(answer.exitCode == code, "\(answer.text)")
    }

    @Test(arguments: [("plain", "unreliable"), ("plain", "two_loosely"), ("slow", "plain")])
    func asPrinted(old: String, new: String) throws {
        let directory = try TemporaryDirectory()
        let json = directory.path + "/result.json"
        let answer = try answer("\(Self.spec):\(old)", "\(Self.spec):\(new)") { $0.jsonPath = json }
        let base = "\(repositoryRoot)/Tests/Golden/compare/\(old)-\(new)"
        for (text, name) in [(answer.text, "txt"), (try Repository.text(json), "json")] {
            let difference = golden(text, file: "\(base).\(name)")
            #expect(difference == nil, "\(difference ?? "")")
        }
    }

    /// A matrix names rows; checks of a file are paired by their names.
    @Test func severalAtOnce() throws {
        let directory = try TemporaryDirectory()
        #expect(Repository.isCurrentDirectory)
        for name in ["slow", "fast", "counter", "counters"] {
            let text = try Repository.text("Tests/Golden/matrix/\(name).spec")
            try directory.write(
                text.replacing("process cpu", with: "observe outside: count\nprocess cpu"), as: "\(name).spec"
            )
        }
        let spec = directory.path + "/counters.spec"
        let rows = try answer("\(spec):plain", "\(spec):both/forgetful")
        #expect(rows.text.contains("slow: incomparable"))
        #expect(rows.text.contains("<b>fast</b> & 'odd': incomparable"))
        #expect(rows.exitCode == .unexpected)
        let one = try answer("\(spec):plain", "\(spec):forgetful") { $0.platform = "slow" }
        #expect(!one.text.contains("fast: "))
        let excluded = try answer("\(spec):plain", "\(spec):unseen")
        #expect(excluded.text.contains("not compared: <b>fast</b> & 'odd': nobody <has> it"))
        #expect(relation(excluded) == "equal")
        let whole = try answer(Self.spec, Self.spec)
        #expect(whole.text.contains("two_loosely: equal"))
        #expect(relation(whole) == "equal" && whole.exitCode == .expected)
    }

    @Test func scopesThatDifferAreNamed() throws {
        let directory = try TemporaryDirectory()
        let text = try Repository.text("\(repositoryRoot)/\(Self.spec)")
        let spec = try directory.write(
            text + "check more { set LETTERS = 3; expect holds }\n", as: "mailbox.spec")
        let different = try answer("\(spec):plain", "\(spec):more")
        #expect(different.text.contains("LETTERS is 2 in OLD and 3 in NEW"))
        #expect(relation(different) == "weaker")
        let same = try answer("\(spec):plain", "\(spec):more") { $0.settings = ["LETTERS=2"] }
        #expect(relation(same) == "equal" && !same.text.contains("the scopes differ"))
    }

    @Test func limitsAreNoAnswer() throws {
        let answer = try answer("\(Self.spec):plain", "\(Self.spec):two_loosely") {
            $0.limits.memoryBytesMax = 1 << 16
        }
        #expect(answer.exitCode != .expected)
        let late = try self.answer("\(Self.spec):plain", "\(Self.spec):slow") { $0.limits.secondsMax = 0 }
        #expect(relation(late) == "inconclusive" && late.exitCode == .inconclusive, "\(late.text)")
    }

    @Test(arguments: [
        ("\(spec):no_such", "\(spec):plain", "unknown-check"),
        ("\(spec):plain", "no_such.spec:plain", "cannot-read"),
        ("\(spec):plain", "\(spec):plain/a", "no-matrix"),
        ("Tests/Golden/matrix/counters.spec:both/none", "\(spec):plain", "unknown-check"),
        ("Tests/Golden/matrix/counters.spec:plain", "\(spec):plain", "nothing-to-compare"),
        (
            "Tests/Golden/matrix/counters.spec:plain", "Tests/Golden/matrix/counters.spec:plain",
            "nothing-observed"
        ),
    ])
    func mistakes(old: String, new: String, id: String) {
        let failure = BadInputTests.refusal { try answer(old, new) }
        #expect(failure?.diagnostics.first?.id == id, "\(failure?.text ?? "")")
    }

    @Test func unknownPlatform() {
        let failure = BadInputTests.refusal {
            try answer("\(Self.spec):plain", "\(Self.spec):slow") { $0.platform = "vtd" }
        }
        #expect(failure?.diagnostics.map(\.id) == ["unknown-platform"])
    }

    /// Whatever a spec is, it is equal to itself, also where a step is in it that nobody sees.
    @Test func everySpecIsEqualToItself() throws {
        let seeds = RandomSpec.seeds(41, count: 14)
        var decided = 0
        for seed in seeds {
            let directory = try TemporaryDirectory()
            let text =
                "module random\n" + RandomSpec.text(seed: seed)
                + "observe outside: flag, count, mine, ref up to E\ncheck whole { expect holds }\n"
            let spec = try directory.write(text, as: "random.spec")
            // Another process that changes what nobody observes.
            let idle = "state { idle: Bool }\nprocess idler { idle = !idle }\n"
            let other = try directory.write(
                text + idle + "invariant whatever: idle || !idle\n", as: "more/random.spec")
            for new in [spec, other] {
                let result = try relation(of: spec, to: new)
                if result == "equal" { decided += 1 }
                // What the type checker rejects nobody compares.
                #expect([nil, "equal", "inconclusive"].contains(result), "seed \(seed): \(result ?? "")")
            }
        }
        #expect(decided > 3 * seeds.count / 2)
    }

    private func relation(of old: String, to new: String) throws -> String? {
        do {
            return relation(
                try answer(old, new) {
                    $0.limits = ExplorationLimits(
                        threads: 1, memoryBytesMax: 1 << 26, secondsMax: 20, engine: .interpreter)
                })
        } catch is BadInput {
            return nil
        }
    }
}
