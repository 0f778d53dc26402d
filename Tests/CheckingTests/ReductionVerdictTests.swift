// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import Testing

/// Verdicts do not depend on reductions; what symmetry says it stands for is what there is without.
@Suite struct ReductionVerdictTests {
    private static func result(
        _ spec: String, check: String? = nil, settings: [String] = [], _ reductions: Reductions
    ) throws -> [[String: Any]] {
        let directory = try TemporaryDirectory()
        let json = directory.path + "/result.json"
        var limits = Repository.limits
        limits.reductions = reductions
        _ = try CheckQuestion(
            CheckRequest(spec: spec, check: check, settings: settings, limits: limits, jsonPath: json)
        ).answer()
        let value = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
        let object = try #require(value as? [String: Any])
        return object["checks"] as? [[String: Any]] ?? [object]
    }

    /// Specs that are explored in a second; `make check` runs them all, reduced.
    static let specs: [String] = {
        guard Repository.isCurrentDirectory else { return [] }
        return ["Specs/tutorial", "Specs/proposals/broken", "Tests/Golden/reductions"].flatMap(
            Repository.specs)
    }()

    @Test(arguments: specs)
    func verdictsAreTheSame(spec: String) throws {
        guard let text = try? Repository.text(spec), text.contains("\ncheck ") else { return }
        let reduced = try Self.result(spec, Reductions())
        let full = try Self.result(spec, .none)
        #expect(reduced.count == full.count)
        for (one, other) in zip(reduced, full) {
            for member in ["check", "verdict", "property", "kind", "outcome", "statement"] {
                #expect(one[member] as? String == other[member] as? String, "\(spec): \(member)")
            }
            #expect(one["outcome"] as? String == "as expected", "\(spec)")
        }
    }

    struct Scope: CustomTestStringConvertible, Sendable {
        let pages: Int
        let frames: Int
        let cpus: Int
        let states: Int

        var testDescription: String { "\(pages) pages, \(frames) frames, \(cpus) CPUs" }
    }

    /// The numbers of lazy_unmap, whose frames and CPUs have numbers.
    static let scopes = [
        Scope(pages: 3, frames: 2, cpus: 2, states: 396), Scope(pages: 4, frames: 2, cpus: 2, states: 3472),
        Scope(pages: 4, frames: 3, cpus: 1, states: 4268), Scope(pages: 3, frames: 2, cpus: 3, states: 716),
        Scope(pages: 5, frames: 3, cpus: 2, states: 154_585),
    ]

    @Test(arguments: scopes)
    func symmetryStandsForAllStates(_ scope: Scope) throws {
        try #require(Repository.isCurrentDirectory)
        let settings = ["PAGES=\(scope.pages)", "FRAMES=\(scope.frames)", "CPUS=\(scope.cpus)"]
        let spec = "Specs/benchmarks/lazy_unmap_symmetric.spec"
        let reduced = try #require(try Self.result(spec, settings: settings, Reductions()).first)
        let states = try #require(reduced["states"] as? Int)
        #expect(reduced["verdict"] as? String == "holds")
        #expect(reduced["represented"] as? Int == scope.states)
        #expect(states * 3 < scope.states)
        if scope.states > 100_000 {
            #expect(states * 10 < scope.states)
            return
        }
        let full = try #require(try Self.result(spec, settings: settings, .none).first)
        #expect(full["states"] as? Int == scope.states)
        #expect(full["represented"] is NSNull)
    }
}
