// SPDX-License-Identifier: MIT

import Testing

@testable import Conformance

/// Where the log is silent, every state that it allows is followed.
struct CandidateTests {
    /// Each `arrive` comes by one of two ways, which the log does not tell; `left` and `right` tell it later.
    private static let spec = """
        type Count = 0 ... 15
        fault slow
        state { left: Count, right: Count, slow_count: Count, done: Set<Count> }
        op arrive() {
            choose {
                => { left = left + 1 }
                => { right = right + 1 }
            }
        }
        op leave(side: Count) {
            assert somebody_is_there: if side == 0 { left > 0 } else { right > 0 }
            if side == 0 { left = left - 1 } else { right = right - 1 }
        }
        op note(number: Count) {
            if fault slow { slow_count = slow_count + 1 } else { done.insert(number ... number) }
        }
        op pick(limit: Count) {
            choose { any(number: Count) where number < limit && number % 2 == 1 => { left = number } }
        }
        op end() { assert nobody_is_left: left + right == 0 }
        process p { arrive() }
        reachable somebody_is_left: left > 0
        reachable both: left + right == 2
        """
    private static let events = """
        event arrive: x
        event leave: {side}
        event note: {number}
        event pick: {limit}
        event end: x
        """

    private func judge(_ log: [String]) throws -> ConformanceReport {
        try LogTesting.judge(Self.spec, events: Self.events, log: log)
    }

    /// Two arrivals: 2 + 0, 1 + 1 (by two ways, one state) or 0 + 2.
    @Test func equalStatesAreOne() throws {
        let report = try judge(["arrive: x", "arrive: x"])
        #expect(report.outcome == "conforms")
        #expect(report.candidatesMax == 3)
        #expect(report.finalStates.count == 3)
        let found = Set(report.finalStates.map { $0.prefix(2).map(\.value).joined(separator: " ") })
        #expect(found == ["2 0", "1 1", "0 2"])
        // In some, and in all.
        #expect(report.conclusions.map(\.holds) == [nil, true])
        // Counted once, not once a state.
        #expect(report.exercised == [.init(name: "arrive", count: 2, firstLine: 0)])
        #expect(report.stepCount == 2)
    }

    @Test func laterEventsRuleStatesOut() throws {
        let report = try judge(["arrive: x", "arrive: x", "leave: 0"])
        #expect(report.outcome == "conforms")
        // 0 + 2 was ruled out at line 3.
        #expect(report.ruledOut.map(\.line) == [3])
        #expect(report.ruledOut.map(\.objection.name) == ["somebody_is_there"])
        #expect(Set(report.finalStates.map { $0.prefix(2).map(\.value) }) == [["1", "0"], ["0", "1"]])
        #expect(report.exercised.map(\.count) == [2, 1])
    }

    @Test func onlyWhatNoStateAllowsIsAViolation() throws {
        let allowed = ["arrive: x", "arrive: x", "leave: 0", "leave: 1", "end: x"]
        #expect(try judge(allowed).outcome == "conforms")
        let report = try judge(["arrive: x", "arrive: x", "leave: 0", "end: x"])
        #expect(report.outcome == "line 4 end: nobody_is_left, nobody_is_left")
        #expect(report.mismatch?.candidateCount == 2)
        // At most four objections are shown, however many states object.
        let many = try judge(Array(repeating: "arrive: x", count: 7) + ["end: x"])
        #expect(many.mismatch?.candidateCount == 8)
        #expect(many.mismatch?.objections.count == 4)
    }

    /// A fault strikes or not; sets are part of a state.
    @Test func faultsAreChoices() throws {
        let report = try judge(["note: 3", "note: 4"])
        // Of {3, 4}: both, either or none done; how many were slow follows.
        #expect(report.candidatesMax == 4)
        #expect(report.liveCount == 3)
    }

    @Test func choicesOfValues() throws {
        // 1, 3, 5 are odd and below 6.
        let report = try judge(["pick: 6"])
        #expect(report.finalStates.map { $0[0].value } == ["1", "3", "5"])
        #expect(try judge(["pick: 1"]).outcome == "line 1 pick: empty_choice")
        #expect(try judge(["pick: 2"]).finalStates.map { $0[0].value } == ["1"])
    }

    /// 256 states are followed, and the 257th is too many.
    @Test func tooManyStates() throws {
        func report(_ count: Int) throws -> ConformanceReport {
            try LogTesting.judge(
                """
                type Count = 0 ... 255
                state { n: Count, is_more: Bool }
                op spread(limit: Count) { choose { any(k: Count) where k <= limit => { n = k } } }
                op fork() { choose { where n == 0 => { is_more = true }\n => { n = n } } }
                process p { fork() }
                """, events: "event spread: {limit}\nevent fork: x", log: ["spread: \(count - 1)", "fork: x"])
        }
        let most = try report(255)
        #expect(most.outcome == "conforms")
        #expect(most.candidatesMax == 256)
        let tooMany = try report(256)
        #expect(
            tooMany.outcome == "not enough: at line 2 more than 256 states are possible: too many to follow")
    }

    /// `init` may choose where the machine begins.
    @Test func severalBeginnings() throws {
        let spec = """
            type Mode = 0 ... 2
            state { mode: Mode }
            init { choose { any(m: Mode) where m != 1 => { mode = m } } }
            op tell(value: Mode) { assert is_it: mode == value }
            process p { tell(0) }
            """
        func outcome(_ log: [String]) throws -> String {
            try LogTesting.judge(spec, events: "event tell: {value}", log: log).outcome
        }
        #expect(try outcome(["tell: 0"]) == "conforms")
        #expect(try outcome(["tell: 2"]) == "conforms")
        #expect(try outcome(["tell: 1"]) == "line 1 tell: is_it, is_it")
        #expect(try outcome(["tell: 2", "tell: 0"]) == "line 2 tell: is_it")
    }

    /// A judge that was copied goes its own way.
    @Test func copiesAreIndependent() throws {
        let judge = LogJudge(try LogTesting.bound(Self.spec, events: Self.events))
        func step(_ judge: LogJudge, _ event: String, _ number: Int) throws -> String? {
            try Array(LogTesting.line(event, at: number).utf8).withUnsafeBytes {
                try judge.judge(line: $0, number: number)?.word
            }
        }
        try judge.start()
        #expect(try step(judge, "arrive: x", 1) == nil)
        let copy = LogJudge(copying: judge)
        #expect(try step(copy, "leave: 0", 2) == nil)
        #expect(try step(copy, "leave: 1", 3) == "does not conform")
        #expect(try step(judge, "leave: 1", 2) == nil)
        #expect(judge.finish(atEndOf: 2).finalStates.map { $0.prefix(2).map(\.value) } == [["0", "0"]])
    }
}
