// SPDX-License-Identifier: MIT

import CheckerTesting
import SpecLanguage
import Testing

@testable import Core

/// What the language says in many ways is said in one in the Core.
struct TranslationTests {
    private static let head = """
        type Page = 0 ... 3
        type Small = 5 ... 8
        type Word = bits(8)
        enum Colour { red, green }
        state { page: Page, small: Small, word: Word, maybe: Small?, waiting: Queue<Page, 2>, owned: Set<Page> }
        state { table: [Small]Page?, flags: [Bool]Bool, colour: Colour }
        const EDGES: List<Page> = [0, 3]

        """

    private static func expression(_ text: String) throws -> String {
        let spec = try StandaloneSpec.typed(Self.head + "invariant it: \(text)\n").spec
        return try CoreTranslator(spec).expression(try #require(spec.invariants.first).condition).description
    }

    private static func statements(_ text: String) throws -> String {
        let spec = try StandaloneSpec.typed(Self.head + "op it() { \(text) }\nprocess p { it() }\n").spec
        return try CoreTranslator(spec).operation(try #require(spec.operations.first)).body.description
    }

    @Test(arguments: [
        ("page != 2", "not (page = 2)"),
        ("page > 1", "(1 < page)"),
        ("page == 1 implies small >= 6", "any(not (page = 1), (6 <= small))"),
        ("colour == green", "(colour = 1)"),
        ("maybe == none", "not maybe.0"),
        ("maybe == small", "(maybe = {true, small})"),
        ("if let x = maybe { x == 6 } else { false }", "(maybe.0 ? (let x = maybe.1 in (x = 6)) : false)"),
        ("waiting.is_full", "(waiting.0 = 2)"),
        ("waiting.contains(page)", "for any place: all((place < waiting.0), (waiting.1[place] = page))"),
        ("waiting.front == 1", "(check((0 < waiting.0), queue_empty, waiting.1[0]) = 1)"),
        ("(page ... 2).overlaps(1 ... page)", "all((page <= 2), (1 <= page), (page <= page))"),
        ("owned.contains(page)", "owned.contains(page)"),
        ("table[small] == none", "not table[(small - 5)].0"),
        ("flags[page == 0]", "flags[((page = 0) ? 1 : 0)]"),
        ("forall(x in EDGES) x != page", "all((let x = 0 in not (x = page)), (let x = 3 in not (x = page)))"),
        ("EDGES.count == 2", "true"),
        ("~word == 255", "((255 - word):8 = 255)"),
        ("page / Page(2) == 0", "((page / 2) = 0)"),
        ("3 / page == 0", "((3 / check(not (page = 0), division_by_zero, page)) = 0)"),
    ])
    func expressions(_ text: String, _ core: String) throws {
        #expect(try Self.expression(text) == core)
    }

    /// A value that is used more than once is evaluated once, and the left side first.
    @Test func whatIsUsedTwiceIsEvaluatedOnce() throws {
        #expect(
            try Self.expression("table[Small(page + 5)] == none")
                == "not table[((let number = (page + 5) in "
                + "check(all((5 <= number), (number <= 8)), out_of_range, convert(number))) - 5)].0")
    }

    @Test(arguments: [
        ("if let x = maybe { small = x }", "if maybe.0\n    x := maybe.1\n    small := x"),
        (
            "waiting.push(page)",
            """
            check((waiting.0 < 2), queue_full)
            waiting.1[waiting.0] := page
            waiting.0 := (waiting.0 + 1)
            """
        ),
        (
            "waiting.pop()",
            """
            check((0 < waiting.0), queue_empty)
            for index from 0 to 0
                waiting.1[index] := waiting.1[(index + 1)]
            waiting.1[1] := default
            waiting.0 := (waiting.0 + -1)
            """
        ),
        ("owned.clear()", "owned := default"),
        ("owned.insert(page)", "owned.insert({page, page})"),
        (
            "owned.insert(page ... page + 1)",
            """
            last := (page + 1)
            check(any((last < page), all((0 <= last), (last <= 3))), out_of_range)
            owned.insert({page, last})
            """
        ),
        ("for x in EDGES { page = x }", "x := 0\npage := x\nx := 3\npage := x"),
    ])
    func statements(_ text: String, _ core: String) throws {
        #expect(try Self.statements(text) == core)
    }

    /// A function that takes a list is one function for each list.
    @Test func functionsOfLists() throws {
        let spec = try StandaloneSpec.typed(
            Self.head + """
                fn any_of(pages: List<Page>, wanted: Page) -> Bool { return exists(x in pages) x == wanted }
                invariant it: any_of(EDGES, page) && any_of([1], page) && any_of(EDGES, 2)
                """
        ).spec
        let core = try CoreTranslator(spec).expression(try #require(spec.invariants.first).condition)
        var called: [ObjectIdentifier] = []
        core.visit { if case .call(let function, _) = $0.form { called.append(ObjectIdentifier(function)) } }
        #expect(called.count == 3)
        #expect(called[0] == called[2])
        #expect(called[0] != called[1])
    }

    /// Loops over lists, one in the other, are refused before they take all memory.
    @Test func listsThatAreTooLong() throws {
        let list = "[" + (0..<100).map { _ in "1" }.joined(separator: ", ") + "]"
        let bound = (0..<4).map { "x\($0) in L" }.joined(separator: ", ")
        let spec = try StandaloneSpec.typed(
            "const L: List<Page> = \(list)\ntype Page = 0 ... 3\nstate { p: Page }\n"
                + "invariant it: forall(\(bound)) x0 != x1 || p != x2\n"
        ).spec
        #expect(throws: CoreRefusal.self) {
            _ = try CoreTranslator(spec).expression(spec.invariants[0].condition)
        }
    }
}
