// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import Exporters
import Foundation
import Testing

/// Specs of the project, exported from their files: Rumur finds the verdict and the number of states that we find.
@Suite struct ExportTests {
    private static let isLong = ProcessInfo.processInfo.environment["LONG_TESTS"] == "1"

    private static func checks() -> [[String]] {
        var found = [
            ["Specs/proposals/default_domain.spec", "vtd_exhausted"],
            ["Specs/proposals/default_domain.spec", "vtd_device_assignment"],
            ["Specs/proposals/broken/unmap.spec", "iova_not_freed"],
        ]
        for path in Repository.specs(below: isLong ? "Specs" : "Specs/tutorial") {
            let names = ((try? Repository.text(path)) ?? "").matches(of: #/(?m)^check ([a-z_0-9]+)/#)
            for name in names where !found.contains([path, String(name.output.1)]) {
                found.append([path, String(name.output.1)])
            }
        }
        return found.filter { !$0[0].contains("liveness") }
    }

    @Test(.enabled(if: MurphiRun.isPossible, "rumur and gcc are not installed"), arguments: checks())
    func murphiAgrees(names: [String]) throws {
        try #require(Repository.isCurrentDirectory)
        let directory = try TemporaryDirectory()
        let (path, json) = (directory.path + "/model.m", directory.path + "/result.json")
        _ = try ExportQuestion(
            spec: names[0], check: names[1], settings: [], target: .murphi, depth: 0, outputPath: path
        ).answer()
        var limits = Repository.limits
        limits.reductions = .init(symmetry: false, partialOrder: false)
        let request = CheckRequest(spec: names[0], check: names[1], limits: limits, jsonPath: json)
        _ = try CheckQuestion(request).answer()
        let result = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json))) as? [String: Any]
        )
        let found = try MurphiRun(try Repository.text(path))
        let holds = result["verdict"] as? String == "holds"
        #expect((found.errorCount == 0) == holds)
        if holds { #expect(result["states"] as? Int == found.stateCount) }
    }

    private func refusal(_ question: ExportQuestion) throws -> [String] {
        do {
            _ = try question.answer()
            return []
        } catch let failure as BadInput {
            return failure.diagnostics.map(\.id)
        }
    }

    /// What overflows is a run-time error of the spec, and in the other checkers a wrong number.
    @Test func refusesWhatMayOverflow() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(
            """
            module power
            type Base = 0 ..< 1000
            type Small = 0 ..< 4
            state { base: Base }
            process p { choose { any(next: Small) => { base = Base(next) * 333 } } }
            invariant small: base * base * base * base * base * base * base * base * base * base * base * base * base != 7
            check every_base { expect violates small }
            """, as: "power.spec")
        for target in [Exporter.Target.murphi, .promela, .smtlib] {
            let question = ExportQuestion(
                spec: path, check: nil, settings: [], target: target, depth: 3, outputPath: nil)
            #expect(try refusal(question) == ["not-exportable"], "\(target)")
        }
    }

    @Test func refusesLivenessAndSeveralChecks() throws {
        try #require(Repository.isCurrentDirectory)
        let spec = "Specs/proposals/flush_liveness.spec"
        func ask(_ check: String?) throws -> [String] {
            try refusal(
                ExportQuestion(
                    spec: spec, check: check, settings: [], target: .murphi, depth: 0, outputPath: nil))
        }
        #expect(try ask("flush_is_done") == ["not-exportable"])
        #expect(try ask(nil) == ["which-check"])
        #expect(try ask("unknown") == ["unknown-check"])
    }
}
