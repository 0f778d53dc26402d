import CheckerTesting
import Exporters
import Foundation
import Testing
import TransitionSystem

/// Rumur finds in what is exported the verdict of the interpreter and, where it visits every state, as many.
@Suite(.enabled(if: Commands.has("rumur", "gcc"), "rumur and gcc are not installed"))
struct MurphiTests {
    struct Found {
        let stateCount: Int
        let errorCount: Int
    }

    /// - Parameter errorsMax: it goes on after as many.
    static func run(_ text: String, errorsMax: Int = 1) throws -> Found {
        let commands = try Commands()
        defer { commands.remove() }
        try commands.write(text, to: "model.m")
        _ = try commands.run(
            "rumur", "model.m", "-o", "model.c", "--threads", "1", "--symmetry-reduction", "off",
            "--deadlock-detection", "off", "--max-errors", "\(errorsMax)")
        _ = try commands.run("gcc", "-O1", "-mcx16", "-w", "model.c", "-o", "model", "-lpthread")
        let output = try commands.run("./model", mayFail: true)
        guard let states = output.firstMatch(of: #/([0-9]+) states,/#).flatMap({ Int($0.output.1) }) else {
            throw Commands.Failure(description: String(output.suffix(1000)))
        }
        let errors = output.firstMatch(of: #/([0-9]+) error\(s\) found/#).flatMap { Int($0.output.1) } ?? 0
        return Found(stateCount: states, errorCount: errors)
    }

    /// Everything that Rumur goes on after: no invariants, which end a state, and no properties that count as errors.
    static func withoutProperties(_ text: String) -> String {
        text.replacing(#/(?m)^(invariant|cover) "[^"]*"\n[^\n]*\n/#, with: "")
    }

    static func compare(_ system: TransitionSystem, remark: String) throws {
        guard let expected = Expected(system, statesMax: 20_000) else { return }
        let text = try Exporter.text(of: system, for: .murphi)
        let found = try run(text)
        let isViolated = expected.isViolated || !expected.isSeldomReached
        #expect((found.errorCount > 0) == isViolated, "\(remark): the verdict")
        var count = found.stateCount
        if isViolated { count = try run(withoutProperties(text), errorsMax: 1_000_000_000).stateCount }
        #expect(count == expected.stateCount, "\(remark): the number of states")
    }

    @Test(arguments: RandomSpec.seeds(31, count: 24))
    func agreesOnRandomSpecs(seed: UInt64) throws {
        guard let system = SpecText.system(RandomSpec.text(seed: seed)) else { return }
        try Self.compare(system, remark: "seed \(seed)")
    }

    @Test func agreesOnEveryConstruct() throws {
        let path = "Tests/Golden/compiled/constructs.spec"
        try Self.compare(try #require(SpecText.system(try SpecText.read(path))), remark: path)
    }

    @Test func countsTheStatesOfLazyUnmap() throws {
        let system = try #require(SpecText.system(try SpecText.read("Specs/benchmarks/lazy_unmap.spec")))
        let found = try Self.run(try Exporter.text(of: system, for: .murphi))
        #expect(found.stateCount == 154_585)
        #expect(found.errorCount == 0)
    }
}
