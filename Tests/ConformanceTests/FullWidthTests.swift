// SPDX-License-Identifier: MIT

import Testing

@testable import Conformance

/// Words of 64 bits, where every bit of an address counts: the values are computed by hand.
struct FullWidthTests {
    /// Whether an expression over the words `a` and `b` has the value of `c`.
    private func value(_ expression: String, _ a: UInt64, _ b: UInt64 = 0, is c: UInt64) throws -> String {
        func hex(_ word: UInt64) -> String { String(word, radix: 16) }
        let report = try LogTesting.judge(
            """
            type Word = bits(64)
            type Byte = bits(8)
            state { seen: Bool }
            op ask(a: Word, b: Word, c: Word) { assert is_it: \(expression) == c }
            process p { ask(0, 0, 0) }
            """, events: "event ask: {a:hex} {b:hex} {c:hex}", log: ["ask: \(hex(a)) \(hex(b)) \(hex(c))"])
        return report.outcome
    }

    @Test(
        arguments: [
            ("a + b", .max, 1, 0), ("a - b", 0, 1, .max), ("a * b", .max, .max, 1), ("a * b", 1 << 63, 2, 0),
            ("a / b", .max, 2, .max >> 1), ("a % b", .max, 10, 5), ("-a", 1, 0, .max),
            ("-a", 1 << 63, 0, 1 << 63),
            ("~a", 0, 0, .max), ("~a", 1, 0, .max - 1), ("a << b", 1, 63, 1 << 63), ("a << b", 1, 64, 0),
            ("a >> b", .max, 63, 1),
            ("a >> b", .max, 64, 0), ("a >> b", .max, .max, 0), ("a & b", .max, 1 << 63, 1 << 63),
            ("a ^ b", .max, .max, 0), ("a | b", 1 << 63, 1, 1 << 63 | 1),
            ("Word(Byte(a))", 0x1ff, 0, 0xff), ("Word(Byte(a) + 1)", 0xff, 0, 0),
            ("(if a < b { a } else { b })", 1 << 63, 1, 1), ("(if a >= b { a } else { b })", .max, 0, .max),
        ] as [(String, UInt64, UInt64, UInt64)])
    func wordsWrapAndAreUnsigned(expression: String, a: UInt64, b: UInt64, c: UInt64) throws {
        #expect(try value(expression, a, b, is: c) == "conforms")
        #expect(try value(expression, a, b, is: c ^ 1) == "line 1 ask: is_it")
    }

    @Test func divisionByZeroIsNoValue() throws {
        for expression in ["a / b", "a % b"] {
            #expect(try value(expression, 1, 0, is: 0) == "line 1 ask: division_by_zero")
        }
    }

    /// Sets that reach the last word: nothing lies beyond it.
    @Test func setsReachBothEnds() throws {
        let spec = """
            type Word = bits(64)
            state { owned: [Word]Set<Word> }
            fn is_run(run: Range<Word>?, low: Word, high: Word) -> Bool =
                if let r = run { r.first == low && r.last == high } else { false }
            op add(key: Word, first: Word, last: Word) { owned[key].insert(first ... last) }
            op drop(key: Word, first: Word, last: Word) { owned[key].remove(first ... last) }
            op look(key: Word, first: Word, last: Word, low: Word, high: Word) {
                assert lowest: is_run(owned[key].lowest_run(first ... last), low, high)
                assert highest: is_run(owned[key].highest_run(first ... last), low, high)
            }
            op unused(key: Word, first: Word, last: Word) {
                assert is_free: owned[key].is_disjoint(first ... last)
                assert has_no_run: owned[key].lowest_run(first ... last) == none
            }
            op empty(key: Word) { owned[key].clear() }
            process p { empty(0) }
            """
        let events = """
            event add: {key:hex} {first:hex} {last:hex}
            event drop: {key:hex} {first:hex} {last:hex}
            event look: {key:hex} {first:hex} {last:hex} {low:hex} {high:hex}
            event unused: {key:hex} {first:hex} {last:hex}
            event empty: {key:hex}
            """
        let top = "ffffffffffffffff"
        let log = [
            "unused: 0 0 \(top)", "add: 0 \(top) \(top)", "look: 0 0 \(top) \(top) \(top)",
            "add: 0 0 0", "look: 0 0 5 0 0", "unused: 0 1 fffffffffffffffe",
            "add: 0 1 fffffffffffffffe", "look: 0 7 7 0 \(top)",
            "drop: 0 8000000000000000 8000000000000000", "look: 0 0 1 0 7fffffffffffffff",
            "look: 0 \(top) \(top) 8000000000000001 \(top)", "unused: 0 8000000000000000 8000000000000000",
            // Another key is another set; an empty range is nothing.
            "unused: \(top) 0 \(top)", "add: \(top) 5 4", "unused: \(top) 0 \(top)",
            "drop: 0 0 \(top)", "unused: 0 0 \(top)",
        ]
        let report = try LogTesting.judge(spec, events: events, log: log)
        #expect(report.outcome == "conforms")
        #expect(report.liveCount == 0)
        let wrong = try LogTesting.judge(
            spec, events: events, log: Array(log.prefix(7)) + ["look: 0 7 7 0 1"])
        #expect(wrong.outcome == "line 8 look: lowest")
    }

    /// Keys of two words, and elements of several: what is cleared is cleared for one key only.
    @Test func tablesOfTables() throws {
        let report = try LogTesting.judge(
            """
            type Word = bits(64)
            struct Entry { frame: Word, writable: Bool, next: Word? }
            state { table: [Word][Word]Entry? }
            op map(domain: Word, page: Word, frame: Word) {
                assert is_new: table[domain][page] == none
                table[domain][page] = Entry(frame: frame, writable: frame == 0, next: page)
            }
            op look(domain: Word, page: Word, frame: Word) {
                assert is_there: table[domain][page] != none
                if let entry = table[domain][page] {
                    assert is_it: entry.frame == frame && entry.next == page
                    assert is_writable: entry.writable == (frame == 0)
                }
            }
            op forget(domain: Word) { table[domain][all] = none }
            process p { forget(0) }
            """,
            events: """
                event map: {domain:hex} {page:hex} {frame:hex}
                event look: {domain:hex} {page:hex} {frame:hex}
                event forget: {domain:hex}
                """,
            log: [
                "map: 1 2 0", "map: 2 1 ffffffffffffffff", "map: 1 ffffffffffffffff 7", "look: 1 2 0",
                "look: 2 1 ffffffffffffffff", "look: 1 ffffffffffffffff 7", "forget: 1",
                "look: 2 1 ffffffffffffffff", "map: 1 2 9", "look: 1 2 9", "look: 1 ffffffffffffffff 7",
            ])
        #expect(report.outcome == "line 11 look: is_there")
        #expect(report.liveCount == 2)
    }

    /// A range in a question need not be one of the set's type: it asks of the exact numbers.
    @Test(arguments: [
        // {0, 1} of 0 ... 9: -1 is no member, and 0 is in -1 ... 2.
        ("contains_all(below ... 1)", false), ("is_disjoint(below ... 2)", false),
        ("is_disjoint(below ... below)", true), ("contains_all(0 ... 1)", true),
        ("contains_all(1 ... below)", true), ("is_disjoint(1 ... below)", true),
        ("lowest_run(below ... 0) != none", true), ("highest_run(below ... below) != none", false),
        ("is_disjoint(2 ... beyond)", true), ("contains_all(0 ... beyond)", false),
    ])
    func rangesOfQuestionsAreExact(question: String, answer: Bool) throws {
        let report = try LogTesting.judge(
            """
            type Page = 0 ... 9
            type Word = bits(64)
            state { owned: Set<Page> }
            op ask(zero: Page) {
                owned.insert(0 ... 1)
                owned.remove(below - 5 ... below)
                assert is_it: (owned.\(question)) == \(answer)
                // An empty range is nothing to insert.
                owned.insert(beyond ... 0)
                assert two: owned.count == 2
            }
            process p { ask(0) }
            """.replacing("below", with: "(Int(zero) - 1)").replacing("beyond", with: "(Int(zero) + 10)"),
            events: "event ask: {zero}", log: ["ask: 0"])
        #expect(report.outcome == "conforms")
    }

    @Test(arguments: ["Int(zero) - 1 ... 2", "2 ... Int(zero) + 10"])
    func rangesToInsertAreOfTheType(range: String) throws {
        let report = try LogTesting.judge(
            """
            type Page = 0 ... 9
            state { owned: Set<Page> }
            op put(zero: Page) { owned.insert(\(range)) }
            process p { put(0) }
            """, events: "event put: {zero}", log: ["put: 0"])
        #expect(report.outcome == "line 1 put: out_of_range")
    }

    /// A set of all words has more members than a word counts.
    @Test func aFullSetIsLarge() throws {
        let report = try LogTesting.judge(
            """
            type Word = bits(64)
            state { owned: Set<Word> }
            op fill(last: Word) { owned.insert(0 ... last); assert many: owned.count > 1000 }
            process p { fill(0) }
            """, events: "event fill: {last:hex}",
            log: ["fill: 3e8", "fill: 8000000000000000", "fill: ffffffffffffffff"])
        #expect(report.outcome == "conforms")
    }

    /// What the machine does not compute is no violation: numbers of 64 bits and more.
    @Test func numbersThatAreNotComputed() throws {
        func outcome(_ condition: String) throws -> String {
            try LogTesting.judge(
                """
                type Word = bits(64)
                state { seen: Bool }
                op ask(a: Word) { assert fits: \(condition) }
                process p { ask(0) }
                """, events: "event ask: {a:hex}", log: ["ask: 8000000000000000"]
            ).outcome
        }
        let reason = "not enough: at line 1 a number is beyond 2^63: it is not computed over a log"
        #expect(try outcome("Int(a) > 5").hasPrefix(reason))
        #expect(
            try outcome("Int(a >> 1) * 4 > 5").hasPrefix(
                "not enough: at line 1 the result is not a number of 64 bits"))
        #expect(try outcome("a > 5") == "conforms")
        #expect(try outcome("Int(a >> 1) > 5") == "conforms")
    }
}
