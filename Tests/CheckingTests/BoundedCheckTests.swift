// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import Testing

/// Z3, asked about all runs of up to some number of steps, says what exploration says; what it finds is a run like any other.
@Suite struct BoundedCheckTests {
    /// Steps of the shortest violating run; `nil` where there is none. `unknown`: neither holds nor violated.
    private enum Finding: Equatable {
        case holds
        case violated(steps: Int)
        case unknown(String)

        init(_ text: String) {
            let verdict = text.split(separator: "\n").dropFirst().first.map(String.init) ?? ""
            let words = verdict.split(separator: " ")
            if verdict.hasPrefix("  holds: ") || verdict.contains(" is never true") {
                self = .holds
            } else if verdict.hasPrefix("  violated: "), let after = words.lastIndex(of: "after"),
                let steps = Int(words[after + 1])
            {
                self = .violated(steps: steps)
            } else {
                self = .unknown(verdict)
            }
        }
    }

    private static func explored(_ path: String, _ check: String?) throws -> String {
        let limits = ExplorationLimits(
            threads: 1, memoryBytesMax: 1 << 30, secondsMax: 20, engine: .interpreter)
        return try CheckQuestion(CheckRequest(spec: path, check: check, limits: limits)).answer().text
    }

    private static func unrolled(_ path: String, _ check: String?, depth: Int) throws -> String {
        try ProofQuestion(ProofRequest(spec: path, proof: check, secondsMax: 60, depth: depth)).answer().text
    }

    /// - Returns: what both found, or `nil` where one of them cannot say.
    private static func compare(_ path: String, _ check: String?, depth: Int, _ remark: String) throws
        -> Finding?
    {
        let expected = Finding(try explored(path, check))
        let found = Finding(try unrolled(path, check, depth: depth))
        if case .unknown = expected { return nil }
        if case .unknown(let why) = found {
            #expect(why.contains("bounded checks do not reach"), "\(remark): \(why)")
            return nil
        }
        if case .violated(let steps) = expected, steps <= depth {
            #expect(found == expected, "\(remark)")
        } else {
            #expect(found == .holds, "\(remark): \(expected)")
        }
        return found
    }

    @Test(arguments: 41..<45)
    func agreesWithExplorationOnRandomSpecs(part: Int) throws {
        var (compared, violated) = (0, 0)
        for seed in RandomSpec.seeds(part, count: 15) {
            let folder = try TemporaryDirectory()
            let text = "module random\n" + RandomSpec.text(seed: seed) + "check every_run { expect holds }\n"
            let path = try folder.write(text, as: "random.spec")
            do {
                let found = try Self.compare(path, nil, depth: 4, "seed \(seed)")
                if found != nil { compared += 1 }
                if case .violated? = found { violated += 1 }
            } catch is BadInput {
                // The type checker or the layout refuses it: both questions do.
                #expect(throws: BadInput.self) { try Self.explored(path, nil) }
            }
        }
        #expect(compared >= 10 && violated >= 1, "\(compared) compared, \(violated) violated")
    }

    @Test(arguments: [
        ("01_counter", "atomic"), ("01_counter", "read_then_write"), ("02_lock", "locked"),
        ("02_lock", "lock_forgotten"), ("03_lazy_flush", "lazy"), ("03_lazy_flush", "reuse_before_flush"),
    ])
    func agreesWithExplorationOnTheTutorial(spec: String, check: String) throws {
        try #require(Repository.isCurrentDirectory)
        let found = try Self.compare("Specs/tutorial/\(spec).spec", check, depth: 6, "\(spec) \(check)")
        #expect(found != nil)
    }

    @Test func aViolationIsShownAsARunOfTheInterpreter() throws {
        try #require(Repository.isCurrentDirectory)
        let text = try Self.unrolled("Specs/tutorial/01_counter.spec", "read_then_write", depth: 8)
        #expect(text.contains("violated: every_packet_counts after 4 steps (as expected)"))
        #expect(text.contains("count_packet(cpu=0)"))
        #expect(text.contains("  Breaks:    every_packet_counts (invariant)"))
    }

    @Test func whatIsNotDecidedInTimeIsNotShown() throws {
        try #require(Repository.isCurrentDirectory)
        let request = ProofRequest(
            spec: "Specs/benchmarks/lazy_unmap.spec", proof: "five_pages", secondsMax: 0.001, depth: 9)
        let text = try ProofQuestion(request).answer().text
        #expect(text.contains("inconclusive: the solver said: "), "\(text)")
    }
}
