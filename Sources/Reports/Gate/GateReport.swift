// SPDX-License-Identifier: MIT

import Findings

/// What `iommu-check gate` prints: a line for each check and proof, then the totals.
///
///     Specs/default_domain.spec
///       ok    gart             holds                                154,585 states    4.21 s
///       FAIL  vtd_strict       violated: no_stale_dma after 7 steps   1,234 states    0.10 s
///             expected: holds
package enum GateReport {
    /// Reasons of checks that never ran; the terminal only counts these.
    package static let notBegun = "the time for all checks was over before it began"
    package static let interrupted = "it was interrupted before it began"

    /// - Parameter seconds: For all of it, as the user waited.
    package static func text(
        _ all: [CheckSummary], problems: [String] = [], seconds: Double
    ) -> String {
        let summaries = all.filter(\.hasBegun)
        let rows = summaries.map(Row.init)
        let nameWidth = min(48, rows.map(\.name.count).max() ?? 0)
        let foundWidth = min(56, rows.map(\.found.count).max() ?? 0)
        let statesWidth = rows.map(\.states.count).max() ?? 0
        let secondsWidth = rows.map(\.seconds.count).max() ?? 0
        var lines: [String] = []
        var spec: String?
        for (summary, row) in zip(summaries, rows) {
            if summary.spec != spec { lines.append(summary.spec) }
            spec = summary.spec
            lines.append(
                "  \(row.mark.padded(to: 6))\(row.name.padded(to: nameWidth))  \(row.found.padded(to: foundWidth))  "
                    + "\(row.states.aligned(to: statesWidth))  \(row.seconds.aligned(to: secondsWidth))")
            lines += row.reason.map { ["        because:  \($0)"] } ?? []
            if row.mark != "ok" {
                lines.append("        expected: \((summary.expected ?? .holds).text)")
            }
        }
        lines += problems.map { "FAIL \($0)" }
        if summaries.count < all.count {
            lines.append(
                "\(Numbers.counted(UInt64(all.count - summaries.count), "check")) not begun: the time was over"
            )
        }
        lines.append(totals(all, seconds: seconds))
        return lines.map(EscapedText.visible).joined(separator: "\n") + "\n"
    }

    private struct Row {
        let mark: String
        let name: String
        let found: String
        /// Of what was not found out.
        let reason: String?
        let states: String
        let seconds: String

        init(_ summary: CheckSummary) {
            mark =
                switch summary.outcome {
                case .asExpected: "ok"
                case .unexpected: "FAIL"
                case .inconclusive: "?"
                case .notApplicable: "n/a"
                }
            name = summary.name + (summary.layout.map { " (\($0.title))" } ?? "")
            // How far 'holds' reaches is the same for all; what was found wrong is not.
            switch summary.verdict {
            case .holds(.exhaustive): (found, reason) = ("holds", nil)
            case .inconclusive(let text), .notApplicable(let text):
                (found, reason) = (summary.verdict.word, text)
            default: (found, reason) = (CheckReport.sentence(summary.verdict), nil)
            }
            states = summary.statistics.map { Numbers.counted($0.states, "state") } ?? ""
            seconds = Numbers.fixed(summary.seconds, digits: 2) + " s"
        }
    }

    /// How many there are, and how many are as expected.
    package static func totals(
        _ summaries: [CheckSummary], countsStates: Bool = true, seconds: Double
    ) -> String {
        func count(_ outcome: ExpectedVerdict.Outcome) -> Int { summaries.count { $0.outcome == outcome } }
        let checks = summaries.count { $0.subject == .check }
        let proofs = summaries.count - checks
        let subjects = [
            checks > 0 ? Numbers.counted(UInt64(checks), "check") : nil,
            proofs > 0 ? Numbers.counted(UInt64(proofs), "proof") : nil,
        ].compactMap { $0 }
        var parts = ["\(count(.asExpected)) as expected"]
        if count(.unexpected) > 0 { parts.append("\(count(.unexpected)) NOT as expected") }
        if count(.inconclusive) > 0 { parts.append("\(count(.inconclusive)) inconclusive") }
        if count(.notApplicable) > 0 { parts.append("\(count(.notApplicable)) not applicable") }
        let states = summaries.reduce(0) { $0 &+ ($1.statistics?.states ?? 0) }
        let all = subjects.isEmpty ? "nothing to check" : subjects.joined(separator: " and ")
        let explored = countsStates ? "\(Numbers.counted(states, "state")), " : ""
        return "\(all): \(parts.joined(separator: ", ")); \(explored)\(Numbers.fixed(seconds, digits: 2)) s"
    }
}

extension CheckSummary {
    /// Whether it ran, or was known.
    package var hasBegun: Bool {
        if case .inconclusive(let why) = verdict {
            ![GateReport.notBegun, GateReport.interrupted].contains(why)
        } else {
            true
        }
    }
}
