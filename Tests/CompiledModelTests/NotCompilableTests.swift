// SPDX-License-Identifier: MIT

import Testing

@testable import CompiledModel

/// What has no compiled model, and why; and that one step below the limit has one.
@Suite struct NotCompilableTests {
    private static func reason(_ text: String) throws -> String? {
        let system = try CompiledComparison.system(text)
        do throws(NotCompilable) {
            _ = try ModelWriter.source(of: system)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(arguments: [
        ("type W = bits(64)\nstate { w: W }\nprocess p { w = w + 1 }", "a machine word of 64 bits"),
        (
            "type W = bits(61)\nstate { w: W? }\nprocess p { if let v = w { w = v } else { w = 1 } }",
            "a machine word of 61 bits"
        ),
        (
            "type N = 0 ..< 129\nstate { s: Set<N> }\nprocess p { s.insert(3 ... 4) }",
            "a set of more than 128 members"
        ),
        (
            "type N = 0 ... 2000000000000000000\nstate { n: N }\nprocess p { n = 2000000000000000000 }",
            "a number beyond 2^60"
        ),
    ])
    func isRefused(text: String, reason: String) throws { #expect(try Self.reason(text) == reason) }

    @Test(arguments: [
        "type W = bits(60)\nstate { w: W }\nprocess p { w = w + 1 }",
        "type N = 0 ..< 128\nstate { s: Set<N> }\nprocess p { s.insert(3 ... 4) }",
        "type N = 0 ... 4095\nstate { b: Bool }\nprocess p { b = exists(n: N) n == 4095 }\ninvariant i: forall(n: N) n >= 0",
        "type N = 0 ... 4095\nstate { b: Bool }\nfn f(x: Bool) -> Bool {\nvar y: Bool = x\nfor n in N { y = !y }\nreturn y\n}\nprocess p { b = f(b) }",
        "type N = 0 ... 4095\nstate { b: Bool }\nprocess p { choose { any(n: N) => { b = n == 1 } } }",
        "type N = 0 ... 1000000000000000000\nstate { n: N }\nprocess p { n = 1000000000000000000 }",
    ])
    func isWritten(text: String) throws { #expect(try Self.reason(text) == nil) }

    /// Calls nested 63 deep are written out, 70 deep are not.
    @Test func functionsNestDeep() throws {
        func spec(_ depth: Int) -> String {
            "type N = 0 ... 9\nstate { n: N }\nfn f0(x: N) -> N = x\n"
                + (1...depth).map { "fn f\($0)(x: N) -> N = f\($0 - 1)(x)\n" }.joined()
                + "process p { n = f\(depth)(1) }"
        }
        #expect(try Self.reason(spec(60)) == nil)
        #expect(try Self.reason(spec(70)) == "calls of functions nested deeper than 64")
    }

    /// Loops over lists are unrolled: five of 100 elements, one in the other, would be 10^10 lines.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "fn f(x: N) -> Bool {\nFOR if x > a + e { return true } ENDS\nreturn false\n}",
            "fn f(x: N) -> Bool = FORALL x > a + e",
        ])
    func theTextIsBounded(function: String) throws {
        let names = ["a", "b", "c", "d", "e"]
        let list = "[" + (0..<100).map(String.init).joined(separator: ", ") + "]"
        let text =
            function.replacing("FORALL", with: names.map { "forall(\($0) in L) " }.joined())
            .replacing("FOR", with: names.map { "for \($0) in L { " }.joined())
            .replacing("ENDS", with: names.map { _ in "}" }.joined(separator: " "))
        let spec =
            "type N = 0 ... 9\nconst L: List<Int> = \(list)\nstate { n: N }\n\(text)\n"
            + "process p { n = if f(n) { 1 } else { 0 } }"
        #expect(try Self.reason(spec) == "its lists, written out, make the program too large")
    }

    /// The same spec is the same text: the cache finds it again. Names alone do not get into it.
    @Test func theSourceIsAFunctionOfTheSpec() throws {
        let text = "type N = 0 ... 9\nstate { n: N }\nprocess p { n = if n == 9 { 0 } else { N(n + 1) } }"
        let first = try ModelWriter.source(of: try CompiledComparison.system(text))
        #expect(try ModelWriter.source(of: try CompiledComparison.system(text)) == first)
        let other = text.replacing("== 9", with: "== 8")
        #expect(try ModelWriter.source(of: try CompiledComparison.system(other)) != first)
        #expect(first.contains("iommu_check_expand"))
    }
}
