// SPDX-License-Identifier: MIT

import Findings

/// The gate in the format that kernel CI reads: KTAP version 1 (Documentation/dev-tools/ktap.rst). A spec is a suite, a
/// check or proof a case.
package enum KTAPReport {
    package static func text(_ summaries: [CheckSummary], problems: [String] = []) -> String {
        let suites = summaries.bySpec
        let extra = problems.isEmpty ? 0 : 1
        var lines = ["KTAP version 1", "1..\(suites.count + extra)"]
        for (number, suite) in suites.enumerated() {
            lines += [
                "  KTAP version 1", "  # Subtest: \(plain(suite.spec))", "  1..\(suite.summaries.count)",
            ]
            for (index, summary) in suite.summaries.enumerated() {
                lines += diagnostics(summary).map { "  # \(plain($0))" }
                lines.append("  \(result(summary, index + 1))")
            }
            let isGood = suite.summaries.allSatisfy { !isFailure($0) }
            lines.append("\(isGood ? "ok" : "not ok") \(number + 1) \(plain(suite.spec))")
        }
        if extra > 0 {
            lines += problems.map { "# \(plain($0))" }
            lines.append("not ok \(suites.count + 1) expectations")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func isFailure(_ summary: CheckSummary) -> Bool {
        summary.outcome == .unexpected || summary.outcome == .inconclusive
    }

    private static func result(_ summary: CheckSummary, _ number: Int) -> String {
        let name = plain(summary.caseName)
        return switch summary.outcome {
        case .asExpected: "ok \(number) \(name)"
        case .unexpected: "not ok \(number) \(name)"
        case .inconclusive:
            "not ok \(number) \(name) # TIMEOUT \(plain(CheckReport.sentence(summary.verdict)))"
        case .notApplicable: "ok \(number) \(name) # SKIP \(plain(CheckReport.sentence(summary.verdict)))"
        }
    }

    /// Above the result, as KTAP wants it.
    private static func diagnostics(_ summary: CheckSummary) -> [String] {
        guard summary.outcome == .unexpected else { return summary.violation == nil ? [] : [summary.finding] }
        let place = summary.shownPlace
        return [summary.finding, "\(place.path):\(place.line):\(place.column)"]
            + summary.diagram.scalarLines.filter { !$0.isEmpty }
    }

    /// One line, in which '#' begins nothing.
    private static func plain(_ text: String) -> String {
        EscapedText.visible(text).replacingScalars { $0 == "#" ? "no." : nil }
    }
}
