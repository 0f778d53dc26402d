// SPDX-License-Identifier: MIT

import CheckerTesting
import Exporters
import Foundation
import Testing
import TransitionSystem

/// Rumur finds in what is exported the verdict of the interpreter and, where it visits every state, as many.
@Suite(.enabled(if: MurphiRun.isPossible, "rumur and gcc are not installed"))
struct MurphiTests {
    /// Everything that Rumur goes on after: no invariants, which end a state, and no properties that count as errors.
    static func withoutProperties(_ text: String) -> String {
        text.replacing(#/(?m)^(invariant|cover) "[^"]*"\n[^\n]*\n/#, with: "")
    }

    static func compare(_ system: TransitionSystem, remark: String) throws {
        guard let expected = Expected(system, statesMax: 20_000) else { return }
        let text = try Exporter.text(of: system, for: .murphi)
        let found = try MurphiRun(text)
        let isViolated = expected.isViolated || !expected.isSeldomReached
        #expect((found.errorCount > 0) == isViolated, "\(remark): the verdict")
        var count = found.stateCount
        if isViolated { count = try MurphiRun(withoutProperties(text), errorsMax: 1_000_000_000).stateCount }
        #expect(count == expected.stateCount, "\(remark): the number of states")
    }

    @Test(arguments: RandomSpec.seeds(31, count: 24))
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
        let found = try MurphiRun(try Exporter.text(of: system, for: .murphi))
        #expect(found.stateCount == 154_585)
        #expect(found.errorCount == 0)
    }
}
