// SPDX-License-Identifier: MIT

import Checking
import Diagnostics
import Testing

/// Both programs are observed in the same way, and what is observed has an identity that does not depend on
/// how it is written or shown.
@Suite struct CompareObservationTests {
    private static func spec(_ observers: String, _ more: String = "") -> String {
        """
        type Page = 0 ... 1
        type Frame = 0 ... 1
        state { s: 0 ... 2, t: Page }
        op a(x: Page) -> Bool { return true }
        op b() { }
        fn f(x: Page) -> Bool = s == 1
        \(more)
        process p as "P" { choose {
            where s == 0 => { if a(0) { s = 1 } }
            where s == 1 => { b(); s = 2 }
            where s == 2 => b()
        } }
        \(observers)
        check c { expect holds }

        """
    }

    private static let plain = spec("observe o: a, b, f, t")

    @Test(arguments: [
        ("observe o: a, f, t", "'b' is observed of OLD only"),
        ("observe o: a, b, f, t, s", "'s' is observed of NEW only"),
        ("observe o: a, b, t", "'f' is observed of OLD only"),
        ("observe o: a, b, f, t up to Page", "'a' is observed as it is in OLD and up to Page in NEW"),
        (
            "observe o: a, b, f, t\nobserve q: a up to Page",
            "'a' is observed as it is in OLD and as it is and up to Page in NEW"
        ),
    ])
    func otherObservers(observers: String, difference: String) throws {
        let failure = try CompareAnswers.refusal(Self.plain, Self.spec(observers))
        #expect(failure?.diagnostics.map(\.id) == ["observed-differently"])
        #expect(failure?.text.contains(difference) == true, "\(failure?.text ?? "")")
        #expect(failure?.text.contains("OLD: 'o' observes a, b, f, t") == true, "\(failure?.text ?? "")")
    }

    @Test(arguments: [
        ("op a(x: Page) -> Bool", "op a(x: Frame) -> Bool", "'a' takes Page in OLD and Frame in NEW"),
        ("op b() { }", "op b() -> Bool { return true }", "'b' returns nothing in OLD and Bool in NEW"),
        (
            "fn f(x: Page) -> Bool", "fn f(x: Page, y: Page) -> Bool",
            "'f' takes Page in OLD and Page, Page in NEW"
        ),
        (
            "fn f(x: Page) -> Bool = s == 1", "fn f(x: Page) -> Page? = none",
            "'f' returns Bool in OLD and Page? in NEW"
        ),
        ("t: Page }", "t: Frame }", "'t' is Page in OLD and Frame in NEW"),
        (
            "fn f(x: Page) -> Bool = s == 1", "op f(x: Page) -> Bool { return true }",
            "'f' is a function in OLD and an operation in NEW"
        ),
    ])
    func otherTypes(text: String, replacement: String, difference: String) throws {
        let new = Self.plain.replacing(text, with: replacement)
        let failure = try CompareAnswers.refusal(Self.plain, new)
        #expect(failure?.diagnostics.map(\.id) == ["observed-differently"])
        #expect(failure?.text.contains(difference) == true, "\(failure?.text ?? "")")
    }

    /// How observers are divided and named does not matter.
    @Test func theSameInOtherWords() throws {
        let new = Self.spec("observe q: t, f\nobserve r: b, a\nobserve s2: a")
        #expect(CompareAnswers.word(try CompareAnswers.answer(Self.plain, new)) == "equal")
    }

    @Test func interfacesMustHaveTheSameOperations() throws {
        func spec(_ interface: String) -> String { Self.spec("interface I { \(interface) }") }
        let one = spec("op a(x: Page) -> Bool")
        #expect(CompareAnswers.word(try CompareAnswers.answer(one, one)) == "equal")
        let failure = try CompareAnswers.refusal(one, spec("op a(x: Page) -> Bool\n op b()"))
        #expect(failure?.diagnostics.map(\.id) == ["observed-differently"])
        #expect(failure?.text.contains("'b' is observed of NEW only") == true, "\(failure?.text ?? "")")
    }

    /// Bounds are a matter of scope, and said.
    @Test func otherBounds() throws {
        let new = Self.plain.replacing("type Page = 0 ... 1", with: "type Page = 0 ... 2")
        let answer = try CompareAnswers.answer(Self.plain, new)
        #expect(CompareAnswers.word(answer) == "weaker")
        #expect(answer.text.contains("Page is 0 ... 1 in OLD and 0 ... 2 in NEW"), "\(answer.text)")
    }

    /// Names of parameters and titles of processes are for readers.
    @Test func otherNames() throws {
        func spec(_ operation: String, _ process: String, _ function: String) -> String {
            """
            type Page = 0 ... 1
            struct Pair { one: Page, other: Bool }
            enum Kind { good, bad }
            state { s: Page }
            op a(\(operation): Page) -> Pair { return Pair(one: \(operation), other: true) }
            fn f(\(function): Page) -> Kind = if \(function) == s { good } else { bad }
            process p(\(process): Page) as "\(process)" { choose { any(\(operation): Page) => {
                let pair = a(\(operation))
                s = pair.one
            } } }
            observe o: a, f
            check c { expect holds }
            """
        }
        let old = spec("x", "here", "y")
        #expect(CompareAnswers.word(try CompareAnswers.answer(old, spec("w", "there", "z"))) == "equal")
        // The order of cases and fields says nothing either.
        let reordered = old.replacing("{ good, bad }", with: "{ bad, good }")
        #expect(CompareAnswers.word(try CompareAnswers.answer(old, reordered)) == "equal")
        let exchanged = old.replacing("{ good } else { bad }", with: "{ bad } else { good }")
        #expect(CompareAnswers.word(try CompareAnswers.answer(old, exchanged)) == "incomparable")
    }

    /// Two processes of one title are two.
    @Test func processesAreToldApartByName() throws {
        func spec(_ first: String, _ second: String) -> String {
            """
            state { n: 0 ... 3 }
            op act() { n = 1 }
            process first as "Worker" { \(first) }
            process second as "Worker" { \(second) }
            observe o: act
            check c { expect holds }
            """
        }
        let answer = try CompareAnswers.answer(spec("act()", "n = 2"), spec("n = 2", "act()"))
        #expect(CompareAnswers.word(answer) == "incomparable")
        #expect(answer.text.contains("adds:  Worker (process second): act()"), "\(answer.text)")
        #expect(answer.text.contains("removes:  Worker (process first): act()"), "\(answer.text)")
    }

    /// What a lock is depends on who holds it.
    @Test func locksHaveHolders() throws {
        func spec(_ process: String) -> String {
            """
            state { l: Lock, n: Bool }
            process one { \(process == "one" ? "with lock(l) { step }" : "n = !n") }
            process two { \(process == "two" ? "with lock(l) { step }" : "n = !n") }
            observe o: l
            check c { expect holds }
            """
        }
        #expect(CompareAnswers.word(try CompareAnswers.answer(spec("one"), spec("two"))) == "incomparable")
        #expect(CompareAnswers.word(try CompareAnswers.answer(spec("one"), spec("one"))) == "equal")
    }

    @Test func anObserverThatNeverObservesAnythingIsNamed() throws {
        let more = "op never() { }"
        let spec = Self.spec("observe o: a\nobserve idle: never", more)
        let answer = try CompareAnswers.answer(spec, spec)
        #expect(answer.text.contains("remark: 'idle' never observes anything"), "\(answer.text)")
        #expect(!answer.text.contains("remark: 'o'") && CompareAnswers.word(answer) == "equal")
    }

    /// What is looked at through a function that is another one is looked at in another way.
    @Test func functionsThatAreObservedAndReplacedAreNamed() throws {
        let new = Self.plain.replacing("= s == 1", with: "= s == 2")
        let answer = try CompareAnswers.answer(Self.plain, new)
        #expect(
            answer.text.contains("remark: 'f' is observed, and is another function in NEW"), "\(answer.text)")
        #expect(!(try CompareAnswers.answer(new, new)).text.contains("remark"))
    }
}
