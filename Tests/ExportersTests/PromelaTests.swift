// SPDX-License-Identifier: MIT

import CheckerTesting
import Exporters
import Foundation
import SpecLanguage
import Testing
import TransitionSystem

/// SPIN finds in what is exported the verdict of the interpreter and, where nothing is wrong, as many states.
@Suite(.enabled(if: Commands.has("spin", "gcc"), "spin and gcc are not installed"))
struct PromelaTests {
    struct Found {
        let stateCount: Int
        let errorCount: Int
    }

    /// - Parameter reached: the reachable property that is looked for, by number; a violation is a state that has it.
    static func run(_ text: String, reached: Int? = nil) throws -> Found {
        let commands = try Commands()
        defer { commands.remove() }
        try commands.write(text, to: "model.pml")
        if let reached {
            _ = try commands.run("spin", "-DREACHED_\(reached)", "-a", "model.pml")
        } else {
            _ = try commands.run("spin", "-a", "model.pml")
        }
        _ = try commands.run(
            "gcc", "-O1", "-w", "-DSAFETY", "-DNOREDUCE", "-DVECTORSZ=4096", "pan.c", "-o", "pan")
        let output = try commands.run("./pan", "-m2000000")
        guard let states = output.firstMatch(of: #/([0-9]+) states, stored/#).flatMap({ Int($0.output.1) }),
            let errors = output.firstMatch(of: #/errors: ([0-9]+)/#).flatMap({ Int($0.output.1) })
        else { throw Commands.Failure(description: String(output.suffix(1000))) }
        return Found(stateCount: states, errorCount: errors)
    }

    static func compare(_ system: TransitionSystem, remark: String) throws {
        guard let expected = Expected(system, statesMax: 20_000) else { return }
        let text = try Exporter.text(of: system, for: .promela)
        let found = try run(text)
        #expect((found.errorCount > 0) == expected.isViolated, "\(remark): the verdict")
        if expected.isViolated { return }
        // One more where there is a choice of initial states: the one before it.
        let count = expected.stateCount + (text.contains("one more state than there are") ? 1 : 0)
        #expect(found.stateCount == count, "\(remark): the number of states")
        guard !system.spec.reachables.isEmpty else { return }
        #expect((try run(text, reached: 0).errorCount > 0) == expected.isSeldomReached, "\(remark): reached")
    }

    @Test(arguments: RandomSpec.seeds(33, count: 24))
    func agreesOnRandomSpecs(seed: UInt64) throws {
        guard let system = SpecText.system(RandomSpec.text(seed: seed)) else { return }
        try Self.compare(system, remark: "seed \(seed)")
    }

    @Test(arguments: ["constructs", "ranges"])
    func agreesOnEveryConstruct(_ name: String) throws {
        let path = "Tests/Golden/compiled/\(name).spec"
        try Self.compare(try #require(SpecText.system(try SpecText.read(path))), remark: path)
    }

    @Test func countsTheStatesOfLazyUnmap() throws {
        let system = try #require(SpecText.system(try SpecText.read("Specs/benchmarks/lazy_unmap.spec")))
        let found = try Self.run(try Exporter.text(of: system, for: .promela))
        #expect(found.stateCount == 154_585)
        #expect(found.errorCount == 0)
    }
}
