// SPDX-License-Identifier: MIT

import Diagnostics
import Platforms
import Reports

/// The constants that a layout sets in a program, and what the report says of them.
struct FittedLayout: Sendable {
    /// As source text: `NAME=VALUE`.
    let settings: [String]
    let table: CheckSummary.Layout
    var warnings: [Diagnostic] = []
    /// `nil` where the pages are the machine's own.
    var room: LayoutRoom?
}

extension PlatformLayout {
    /// - Parameter leastPages: as `ReductionScope.leastPages`.
    func reduced(_ machine: Machine, leastPages: [Int: Int]) -> Binding {
        let scope = ReductionScope(
            largestAllocation: machine.mappingPages, largestAlignment: machine.mappingPages,
            pagesMax: Self.pagesMax, pageBits: machine.pageBits, leastPages: leastPages)
        let boundaries = machine.boundaries.map(\.boundary)
        let (outcome, warnings) = ReducedLayout.reduce(
            layout, boundaries: [.pageZero, .fourGiB] + boundaries, scope: scope)
        let reduced: ReducedLayout
        switch outcome {
        case .reduced(let layout): reduced = layout
        case .tooLarge(let pages, let pagesMax):
            return .tooLarge("the reduced layout has \(pages) pages; \(pagesMax) can be explored")
        case .tooNarrow(let pages, let pageBits):
            return .tooLarge("the reduced layout has \(pages) pages, and PAGE_BITS is set to \(pageBits)")
        }
        guard reduced.relationsAgree else {
            return .tooLarge("the reduced layout disagrees with the real one: \(reduced.disagreements)")
        }
        let regions = reduced.effectiveRegions.map { Self.regionText($0.firstPage, $0.lastPage, $0.kind) }
        var settings = [
            "PAGE_BITS=\(reduced.pageCount.trailingZeroBitCount)",
            "RESERVED_REGIONS=[\(regions.joined(separator: ", "))]",
        ]
        for (name, boundary) in machine.boundaries where machine.names.contains(name) {
            if let page = reduced.page(of: boundary) { settings.append("\(name)=\(page)") }
        }
        let rows = reduced.rows.map {
            CheckSummary.Layout.Row(
                realFirst: $0.realFirst, realLast: $0.realLast, firstPage: $0.firstPage,
                lastPage: $0.lastPage,
                title: $0.title, boundaries: $0.boundaries)
        }
        let table = CheckSummary.Layout(title: name, rows: rows, remarks: remarks(scope, machine))
        return .fitted(
            FittedLayout(
                settings: settings, table: table, warnings: warnings, room: room(reduced, machine)))
    }

    private func room(_ reduced: ReducedLayout, _ machine: Machine) -> LayoutRoom {
        let intervals = reduced.rows.enumerated().filter(\.element.isScarce).map { index, row in
            LayoutRoom.Interval(
                index: index, pages: row.firstPage..<row.lastPage + 1, realPages: row.realPageCount,
                addresses: "0x\(String(row.realFirst, radix: 16)) - 0x\(String(row.realLast, radix: 16))")
        }
        return LayoutRoom(
            intervals: intervals, runLength: reduced.scope.pagesPerInterval, pageCount: reduced.pageCount,
            pagesMax: reduced.scope.pageBits == nil ? Self.pagesMax : reduced.pageCount,
            pagesAtOnce: machine.buffers.map { min($0, 1 << 20) * min(machine.mappingPages, 1 << 20) },
            leastPages: reduced.scope.leastPages)
    }

    /// What the pages have in common with the machine's, and what not.
    private func remarks(_ scope: ReductionScope, _ machine: Machine) -> [String] {
        let alignment = scope.largestAlignment
        var remarks = [
            "kept: the intervals' order, neighbours and ends, page 0 and the last page, distances up to "
                + "\(scope.pagesPerInterval) pages"
                + (alignment > 1 ? ", alignment up to \(alignment) pages" : ""),
            "not kept: page numbers, larger distances, "
                + (alignment > 1 ? "larger alignments" : "alignment") + ", the length of long intervals",
        ]
        for name in machine.overrides.sorted() {
            remarks.append("'\(name)' is set on the command line: it is not the machine's")
        }
        return remarks
    }
}
