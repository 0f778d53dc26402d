// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Exporters
import Foundation
import Testing

/// Whatever explores a spec, with whatever reductions, on however many threads, finds the same; Rumur, on the export,
/// too. LONG_TESTS=1 takes 2,000 specs.
@Suite struct EngineAgreementTests {
    typealias Report = [String: Any]

    static let seeds: Range<UInt64> = {
        let environment = ProcessInfo.processInfo.environment
        let count: UInt64 = environment["LONG_TESTS"] == "1" ? 2000 : 10
        // To go on with a long run that was stopped.
        let done = min(environment["LONG_TESTS_DONE"].flatMap(UInt64.init) ?? 0, count - 1)
        return 40_000_000 + done..<40_000_000 + count
    }()

    @Test(arguments: seeds)
    func agree(seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        let text = "module random\n" + RandomSpec.text(seed: seed) + "check everything { expect holds }\n"
        let spec = try directory.write(text, as: "random.spec")
        func report(_ engine: ExplorationLimits.Engine, threads: Int, _ reductions: Reductions) throws
            -> Report
        {
            try Self.report(spec, engine, threads, reductions, in: directory)
        }

        guard let plain = try? report(.interpreter, threads: 1, .none) else {
            // What the type checker rejects nobody explores.
            #expect(throws: (any Error).self) { _ = try report(.compiled, threads: 2, Reductions()) }
            return
        }
        // Too many for the other checkers; the seeds say which, always the same.
        guard try #require(plain["states"] as? Int) < 60_000 else { return }
        for (engine, threads) in [(.interpreter, 2), (.compiled, 1), (.compiled, 2)]
            as [(ExplorationLimits.Engine, Int)]
        {
            let other = try report(engine, threads: threads, .none)
            #expect(
                Self.comparable(other) == Self.comparable(plain),
                "seed \(seed), \(engine), \(threads) threads")
        }
        let symmetry = Reductions(symmetry: true, partialOrder: false)
        let order = Reductions(symmetry: false, partialOrder: true)
        for reductions in [symmetry, order, Reductions()] {
            let one = try report(.interpreter, threads: 1, reductions)
            let other = try report(reductions.symmetry ? .compiled : .interpreter, threads: 2, reductions)
            #expect(Self.comparable(one) == Self.comparable(other), "seed \(seed), \(reductions)")
            Self.expectSameVerdict(one, plain, "seed \(seed), \(reductions)")
            if plain["verdict"] as? String == "violated", plain["kind"] as? String != "unreachable" {
                #expect(Self.stepCount(one) != nil)
            }
            if plain["verdict"] as? String == "holds" {
                let (states, all) = (
                    try #require(one["states"] as? Int), try #require(plain["states"] as? Int)
                )
                #expect(states <= all)
                if !reductions.partialOrder { #expect(one["represented"] as? Int == all, "seed \(seed)") }
            }
        }
        if MurphiRun.isPossible { try Self.compareWithRumur(spec, plain, "seed \(seed)") }
    }

    /// What must not depend on who found it.
    private static func comparable(_ report: Report) -> String {
        let members = report.filter { !["seconds", "bytesPerState", "threads"].contains($0.key) }
        let data = try? JSONSerialization.data(withJSONObject: members, options: [.sortedKeys])
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    /// Of several properties that the same number of steps break, a reduced exploration may meet another one.
    private static func expectSameVerdict(_ one: Report, _ other: Report, _ remark: Comment) {
        #expect(one["verdict"] as? String == other["verdict"] as? String, remark)
        #expect(stepCount(one) == stepCount(other), remark)
    }

    private static func stepCount(_ report: Report) -> Int? {
        ((report["trace"] as? Report)?["steps"] as? [Any])?.count
    }

    private static func report(
        _ spec: String, _ engine: ExplorationLimits.Engine, _ threads: Int, _ reductions: Reductions,
        in directory: TemporaryDirectory
    ) throws -> Report {
        let json = directory.path + "/report.json"
        let limits = ExplorationLimits(
            threads: threads, memoryBytesMax: 1 << 28, engine: engine, reductions: reductions)
        _ = try CheckQuestion(CheckRequest(spec: spec, limits: limits, jsonPath: json)).answer()
        let value = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
        return try #require(value as? Report)
    }

    /// Rumur stops at its first error, so numbers are compared where nothing is wrong.
    private static func compareWithRumur(_ spec: String, _ plain: Report, _ remark: String) throws {
        let file = spec + ".m"
        _ = try ExportQuestion(
            spec: spec, check: nil, settings: [], target: .murphi, depth: 0, outputPath: file
        ).answer()
        let found = try MurphiRun(try Repository.text(file))
        if plain["verdict"] as? String == "holds" {
            #expect(found.errorCount == 0, "\(remark): Rumur's verdict")
            #expect(found.stateCount == plain["states"] as? Int, "\(remark): Rumur's number of states")
        } else {
            #expect(found.errorCount > 0, "\(remark): Rumur's verdict")
        }
    }
}
