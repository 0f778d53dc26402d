// SPDX-License-Identifier: MIT

import Findings

/// What `iommu-check matrix` prints: for each row a line for each property, with a column for each platform.
///
///     default domains          GART     Calgary  VT-d
///       no_reserved_overlap    holds    holds    holds
///       within_mask            holds    3 steps  holds
///       isolation              n/a 1    holds    holds
package enum MatrixReport {
    package static func text(_ table: MatrixTable) -> String {
        let reasons = table.reasons
        let names = table.properties.map { "  " + $0 } + table.rows.map(\.title)
        let nameWidth = names.map(\.count).max() ?? 0
        let widths = table.columns.indices.map { column in
            let texts = table.places.filter { $0.column == column }.map { mark(table[$0], reasons) }
            return (texts + [table.columns[column].title]).map(\.count).max() ?? 0
        }
        func line(_ name: String, _ texts: [String]) -> String {
            let cells = zip(texts, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
            return trimmed("\(name.padded(to: nameWidth))  \(cells)")
        }
        var lines = ["matrix \(table.name) (\(table.spec))"]
        for row in table.rows.indices {
            lines += ["", line(table.rows[row].title, table.columns.map(\.title))]
            for property in table.properties.indices {
                let texts = table.columns.indices.map { column in
                    mark(table[.init(row: row, column: column, property: property)], reasons)
                }
                lines.append(line("  " + table.properties[property], texts))
            }
        }
        if !reasons.isEmpty { lines += [""] + reasons.enumerated().map { "  \($0 + 1)  \($1)" } }
        lines += notes(table) + ["", table.totals]
        return lines.map(EscapedText.visible).joined(separator: "\n") + "\n"
    }

    /// What is violated, and what is not as expected.
    private static func notes(_ table: MatrixTable) -> [String] {
        let violated = table.violations.map { place, violation, trace in
            let title = table.title(row: place.row, column: place.column)
            return "  \(title): \(CheckReport.sentence(.violated(violation)))"
                + (trace.map { " (\($0))" } ?? "")
        }
        let unexpected = table.places.filter { !table[$0].isExpected }.map { place in
            let title = table.title(row: place.row, column: place.column)
            let isViolated = if case .violated = table[place].finding { true } else { false }
            return "  FAIL \(title): \(table.properties[place.property]) "
                + (isViolated ? "ought to hold" : "is expected to be violated")
        }
        return (violated.isEmpty ? [] : [""] + violated) + (unexpected.isEmpty ? [] : [""] + unexpected)
    }

    /// `holds`, `7 steps`, `n/a 2`, `? 3`; with `!` where it is not as expected.
    private static func mark(_ cell: MatrixTable.Cell, _ reasons: [String]) -> String {
        let number = cell.finding.reason.flatMap { reasons.firstIndex(of: $0) }.map { " \($0 + 1)" } ?? ""
        let text =
            switch cell.finding {
            case .holds: "holds"
            case .violated(let violation, _): violation.extent
            case .notApplicable: "n/a" + number
            case .inconclusive: "?" + number
            }
        return text + (cell.isExpected ? "" : " !")
    }

    private static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
