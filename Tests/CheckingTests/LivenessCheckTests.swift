// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import Testing

/// Properties of endless runs, from the text to the lasso and back.
@Suite struct LivenessCheckTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let property: String
        let holds: Bool

        init(_ property: String, _ holds: Bool) {
            self.property = property
            self.holds = holds
        }

        var testDescription: String { property }
    }

    static let counter = """
        module counting
        state { x: 0 ... 3, busy: Bool }
        op count() { x = x + 1 }
        process counter { choose { where x < 3 => count() } }
        process noise { busy = !busy }

        """

    static let counterCases = [
        Case("eventually x == 3", false),
        Case("eventually x == 3 under fair counter", true),
        Case("eventually x == 3 under fair count", true),
        Case("eventually x == 3 under fair noise", false),
        // When the counter is done, nothing but the noise can move, and so it does.
        Case("always eventually busy", true),
        Case("always eventually busy under fair counter", true),
        Case("always (eventually busy) under fair noise", true),
        Case("eventually always x == 3 under fair counter", true),
        Case("eventually always busy under fair counter, noise", false),
        Case("x == 1 leads_to x == 2", false),
        Case("x == 1 leads_to x == 2 under fair counter", true),
        Case("always (x == 1 implies eventually x == 2) under fair counter", true),
        Case("always (x == 2 implies always x >= 2)", true),
        Case("always (x == 2 implies always x == 2)", false),
        Case("always (x == 2 implies eventually always x == 3) under fair counter", true),
        Case("always (busy implies always eventually !busy) under fair noise", true),
        Case("x == 0 implies eventually x == 3 under fair counter", true),
        Case("x == 1 implies eventually x == 0", true),
        Case("always x <= 3", true),
        Case("always x <= 2", false),
    ]

    static let locks = """
        module locks
        state { l: Lock, got: Bool, busy: Bool }
        process greedy { with lock(l) { step } }
        process patient { with lock(l) { got = true } }

        """

    static let lockCases = [
        Case("eventually got", false),
        // The lock is free again and again: strong fairness.
        Case("eventually got under fair patient", true),
        Case("eventually got under fair greedy", false),
    ]

    /// The greedy process may stop while it holds the lock, as something else goes on.
    static let noisyLockCases = [
        Case("eventually got under fair patient", false),
        Case("eventually got under fair patient, greedy", true),
    ]

    /// A switch that is thrown again and again, and a value that comes once and then stays: `if` expressions
    /// are conditions like others, wherever a condition may stand.
    private static let switches = """
        module switches
        state { value: Bool?, isOn: Bool, isUp: Bool }
        process lever { choose {
            where !isOn => isOn = true
            where isOn => { isOn = false; isUp = !isUp }
        } }
        process source { value = true }

        """

    static let conditionalCases = [
        Case("always ((if let x = value { x }) implies eventually isOn) under fair lever", true),
        // The source alone may go on for ever.
        Case("always ((if let x = value { x }) implies eventually isOn) under fair source", false),
        Case("(if let x = value { x }) leads_to isOn under fair lever", true),
        Case("if let x = value { x } leads_to isOn under fair source", false),
        Case("isOn leads_to (if let x = value { x } else { false }) under fair source", true),
        Case("isOn leads_to (if let x = value { x } else { false }) under fair lever", false),
        // Absent: the condition of an `if` without `else` is true, so that nothing need come about.
        Case("isOn leads_to (if let x = value { !x }) under fair source, lever", false),
        Case("(((if isUp { isOn } else { !isOn }) leads_to (if isUp { isOn }))) under fair lever", true),
        Case(
            "always ((if isUp { isOn } else { false }) && true implies (eventually (!isUp))) under fair lever",
            true),
        Case("always ((if isUp { isOn } else { false }) implies always isUp) under fair lever", false),
        Case("eventually always (if let x = value { x } else { false }) under fair source", true),
        Case("(if let x = value { x } else { false }) implies eventually isUp", true),
        Case("(if let x = value { x }) implies eventually isUp", false),
    ]

    @Test(arguments: conditionalCases)
    func conditionsWithBranches(_ example: Case) throws { try expect(example, in: Self.switches) }

    @Test(arguments: counterCases)
    func counting(_ example: Case) throws { try expect(example, in: Self.counter) }

    @Test(arguments: lockCases)
    func waitingForLocks(_ example: Case) throws { try expect(example, in: Self.locks) }

    @Test(arguments: noisyLockCases)
    func waitingForLocksThatAreKept(_ example: Case) throws {
        try expect(example, in: Self.locks + "process noise { busy = !busy }\n")
    }

    /// Checks the expected verdict; a run found is then taken again, from both kinds of files.
    private func expect(_ example: Case, in model: String) throws {
        let directory = try TemporaryDirectory()
        let expectation = example.holds ? "holds" : "violates wanted"
        let path = try directory.write(
            model + "property wanted: \(example.property)\ncheck c { expect \(expectation) }\n",
            as: "test.spec")
        let answer = try CheckQuestion(
            CheckRequest(spec: path, limits: Repository.limits, tracesDirectory: directory.path)
        ).answer()
        #expect(answer.exitCode == .expected, "\(answer.text)")
        if example.holds { return }
        let traces = try directory.names.filter { $0 != "test.spec" }
        #expect(traces.count == 2)
        for file in traces {
            let replay = try ReplayQuestion(ReplayRequest(trace: directory.path + "/" + file)).answer()
            #expect(replay.exitCode == .expected, "\(file)\n\(replay.text)")
        }
    }

    /// The steps are still possible, but now somebody is fair: the loop is no counterexample any more.
    @Test func replaySeesThatALoopIsNotFairAnyMore() throws {
        let directory = try TemporaryDirectory()
        func spec(_ fairness: String) -> String {
            Self.counter + "property wanted: eventually x == 3 \(fairness)\n"
                + "check c { expect violates wanted }\n"
        }
        let path = try directory.write(spec(""), as: "test.spec")
        _ = try CheckQuestion(
            CheckRequest(spec: path, limits: Repository.limits, tracesDirectory: directory.path)
        ).answer()
        try directory.write(spec("under fair counter"), as: "test.spec")
        let trace = directory.path + "/test.c.txt"
        let replay = try ReplayQuestion(ReplayRequest(trace: trace)).answer()
        #expect(replay.exitCode == .unexpected)
        #expect(replay.text.contains("counter can move, and never does"))
    }

    @Test func theReportSaysWhatRepeats() throws {
        try #require(Repository.isCurrentDirectory)
        let diagram = try ["goes_on", "stops"].map { check in
            let request = CheckRequest(
                spec: "Tests/Golden/runs/lasso.spec", check: check, limits: Repository.limits)
            let text = try CheckQuestion(request).answer().text
            return text.components(separatedBy: "\n\n").dropFirst().joined(separator: "\n\n")
        }
        .joined(separator: "\n")
        let difference = golden(diagram, file: repositoryRoot + "/Tests/Golden/runs/lasso.run.txt")
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test func limitsEndTheSearch() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(
            """
            module large
            state { a: 0 ... 200, b: 0 ... 200 }
            process p { choose {
                where a < 200 => a = a + 1
                where b < 200 => b = b + 1
            } }
            property wanted: eventually a == 200 && b == 200
            check c { expect holds }
            """, as: "test.spec")
        let limits = ExplorationLimits(threads: 1, memoryBytesMax: 2_000_000)
        let answer = try CheckQuestion(CheckRequest(spec: path, limits: limits)).answer()
        #expect(answer.exitCode == .inconclusive)
        #expect(answer.text.contains("the memory limit was reached while endless runs were searched"))
        let all = try CheckQuestion(CheckRequest(spec: path, limits: Repository.limits)).answer()
        #expect(all.exitCode == .expected, "\(all.text)")
    }
}
