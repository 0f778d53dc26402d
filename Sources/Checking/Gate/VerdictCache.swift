import CompiledModel
import Diagnostics
import Findings
import Foundation
import Proofs
import Reports

/// Verdicts, by everything they depend on: this program, the solver if it is a proof, the texts of all files
/// that were read, the check, and what may be left out.
///
/// The key is a hash; the content decides, which is kept beside the verdict.
package struct VerdictCache: Sendable {
    private let folder: String
    /// The solver's full version: what one libz3 has proved, another one need not prove.
    private let solver: String
    /// Older entries go when there are more.
    private static let entriesMax = 2000

    /// - Returns: `nil` where there can be no folder that belongs to this user alone.
    ///
    /// - Parameter solver: the full version of libz3; `nil`: of the one that is loaded.
    package init?(folder: String = ModelCache.standardFolder, solver: String? = nil) {
        guard ModelCache(folder: folder) != nil else { return nil }
        self.folder = folder
        self.solver = solver ?? ContractProver.solverIdentity
        prune()
    }

    struct Key {
        let content: String

        /// FNV-1a.
        var name: String {
            String(
                content.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 },
                radix: 16)
        }
    }

    /// What is kept of a verdict.
    struct Record: Codable {
        struct Statistics: Codable {
            let states: UInt64
            let represented: UInt64?
            let transitions: UInt64
            let depth: Int
            let bytesPerState: Double
            let reductions: [String]
        }

        let content: String
        let verdict: Verdict
        /// `nil` where nothing was explored, as `coverage`.
        let explored: Statistics?
        let coverage: Coverage?
    }

    func key(of job: CheckJob, _ sources: SourceMap, _ limits: ExplorationLimits) -> Key {
        let files = sources.files.map { "\($0.path)\n\(String(decoding: $0.bytes, as: UTF8.self))" }
        let parts =
            [
                ProgramIdentity.text, job.plan.isProof ? solver : "", job.path, job.plan.name,
                "\(job.settings)", job.layout?.name ?? "",
                "\(limits.reductions)",
            ] + job.variant + files
        return Key(content: parts.map { "\($0.utf8.count) \($0)" }.joined(separator: "\n"))
    }

    func verdict(for key: Key) -> Record? {
        guard let data = FileManager.default.contents(atPath: path(key)),
            let record = try? JSONDecoder().decode(Record.self, from: data), record.content == key.content
        else { return nil }
        return record
    }

    /// - Parameter always: also what is not as expected.
    func keep(_ summary: CheckSummary, for key: Key, always: Bool = false) {
        guard always || summary.outcome == .asExpected, summary.verdict.isConclusive else { return }
        let record = Record(
            content: key.content, verdict: summary.verdict,
            explored: summary.statistics.map {
                Record.Statistics(
                    states: $0.states, represented: $0.represented, transitions: $0.transitions,
                    depth: $0.depth, bytesPerState: $0.bytesPerState, reductions: $0.reductions)
            }, coverage: summary.coverage)
        guard let data = try? JSONEncoder().encode(record) else { return }
        // A cache that cannot be written costs time, nothing else.
        try? OutputFile.write(String(decoding: data, as: UTF8.self), to: path(key))
    }

    private func prune() {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            $0.hasSuffix(".verdict")
        }
        guard names.count > Self.entriesMax else { return }
        let dated = names.map { name -> (String, Date) in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            return (name, attributes?[.modificationDate] as? Date ?? .distantPast)
        }
        for (name, _) in dated.sorted(by: { $0.1 < $1.1 }).prefix(names.count - Self.entriesMax) {
            unlink("\(folder)/\(name)")
        }
    }

    private func path(_ key: Key) -> String { "\(folder)/\(key.name).verdict" }
}

extension VerdictCache.Record {
    var statistics: CheckSummary.Statistics? {
        explored.map {
            CheckSummary.Statistics(
                states: $0.states, transitions: $0.transitions, depth: $0.depth,
                bytesPerState: $0.bytesPerState, threads: 1, engine: "known from before",
                represented: $0.represented, reductions: $0.reductions)
        }
    }
}
