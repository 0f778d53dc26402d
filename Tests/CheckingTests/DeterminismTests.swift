// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import Testing

/// The same question has the same answer, however many threads look for it.
@Suite struct DeterminismTests {
    @Test(
        arguments: [
            ("Specs/benchmarks/lazy_unmap.spec", nil, ["PAGES=4", "FRAMES=2"]),
            ("Specs/proposals/broken/allocator.spec", "search_not_restarted", []),
            ("Specs/proposals/broken/deferred_flush.spec", "late_entry_freed", []),
        ] as [(String, String?, [String])])
    func sameReportForAnyNumberOfThreads(_ spec: String, _ check: String?, _ settings: [String]) throws {
        try #require(Repository.isCurrentDirectory)
        let directory = try TemporaryDirectory()
        let json = directory.path + "/report.json"
        var texts: Set<String> = []
        for threads in [1, 2, 5] {
            _ = try CheckQuestion(
                CheckRequest(
                    spec: spec, check: check, settings: settings,
                    limits: ExplorationLimits(threads: threads, memoryBytesMax: 1 << 30), jsonPath: json)
            ).answer()
            // Only what is measured may differ.
            let lines = try Repository.text(json).split(separator: "\n").filter { line in
                !["\"seconds\"", "\"bytesPerState\"", "\"threads\""].contains { line.contains($0) }
            }
            #expect(lines.count > 20)
            texts.insert(lines.joined(separator: "\n"))
        }
        #expect(texts.count == 1)
    }
}
