// SPDX-License-Identifier: MIT

import Findings

extension MatrixReport {
    /// The whole table: rows against columns, then for each row its properties.
    ///
    /// - Parameter file: where it is written, so that links find their traces.
    package static func markdown(_ table: MatrixTable, in file: String? = nil) -> String {
        var lines = [
            "# \(MarkdownText.cell(table.name))", "",
            "`iommu-check matrix` writes this page from [\(MarkdownText.cell(table.spec))]"
                + "(\(link(table.spec, file))).", "",
        ]
        lines += summaryLines(table, file)
        for row in table.rows.indices {
            lines += ["", "## \(MarkdownText.cell(table.rows[row].title))", ""]
            lines += propertyLines(table, row, file)
        }
        let reasons = table.reasons.enumerated().map { "\($0 + 1). \(MarkdownText.cell($1))" }
        if !reasons.isEmpty { lines += ["", "Not applicable, or inconclusive:", ""] + reasons }
        lines += ["", MarkdownText.cell(table.totals) + "."]
        return lines.joined(separator: "\n") + "\n"
    }

    /// Rows against columns: how many properties hold, and which are violated.
    package static func markdownSummary(_ table: MatrixTable, in file: String? = nil) -> String {
        summaryLines(table, file).joined(separator: "\n") + "\n"
    }

    private static func summaryLines(_ table: MatrixTable, _ file: String?) -> [String] {
        let titles = table.columns.map { MarkdownText.cell($0.title) }
        var lines = ["| | \(titles.joined(separator: " | ")) |", "|---" + rule(table.columns.count)]
        for row in table.rows.indices {
            let cells = table.columns.indices.map { column in
                summaryCell(table.summary(row: row, column: column), table, file)
            }
            lines.append(
                "| \(MarkdownText.cell(table.rows[row].title)) | \(cells.joined(separator: " | ")) |")
        }
        return lines
    }

    private static func summaryCell(
        _ summary: MatrixTable.Summary, _ table: MatrixTable, _ file: String?
    ) -> String {
        var parts: [String] = []
        for place in summary.violated {
            guard case .violated(let violation, let trace) = table[place].finding else { continue }
            parts.append(violated(table.properties[place.property], violation, trace, file))
        }
        if summary.holding > 0 { parts.append("\(summary.holding) hold") }
        if summary.inconclusive > 0 { parts.append("\(summary.inconclusive) inconclusive") }
        if parts.isEmpty { parts.append("n/a") }
        return parts.joined(separator: ", ") + (summary.isExpected ? "" : " **(not as expected)**")
    }

    private static func propertyLines(_ table: MatrixTable, _ row: Int, _ file: String?) -> [String] {
        let reasons = table.reasons
        let titles = table.columns.map { MarkdownText.cell($0.title) }
        var lines = ["| | \(titles.joined(separator: " | ")) |", "|---" + rule(table.columns.count)]
        for property in table.properties.indices {
            let cells = table.columns.indices.map { column in
                let cell = table[.init(row: row, column: column, property: property)]
                let number = cell.finding.reason.flatMap { reasons.firstIndex(of: $0) }.map { " (\($0 + 1))" }
                let text =
                    switch cell.finding {
                    case .holds: "holds"
                    case .violated(let violation, let trace): violated(nil, violation, trace, file)
                    case .notApplicable: "n/a" + (number ?? "")
                    case .inconclusive: "**?**" + (number ?? "")
                    }
                return text + (cell.isExpected ? "" : " **(not as expected)**")
            }
            lines.append(
                "| \(MarkdownText.code(table.properties[property])) | \(cells.joined(separator: " | ")) |")
        }
        return lines
    }

    /// **[`within_mask`](traces/…) after 3 steps**
    private static func violated(
        _ property: String?, _ violation: Violation, _ trace: String?, _ file: String?
    ) -> String {
        let extent = MarkdownText.cell(violation.extent)
        let name = property.map(MarkdownText.code)
        let text = name ?? "violated"
        let linked = trace.map { "[\(text)](\(link($0, file)))" } ?? text
        return "**\(linked)** (\(extent))"
    }

    private static func rule(_ count: Int) -> String { String(repeating: "|---", count: count) + "|" }

    private static func link(_ path: String, _ file: String?) -> String {
        MarkdownText.target(RelativePath.path(to: path, from: file))
    }
}
