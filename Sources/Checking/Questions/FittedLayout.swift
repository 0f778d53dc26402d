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

/// The free intervals of a reduced layout that have fewer pages than the machine's, and what must stay free in them
/// lest the check use up what the machine has plenty of.
struct LayoutRoom: Sendable {
    struct Interval: Sendable {
        /// Among all intervals of the layout.
        let index: Int
        let pages: Range<Int>
        let realPages: Int
        /// `0xfef00000 - 0xffffffff`
        let addresses: String
    }

    let intervals: [Interval]
    /// Pages of a run that each interval keeps in every state: so many that whatever could be done there in the
    /// beginning still can.
    let runLength: Int
    /// Pages of the whole space.
    let pageCount: Int
    /// What a scope with `BUFFERS` mappings uses at once, if they lie side by side.
    let pagesAtOnce: Int?
    /// As `ReductionScope.leastPages`.
    let leastPages: [Int: Int]

    /// Larger intervals, where a state was found that leaves no run in them.
    ///
    /// - Parameter shortage: a bit for each of `intervals`.
    /// - Returns: As `ReductionScope.leastPages`.
    func grown(where shortage: UInt64) -> [Int: Int] {
        var grown = leastPages
        for interval in short(shortage) {
            let size = interval.pages.count
            let sideBySide = runLength + (pagesAtOnce ?? 0)
            grown[interval.index] = min(
                size < sideBySide ? sideBySide : size + max(runLength, size / 2), interval.realPages)
        }
        return grown
    }

    /// What is said where they cannot be made larger.
    func sentence(_ shortage: UInt64) -> String {
        let places = short(shortage).map {
            "pages \($0.pages.lowerBound) - \($0.pages.upperBound - 1), \($0.addresses)"
        }
        return
            "this layout is smaller than the scope can use: a state leaves no \(runLength) pages in a row as they were in "
            + places.joined(separator: "; ")
            + ", where the machine has more; more than \(PlatformLayout.pagesMax) pages are not explored: "
            + "check a smaller scope (fewer or smaller mappings: '--set NAME=VALUE')"
    }

    private func short(_ shortage: UInt64) -> [Interval] {
        intervals.enumerated().filter { shortage >> UInt64($0.offset) & 1 != 0 }.map(\.element)
    }
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
            pagesAtOnce: machine.buffers.map { min($0, 1 << 20) * min(machine.mappingPages, 1 << 20) },
            leastPages: reduced.scope.leastPages)
    }

    /// What the pages have in common with the machine's, and what not.
    private func remarks(_ scope: ReductionScope, _ machine: Machine) -> [String] {
        let alignment = scope.largestAlignment
        var remarks = [
            "as on the machine: which intervals there are, their order, neighbours and ends, from page 0 to the last "
                + "page of the space (the next is page 0), distances of up to \(scope.pagesPerInterval) pages"
                + (alignment > 1 ? ", alignment to up to \(alignment) pages" : ""),
            "not as on the machine: page numbers, larger distances, "
                + (alignment > 1 ? "alignment to more pages, " : "alignment, ")
                + "how many pages a longer interval has",
        ]
        for name in machine.overrides.sorted() {
            remarks.append("'\(name)' is set on the command line: it is not the machine's")
        }
        return remarks
    }
}
