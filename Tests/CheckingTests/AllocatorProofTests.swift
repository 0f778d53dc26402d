// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import Foundation
import Testing

@testable import Checking

/// The allocators' contracts, on the addresses of real machines and against their broken versions.
@Suite struct AllocatorProofTests {
    private static let folder = "Specs/layers/allocators"
    /// `make check` proves and refutes all of them; here it is asked what is said.
    private static let isLong = ProcessInfo.processInfo.environment["LONG_TESTS"] == "1"

    private static func prove(
        _ spec: String, _ proof: String? = nil, platform: String? = nil, settings: [String] = []
    ) throws -> Answer {
        try ProofQuestion(
            ProofRequest(spec: spec, proof: proof, settings: settings, platform: platform, secondsMax: 60)
        ).answer()
    }

    private static func count(_ word: String, in text: String) -> Int {
        text.split(separator: "\n").count { $0.hasPrefix("  \(word)") }
    }

    // MARK: Machines

    /// What the kernels of these machines print, as it is.
    @Test(
        arguments: isLong
            ? ["amd-sdhci-acpi", "intel-nic-83", "kbl-laptop-isa-group", "lx2160a-rmr"] : ["lx2160a-rmr"])
    func everyAllocatorRespectsAMachine(name: String) throws {
        try #require(Repository.isCurrentDirectory)
        let proofs = ["tree", "rcache", "two_step", "gart", "calgary", "arm", "driver_ranges"]
        for proof in Self.isLong ? proofs : ["two_step"] {
            let answer = try Self.prove(
                "\(Self.folder)/reserved_layouts.spec", proof,
                platform: "Tests/Fixtures/platforms/\(name)/reserved_regions.txt")
            #expect(answer.exitCode == .expected, "\(answer.text)")
        }
    }

    /// What the tables of the firmware say, written by `platform --output`.
    @Test(arguments: isLong ? ["dell-xps-9360", "hp-8440p"] : ["dell-xps-9360"])
    func everyAllocatorRespectsWhatFirmwareReserves(name: String) throws {
        try #require(Repository.isCurrentDirectory)
        let folder = try TemporaryDirectory()
        let path = folder.path + "/regions"
        _ = try PlatformQuestion(
            paths: ["Tests/Fixtures/platforms/\(name)"], root: nil, outputPath: path, drawingPath: nil,
            jsonPath: nil
        ).answer()
        let answer = try Self.prove("\(Self.folder)/reserved_layouts.spec", "gart", platform: path)
        #expect(answer.exitCode == .expected, "\(answer.text)")
    }

    /// A range that is to be mapped 1-1 and never to be translated: there is nothing to prove, and both are named.
    @Test func aMachineThatContradictsItselfIsReported() throws {
        try #require(Repository.isCurrentDirectory)
        let folder = try TemporaryDirectory()
        let path = try folder.write(
            """
            group 4
            0x00000000000e0000 0x00000000000fffff direct
            0x00000000fee00000 0x00000000feefffff msi
            0x00000000000f0000 0x000000000010ffff reserved
            """, as: "regions")
        do {
            _ = try Self.prove("\(Self.folder)/reserved_layouts.spec", platform: path)
            Issue.record("a contradiction was accepted")
        } catch let refusal as BadInput {
            let text = TextRenderer(sources: refusal.sources).render(refusal.diagnostics)
            #expect(text.contains("0xf0000-0xfffff is 'direct' and 'reserved' at once"))
            #expect(text.contains("0xe0000-0xfffff direct"))
            #expect(text.contains("regions:4:1") && text.contains("regions:2:1"))
        }
    }

    // MARK: Broken versions

    /// Each allocator has at least three broken versions, and each of them a run of the interpreter that shows it.
    @Test(
        arguments: isLong
            ? [
                ("bitmap_search", 7), ("arm_bitmap", 4), ("next_fit", 8), ("driver_range", 7),
                ("iova_tree", 7),
                ("iova_rcache", 3), ("dma_iova", 6), ("reserved_layouts", 3),
            ] : [("iova_rcache", 3)])
    func brokenVersionsAreRefuted(name: String, versions: Int) throws {
        try #require(Repository.isCurrentDirectory)
        let answer = try Self.prove("\(Self.folder)/broken/\(name).spec")
        #expect(answer.exitCode == .expected, "\(answer.text)")
        let confirmed = answer.text.split(separator: "\n").count {
            $0.contains("the interpreter, run on these arguments, returns what the contract forbids")
        }
        #expect(confirmed == versions)
    }
}
