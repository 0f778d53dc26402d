// SPDX-License-Identifier: MIT

import Findings

/// What GitHub actions show: an annotation at the line of the spec for all that is not as expected (workflow commands on
/// standard output), and a summary in Markdown.
package enum GitHubReport {
    package static func annotations(_ summaries: [CheckSummary], problems: [String] = []) -> String {
        let failing = summaries.filter { $0.outcome == .unexpected || $0.outcome == .inconclusive }
        let lines = failing.map { summary in
            let place = summary.shownPlace
            let level = summary.outcome == .inconclusive ? "warning" : "error"
            let text = "\(summary.caseName): \(summary.finding)\n" + summary.diagram
            return "::\(level) file=\(property(place.path)),line=\(place.line),col=\(place.column),"
                + "title=\(property(summary.caseName))::\(message(text))"
        }
        return (lines + problems.map { "::error title=gate::\(message($0))" }).map { $0 + "\n" }.joined()
    }

    /// For `$GITHUB_STEP_SUMMARY`, a comment, a wiki.
    package static func markdown(
        _ summaries: [CheckSummary], problems: [String] = [], seconds: Double
    ) -> String {
        var lines = [
            "## iommu-check", "", GateReport.totals(summaries, seconds: seconds), "",
            "| spec | check | verdict | expected | states |", "|---|---|---|---|---:|",
        ]
        for summary in summaries {
            let mark =
                switch summary.outcome {
                case .asExpected: ""
                case .unexpected: "**NOT as expected** "
                case .inconclusive: "**?** "
                case .notApplicable: ""
                }
            let states = summary.statistics.map { Numbers.grouped($0.states) } ?? ""
            lines.append(
                "| \(cell(summary.spec)) | \(cell(summary.caseName)) | \(mark)"
                    + "\(cell(CheckReport.sentence(summary.verdict))) | "
                    + "\(cell((summary.expected ?? .holds).text)) | \(states) |")
        }
        if !problems.isEmpty { lines += [""] + problems.map { "- \(cell($0))" } }
        for summary in summaries where summary.outcome == .unexpected && !summary.diagram.isEmpty {
            lines += ["", "<details><summary>\(cell(summary.caseName))</summary>", ""]
            lines += summary.diagram.scalarLines.map { "    " + $0 }
            lines += ["", "</details>"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func cell(_ text: String) -> String { MarkdownText.cell(text) }

    private static func message(_ text: String) -> String {
        let lines = text.scalarLines.map { WorkflowCommandGuard.disarmed(EscapedText.visible($0)) }
        return lines.map { percentEncoded($0) }.joined(separator: "%0A")
    }

    private static func property(_ text: String) -> String {
        percentEncoded(WorkflowCommandGuard.disarmed(EscapedText.visible(text))).replacingScalars { scalar in
            switch scalar {
            case ":": "%3A"
            case ",": "%2C"
            default: nil
            }
        }
    }

    private static func percentEncoded(_ line: String) -> String {
        line.replacingScalars { $0 == "%" ? "%25" : nil }
    }
}
