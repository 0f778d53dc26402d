// SPDX-License-Identifier: MIT

import Findings

/// The gate as JUnit XML. There is no standard: this is what Jenkins' schema junit-10.xsd allows, of which GitLab and GitHub
/// actions read parts. A spec is a suite, a check or proof a test case.
package enum JUnitReport {
    package static func text(_ summaries: [CheckSummary], problems: [String] = []) -> String {
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<testsuites name=\"iommu-check\" \(totals(summaries, extraFailures: problems.count, isSuite: false))>",
        ]
        for (spec, summaries) in summaries.bySpec {
            lines.append(
                "  <testsuite name=\(attribute(spec)) file=\(attribute(spec)) \(totals(summaries))>")
            for summary in summaries { lines += testCase(summary) }
            lines.append("  </testsuite>")
        }
        if !problems.isEmpty {
            lines.append(
                "  <testsuite name=\"expectations\" tests=\"\(problems.count)\" failures=\"\(problems.count)\" "
                    + "errors=\"0\" skipped=\"0\" time=\"0.000\">")
            for problem in problems {
                lines += [
                    "    <testcase name=\(attribute(problem)) classname=\"expectations\" time=\"0.000\">",
                    "      <failure message=\(attribute(problem)) type=\"gate\"/>", "    </testcase>",
                ]
            }
            lines.append("  </testsuite>")
        }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    /// - Parameter isSuite: of one suite; what is skipped is not counted over all of them.
    private static func totals(
        _ summaries: [CheckSummary], extraFailures: Int = 0, isSuite: Bool = true
    ) -> String {
        func count(_ outcome: ExpectedVerdict.Outcome) -> Int { summaries.count { $0.outcome == outcome } }
        let seconds = summaries.reduce(0) { $0 + $1.seconds }
        return
            "tests=\"\(summaries.count + extraFailures)\" failures=\"\(count(.unexpected) + extraFailures)\" "
            + "errors=\"\(count(.inconclusive))\" "
            + (isSuite ? "skipped=\"\(count(.notApplicable))\" " : "")
            + "time=\"\(Numbers.fixed(seconds, digits: 3))\""
    }

    private static func testCase(_ summary: CheckSummary) -> [String] {
        let className = summary.spec.hasSuffix(".spec") ? String(summary.spec.dropLast(5)) : summary.spec
        let head =
            "    <testcase name=\(attribute(summary.caseName)) "
            + "classname=\(attribute(className.replacingScalars { $0 == "/" ? "." : nil })) "
            + "time=\"\(Numbers.fixed(summary.seconds, digits: 3))\""
        let message = attribute(summary.finding)
        switch summary.outcome {
        case .asExpected: return [head + "/>"]
        case .notApplicable: return [head + ">", "      <skipped message=\(message)/>", "    </testcase>"]
        case .inconclusive:
            return [head + ">", "      <error message=\(message) type=\"inconclusive\"/>", "    </testcase>"]
        case .unexpected:
            let type = attribute(summary.violation?.kind.rawValue ?? summary.verdict.word)
            return [
                head + ">",
                "      <failure message=\(message) type=\(type)>" + escape(summary.diagram) + "</failure>",
                "    </testcase>",
            ]
        }
    }

    private static func attribute(_ text: String) -> String {
        "\"" + escape(EscapedText.visible(text)) + "\""
    }

    /// Characters that XML 1.0 does not have are left out.
    private static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": continue
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
