// SPDX-License-Identifier: MIT

import Findings
import Testing
import TransitionSystem

/// What each statement and expression does, seen by the state it leaves behind.
@Suite struct StatementTests {
    /// Runs `body` once on `state`; the values of the state variables afterwards, as text.
    private func after(_ body: String, state: String, declarations: String = "") throws -> [String] {
        let model = try Model(
            """
            \(declarations)
            state { ran: Bool, \(state) }
            process p { choose { where !ran => {
                ran = true
                \(body)
            } } }
            """)
        let found = model.explore()
        try #require(found.findings.isEmpty, "\(model.errors())")
        try #require(found.states.count == 2)
        return model.teller.observe(found.states[1]).dropFirst().map { Storyteller.text($0.value) }
    }

    @Test func structsArraysOptionals() throws {
        let declarations = """
            type Page = 0 ..< 3
            type Frame = 5 ..< 8
            struct Entry { frame: Frame, writable: Bool }
            """
        #expect(
            try after(
                "table[1] = Entry(frame: 6, writable: true)", state: "table: [Page]Entry?",
                declarations: declarations)
                == ["[0: none, 1: {frame: 6, writable: true}, 2: none]"])
        #expect(
            try after(
                """
                rows[all] = 7
                rows[2] = 6
                """, state: "rows: [Page]Frame", declarations: declarations) == ["[0: 7, 1: 7, 2: 6]"])
        #expect(
            try after(
                """
                pair = Entry(frame: 7, writable: true)
                pair.frame = 6
                one = pair
                one = none
                """, state: "pair: Entry, one: Entry?", declarations: declarations)
                == ["{frame: 6, writable: true}", "none"])
        #expect(
            try after(
                """
                table[0] = Entry(frame: 6, writable: false)
                if let entry = table[0] { frame = entry.frame } else { frame = 7 }
                if let entry = table[1] { other = entry.frame } else { other = 7 }
                """, state: "table: [Page]Entry?, frame: Frame, other: Frame", declarations: declarations)
                == ["[0: {frame: 6, writable: false}, 1: none, 2: none]", "6", "7"])
    }

    @Test func aStructIsReadBeforeItIsWritten() throws {
        #expect(
            try after(
                "pair = Pair(a: pair.b, b: pair.a)", state: "pair: Pair = Pair(a: 1, b: 2)",
                declarations: "struct Pair { a: 0 ... 3, b: 0 ... 3 }") == ["{a: 2, b: 1}"])
    }

    @Test func sets() throws {
        let declarations = "type Page = 2 ..< 100"
        #expect(
            try after(
                """
                s.insert(2 ... 99)
                s.remove(10 ... 97)
                s.remove(3)
                n = s.count
                t.insert(70)
                t.clear()
                """, state: "s: Set<Page>, t: Set<Page>, n: 0 ... 100", declarations: declarations
            ).last == "9")
        #expect(
            try after(
                """
                s.insert(8 ... 70)
                s.insert(90)
                if let run = s.highest_run(60 ... 80) { first = run.first
                    last = run.last }
                if let run = s.lowest_run(71 ... 99) { lowest = run.last }
                empty = s.highest_run(71 ... 89) == none
                """, state: "s: Set<Page>, first: Page, last: Page, lowest: Page, empty: Bool",
                declarations: declarations
            ).dropFirst() == ["8", "70", "90", "true"])
        #expect(
            try after(
                """
                a = s.is_empty
                s.insert(5 ... 4)
                b = s.is_empty
                s.insert(64 ... 66)
                c = s.contains(65) && !s.contains(63)
                d = s.contains_all(64 ... 66) && !s.contains_all(64 ... 67) && s.contains_all(9 ... 8)
                e = s.is_disjoint(2 ... 63) && !s.is_disjoint(2 ... 64) && s.is_disjoint(9 ... 8)
                """, state: "s: Set<Page>, a: Bool, b: Bool, c: Bool, d: Bool, e: Bool",
                declarations: declarations
            ).dropFirst() == ["true", "true", "true", "true", "true"])
        #expect(
            try after(
                "rows[all].insert(red)", state: "rows: [0 ..< 2]Set<Colour>",
                declarations: "enum Colour { green, red }")
                == ["[0: {red}, 1: {red}]"])
    }

    @Test func queues() throws {
        #expect(
            try after(
                """
                q.push(3)
                q.push(4)
                q.push(5)
                full = q.is_full
                front = q.front
                q.pop()
                has = q.contains(4) && !q.contains(3)
                count = q.count
                """, state: "q: Queue<Page, 3>, full: Bool, front: Page, has: Bool, count: 0 ... 3",
                declarations: "type Page = 0 ..< 8") == ["[4, 5]", "true", "3", "true", "2"])
        #expect(
            try after(
                """
                q.push(Item(page: 3, live: true))
                q.push(Item(page: 4, live: false))
                q.pop()
                q.pop()
                q.push(Item(page: 5, live: true))
                """, state: "q: Queue<Item, 2>", declarations: "struct Item { page: 0 ..< 8, live: Bool }")
                == ["[{page: 5, live: true}]"])
    }

    @Test func loops() throws {
        #expect(
            try after(
                """
                for page in Page { sum = sum + page }
                for i in 2 ... 4 { product = product * i }
                for page in top ... low { sum = 0 }
                for part in PARTS { list = list * 4 + part }
                var left: Page = 3
                while left > 1 { left = left - 1
                    rounds = rounds + 1 }
                """,
                state:
                    "sum: 0 ... 99, product: 0 ... 99 = 1, list: 0 ... 99, rounds: 0 ... 9, top: Page = 3, low: Page",
                declarations: "type Page = 1 ..< 4\nconst PARTS: List<Page> = [3, 1, 2]")
                == ["6", "24", "54", "2", "3", "1"])
    }

    @Test func aLoopsRangeIsFixedWhenItStarts() throws {
        #expect(
            try after(
                """
                for i in first ... last {
                    last = 0
                    rounds = rounds + 1
                }
                """, state: "first: 0 ... 9 = 2, last: 0 ... 9 = 5, rounds: 0 ... 9") == ["2", "0", "4"])
    }

    @Test func loopsOfSeveralSteps() throws {
        let model = try Model(
            """
            type Page = 0 ..< 3
            state { sum: 0 ... 9, ran: Bool }
            process p { choose { where !ran => {
                ran = true
                for page in Page {
                    step
                    sum = sum + page
                }
            } } }
            """)
        let found = model.explore()
        #expect(found.transitionCount == 4)
        #expect(model.values(of: "sum") == ["0", "1", "3"])
    }

    @Test func guardsAndReturns() throws {
        #expect(
            try after(
                """
                let first = find(1)
                a = first
                b = find(0)
                """, state: "table: [Page]Page? , a: Page?, b: Page?",
                declarations: """
                    type Page = 0 ..< 3
                    op find(page: Page) -> Page? {
                        table[1] = 2
                        guard let frame = table[page] else { return none }
                        return frame
                    }
                    """
            ).dropFirst() == ["2", "none"])
    }

    @Test func functionsReadTheStateAndHaveLocals() throws {
        #expect(
            try after(
                """
                n = total(2) + total(total(0))
                pair = swap(Pair(a: 1, b: 2))
                same = swap(swap(pair)) == pair && swap(pair) != pair
                """, state: "base: 0 ... 9 = 1, n: 0 ... 99, pair: Pair, same: Bool",
                declarations: """
                    struct Pair { a: 0 ... 3, b: 0 ... 3 }
                    fn total(up: 0 ... 9) -> 0 ... 9 {
                        var sum: 0 ... 9 = base
                        for i in 0 ... 3 { if i <= up { sum = sum + i } }
                        return sum
                    }
                    fn swap(old: Pair) -> Pair {
                        var other = old
                        other.a = old.b
                        other.b = old.a
                        return other
                    }
                    """) == ["1", "6", "{a: 2, b: 1}", "true"])
    }

    @Test func callsNestInArguments() throws {
        #expect(
            try after(
                "n = minus(9, minus(5, minus(3, 1)))", state: "n: 0 ... 9",
                declarations: "fn minus(a: 0 ... 9, b: 0 ... 9) -> 0 ... 9 = a - b") == ["6"])
    }

    @Test func boundRangesSurviveTheirScope() throws {
        #expect(
            try after(
                """
                s.insert(3 ... 5)
                if let run = s.highest_run(0 ... 9) {
                    s.clear()
                    n = run.last
                }
                """, state: "s: Set<Page>, n: Page", declarations: "type Page = 0 ..< 10") == ["{}", "5"])
    }

    @Test func wordsWrapAndRangesDoNot() throws {
        #expect(
            try after(
                """
                w = w + 3
                v = ~v
                u = u << 1
                n = r - 2
                """,
                state:
                    "w: bits(2) = 2, v: bits(4) = 5, u: bits(64) = 0x8000_0000_0000_0001, r: 2 ... 5 = 3, n: 0 ... 3"
            )
                == ["1", "10", "2", "3", "1"])
    }

    @Test func quantifiers() throws {
        #expect(
            try after(
                """
                rows[1] = true
                some = exists(page: Page) rows[page]
                every = forall(page: Page) rows[page]
                pair = exists(a: Page, b: Page) a != b && rows[a] && rows[b]
                listed = forall(part in PARTS) rows[part]
                """, state: "rows: [Page]Bool, some: Bool, every: Bool, pair: Bool, listed: Bool",
                declarations: "type Page = 0 ..< 3\nconst PARTS: List<Page> = [1, 1]"
            )
            .dropFirst() == ["true", "false", "false", "true"])
    }

    @Test func widestOptionalsAndTypesOfOneValue() throws {
        #expect(
            try after(
                """
                a = 0xffff_ffff_ffff_ffff
                b = 0
                """, state: "a: bits(64)?, b: bits(64)?, c: bits(64)?, only: 7 ... 7, one: One",
                declarations: "enum One { single }")
                == ["18446744073709551615", "0", "none", "7", "single"])
    }

    @Test func symmetricElementsHaveNames() throws {
        let model = try Model(
            """
            type Frame = symmetric 2
            state { first: Frame?, owned: Set<Frame> }
            process p { choose { any(frame: Frame) where first == none => {
                first = frame
                owned.insert(frame)
            } } }
            """)
        #expect(model.values(of: "first") == ["frame_0", "frame_1", "none"])
        #expect(model.values(of: "owned") == ["{frame_0}", "{frame_1}", "{}"])
    }
}
