// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import Testing

@testable import Checking
@testable import Proofs

/// Why a proof can be believed: another solver says the same, what is not known is not claimed, what is remembered is exact.
@Suite struct ProofTrustTests {
    private static func folder() throws -> String {
        let path = NSTemporaryDirectory() + "proofs-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return path
    }

    /// Every condition of these proofs, as files; `set` keeps the widths small enough for both solvers.
    private static let conditions: [(spec: String, proof: String?, settings: [String])] = [
        ("Specs/layers/iova_allocator.spec", nil, []),
        ("Specs/proposals/broken/iova_arithmetic.spec", nil, ["PAGE_BITS=8"]),
    ]

    @Test(
        .enabled(if: Commands.has("cvc5"), "cvc5 is not installed: no second solver looks at the conditions"),
        arguments: conditions.indices)
    func anotherSolverAgrees(_ number: Int) throws {
        try #require(Repository.isCurrentDirectory)
        let (spec, proof, settings) = Self.conditions[number]
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try ProofQuestion(
            ProofRequest(
                spec: spec, proof: proof, settings: settings, secondsMax: 30, smtLibFolder: folder)
        ).answer()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        try #require(names.count > 10)
        let commands = try Commands()
        defer { commands.remove() }
        var agreed = 0
        for name in names {
            let text = try Repository.text("\(folder)/\(name)")
            let expected = try #require(
                text.split(separator: "\n").dropFirst().first?.split(separator: " ").last)
            let answer = try commands.run(
                ["cvc5", "-L", "smt2", "--tlimit=30000", "\(folder)/\(name)"], mayFail: true
            ).trimmingCharacters(in: .whitespacesAndNewlines)
            if expected == "unsat" { #expect(answer == "unsat", "\(name)") }
            if expected == "sat" { #expect(answer != "unsat", "\(name)") }
            if answer == expected { agreed += 1 }
        }
        #expect(agreed * 10 >= names.count * 9, "\(agreed) of \(names.count)")
    }

    /// Proofs side by side say what they say one after the other.
    @Test func threadsChangeNothing() throws {
        try #require(Repository.isCurrentDirectory)
        let texts = try [1, 2].map { threads in
            let answer = try ProofQuestion(
                ProofRequest(
                    spec: "Specs/proposals/broken/iova_arithmetic.spec", settings: ["PAGE_BITS=8"],
                    secondsMax: 30, threads: threads, listsConditions: true)
            ).answer()
            return answer.text.replacing(/[0-9.]+ m?s\b/, with: "TIME")
        }
        #expect(texts[0].contains("4 proofs: 4 as expected; TIME"), "\(texts[0])")
        #expect(texts[0] == texts[1])
    }

    // MARK: What is remembered

    private static func report(_ cacheFolder: String?, seconds: Double = 300) throws -> String {
        let request = ProofRequest(
            spec: "Specs/layers/iova_allocator.spec", settings: ["PAGE_BITS=6"], secondsMax: seconds,
            cacheFolder: cacheFolder, listsConditions: true)
        return try ProofQuestion(request).answer().text
    }

    private static func lines(_ text: String) -> (proved: Int, cached: Int) {
        let proved = text.split(separator: "\n").filter { $0.hasPrefix("    proved  ") }
        return (proved.count, proved.filter { $0.hasSuffix(", cached") }.count)
    }

    @Test func aProofIsRememberedByItsExactText() throws {
        try #require(Repository.isCurrentDirectory)
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = Self.lines(try Self.report(folder))
        #expect(first.proved > 15)
        let second = Self.lines(try Self.report(folder))
        #expect(second.proved == first.proved && second.cached == second.proved)
        #expect(Self.lines(try Self.report(nil)).cached == 0)

        // A file of the right name with another text proves nothing.
        let entries = try FileManager.default.contentsOfDirectory(atPath: folder + "/v2")
            .filter { $0.hasSuffix(".condition") }
        #expect(entries.count > 10)
        for name in entries {
            let path = "\(folder)/v2/\(name)"
            let text = try Repository.text(path)
            try (text + "\n").write(toFile: path, atomically: false, encoding: .utf8)
        }
        let third = Self.lines(try Self.report(folder))
        #expect(third.proved == first.proved && third.cached < first.proved)
    }

    /// What one libz3 has proved, another one is asked again.
    @Test func proofsBelongToTheirSolver() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let solver = [("solver", "Z3 4.8.12.0")]
        let first = try #require(ProofCache(folder: folder, solver: solver))
        first.memory.remember("(check-sat)")
        first.finish()
        #expect(first.memory.isProved("(check-sat)"))
        let another = [("solver", "Z3 4.8.12.0 of another day")]
        let other = try #require(ProofCache(folder: folder, solver: another)).memory
        #expect(!other.isProved("(check-sat)"))
    }

    @Test func verdictsOfProofsBelongToTheirSolver() throws {
        let folder = try TemporaryDirectory()
        let cacheFolder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: cacheFolder) }
        try folder.write(
            """
            module m
            type W = bits(4)
            fn f(x: W) -> W
                ensures result == x
            { return x }
            state { a: Bool }
            process p { a = !a }
            invariant i: a || !a
            proof p { prove f; expect proved }
            check c { expect holds }
            """, as: "a.spec")
        func countOfKnown(_ solver: String) throws -> Int {
            let request = GateRequest(
                path: folder.path, limits: ExplorationLimits(threads: 2, memoryBytesMax: 1 << 28),
                cache: VerdictCache(folder: cacheFolder, solver: [("solver", solver)]))
            func entries() throws -> Set<String> {
                Set((try? FileManager.default.contentsOfDirectory(atPath: cacheFolder + "/v2")) ?? [])
            }
            let before = try entries()
            _ = try GateQuestion(request).answer()
            let after = try entries()
            return 2 - after.subtracting(before).count { $0.hasSuffix(".verdict") }
        }
        #expect(try countOfKnown("Z3 of yesterday") == 0)
        #expect(try countOfKnown("Z3 of yesterday") == 2)
        // The check is known; the proof is not.
        #expect(try countOfKnown("Z3 of today") == 1)
    }

    @Test func aFolderOpenToOthersIsNotUsed() throws {
        try #require(Repository.isCurrentDirectory)
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
        _ = try Self.report(folder)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test func whatIsUnknownIsNotProved() throws {
        try #require(Repository.isCurrentDirectory)
        let request = ProofRequest(
            spec: "Specs/layers/iova_allocator.spec", proof: "top_down", secondsMax: 0.001)
        let answer = try ProofQuestion(request).answer()
        #expect(answer.text.contains("inconclusive: "))
        #expect(!answer.text.contains("  proved: "))
        #expect(answer.exitCode == .inconclusive)
    }

    // MARK: Loop invariants

    /// The function is right; its invariant does not follow from itself.
    @Test func aWeakInvariantIsToldApartFromAWrongFunction() throws {
        func text(_ invariant: String, _ start: String) -> String {
            """
            module m
            type Page = bits(8)
            fn climb(limit: Page) -> Page
                requires limit < 100
                ensures result >= limit
            {
                var at: Page = \(start)
                var two: Page = 0
                while at < limit invariant \(invariant) decreases 200 - at {
                    at = at + 1
                    two = two + 2
                }
                return at
            }
            proof climb { prove climb; expect proved }
            """
        }
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func report(_ text: String) throws -> String {
            try text.write(toFile: folder + "/m.spec", atomically: true, encoding: .utf8)
            return try ProofQuestion(ProofRequest(spec: folder + "/m.spec", secondsMax: 20)).answer().text
        }
        let good = try report(text("at <= 100", "0"))
        #expect(good.contains("  proved: "), "\(good)")
        let weak = try report(text("at <= 100 && two < 250", "0"))
        #expect(weak.contains("inconclusive: invariant not preserved: "), "\(weak)")
        #expect(weak.contains("at the start of a round: "), "\(weak)")
        #expect(weak.contains("at its end: "), "\(weak)")
    }
}
