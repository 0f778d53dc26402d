// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import Foundation
import Testing

/// Whatever a user gives, there is one clear answer, soon.
@Suite struct BadInputTests {
    static let counter = """
        module counter

        const LAST = 3
        state { count: 0 ... 100 }
        process cpu { choose { where count < LAST => { count = count + 1 } } }
        invariant small: count <= LAST
        check counts { expect holds }
        """

    static let limits = ExplorationLimits(threads: 1, memoryBytesMax: 1 << 28, secondsMax: 10)

    /// What a question says of bad input.
    static func refusal(_ question: @escaping @Sendable () throws -> Answer) -> BadInput? {
        do {
            let answer = try onLargeStack(question)
            Issue.record("accepted, exit code \(answer.exitCode): \(answer.text.prefix(400))")
        } catch let failure as BadInput {
            return failure
        } catch {
            Issue.record("not a bad input: \(error)")
        }
        return nil
    }

    /// Expects exactly one error of this code, within a second.
    private func expectOne(
        _ id: String, _ question: @escaping @Sendable () throws -> Answer,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let start = ContinuousClock.now
        guard let failure = Self.refusal(question) else {
            Issue.record("it was not refused", sourceLocation: sourceLocation)
            return
        }
        #expect(start.duration(to: .now) < .seconds(5), sourceLocation: sourceLocation)
        let errors = failure.diagnostics.filter { $0.severity == .error }
        #expect(errors.map(\.id) == [id], "\(failure.text.prefix(2000))", sourceLocation: sourceLocation)
        #expect(failure.text.utf8.count < 4000, sourceLocation: sourceLocation)
    }

    private func check(
        _ spec: String, check: String? = nil, settings: [String] = [], platform: String? = nil,
        group: Int? = nil,
        limits: ExplorationLimits = limits
    ) -> @Sendable () throws -> Answer {
        {
            try CheckQuestion(
                CheckRequest(
                    spec: spec, check: check, settings: settings, platform: platform, group: group,
                    limits: limits)
            ).answer()
        }
    }

    // MARK: Files

    @Test func unreadableSpecs() throws {
        let directory = try TemporaryDirectory()
        expectOne("missing-module", check(try directory.write("", as: "empty.spec")))
        expectOne("cannot-read", check(directory.path))
        expectOne("cannot-read", check(directory.path + "/missing.spec"))
        expectOne("cannot-read", check(try directory.write("x", as: "file") + "/below.spec"))
        let binary = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
        let failure = try #require(Self.refusal(check(try directory.write(binary, as: "binary.spec"))))
        #expect(failure.text.utf8.count < 16_000)
        #expect(failure.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 32 })
    }

    @Test func pipeIsRefusedWithoutWaiting() throws {
        let directory = try TemporaryDirectory()
        let pipe = directory.path + "/pipe.spec"
        try #require(mkfifo(pipe, 0o600) == 0)
        expectOne("cannot-read", check(pipe))
    }

    @Test func hugeFileIsNotRead() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("module huge", as: "huge.spec")
        try #require(truncate(path, 100 << 20) == 0)
        expectOne("cannot-read", check(path))
        expectOne("cannot-read") { try ReplayQuestion(ReplayRequest(trace: path)).answer() }
        expectOne("cannot-read") { try FormatQuestion(paths: [path], isCheck: true).answer() }
    }

    @Test func deepNesting() throws {
        let directory = try TemporaryDirectory()
        let many = 10_000
        func text(_ piece: String) -> String { String(repeating: piece, count: many) }
        let bodies = [
            "invariant deep: \(text("("))true\(text(")"))",
            "invariant deep: \(text("!"))true",
            "invariant deep: \(text("true implies "))true",
            "op deep() { \(text("if true { "))\(text("} "))}",
            "op deep() { if true { step } \(text("else if true { step } ")) }",
            "type Deep = \(text("[Bool]"))Bool",
            "type Deep = \(text("Set<"))Bool\(text(">"))",
        ]
        for (number, body) in bodies.enumerated() {
            let path = try directory.write("module deep\n\(body)\n", as: "deep\(number)/deep.spec")
            let start = ContinuousClock.now
            let failure = try #require(Self.refusal(check(path)), "\(body.prefix(40))")
            #expect(start.duration(to: .now) < .seconds(5), "\(body.prefix(40))")
            #expect(failure.diagnostics.first?.id == "too-deep", "\(failure.text.prefix(600))")
            #expect(failure.text.utf8.count < 8000)
        }
    }

    // MARK: Names and settings

    @Test func unknownNames() throws {
        let directory = try TemporaryDirectory()
        let spec = try directory.write(Self.counter, as: "counter.spec")
        expectOne("unknown-check", check(spec, check: "count"))
        expectOne("unknown-constant", check(spec, settings: ["LEAST=3"]))
        for text in [
            "", "LAST", "LAST=", "=3", "LAST=3 const B = 4", "LAST==3", "LAST=3\nconst B = 4", "LAST=(",
            "9=9",
        ] {
            let failure = try #require(Self.refusal(check(spec, settings: [text])), "\(text)")
            #expect(failure.diagnostics.map(\.id) == ["bad-setting"], "\(text): \(failure.text)")
        }
        let answer = try check(spec, settings: ["LAST=5"])()
        #expect(answer.exitCode == .expected)
    }

    @Test func platforms() throws {
        let directory = try TemporaryDirectory()
        let spec = try directory.write(Self.counter, as: "counter.spec")
        let good = try directory.write(
            "group 3\n0x00000000fee00000 0x00000000feefffff msi\n", as: "good.regions")
        let bad = try directory.write(
            "0x0000000000100000 0x00000000001fffff direct\n0x0000000000180000 0x000000000018ffff reserved\n",
            as: "bad.regions")
        expectOne("bad-option", check(spec, group: 3))
        expectOne("unknown-group", check(spec, platform: good, group: 4))
        expectOne("contradicting-regions", check(spec, platform: bad))
        expectOne("cannot-read", check(spec, platform: directory.path + "/none"))
        let failure = try #require(
            Self.refusal(check(spec, platform: try directory.write("nonsense\n", as: "n"))))
        #expect(failure.diagnostics.count == 1)
    }

    // MARK: Imports

    @Test func importsStayBelowTheRoot() throws {
        let directory = try TemporaryDirectory()
        try directory.write("module x", as: "x.spec")
        try directory.write("", as: "root/spec-root")
        func spec(importing text: String) throws -> String {
            try directory.write(
                "module main\nimport \(text)\n" + Self.counter.dropFirst(14), as: "root/main.spec")
        }
        expectOne("import-outside-root", check(try spec(importing: "../x")))
        expectOne("import-outside-root", check(try spec(importing: "inner/../../x")))
        expectOne("import-outside-root", check(try spec(importing: "/etc/passwd")))
        expectOne("import-not-found", check(try spec(importing: "missing")))
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/root/link.spec", withDestinationPath: directory.path + "/x.spec")
        expectOne("import-outside-root", check(try spec(importing: "link")))
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/root/inner", withDestinationPath: directory.path)
        expectOne("import-outside-root", check(try spec(importing: "inner/x")))
    }

    @Test func importsMayFormCircles() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            "module other\nimport counter\nimport other\nconst OTHER = LAST\n", as: "other.spec")
        let text = Self.counter.replacingOccurrences(
            of: "module counter", with: "module counter\nimport other")
        let answer = try check(try directory.write(text, as: "counter.spec"))()
        #expect(answer.exitCode == .expected, "\(answer.text)")
    }

    // MARK: Size

    @Test func scopesThatNobodyCanExplore() throws {
        let directory = try TemporaryDirectory()
        let process = "process cpu { step }\ncheck every { expect holds }\n"
        let nested = (1...1000).map { "type T\($0) = [T0]T\($0 - 1)" }.joined(separator: "\n")
        let states = [
            "const P = 1000000000\ntype Page = 0 ..< P\nstate { table: [Page]Bool }\ninvariant i: table[0]",
            "type Word = bits(16)\nstate { table: [Word][Word]Bool }\ninvariant i: table[0][0]",
            "type Word = bits(16)\nstate { table: [Word]Set<Word> }\ninvariant i: table[0].is_empty",
            "type T0 = 0 ..< 2\n\(nested)\nstate { t: T1000 }\ninvariant i: t == t",
            "type Word = bits(64)\nstate { owned: Set<Word> }\ninvariant i: owned.is_empty",
            "type Word = bits(16)\nstate { q: Queue<Word, 1000000000> }\ninvariant i: q.is_empty",
        ]
        for (number, text) in states.enumerated() {
            let path = try directory.write("module big\n\(text)\n\(process)", as: "big\(number)/big.spec")
            let start = ContinuousClock.now
            let failure = try #require(Self.refusal(check(path)), "\(text.prefix(80))")
            #expect(start.duration(to: .now) < .seconds(5), "\(text.prefix(80))")
            let ids = Set(failure.diagnostics.map(\.id))
            let wanted: Set = [
                "too-many-values", "state-too-large", "too-deep", "bad-count", "type-too-large",
            ]
            #expect(ids.isSubset(of: wanted), "\(failure.text.prefix(1000))")
            #expect(failure.diagnostics.count == 1, "\(failure.text.prefix(1000))")
        }
    }

    @Test func limitsEndAsInconclusive() throws {
        try #require(Repository.isCurrentDirectory)
        let spec = "Specs/benchmarks/lazy_unmap.spec"
        let tests = [
            (
                ExplorationLimits(threads: 1, memoryBytesMax: 1 << 30, secondsMax: 0.5),
                "the time limit was reached"
            ),
            (ExplorationLimits(threads: 1, memoryBytesMax: 1 << 21), "the memory limit was reached"),
        ]
        for (limits, why) in tests {
            let answer = try check(spec, settings: ["PAGES=6", "FRAMES=4"], limits: limits)()
            #expect(answer.exitCode == .inconclusive, "\(answer.text)")
            #expect(answer.text.contains(why), "\(answer.text)")
            #expect(answer.text.contains("all runs of up to "), "\(answer.text)")
        }
    }

    @Test func twoChecksOfOneName() throws {
        let folder = try TemporaryDirectory()
        let spec = try folder.write(
            Self.counter + "\ncheck counts { expect violates small within 1 steps }\n", as: "counter.spec")
        expectOne("duplicate-name", check(spec))
        expectOne("duplicate-name", check(spec, check: "counts"))
    }

    /// A deadlock is where somebody waits.
    @Test func aDeadlockHasAPlace() throws {
        let folder = try TemporaryDirectory()
        let spec = try folder.write(
            """
            module stuck
            state { x: Bool }
            op go() { x = true }
            process w { go(); step; await false; x = false }
            check c { expect holds }
            """, as: "stuck.spec")
        let answer = try check(spec)()
        #expect(answer.text.contains("deadlock"))
        #expect(answer.text.contains("stuck.spec:4:25"), "\(answer.text)")
    }
}
