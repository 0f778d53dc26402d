// SPDX-License-Identifier: MIT

import Diagnostics
import Testing

@testable import Conformance

/// Which event is a step of which operation; and what of a spec has no meaning over a log, said with its
/// reason.
struct BoundEventsTests {
    private func problems(_ operations: String, events: String, regionFields: Set<String> = []) throws
        -> [String]
    {
        let spec = try LogTesting.spec(
            """
            type Word = bits(64)
            type Byte = bits(8)
            type Small = 0 ... 5
            type Signed = -1 ... 5
            enum Kind { msi, direct }
            state { idle: Word }
            \(operations)
            process p { idle = 0 }
            """)
        let (bound, diagnostics) = try BoundEvents.bind(
            LogTesting.catalog(events).catalog, to: spec, regionFields: regionFields)
        #expect((bound == nil) == !diagnostics.isEmpty)
        return diagnostics.map { "\($0.id): \($0.message)" }
    }

    /// Parameters are fields by name, in any order, or what every event has.
    @Test func fieldsAreParametersByName() throws {
        let report = try LogTesting.judge(
            """
            type Word = bits(64)
            type Byte = bits(8)
            type Small = 0 ... 7
            state { seen: Bool }
            op say(b: Byte, line: Word, cpu: Small, a: Word, pid: Word, context: Small, time: Word) {
                assert fields: a == 1 && b == 2
                assert implicit: line == 1 && cpu == 3 && pid == 77 && context == 2 && time == 12000005
            }
            op again(a: Word, thread: Word) { seen = true }
            process p { seen = false }
            """,
            events: "event say: {a} {b} {c}\nevent other as again: {a}",
            log: [
                LogTesting.line("say: 1 2 3", at: 12_000_005, pid: 77, cpu: 3, flags: "d.h1."),
                LogTesting.line("other: 1", at: 12_000_005),
            ])
        #expect(report.outcome == "conforms")
        #expect(report.exercised.map(\.name) == ["say", "again"])
    }

    /// Two operations of one event: the first format that fits decides.
    @Test func theFirstFormatThatFits() throws {
        let report = try LogTesting.judge(
            """
            type Word = bits(64)
            state { large: Word, small: Word }
            op of_large(n: Word) { large = large + n }
            op of_small(n: Word) { small = small + n }
            process p { large = 0 }
            """,
            events: """
                event set as of_large: large {n}
                event set as of_small: {_} {n}
                event set as of_nothing: nothing
                """, log: ["set: large 4", "set: tiny 2", "set: nothing", "set: large 1"])
        #expect(report.outcome == "conforms")
        #expect(report.finalStates.map { $0.map(\.value) } == [["5", "2"]])
    }

    @Test func anEventWrittenOtherwiseIsNoLog() throws {
        do {
            _ = try LogTesting.judge(
                "state { seen: Bool }\nop put(n: Bool) { }\nprocess p { seen = true }",
                events: "event put: n={n}\nevent put as other: none", log: ["put: n=1", "put: n=x"])
            Issue.record("'n=x' was read")
        } catch let failure as LogFailure {
            #expect(failure.id == "malformed-event")
            #expect(failure.line == 2)
            #expect(failure.message == "this is not how the event is written: 'put: n={n}' or 'put: none'")
            // The `x` of `n=x`.
            let text = LogTesting.line("put: n=x", at: 2)
            #expect(failure.column == text.utf8.count)
        }
    }

    @Test func parametersThatNoFieldGives() throws {
        #expect(
            try problems("op map(page: Word, size: Word) { }", events: "event map: {page:hex}")
                == ["unknown-field: the event 'map' has no field 'size' of that type"])
        // An enum's cases and negative numbers are no numbers of a log.
        #expect(try problems("op map(kind: Kind) { }", events: "event map: {kind}").count == 1)
        #expect(try problems("op map(n: Signed) { }", events: "event map: {n}").count == 1)
        #expect(
            try problems("op map(b: Byte, s: Small, f: Bool) { }", events: "event map: {b} {s} {f}").isEmpty)
        #expect(
            try problems(
                "op map(n: Word) { }\nop reserved_region(first: Word, size: Word) { }",
                events: "event map: {n}",
                regionFields: ["first", "last"]) == ["unknown-field: a reserved region has no field 'size'"])
    }

    @Test func aSpecWithoutEventsIsNothingToJudge() throws {
        let expected = ["nothing-to-judge: 'test' has no operation that is an event of a log"]
        #expect(try problems("op map(n: Word) { }", events: "event unmap: {n}") == expected)
        #expect(try problems("", events: "") == expected)
        #expect(
            try problems("op reserved_region(first: Word) { }", events: "", regionFields: ["first"])
                == expected)
    }

    // MARK: What is not run over a log

    private static let reasons: [(spec: String, reason: String)] = [
        (
            "state { q: Queue<Byte, 2> }\nop e() { }",
            "'Queue<Byte, 2>' has no room in a word; over a log only state variables are tables and sets"
        ),
        (
            "state { l: Lock }\nop e() { with lock(l) { } }",
            "'Lock' has no room in a word; over a log only state variables are tables and sets"
        ),
        ("state { s: Set<Signed> }\nop e() { }", "a set of 'Signed' is not kept over a log"),
        (
            "state { n: Byte }\nop e() { n = 1; step; n = 2 }",
            "an event of a log is one step: it has no boundaries inside"
        ),
        ("state { n: Byte }\nop e(s: Byte?) { }", "'s' of 'e' is to be a number of the log; 'Byte?' is none"),
        (
            "state { n: Wide }\nop e() { choose { any(w: Wide) => { n = w } } }",
            "a choice over a log is one of at most 256"
        ),
        (
            "state { n: Bool }\nop e() { n = exists(w: Long) w == 1 }",
            "'Long' has too many values to try them all"
        ),
    ]

    @Test(arguments: reasons)
    func isRefused(spec: String, reason: String) throws {
        let types = """
            type Byte = bits(8)
            type Signed = -1 ... 5
            type Wide = 0 ... 256
            type Long = 0 ... 4096
            state { idle: Bool }
            process p { idle = true }

            """
        #expect(try LogTesting.refusal(types + spec, events: "event e: x") == reason)
    }

    /// One value fewer, and there is room.
    @Test func theLargestThatHasRoom() throws {
        let spec = """
            type Wide = 0 ... 255
            type Long = 0 ... 4095
            state { n: Wide, found: Bool }
            op e() { choose { any(w: Wide) where w == 255 => { n = w } } }
            op f() { found = exists(x: Long) x == 4095 }
            process p { e() }
            """
        let report = try LogTesting.judge(spec, events: "event e: x\nevent f: x", log: ["e: x", "f: x"])
        #expect(report.finalStates.map { $0.map(\.value) } == [["255", "true"]])
    }
}
