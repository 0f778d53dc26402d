// SPDX-License-Identifier: MIT

import Findings

extension MatrixReport {
    /// One page with everything in it: no script, nothing loaded from elsewhere.
    package static func html(_ table: MatrixTable, in file: String? = nil) -> String {
        let title = escape("iommu-check matrix: \(table.name)")
        var lines = [
            "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                + "style-src 'unsafe-inline'\">",
            "<meta name=\"viewport\" content=\"width=device-width\">", "<title>\(title)</title>",
            "<style>", style, "</style>", "</head>", "<body>", "<h1>\(title)</h1>",
            "<p>\(escape(table.spec)). \(escape(table.totals)).</p>", "<table>", "<thead>",
            "<tr><th></th>" + table.columns.map { "<th scope=\"col\">\(escape($0.title))</th>" }.joined()
                + "</tr>", "</thead>",
        ]
        let violations = table.violations
        let numbers = Dictionary(
            uniqueKeysWithValues: violations.enumerated().map { ($1.place, $0 + 1) })
        for row in table.rows.indices {
            lines += [
                "<tbody>",
                "<tr><th class=\"row\" scope=\"colgroup\" colspan=\"\(table.columns.count + 1)\">"
                    + "\(escape(table.rows[row].title))</th></tr>",
            ]
            for property in table.properties.indices {
                let cells = table.columns.indices.map { column in
                    let place = MatrixTable.Place(row: row, column: column, property: property)
                    return cell(table[place], number: numbers[place])
                }
                lines.append(
                    "<tr><th scope=\"row\"><code>\(escape(table.properties[property]))</code></th>"
                        + cells.joined() + "</tr>")
            }
            lines.append("</tbody>")
        }
        lines.append("</table>")
        for (number, (place, violation, trace)) in violations.enumerated() {
            lines += details(number + 1, table, place, violation, trace, file)
        }
        return (lines + ["</body>", "</html>"]).joined(separator: "\n") + "\n"
    }

    private static func cell(_ cell: MatrixTable.Cell, number: Int?) -> String {
        let mark = cell.isExpected ? "" : " <strong>not as expected</strong>"
        switch cell.finding {
        case .holds: return "<td class=\"holds\">holds\(mark)</td>"
        case .violated(let violation, _):
            let extent = escape(violation.extent)
            return "<td class=\"violated\"><a href=\"#run\(number ?? 0)\">violated</a>: \(extent)\(mark)</td>"
        case .notApplicable(let reason):
            return "<td class=\"none\" title=\"\(escape(reason))\">n/a"
                + "<small>\(escape(reason))</small>\(mark)</td>"
        case .inconclusive(let reason):
            return
                "<td class=\"open\" title=\"\(escape(reason))\">?<small>\(escape(reason))</small>\(mark)</td>"
        }
    }

    /// The run that violates a property.
    private static func details(
        _ number: Int, _ table: MatrixTable, _ place: MatrixTable.Place, _ violation: Violation,
        _ trace: String?, _ file: String?
    ) -> [String] {
        let title = table.title(row: place.row, column: place.column)
        var lines = [
            "<h2 id=\"run\(number)\">\(escape(title)): <code>\(escape(violation.property))</code></h2>"
        ]
        if let trace {
            let target = MarkdownText.target(RelativePath.path(to: trace, from: file))
            lines.append("<p><a href=\"\(escape(target))\">\(escape(trace))</a></p>")
        }
        let text =
            violation.run.map { RaceDiagram.text(of: $0, breaking: violation) }
            ?? violation.explanation.joined(separator: "\n")
        return lines + ["<pre>\(escape(text, keepsLines: true))</pre>"]
    }

    /// Nothing of a spec becomes markup.
    private static func escape(_ text: String, keepsLines: Bool = false) -> String {
        let visible = text.scalarLines.map(EscapedText.visible).joined(separator: keepsLines ? "\n" : " ")
        return visible.replacingScalars { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "'": "&#39;"
            default: nil
            }
        }
    }

    private static let style = """
        body { font: 15px/1.4 system-ui, sans-serif; margin: 2em; color: #222; background: #fff; }
        table { border-collapse: collapse; }
        th, td { border: 1px solid #ccc; padding: 0.25em 0.6em; text-align: left; vertical-align: top; }
        thead th { position: sticky; top: 0; background: #eee; }
        th.row { background: #f5f5f5; font-size: 110%; }
        td.holds { background: #e7f6e7; }
        td.violated { background: #fbdcdc; }
        td.none { color: #666; }
        td.open { background: #fff3cd; }
        small { display: block; max-width: 14em; }
        pre { overflow-x: auto; background: #f8f8f8; padding: 0.8em; }
        """
}
