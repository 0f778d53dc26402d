// SPDX-License-Identifier: MIT

import Checking
import Diagnostics
import Testing

/// `up to`: values of the types named count only by which is which within one observation, wherever they
/// stand.
@Suite struct CompareRenamingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let type: String
        /// Statements that give `v` its value.
        let old: String
        let new: String
        let isEqual: Bool
        var renamed = "Page"

        init(_ type: String, _ old: String, _ new: String, _ isEqual: Bool, renamed: String = "Page") {
            self.type = type
            self.old = old
            self.new = new
            self.isEqual = isEqual
            self.renamed = renamed
        }

        var testDescription: String { "\(type) up to \(renamed): \(old) | \(new)" }
    }

    static let cases = [
        Case("Page", "v = 0", "v = 2", true),
        Case("Page?", "v = none", "v = 0", false),
        Case("Set<Page>", "v.insert(0)", "v.insert(2)", true),
        Case("Set<Page>", "v.insert(0 ... 1)", "v.insert(0); v.insert(2)", true),
        Case("Set<Page>", "v.insert(0)", "v.insert(0 ... 1)", false),
        Case("[Page]Bool", "v[0] = true", "v[1] = true", true),
        Case("[Page]Bool", "v[0] = true", "v[0] = true; v[1] = true", false),
        Case("[Page]Page", "v[0] = 1; v[1] = 0; v[2] = 2", "v[0] = 0; v[1] = 2; v[2] = 1", true),
        Case("[Page]Page", "v[0] = 1; v[1] = 2; v[2] = 0", "v[0] = 2; v[1] = 0; v[2] = 1", true),
        Case("[Page]Page", "v[0] = 1; v[1] = 2; v[2] = 0", "v[0] = 0; v[1] = 1; v[2] = 2", false),
        Case("[Page]Page?", "v[0] = 0", "v[1] = 1", true),
        Case("[Page]Page?", "v[0] = 0", "v[0] = 1", false),
        Case("Queue<Page, 3>", "v.push(0); v.push(1); v.push(0)", "v.push(2); v.push(0); v.push(2)", true),
        Case("Queue<Page, 3>", "v.push(0); v.push(1); v.push(0)", "v.push(0); v.push(1); v.push(1)", false),
        Case("Entry", "v.page = 0; v.pages.insert(0)", "v.page = 2; v.pages.insert(2)", true),
        Case("Entry", "v.page = 0; v.pages.insert(0)", "v.page = 2; v.pages.insert(0)", false),
        Case("[Device][Page]Bool", "v[0][0] = true", "v[0][1] = true", true),
        Case("[Device][Page]Bool", "v[0][0] = true", "v[1][0] = true", false),
        Case("[Device][Page]Bool", "v[0][0] = true", "v[1][0] = true", true, renamed: "Page, Device"),
        Case(
            "[Device][Page]Bool", "v[0][0] = true; v[1][0] = true", "v[0][1] = true; v[1][2] = true", false,
            renamed: "Page, Device"),
        Case(
            "[Page]Device", "v[0] = 1", "v[0] = 1; v[1] = 1", true, renamed: "Page, Device"),
        Case("[Page]Set<Page>", "v[0].insert(0)", "v[1].insert(1)", true),
        Case("[Page]Set<Page>", "v[0].insert(0)", "v[1].insert(0)", false),
    ]

    private static func spec(_ example: Case, _ statements: String, as place: String) -> String {
        """
        type Page = 0 ..< 3
        type Device = 0 ..< 2
        struct Entry { page: Page, pages: Set<Page> }
        state { v: \(example.type), done: Bool }
        op tell(given: \(example.type)) -> \(example.type) { done = true; return given }
        fn seen() -> \(example.type) = v
        process teller { choose { where !done => { \(statements); let x = tell(v) } } }
        observe outside: \(place) up to \(example.renamed)
        check c { expect holds }

        """
    }

    /// In arguments and results of operations, and in what functions return.
    @Test(arguments: cases, ["tell", "seen"])
    func renamingIsRenaming(_ example: Case, place: String) throws {
        let answer = try CompareAnswers.answer(
            Self.spec(example, example.old, as: place), Self.spec(example, example.new, as: place))
        #expect((CompareAnswers.word(answer) == "equal") == example.isEqual, "\(answer.text)")
    }

    /// Two that belong to one observation.
    @Test func argumentsBelongTogether() throws {
        func spec(_ inserted: Int) -> String {
            """
            type Page = 0 ... 1
            state { done: Bool, s: Set<Page> }
            op report(p: Page, all_of: Set<Page>) { done = true }
            process a as "A" { choose { where !done => { s.insert(\(inserted)); report(0, s) } } }
            observe o: report up to Page
            check c { expect holds }
            """
        }
        let answer = try CompareAnswers.answer(spec(0), spec(1))
        #expect(CompareAnswers.word(answer) == "incomparable")
        #expect(answer.text.contains("adds:  A: report(p=#1, all_of={#2})"), "\(answer.text)")
        #expect(answer.text.contains("removes:  A: report(p=#1, all_of={#1})"), "\(answer.text)")
    }

    /// A renaming keeps no order: a range is its ends and the values between.
    @Test(arguments: [
        ("0 ... 2", "1 ... 3", true), ("0 ... 2", "0 ... 1", false), ("2 ... 1", "3 ... 0", true),
        ("2 ... 1", "1 ... 1", false),
    ])
    func ranges(old: String, new: String, isEqual: Bool) throws {
        func spec(_ range: String) -> String {
            """
            type Page = 0 ... 3
            state { flag: Bool }
            fn reach() -> Range<Page> = \(range)
            process p { flag = !flag }
            observe o: reach up to Page
            check c { expect holds }
            """
        }
        let answer = try CompareAnswers.answer(spec(old), spec(new))
        #expect((CompareAnswers.word(answer) == "equal") == isEqual, "\(answer.text)")
    }

    /// Who acts is part of the observation: alike up to the names of all, and not if one acts for another.
    @Test func processesAreRenamedWithTheirArguments() throws {
        func spec(_ first: String, _ second: String) -> String {
            """
            type Cpu = 0 ..< 2
            state { done: Bool }
            op act(cpu: Cpu) { done = true }
            process cpu(cpu: Cpu) as "CPU" { choose {
                where !done && cpu == 0 => \(first)
                where !done && cpu == 1 => \(second)
            } }
            observe o: act up to Cpu
            check c { expect holds }
            """
        }
        let own = spec("act(cpu)", "{ done = true }")
        let other = spec("{ done = true }", "act(cpu)")
        #expect(CompareAnswers.word(try CompareAnswers.answer(own, other)) == "equal")
        let answer = try CompareAnswers.answer(own, spec("act(1)", "{ done = true }"))
        #expect(answer.text.contains("adds:  CPU #1: act(cpu=#2)"), "\(answer.text)")
    }

    @Test func whatIsMadeOfValuesIsNotRenamed() throws {
        let spec = """
            struct Entry { page: Bool }
            state { entry: Entry }
            process p { entry.page = true }
            observe o: entry up to Entry
            check c { expect holds }
            """
        #expect(try CompareAnswers.refusal(spec, spec)?.diagnostics.first?.id == "not-renamable")
    }
}
