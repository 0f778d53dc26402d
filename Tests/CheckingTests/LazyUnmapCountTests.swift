// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import Reports
import Testing

/// The benchmark has as many states and transitions here as in another checker: the strongest test of what
/// a step is.
@Suite struct LazyUnmapCountTests {
    struct Scope: CustomTestStringConvertible, Sendable {
        let pages: Int
        let frames: Int
        let cpus: Int
        let states: Int
        let transitions: Int

        var testDescription: String { "\(pages) pages, \(frames) frames, \(cpus) CPUs" }
    }

    static let scopes = [
        Scope(pages: 3, frames: 2, cpus: 2, states: 396, transitions: 1543),
        Scope(pages: 4, frames: 2, cpus: 2, states: 3472, transitions: 17787),
        Scope(pages: 4, frames: 3, cpus: 1, states: 4268, transitions: 19150),
        Scope(pages: 3, frames: 2, cpus: 3, states: 716, transitions: 3035),
    ]

    static let large = Scope(pages: 5, frames: 3, cpus: 2, states: 154_585, transitions: 1_012_140)

    static let hasLongTests = ProcessInfo.processInfo.environment["LONG_TESTS"] == "1"
    static let hasMurphi = ["rumur", "gcc"].allSatisfy { name in
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }

    @Test(arguments: scopes, [1, 2])
    func countsAreThoseOfOtherCheckers(_ scope: Scope, threads: Int) throws {
        try expectCounts(of: scope, threads: threads)
    }

    @Test(.enabled(if: hasLongTests, "set LONG_TESTS=1"), arguments: [1, 2])
    func countsOfTheFullScope(threads: Int) throws { try expectCounts(of: Self.large, threads: threads) }

    private func expectCounts(of scope: Scope, threads: Int) throws {
        try #require(Repository.isCurrentDirectory)
        let directory = try TemporaryDirectory()
        let json = directory.path + "/result.json"
        let request = CheckRequest(
            spec: "Specs/benchmarks/lazy_unmap.spec",
            settings: ["PAGES=\(scope.pages)", "FRAMES=\(scope.frames)", "CPUS=\(scope.cpus)"],
            limits: ExplorationLimits(threads: threads, memoryBytesMax: 1 << 30), jsonPath: json)
        let answer = try CheckQuestion(request).answer()
        #expect(answer.exitCode == .expected)
        let result = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json))) as? [String: Any]
        )
        #expect(result["states"] as? Int == scope.states)
        #expect(result["transitions"] as? Int == scope.transitions)
    }

    /// The Murphi text, generated to C by rumur, compiled and run.
    @Test(.enabled(if: hasMurphi, "rumur and gcc are not installed"), arguments: scopes.prefix(3))
    func murphiCountsTheSame(_ scope: Scope) throws {
        let directory = try TemporaryDirectory()
        let original = try Repository.text("Tests/Golden/murphi/lazy_unmap.m")
        let constants = "const NI: 6; NP: 4; NC: 2;"
        try #require(original.contains(constants))
        let text = original.replacingOccurrences(
            of: constants, with: "const NI: \(scope.pages); NP: \(scope.frames); NC: \(scope.cpus);")
        let model = try directory.write(text, as: "model.m")
        let source = directory.path + "/model.c"
        let binary = directory.path + "/model"
        let generated = try run(
            "rumur",
            [
                "--threads", "1", "--symmetry-reduction", "off", "--deadlock-detection", "off", "--output",
                source, model,
            ])
        try #require(generated.status == 0, "\(generated.text)")
        let compiled = try run("gcc", ["-O1", "-mcx16", "-w", source, "-o", binary, "-lpthread"])
        try #require(compiled.status == 0, "\(compiled.text)")
        let explored = try run(binary, [])
        #expect(explored.status == 0)
        #expect(
            explored.text.contains("\(scope.states) states, \(scope.transitions) rules fired"),
            "\(explored.text)")
    }

    private func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
        let commands = try Commands()
        defer { commands.remove() }
        do {
            return (0, try commands.run([program] + arguments))
        } catch let failure as Commands.Failure {
            return (1, failure.description)
        }
    }
}
