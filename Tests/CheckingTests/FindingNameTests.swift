// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import Foundation
import Testing

/// `expect violates` with the name of a finding that no spec declares.
@Suite struct FindingNameTests {
    static let counter = "module a\nstate { n: 0 ..< 3 }\nprocess p { n = n + 1 }\n"

    private func check(_ spec: String, traces: String? = nil) throws -> Answer {
        let folder = try TemporaryDirectory()
        let path = try folder.write(spec, as: "names.spec")
        return try CheckQuestion(
            CheckRequest(spec: path, limits: BadInputTests.limits, tracesDirectory: traces)
        ).answer()
    }

    @Test(arguments: [
        ("out_of_range", "n: 0 ..< 3", "n = n + 1"),
        ("index_out_of_range", "n: 0 ..< 3, rows: [0 ..< 3]Bool", "rows[n + 3] = true"),
        ("division_by_zero", "n: 0 ..< 3", "n = 1 / n"),
        ("negative_shift", "n: 0 ..< 3", "n = 1 << (n - 1)"),
        ("queue_full", "q: Queue<0 ..< 3, 1>", "q.push(1)"),
        ("queue_empty", "q: Queue<0 ..< 3, 1>", "q.pop()"),
        ("empty_choice", "n: 0 ..< 3", "n = 1\nchoose { where n == 0 => { n = 2 } }"),
        ("endless_loop", "n: 0 ..< 3", "n = 1\nwhile n == 1 {}"),
        ("lock_not_held", "n: 0 ..< 3, l: [0 ..< 3]Lock", "var i: 0 ..< 3 = 0\nwith lock(l[i]) { i = 1 }"),
        ("assertion", "n: 0 ..< 3", "assert n > 0"),
        ("deadlock", "n: 0 ..< 3", "n = 1\nstep\nawait n == 2"),
    ])
    func canBeExpected(name: String, state: String, body: String) throws {
        let answer = try check(
            "module a\nstate { \(state) }\nprocess p {\n\(body)\n}\n"
                + "check it { expect violates \(name) within 3 steps }\n")
        #expect(answer.exitCode == .expected, "\(answer.text)")
        #expect(answer.text.contains(name), "\(answer.text)")
    }

    @Test(arguments: [
        ("out_of_rang", "did you mean 'out_of_range'?"),
        ("nonsense_of_all_kinds", "deadlock, assertion, out_of_range, index_out_of_range"),
        ("arithmetic_overflow", "a limit of the checker is never a violation"),
        ("out-of-range", "write 'out_of_range'"),
    ])
    func anUnknownNameGetsHelp(name: String, help: String) throws {
        do {
            let answer = try check(Self.counter + "check it { expect violates \(name) within 3 steps }\n")
            Issue.record("accepted: \(answer.text)")
        } catch let refusal as BadInput {
            #expect(refusal.text.contains(help), "\(refusal.text)")
            #expect(refusal.diagnostics.filter { $0.severity == .error }.count == 1)
        }
    }

    /// A name that the author declares stays the author's.
    @Test(arguments: [
        ("out_of_range", CheckExit.unexpected), ("built_in_out_of_range", .expected),
    ])
    func aDeclaredNameIsTheAuthors(expected: String, exit: CheckExit) throws {
        let answer = try check(
            Self.counter + "invariant out_of_range: n < 3\n"
                + "check it { expect violates \(expected) within 3 steps }\n")
        #expect((answer.exitCode == .expected) == (exit == .expected), "\(answer.text)")
        #expect(answer.text.contains("built_in_out_of_range"), "\(answer.text)")
    }

    enum CheckExit { case expected, unexpected }

    /// Runs that older versions recorded spell these names with hyphens.
    @Test(arguments: ["txt", "itf.json"])
    func oldRecordsReplay(suffix: String) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(
            Self.counter + "check it { expect violates out_of_range within 3 steps }\n", as: "names.spec")
        _ = try CheckQuestion(
            CheckRequest(spec: path, limits: BadInputTests.limits, tracesDirectory: folder.path)
        ).answer()
        let name = try #require(try folder.names.first { $0.hasSuffix(suffix) })
        let today = try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
        #expect(today.contains("out_of_range"))
        let old = today.replacingOccurrences(of: "out_of_range", with: "out-of-range")
        let record = try folder.write(old, as: "old." + suffix)
        let answer = try ReplayQuestion(ReplayRequest(trace: record, spec: path)).answer()
        #expect(answer.exitCode == .expected, "\(answer.text)")
        #expect(answer.text.hasPrefix("still breaks out_of_range"), "\(answer.text)")
    }
}
