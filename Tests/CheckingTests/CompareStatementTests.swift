// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Testing

/// What OLD states is asked of NEW with the meaning that it has in OLD: with the functions, constants and
/// types that it uses. Where that cannot be, the answer says so, and is not 'equal'.
@Suite struct CompareStatementTests {
    /// Nobody outside sees what changes here.
    private static let old = """
        type Page = 0 ... 1
        type Small = 0 ... 3
        enum Mode { idle, busy }
        struct Entry { small: Small, dirty: Bool }
        const SIZE = 2
        const LIMIT = 2
        const LIST: List<Small> = [0, 2]
        type Slot = 0 ..< SIZE
        state { live: [Page]Bool, cached: [Page]Bool, n: Small, mode: Mode, entry: Entry, slots: [Slot]Bool }
        fn inner(page: Page) -> Bool = cached[page] && !live[page]
        fn is_stale(page: Page) -> Bool { let stale = inner(page); return stale }
        fn plain(x: Small) -> Bool = x < 3
        op map(page: Page) {
            live[page] = true; cached[page] = true
            assert mapped: live[page]
            n = 2
        }
        op unmap(page: Page) { live[page] = false; cached[page] = false; assert plain(n) }
        process driver as "Driver" { choose {
            any(page: Page) where !live[page] => map(page)
            any(page: Page) where live[page] => unmap(page)
        } }
        invariant no_stale: forall(page: Page) !is_stale(page)
        invariant low: n <= LIMIT
        invariant listed: exists(x in LIST) n == x
        invariant idle_mode: mode == idle
        invariant clean: !entry.dirty
        invariant free: forall(slot: Slot) !slots[slot]
        reachable full: n == 2
        property back: n == 0 leads_to (n == LIMIT || n == 0)
        observe driver_view: map, unmap
        check c { expect holds }

        """

    private static func new(_ edits: [(String, String)]) -> String {
        edits.reduce(old) { text, edit in text.replacing(edit.0, with: edit.1) }
    }

    struct Case: Sendable {
        let edits: [[String]]
        /// A line of the answer.
        let line: String
        let word: String
        let code: ExitCode

        init(_ edits: [[String]], _ line: String, word: String = "equal", _ code: ExitCode = .unexpected) {
            self.edits = edits
            self.line = line
            self.word = word
            self.code = code
        }
    }

    private static let forgotten = ["cached[page] = false;", ""]

    static let cases = [
        // A function that the property calls, called by one that it calls, or gone with it.
        Case(
            [forgotten, ["= cached[page] && !live[page]", "= false"]],
            "OLD's no_stale with OLD's inner, is_stale, asked of NEW: violated"),
        Case(
            [forgotten, ["{ let stale = inner(page); return stale }", "= false"]],
            "OLD's no_stale with OLD's is_stale, asked of NEW: violated"),
        Case(
            [
                forgotten, ["fn is_stale(page: Page) -> Bool { let stale = inner(page); return stale }", ""],
                ["!is_stale(page)", "page < 2"],
            ], "OLD's no_stale with OLD's is_stale, asked of NEW: violated"),
        // The new one kept, and only written otherwise.
        Case(
            [["= cached[page] && !live[page]", "= !live[page] && cached[page]"]],
            "OLD's no_stale with OLD's inner, is_stale, asked of NEW: holds", .expected),
        // Constants and lists of constants.
        Case(
            [
                ["const LIMIT = 2", "const LIMIT = 3"], ["n = 2", "n = 3"],
                ["= x < 3", "= x < 4"],
            ],
            "OLD's low with OLD's LIMIT, asked of NEW: violated"),
        Case(
            [["[0, 2]", "[0, 2, 3]"], ["n = 2\n", "n = 3\n"], ["= x < 3", "= x < 4"]],
            "OLD's listed with OLD's LIST, asked of NEW: violated"),
        // Reachable conditions and properties of endless runs.
        Case(
            [["n = 2\n", "n = 1\n"], ["reachable full: n == 2", ""], ["[0, 2]", "[0, 1, 2]"]],
            "OLD's full, asked of NEW: violated"),
        Case(
            [["property back: n == 0 leads_to (n == LIMIT || n == 0)", ""]],
            "OLD's back, asked of NEW: holds", .expected),
        // Assertions: weakened, moved to where they do not hold, with a function that is another one.
        Case(
            [
                ["live[page] = true; cached[page] = true\n", "cached[page] = true\n"],
                ["assert mapped: live[page]", "assert mapped: true; live[page] = true"],
            ],
            "OLD's mapped, asked of NEW: violated"),
        Case(
            [
                ["= x < 3", "= true"], ["n = 2\n", "n = 3\n"], ["const LIMIT = 2", "const LIMIT = 3"],
                ["[0, 2]", "[0, 2, 3]"],
            ],
            "OLD's assertion with OLD's plain, asked of NEW: violated"),
        Case(
            [["assert mapped: live[page]", ""]], "not asked of NEW: assertion mapped in map",
            word: "inconclusive", .inconclusive),
        Case(
            [["; assert plain(n)", ""]], "not asked of NEW: an assertion in unmap", word: "inconclusive",
            .inconclusive),
        // Types that the state has: the property cannot be asked with the old ones.
        Case(
            [["enum Mode { idle, busy }", "enum Mode { idle, busy, off }"]],
            "may mean something else in NEW: idle_mode ('mode' has another type, 'Mode' is declared otherwise)",
            word: "inconclusive", .inconclusive),
        Case(
            [["struct Entry { small: Small,", "struct Entry { small: Small, more: Bool,"]],
            "may mean something else in NEW: clean", word: "inconclusive", .inconclusive),
        Case(
            [["type Small = 0 ... 3", "type Small = 0 ... 4"]], "'n' has another type", word: "inconclusive",
            .inconclusive),
        Case(
            [["const SIZE = 2", "const SIZE = 1"]], "'slots' has another type", word: "inconclusive",
            .inconclusive),
        Case(
            [[", slots: [Slot]Bool", ""], ["invariant free: forall(slot: Slot) !slots[slot]", ""]],
            "not asked of NEW: free: there is no name 'slots' here", word: "inconclusive", .inconclusive),
        // What NEW declares does not capture names of the old text.
        Case(
            [
                forgotten, ["{ let stale = inner(page); return stale }", "= false"],
                ["observe driver", "fn stale() -> Bool = true\nobserve driver"],
            ],
            "OLD's no_stale with OLD's is_stale, asked of NEW: violated"),
    ]

    @Test(arguments: cases)
    func isAskedWithItsMeaning(_ example: Case) throws {
        var new = Self.old
        for edit in example.edits {
            #expect(new.contains(edit[0]), "\(edit[0])")
            new = new.replacing(edit[0], with: edit[1])
        }
        let answer = try CompareAnswers.answer(Self.old, new)
        #expect(answer.text.contains(example.line), "\(answer.text)")
        #expect(CompareAnswers.word(answer) == example.word, "\(answer.text)")
        #expect(answer.exitCode == example.code, "\(answer.text)")
    }

    /// Layout, comments and contracts mean nothing.
    @Test func theSameInOtherWords() throws {
        let new = Self.old.replacing(
            "= x < 3", with: "\n    ensures result == (x < 3)\n    = x  <  3 // small"
        )
        .replacing("forall(page: Page) !is", with: "forall(page:   Page)  !is")
        let answer = try CompareAnswers.answer(Self.old, new)
        #expect(!answer.text.contains("OLD's") && !answer.text.contains("mean"), "\(answer.text)")
        #expect(CompareAnswers.word(answer) == "equal" && answer.exitCode == .expected)
    }

    /// A constant that is set: as a number it is part of what is said, as a bound it is a matter of scope.
    @Test func settingsAreAMatterOfScope() throws {
        let more =
            "check number { set LIMIT = 3; expect holds }\ncheck bound { set SIZE = 1; expect holds }\n"
        func answer(_ check: String) throws -> Answer {
            try CompareAnswers.answer(Self.old + more, Self.old + more) {
                $0.old += ":c"
                $0.new += ":" + check
            }
        }
        let number = try answer("number")
        #expect(number.text.contains("may mean something else in NEW: low, back ('LIMIT' is set otherwise)"))
        #expect(CompareAnswers.word(number) == "inconclusive" && number.exitCode == .inconclusive)
        let bound = try answer("bound")
        #expect(bound.text.contains("the scopes differ: SIZE is 2 in OLD and 1 in NEW"))
        #expect(CompareAnswers.word(bound) == "equal" && bound.exitCode == .expected, "\(bound.text)")
    }

    /// Verdicts that were kept for another scope are no answer.
    @Test func settingsOfTheCommandLineArePartOfTheKey() throws {
        let text = """
            const STEP = 1
            state { n: 0 ... 4 }
            op act() { if n + STEP <= 4 { n = n + STEP } }
            process p { act() }
            invariant odd: n % 2 == 0 || n < 3
            observe o: act
            check c { expect holds }

            """
        let folder = try TemporaryDirectory()
        for (setting, isViolated) in [("STEP=2", false), ("STEP=1", true), ("STEP=2", false)] {
            let answer = try CompareAnswers.answer(text, text) {
                $0.settings = [setting]
                $0.cache = VerdictCache(folder: folder.path)
            }
            #expect(answer.text.contains("1 verdict as before, \(isViolated ? 0 : 1)"), "\(answer.text)")
        }
    }
}
