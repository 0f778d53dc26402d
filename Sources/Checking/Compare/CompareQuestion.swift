// SPDX-License-Identifier: MIT

import Diagnostics
import Findings
import Reports
import SpecLanguage

/// `iommu-check compare`: which verdicts a change alters, and which behaviours it adds and removes.
package struct CompareQuestion: Sendable {
    let request: CompareRequest

    package init(_ request: CompareRequest) { self.request = request }

    /// - Throws: `BadInput` with what is wrong with either side; nothing runs before all is right.
    package func answer() throws -> Answer {
        var old = try CompareSide(request.old, after: SourceMap())
        var new = try CompareSide(request.new, after: old.loaded.sources)
        if let platform = request.platform {
            try Self.restrict(&old, to: platform)
            try Self.restrict(&new, to: platform)
        }
        var overrides: [Syntax.Setting] = []
        for text in request.settings {
            overrides.append(
                try SettingText.parse(text, origin: "--set \(text)", sources: &new.loaded.sources))
        }
        let (pairs, unpaired) = try self.pairs(old, new, overrides)
        var limits = request.limits
        limits.threads = 1
        limits.patience = ExplorationLimits.patienceAmongOthers
        // Each may take its part.
        limits.memoryBytesMax /= max(1, min(request.limits.threads, pairs.count))
        let comparisons = try Parallel.map(pairs, threads: request.limits.threads) { [limits] in
            try $0.compare(limits: limits, cache: request.cache)
        }
        if let path = request.jsonPath {
            let json = ComparisonReport.json(
                comparisons, old: request.old, new: request.new, unpaired: unpaired)
            try OutputFile.write(json.text, to: path)
        }
        let warnings = old.loaded.warnings + new.loaded.warnings
        return Answer(
            text: ComparisonReport.text(comparisons, old: request.old, new: request.new, unpaired: unpaired),
            warnings: warnings.isEmpty ? "" : TextRenderer(sources: new.loaded.sources).render(warnings),
            exitCode: Self.exitCode(comparisons))
    }

    private static func restrict(_ side: inout CompareSide, to platform: String) throws(BadInput) {
        let names = side.candidates.map { $0.plan.composition.on?.text ?? $0.key }
        side.candidates.removeAll { !$0.isOn(platform) }
        guard side.candidates.isEmpty else { return }
        var seen: Set<String> = []
        throw BadInput(
            Diagnostic(
                "unknown-platform", "'\(side.reference)' has nothing on '\(platform)'", at: nil,
                help: closestName(to: platform, among: names).map { "did you mean '\($0)'?" }
                    ?? "it has: \(names.filter { seen.insert($0).inserted }.joined(separator: ", "))"))
    }

    /// Programs of the two sides that belong together, in the order of the old side.
    private func pairs(
        _ old: CompareSide, _ new: CompareSide, _ overrides: [Syntax.Setting]
    ) throws(BadInput) -> (pairs: [ProgramPair], unpaired: [String]) {
        var found: [(old: CompareSide.Candidate, new: CompareSide.Candidate)] = []
        var unpaired: [String] = []
        if old.isSingle, new.isSingle, let one = old.candidates.first, let other = new.candidates.first {
            found = [(one, other)]
        } else {
            for one in old.candidates {
                if let other = new.candidates.first(where: { $0.key == one.key }) {
                    found.append((one, other))
                } else {
                    unpaired.append("\(one.title), which only OLD has")
                }
            }
            let keys = Set(old.candidates.map(\.key))
            unpaired += new.candidates.filter { !keys.contains($0.key) }.map {
                "\($0.title), which only NEW has"
            }
        }
        guard !found.isEmpty else {
            throw BadInput(
                Diagnostic(
                    "nothing-to-compare", "'\(old.reference)' and '\(new.reference)' have no check in common",
                    at: nil,
                    help: "name one of each, as in 'FILE:CHECK', or checks of the same name"))
        }
        var pairs: [ProgramPair] = []
        var mistakes: [Diagnostic] = []
        for (one, other) in found {
            if let exclusion = one.exclusion ?? other.exclusion {
                unpaired.append("\(one.title): \(exclusion)")
                continue
            }
            do throws(BadInput) {
                let title = one.title == other.title ? one.title : "\(one.title) and \(other.title)"
                pairs.append(
                    try ProgramPair(
                        title, old: one.plan, of: old.loaded, new: other.plan, of: new.loaded,
                        overrides: overrides))
            } catch {
                mistakes += error.diagnostics
            }
        }
        var seen: Set<Diagnostic> = []
        mistakes = mistakes.filter { seen.insert($0).inserted }
        guard mistakes.isEmpty else { throw BadInput(mistakes, sources: new.loaded.sources) }
        return (pairs, unpaired)
    }

    private static func exitCode(_ comparisons: [Comparison]) -> ExitCode {
        if comparisons.contains(where: { !$0.broken.isEmpty }) { return .unexpected }
        let isOpen = comparisons.contains {
            $0.relation == .inconclusive || $0.hasInconclusiveVerdict || $0.hasOpenStatement
        }
        return isOpen ? .inconclusive : .expected
    }
}
