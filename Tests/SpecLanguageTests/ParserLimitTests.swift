// SPDX-License-Identifier: MIT

import Diagnostics
import Foundation
import SpecLanguage
import Synchronization
import Testing

@Suite struct ParserLimitTests {
    /// A text that nests `count` deep in one way.
    struct Nesting: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let text: @Sendable (Int) -> String

        static func repeated(
            _ name: String, _ prefix: String, _ opening: String, _ middle: String, _ closing: String = "",
            _ suffix: String = ""
        ) -> Nesting {
            Nesting(testDescription: name) { count in
                "module m\n" + prefix + String(repeating: opening, count: count) + middle
                    + String(repeating: closing, count: count) + suffix + "\nconst LAST = 1\n"
            }
        }
    }

    static let nestings: [Nesting] = [
        .repeated("parentheses", "const A = ", "(", "1", ")"),
        .repeated("negations", "const A = ", "!", "a"),
        .repeated("minus signs", "const A = ", "- ", "a"),
        .repeated("calls", "const A = ", "f(", "1", ")"),
        .repeated("lists", "const A = ", "[", "1", "]"),
        .repeated("sums", "const A = 1", " + 1", ""),
        .repeated("conjunctions", "const A = a", "\n    && a", ""),
        .repeated("implications", "const A = a", " implies a", ""),
        .repeated("comparisons", "const A = (", "(", "a", " == a)", " == a)"),
        .repeated("members", "const A = a", ".b", ""),
        .repeated("elements", "const A = a", "[0]", ""),
        .repeated("method calls", "const A = a", ".b(1)", ""),
        .repeated("indices", "const A = ", "a[", "0", "]"),
        .repeated("sums in parentheses on the left", "const A = ", "(", "a", " + 1 + 1)"),
        .repeated("quantifiers", "const A = ", "forall(x: T) ", "x"),
        .repeated("list quantifiers", "const A = ", "exists(x in [", "1", "]) x"),
        .repeated("conditionals", "const A = ", "if a { ", "b", " }"),
        .repeated("alternatives", "const A = ", "if a { b } else ", "{ c }"),
        .repeated("array types", "type A = ", "[T]", "T"),
        .repeated("index types", "type A = ", "[", "T", "]T"),
        .repeated("sets", "type A = ", "Set<", "T", " >"),
        .repeated("blocks", "op f() { ", "if a { ", "step", " }", " }"),
        .repeated("else-if", "op f() { if a { } ", "else if a { }\n", "", "", " }"),
        .repeated("loops", "op f() { ", "while a { ", "step", " }", " }"),
        .repeated("choices", "op f() { ", "choose { => ", "step", " }", " }"),
        .repeated("changes", "", "change a on b {\n", "", "}\n"),
        .repeated("temporal parentheses", "property p: ", "(", "always a", ")"),
        .repeated("always", "property p: ", "always ", "a"),
        .repeated("temporal implications", "property p: ", "a implies ", "always a"),
    ]

    @Test(arguments: nestings)
    func oneErrorForHopelessDepth(_ nesting: Nesting) {
        let diagnostics = parse(nesting.text(10_000)).diagnostics
        #expect(diagnostics.map(\.id) == ["too-deep"])
    }

    /// What the parser accepts is no danger to it, nor to the formatter.
    @Test(arguments: nestings)
    func acceptedDepthFitsASmallStack(_ nesting: Nesting) throws {
        // The deepest text that is accepted.
        var accepted = 1
        var refused = 1000
        while refused - accepted > 1 {
            let middle = (accepted + refused) / 2
            if parse(nesting.text(middle)).diagnostics.isEmpty { accepted = middle } else { refused = middle }
        }
        #expect(accepted >= 40, "only \(accepted) levels")
        #expect(accepted <= 200)
        let text = nesting.text(accepted)
        let isFine = onStack(bytes: Self.smallStack) {
            let source = SourceFile(path: "deep.spec", text: text)
            return SpecFormatter.format(source, id: firstFile).text != nil
        }
        #expect(isFine)
    }

    /// What threads have at least; frames of unoptimized code are many times as large.
    #if DEBUG
        private static let smallStack = 16 << 20
    #else
        private static let smallStack = 512 << 10
    #endif

    private func onStack(bytes: Int, _ body: @escaping @Sendable () -> Bool) -> Bool {
        let slot = Slot()
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            let result = body()
            slot.value.withLock { $0 = result }
            done.signal()
        }
        thread.stackSize = bytes
        thread.start()
        done.wait()
        return slot.value.withLock { $0 }
    }

    private final class Slot: Sendable { let value = Mutex(false) }

    @Test func refusesLargeFiles() {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: (4 << 20) + 1)
        let (module, diagnostics) = Parser.parse(SourceFile(path: "large.spec", bytes: bytes), id: firstFile)
        #expect(module == nil)
        #expect(diagnostics.map(\.id) == ["file-too-large"])
        #expect(diagnostics.first?.message.contains("large.spec") == true)
    }

    /// One token or line over the whole file.
    @Test(arguments: [
        "a", "1", "(", "{", "\"", "/", "}", ";", "\n", "a ", "a.", "- ", "::", "x = 1\n", "\u{E9}",
        "const A=(\n", "/// a\n",
    ])
    func boundedForMonotonousFiles(_ piece: String) {
        let text = "module m\n" + String(repeating: piece, count: (1 << 17) / piece.utf8.count)
        let source = SourceFile(path: "monotonous.spec", text: text)
        let clock = ContinuousClock()
        let took = clock.measure {
            let diagnostics = Parser.parse(source, id: firstFile).diagnostics
            #expect(diagnostics.count <= 21)
            #expect(rendered(source, diagnostics).utf8.count < 100_000)
        }
        #expect(took < .seconds(60))
    }
}
