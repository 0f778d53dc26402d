// SPDX-License-Identifier: MIT

import Testing

@testable import Conformance

/// Logs held against a small spec: the verdict, the event that is to blame, and what the log says beside it.
struct JudgingTests {
    private static let spec = """
        type Page = bits(64)
        type Small = 2 ... 5
        state { mapped: Set<Page>, frames: [Page]Page?, maps: 0 ... 3, last: Page?, faults: 0 ... 9 }
        op map(page: Page, frame: Page) {
            assert not_mapped: !mapped.contains(page)
            mapped.insert(page ... page)
            frames[page] = frame
            maps = maps + 1
            last = page
        }
        op unmap(page: Page) {
            assert is_mapped: mapped.contains(page)
            assert is_known: frames[page] != none
            mapped.remove(page ... page)
            frames[page] = none
        }
        op put(value: Small, flag: Bool) { if flag { faults = value } }
        op never() { faults = 0 }
        reachable all_unmapped: mapped.is_empty
        reachable mapped_twice: maps == 2
        invariant few: maps < 3
        process p { never() }
        """
    private static let events = """
        event map: {page:hex} to {frame:hex}
        event unmap: {page:hex}
        event put: {value} {flag}
        event note: {text:name}
        ignore tick
        missing is_known: the map of that page
        unseen test: what devices do
        unseen other: what others do
        """

    private func judge(_ log: [String]) throws -> ConformanceReport {
        try LogTesting.judge(Self.spec, events: Self.events, log: log)
    }

    @Test func aLogThatConforms() throws {
        let report = try judge([
            "# tracer: nop", "map: 0x10 to 1", "tick: 1", "note: hello", "tick: 2", "strange: x",
            "unmap: 10", "map: ffffffffffffffff to 0",
        ])
        #expect(report.outcome == "conforms")
        #expect(report.lineCount == 8)
        #expect(report.stepCount == 3)
        #expect(report.logCount == 1)
        #expect(
            report.exercised == [
                .init(name: "map", count: 2, firstLine: 0), .init(name: "unmap", count: 1, firstLine: 0),
            ])
        #expect(report.neverExercised == ["put", "never"])
        #expect(report.ignored == [.init(name: "tick", count: 2, firstLine: 3)])
        #expect(
            Set(report.unexplained) == [
                .init(name: "note", count: 1, firstLine: 4), .init(name: "strange", count: 1, firstLine: 6),
            ])
        #expect(report.conclusions.map(\.name) == ["all_unmapped", "mapped_twice"])
        #expect(report.conclusions.map(\.holds) == [false, true])
        #expect(report.unseen == ["what devices do"])
        #expect(report.notJudged == ["few"])
        // One set that is not empty, and one frame.
        #expect(report.liveCount == 2)
        #expect(report.candidatesMax == 1)
        #expect(report.finalStates.count == 1)
        #expect(
            report.finalStates[0].map { "\($0.name) \($0.value)" }
                == ["maps 2", "last 0xffffffffffffffff", "faults 0"])
    }

    @Test func theFirstEventThatIsNotAllowed() throws {
        let report = try judge([
            "map: 10 to 1", "tick: 1", "put: 2 0", "map: 0x0a to 2", "map: 10 to 3", "unmap: 99",
        ])
        #expect(report.outcome == "line 5 map: not_mapped")
        #expect(report.stepCount == 3)
        let mismatch = try #require(report.mismatch)
        #expect(mismatch.text.hasSuffix(": map: 10 to 3"))
        #expect(mismatch.arguments == ["page: 0x10", "frame: 3"])
        #expect(mismatch.candidateCount == 1)
        // Steps only, in order.
        #expect(mismatch.before.map(\.line) == [1, 3, 4])
        let shown = try #require(mismatch.objections.first).observations.map {
            "\($0.value) \($0.isPartOfSet)"
        }
        #expect(shown == ["0x10 false", "0x10 ... 0x10 true"])
    }

    /// An assertion of which the list of events says that it fails where the log is not whole.
    @Test func whatIsMissingIsNoViolation() throws {
        let bound = try LogTesting.bound(
            Self.spec.replacing("frames[page] = none", with: ""), events: Self.events)
        #expect(bound.missing == ["is_known": "the map of that page"])
        let spec = Self.spec.replacing("frames[page] = frame", with: "frames[page] = none")
        let report = try LogTesting.judge(spec, events: Self.events, log: ["map: 1 to 1", "unmap: 1"])
        #expect(report.outcome == "not enough: the map of that page (line 2)")
    }

    @Test func numbersOutsideTheirTypes() throws {
        for (event, name) in [("put: 1 0", "value"), ("put: 6 1", "value"), ("put: 2 2", "flag")] {
            let report = try judge(["put: 5 1", event])
            #expect(report.outcome == "line 2 put: out_of_range")
            #expect(report.mismatch?.objections.first?.message == "'\(name)' is beyond what its type holds")
        }
        // The fourth map leaves `maps: 0 ... 3`.
        let report = try judge((1...4).map { "map: \($0) to 1" })
        #expect(report.outcome == "line 4 map: out_of_range")
    }

    // MARK: Not enough

    @Test func noEventOfTheSpec() throws {
        for log in [[], ["# tracer: nop"], ["tick: 1", "strange: x"]] {
            #expect(
                try judge(log).outcome == "not enough: no event of the log is an operation of the spec")
        }
    }

    @Test func lostEvents() throws {
        let lost = "CPU:1 [LOST 12 EVENTS]"
        let after = try judge(["map: 1 to 1", lost, lost, "unmap: 1"])
        #expect(after.outcome == "not enough: 24 events were lost; those that are there conform")
        #expect(after.lostCount == 24)
        #expect(after.stepCount == 2)
        // What does not conform after a gap may be explained by what was lost; before it, it may not.
        #expect(
            try judge([lost, "unmap: 1"]).outcome
                == "not enough: 12 events were lost before this one (line 2)")
        #expect(try judge(["unmap: 1", lost]).outcome == "line 1 unmap: is_mapped")
    }

    @Test func aLogOutOfOrder() throws {
        let report = try judge([
            LogTesting.line("map: 1 to 1", at: 2_000_000), LogTesting.line("map: 2 to 1", at: 2_000_000),
            LogTesting.line("tick: 1", at: 1_999_999), LogTesting.line("unmap: 7", at: 3_000_000),
        ])
        #expect(
            report.outcome
                == "not enough: line 3 is earlier than the line before it: the log is not in the order of time"
        )
        #expect(report.stepCount == 2)
    }

    // MARK: Several logs

    /// A second head begins a new machine; one before any event does not, nor any other comment.
    @Test func aSecondHeadBeginsAnew() throws {
        let head = "# tracer: nop"
        let two = try judge([head, head, "map: 1 to 1", "# entries", head, "map: 1 to 1"])
        #expect(two.outcome == "conforms")
        #expect(two.logCount == 2)
        #expect(two.stepCount == 2)
        #expect(try judge(["map: 1 to 1", "# entries", "map: 1 to 1"]).outcome == "line 3 map: not_mapped")
        // The clock begins anew as well.
        let clock = try judge([
            LogTesting.line("map: 1 to 1", at: 9_000_000), head, LogTesting.line("map: 1 to 1", at: 1),
        ])
        #expect(clock.outcome == "conforms")
    }

    @Test func reservedRegionsComeFirst() throws {
        let spec = """
            type Page = bits(64)
            state { reserved: Set<Page> }
            op reserved_region(first: Page, last: Page) {
                assert in_order: first <= last
                reserved.insert(first ... last)
            }
            op map(page: Page) { assert not_reserved: !reserved.contains(page) }
            process p { map(0) }
            """
        func judge(_ page: String, _ regions: [[String: UInt64]]) throws -> String {
            let (bound, _) = try BoundEvents.bind(
                LogTesting.catalog("event map: {page:hex}").catalog, to: try LogTesting.spec(spec),
                regionFields: ["first", "last"])
            let judge = LogJudge(try #require(bound), regions: regions)
            try judge.start()
            let line = Array(LogTesting.line("map: \(page)", at: 1).utf8)
            let verdict = try line.withUnsafeBytes { try judge.judge(line: $0, number: 1) }
            if case .violates(let mismatch)? = verdict { return mismatch.objections[0].name }
            return judge.finish(atEndOf: 1).outcome
        }
        let regions: [[String: UInt64]] = [["first": 16, "last": 31], ["first": .max, "last": .max]]
        #expect(try judge("f", regions) == "conforms")
        #expect(try judge("10", regions) == "not_reserved")
        #expect(try judge("1f", regions) == "not_reserved")
        #expect(try judge("20", regions) == "conforms")
        #expect(try judge("ffffffffffffffff", regions) == "not_reserved")
        do {
            _ = try judge("0", [["first": 2, "last": 1]])
            Issue.record("a region from 2 to 1 was taken")
        } catch let failure as LogFailure {
            #expect(failure.message == "the reserved regions are refused: in_order")
        }
    }
}
