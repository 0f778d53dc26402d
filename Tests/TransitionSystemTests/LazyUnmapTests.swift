// SPDX-License-Identifier: MIT

import CheckerTesting
import Findings
import Foundation
import Testing
import TransitionSystem

/// Specs/benchmarks/lazy_unmap.spec against the counts that rumur 2022.08.20 gives for the same model in
/// Murphi.
@Suite struct LazyUnmapTests {
    private func model(pages: Int, frames: Int, cpus: Int) throws -> Model {
        let path = repositoryRoot + "/Specs/benchmarks/lazy_unmap.spec"
        let text = try String(contentsOfFile: path, encoding: .utf8)
            .replacing("module lazy_unmap", with: "")
            .replacing(/const PAGES = \d+/, with: "const PAGES = \(pages)")
            .replacing(/const FRAMES = \d+/, with: "const FRAMES = \(frames)")
            .replacing(/const CPUS = \d+/, with: "const CPUS = \(cpus)")
        return try Model(text)
    }

    @Test(arguments: [
        (2, 1, 1, 10, 18), (3, 2, 1, 176, 571), (3, 2, 2, 396, 1_543), (3, 3, 3, 1_819, 8_022),
        (4, 2, 2, 3_472, 17_787),
    ])
    func countsAreThoseOfMurphi(pages: Int, frames: Int, cpus: Int, states: Int, transitions: Int) throws {
        let found = try model(pages: pages, frames: frames, cpus: cpus).explore()
        #expect(found.states.count == states)
        #expect(found.transitionCount == transitions)
        #expect(found.findings.isEmpty)
    }

    @Test func twoWordsAStateAtFullScope() throws {
        #expect(try model(pages: 6, frames: 4, cpus: 2).system.layout.wordCount == 2)
    }
}
