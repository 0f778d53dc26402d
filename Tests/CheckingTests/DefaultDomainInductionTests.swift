// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import Testing

/// The default domain at any size: what is proved is the machine that is explored, a mistake shows at the step that makes it, and a second
/// solver says the same.
@Suite struct DefaultDomainInductionTests {
    private static let spec = "Specs/proofs/default_domain_any_size.spec"
    private static let stages = "Specs/proofs/dma_generic_stages.spec"

    private static func prove(_ proof: String, folder: String? = nil) throws -> String {
        try ProofQuestion(
            ProofRequest(
                spec: spec, proof: proof, secondsMax: 30, smtLibFolder: folder, listsConditions: true)
        ).answer().text
    }

    /// The gate asks for all three; they are the same but for the IOMMU.
    @Test(arguments: LazyUnmapCountTests.hasLongTests ? ["gart", "vtd_strict", "vtd_deferred"] : ["gart"])
    func contractHoldsAtAnySize(_ proof: String) throws {
        try #require(Repository.isCurrentDirectory)
        let folder = try TemporaryDirectory()
        let text = try Self.prove(proof, folder: folder.path)
        #expect(text.contains("for any number of DEVICES, BUFFERS, CPUS (as expected)"), "\(text)")
        for invariant in [
            "no_reserved_overlap", "no_live_overlap", "identity_outside_aperture", "unity_ranges_hold",
            "within_mask", "translates_to_its_page", "isolation", "no_stale_dma",
        ] where invariant != "isolation" || proof != "gart" {
            #expect(text.contains("'\(invariant)': preserved by "), "\(invariant) is never in question")
        }
        guard Commands.has("cvc5") else { return }
        let commands = try Commands()
        defer { commands.remove() }
        for (number, name) in try folder.names.enumerated()
        where LazyUnmapCountTests.hasLongTests || number % 8 == 0 {
            let answer = try commands.run(
                ["cvc5", "-L", "smt2", "--tlimit=20000", "\(folder.path)/\(name)"], mayFail: true)
            #expect(answer.trimmingCharacters(in: .whitespacesAndNewlines) == "unsat", "\(name)")
        }
    }

    @Test(arguments: [
        ("vtd_invalidation_forgotten", "invalidated_pages_are_not_cached", "after_clearing, iotlb_sync"),
        ("gart_search_without_lock", "found_pages_are_free", "search"),
    ])
    func aMistakeShowsAtItsStep(_ proof: String, _ invariant: String, _ step: String) throws {
        try #require(Repository.isCurrentDirectory)
        let text = try Self.prove(proof)
        #expect(text.contains("not inductive: \(invariant) (as expected)"), "\(text)")
        let failing = text.split(separator: "\n").filter { $0.contains(" fails  ") }
        #expect(!failing.isEmpty)
        for line in failing {
            #expect(line.contains("'\(invariant)': preserved by CPU: \(step)"), "\(line)")
        }
    }

    /// The stages are dma_generic's own boundaries: as many states and transitions, as deep.
    @Test(arguments: [("strict_stages", "vtd_strict"), ("deferred_stages", "vtd_deferred")])
    func stagesAreTheSameMachine(_ stages: String, _ proposal: String) throws {
        try #require(Repository.isCurrentDirectory)
        func counts(_ path: String, _ check: String) throws -> [Substring] {
            var limits = Repository.limits
            limits.reductions = .none
            let text = try CheckQuestion(CheckRequest(spec: path, check: check, limits: limits)).answer().text
            return ["states ", "transitions ", "depth "].compactMap { name in
                text.split(separator: "\n").first { $0.hasPrefix("  \(name)") }
            }
        }
        let explored = try counts("Specs/proposals/default_domain.spec", proposal)
        #expect(explored.count == 3)
        #expect(try counts(Self.stages, stages) == explored)
    }
}
