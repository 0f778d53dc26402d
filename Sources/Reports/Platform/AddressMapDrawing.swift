// SPDX-License-Identifier: MIT

import Platforms

/// Address maps as an SVG: a column for each map, address 0 at the top, heights by the logarithm of the sizes.
package enum AddressMapDrawing {
    private static let columnWidth = 560
    private static let addressWidth = 150
    private static let boxWidth = 250
    private static let top = 70
    /// A drawing of more columns is too wide to be looked at.
    package static let columnsMax = 32

    package static func svg(_ report: MachineReport) -> String {
        let maps = Array(report.maps.prefix(columnsMax))
        let heights: [Int] = maps.map { map in map.rows.reduce(0) { $0 + height($1) } }
        let total: Int = (heights.max() ?? 0) + top + 60
        let width = max(1, maps.count) * columnWidth
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(total)" viewBox="0 0 \(width) \(total)">
            <style>text { font: 11px monospace; fill: #222; } .title { font: bold 13px sans-serif; } .small { fill: #555; }</style>
            <rect width="100%" height="100%" fill="#ffffff"/>

            """
        for (index, map) in maps.enumerated() { text += column(map, left: index * columnWidth + 10) }
        text += legend(at: total - 30)
        return text + "</svg>\n"
    }

    /// Two pixels for each doubling, and room for a line of text.
    private static func height(_ row: AddressMap.Row) -> Int {
        let pages = (row.range.last - row.range.first) >> 12
        return 16 + (64 - pages.leadingZeroBitCount)
    }

    private static func column(_ map: AddressMap, left: Int) -> String {
        var text = label(map.title, x: left, y: 22, class: "title")
        let devices = map.devices
        let names =
            devices.prefix(3).joined(separator: ", ")
            + (devices.count > 3 ? " and \(devices.count - 3) more" : "")
        text += label(cut(names, 78), x: left, y: 40, class: "small")
        text += label("domain", x: left + addressWidth, y: 60, class: "small")
        text += label("physical memory", x: left + addressWidth + boxWidth + 10, y: 60, class: "small")
        var y = top
        for row in map.rows {
            let own = height(row)
            text += label(MachineReport.address(row.range.first), x: left, y: y + 12)
            text += box(x: left + addressWidth, y: y, width: boxWidth, height: own, colour: colour(row))
            text += label(
                cut("\(row.title), \(row.range.sizeText)", 36), x: left + addressWidth + 6, y: y + own / 2 + 4
            )
            if !row.memory.isEmpty {
                text += label(
                    cut(row.memory.joined(separator: ", "), 20), x: left + addressWidth + boxWidth + 10,
                    y: y + own / 2 + 4, class: "small")
            }
            y += own
        }
        return text
    }

    private static func colour(_ row: AddressMap.Row) -> String {
        if let kind = row.kinds.first { return colour(kind) }
        if row.windows.isEmpty, row.isPageZero { return "#bbbbbb" }
        if row.isBeyondDomain || row.isBeyondMask { return "#dddddd" }
        return row.windows.isEmpty ? "#e6f4e6" : "#fde9c8"
    }

    private static func colour(_ kind: ReservedRegion.Kind) -> String {
        switch kind {
        case .msi: "#c9b6e4"
        case .softwareMSI: "#e4dcf2"
        case .reserved: "#bbbbbb"
        case .direct: "#f2a6a0"
        case .directRelaxable: "#f9d5d2"
        }
    }

    private static func legend(at y: Int) -> String {
        var entries = ReservedRegion.Kind.allCases.map { ($0.title, colour($0)) }
        entries += [("bridge window", "#fde9c8"), ("free", "#e6f4e6")]
        var text = ""
        var x = 10
        for (title, colour) in entries {
            text += box(x: x, y: y, width: 12, height: 12, colour: colour)
            text += label(title, x: x + 17, y: y + 10, class: "small")
            x += 30 + title.count * 7
        }
        return text
    }

    private static func box(x: Int, y: Int, width: Int, height: Int, colour: String) -> String {
        "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(colour)\" stroke=\"#888888\"/>\n"
    }

    private static func label(_ text: String, x: Int, y: Int, class name: String? = nil) -> String {
        let style = name.map { " class=\"\($0)\"" } ?? ""
        return "<text x=\"\(x)\" y=\"\(y)\"\(style)>\(escaped(text))</text>\n"
    }

    private static func cut(_ text: String, _ length: Int) -> String {
        text.count <= length ? text : text.prefix(length - 1) + "…"
    }

    /// For XML: nothing a table says becomes a tag, and no character that XML forbids gets in.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in EscapedText.visible(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
