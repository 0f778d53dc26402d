// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import Foundation
import Testing

/// Sizes that a stranger's spec may have: what is beyond has one message, whatever the order of the declarations.
@Suite struct SpecSizeTests {
    private static let count = 3000

    private static func chain(_ first: String, _ next: (Int) -> String, _ last: String) -> [String] {
        let declarations = [first] + (1..<count).map(next)
        return [declarations, declarations.reversed()].map { list in
            "module a\n" + list.joined(separator: "\n") + "\n" + last + "\ncheck c { expect holds }\n"
        }
    }

    private static let chains =
        chain(
            "fn f0() -> Int = 1", { "fn f\($0)() -> Int = f\($0 - 1)()" },
            "state { x: Bool }\nprocess p { x = f\(count - 1)() == 1 }")
        + chain(
            "op o0() { x = true }", { "op o\($0)() { o\($0 - 1)() }" },
            "state { x: Bool }\nprocess p { o\(count - 1)() }")
        + chain(
            "struct S0 { a: Bool }", { "struct S\($0) { a: S\($0 - 1) }" },
            "state { x: S\(count - 1) }\nprocess p { step }")
        + [
            chain(
                "const C0 = 1", { "const C\($0) = C\($0 - 1)" },
                "state { x: 0 ... C\(count - 1) }\nprocess p { x = 0 }")[1]
        ]
        + [
            chain(
                "type T0 = Bool", { "type T\($0) = T\($0 - 1)" },
                "state { x: T\(count - 1) }\nprocess p { step }")[1]
        ]

    private static func refusal(_ text: String) throws -> BadInput? {
        let folder = try TemporaryDirectory()
        let path = try folder.write(text, as: "a.spec")
        return BadInputTests.refusal {
            try CheckQuestion(CheckRequest(spec: path, limits: BadInputTests.limits)).answer()
        }
    }

    @Test(arguments: chains)
    func chainsAreBounded(text: String) throws {
        let diagnostics = try #require(try Self.refusal(text)).diagnostics.filter { $0.severity == .error }
        #expect(diagnostics.count == 1)
        #expect(["too-deep", "type-too-large"].contains(diagnostics.first?.id))
        #expect(diagnostics.first?.help != nil && diagnostics.first?.span != nil)
    }

    @Test func typesHaveSoManyParts() throws {
        let text =
            "module a\nstruct S0 { a: Bool, b: Bool }\n"
            + (1..<40).map { "struct S\($0) { a: S\($0 - 1), b: S\($0 - 1) }\n" }.joined()
            + "state { x: S39 }\nprocess p { step }\ncheck c { expect holds }\n"
        let diagnostics = try #require(try Self.refusal(text)).diagnostics
        #expect(diagnostics.map(\.id) == ["type-too-large"])
        #expect(diagnostics.first?.message == "'S15' is made of more than 65536 parts")
    }

    /// Each of many types is as large as a type may be: a type is measured once, not for each that is made of it.
    @Test(.timeLimit(.minutes(1))) func manyLargeTypesAreReadInSeconds() throws {
        let text =
            "module a\nstruct S0 { a: Bool }\n"
            + (1..<15).map { "struct S\($0) { a: S\($0 - 1), b: S\($0 - 1) }\n" }.joined()
            + (0..<10_000).map { "struct T\($0) { a: S14 }\n" }.joined()
            + "state { x: Bool }\ncheck c { expect holds }\n"
        #expect(try #require(try Self.refusal(text)).diagnostics.map(\.id) == ["no-process"])
    }

    /// Each function calls the one before twice: a limit, with either engine.
    @Test(arguments: [ExplorationLimits.Engine.interpreter, .compiled])
    func callsAreRounds(_ engine: ExplorationLimits.Engine) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(
            "module a\nstate { x: 0 ... 3 }\nfn f0() -> Int = 1\n"
                + (1..<40).map { "fn f\($0)() -> Int = f\($0 - 1)() + f\($0 - 1)()\n" }.joined()
                + "process p { x = 0 }\ninvariant i: f39() > 0\ncheck c { expect holds }\n", as: "a.spec")
        var limits = BadInputTests.limits
        limits.engine = engine
        limits.secondsMax = 300
        let request = CheckRequest(spec: path, limits: limits)
        let answer = try onLargeStack { try CheckQuestion(request).answer() }
        #expect(answer.exitCode == .inconclusive, "\(answer.text)")
        #expect(answer.text.contains("take more than 2097152 rounds at "), "\(answer.text)")
    }
}
