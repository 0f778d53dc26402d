// SPDX-License-Identifier: MIT

import Testing

@testable import Conformance

/// The text of an `.events` file: what each line means, and what is said of a line that means nothing.
struct EventCatalogTests {
    @Test func everyKindOfLine() throws {
        let (catalog, problems) = LogTesting.catalog(
            """
            # A comment, then an empty line.

              # An indented one.
            event map: iova={first:hex} size={size}
            event unmap as release: {device:name} {_}
            \tevent map as other: x
            ignore sched_switch  irq_entry
            ignore timer
            missing known: the mapping: it was made before the log
            unseen vtd: what the hardware caches
            unseen vtd: and what it reads
            """)
        #expect(problems.isEmpty)
        #expect(catalog.formats.map(\.event) == ["map", "unmap", "map"])
        #expect(catalog.formats.map(\.operation) == ["map", "release", "other"])
        #expect(catalog.formats.map(\.line) == [4, 5, 6])
        #expect(catalog.formats.map(\.fields) == [["first", "size"], ["device"], []])
        #expect(catalog.formats.map(\.kinds) == [[.hexadecimal, .decimal], [.name], []])
        #expect(catalog.ignored == ["sched_switch", "irq_entry", "timer"])
        // Only the first colon parts the name from the text.
        #expect(catalog.missing == ["known": "the mapping: it was made before the log"])
        #expect(catalog.unseen.map(\.module) == ["vtd", "vtd"])
        #expect(catalog.unseen.map(\.what) == ["what the hardware caches", "and what it reads"])
    }

    @Test func theParts() {
        func parts(_ template: String) -> [EventFormat.Part] {
            LogTesting.catalog("event e: \(template)").catalog.formats.first?.parts ?? []
        }
        func literal(_ text: String) -> EventFormat.Part { .literal(Array(text.utf8)) }
        #expect(
            parts("a={a:hex}, b={b} c={c:name};{_}")
                == [
                    literal("a="), .field(.hexadecimal, slot: 0), literal(", b="), .field(.decimal, slot: 1),
                    literal(" c="), .field(.name, slot: 2), literal(";"), .field(.skipped, slot: -1),
                ])
        // Two braces are one, as a part of the text around it.
        #expect(parts("x{{y}") == [literal("x{y}")])
        #expect(parts("{{{a}") == [literal("{"), .field(.decimal, slot: 0)])
        // Digits end where what is skipped begins.
        #expect(parts("{a}{_}") == [.field(.decimal, slot: 0), .field(.skipped, slot: -1)])
    }

    @Test(arguments: [
        ("event", "'event' is not finished"),
        ("ignore ", "'ignore ' is not finished"),
        ("events map: x", "'events' begins no line"),
        ("Event map: x", "'Event' begins no line"),
        ("event map", "a colon is missing"),
        ("missing known", "a colon is missing"),
        ("unseen vtd", "a colon is missing"),
        ("event map as: x", "'map as' is not 'NAME' or 'NAME as OPERATION'"),
        ("event map is a: x", "'map is a' is not 'NAME' or 'NAME as OPERATION'"),
        ("event map as a b: x", "'map as a b' is not 'NAME' or 'NAME as OPERATION'"),
        ("event : x", "'' is not 'NAME' or 'NAME as OPERATION'"),
        ("event map: {a", "a '{' is not closed"),
        ("event map: a {{ b {c", "a '{' is not closed"),
        ("event map: {a}{b}", "nothing tells where the field before this one ends"),
        ("event map: {a:name}{_}", "nothing tells where the field before this one ends"),
        ("event map: {_}{_}", "nothing tells where the field before this one ends"),
        ("event map: {_}{a:hex}", "nothing tells where the field before this one ends"),
        ("event map: {}", "a field is '{name}', '{name:hex}', '{name:name}' or '{_}'"),
        ("event map: {a:octal}", "a field is '{name}', '{name:hex}', '{name:name}' or '{_}'"),
        ("event map: {a:hex:hex}", "a field is '{name}', '{name:hex}', '{name:name}' or '{_}'"),
    ])
    func aLineThatMeansNothing(line: String, message: String) {
        let (catalog, problems) = LogTesting.catalog("# head\nignore a\n\(line)\nevent good: x\n")
        #expect(problems == ["3: \(message)"])
        // The other lines are read all the same, so that all that is wrong is said at once.
        #expect(catalog.formats.map(\.event) == ["good"])
        #expect(catalog.ignored == ["a"])
    }

    @Test func everyBadLineIsNamed() {
        let (_, problems) = LogTesting.catalog("event a\nevent b: x\nwhat is this\nevent c: {\n")
        #expect(problems.map { $0.prefix(2) } == ["1:", "3:", "4:"])
    }

    /// Sixteen fields have room, seventeen have not; what is skipped takes none.
    @Test func fieldsHaveAnEnd() {
        func event(_ count: Int) -> String {
            "event e: " + (0..<count).map { "{f\($0)}" }.joined(separator: " ") + " {_}"
        }
        #expect(LogTesting.catalog(event(16)).problems.isEmpty)
        #expect(LogTesting.catalog(event(16)).catalog.formats.first?.fields.count == 16)
        #expect(LogTesting.catalog(event(17)).problems == ["1: more than 16 fields"])
    }

    @Test func nothingIsNothing() {
        for text in ["", "\n", "#", "   ", "\n\n# x\n"] {
            let (catalog, problems) = LogTesting.catalog(text)
            #expect(problems.isEmpty, "\(text.debugDescription)")
            #expect(catalog.formats.isEmpty)
        }
    }
}
