// SPDX-License-Identifier: MIT

package import Diagnostics

extension ReducedLayout {
    package enum Outcome: Hashable, Sendable {
        case reduced(ReducedLayout)
        /// Even the reduced layout has more pages than the scope allows: the check is inconclusive.
        case tooLarge(pages: Int, pagesMax: Int)
        /// It has more pages than the width of a page number that the user has said.
        case tooNarrow(pages: Int, pageBits: Int)
    }

    /// Shrinks every interval between two neighbouring boundaries, and fills the space again to a power of two:
    /// the last reduced page is the machine's last page, and no reduced page lies behind it. The same input gives
    /// the same pages.
    ///
    /// - Returns: The outcome, and warnings about regions and boundaries in the middle of a page.
    package static func reduce(
        _ layout: DistinctLayout, boundaries: [LayoutBoundary], scope: ReductionScope
    ) -> (outcome: Outcome, warnings: [Diagnostic]) {
        let warnings = layout.regions.compactMap(widening) + boundaries.compactMap(rounding)
        let intervals = LayoutInterval.all(regions: layout.regions, cuts: boundaries.map(\.cut))
        var sizes = intervals.enumerated().map { scope.reducedSize(of: $1.pageCount, at: $0) }
        let least = sizes.reduce(0, +)
        guard let size = scope.spaceSize(for: least) else {
            return (.tooNarrow(pages: least, pageBits: scope.pageBits ?? 0), warnings)
        }
        guard size <= scope.pagesMax else {
            return (.tooLarge(pages: size, pagesMax: scope.pagesMax), warnings)
        }
        fill(&sizes, upTo: size, of: intervals)
        // The reduced page of each cut.
        var pages: [Int: Int] = [0: 0]
        var reduced: [LayoutInterval] = []
        var next = 0
        for (interval, size) in zip(intervals, sizes) {
            let start = next
            next += size
            pages[interval.end] = next
            reduced.append(LayoutInterval(start: start, end: next, kinds: interval.kinds))
        }
        // Every end of a region and every boundary is a cut, so that all look-ups below succeed.
        func page(_ cut: Int) -> Int { pages[cut] ?? 0 }
        let result = ReducedLayout(
            scope: scope, pageCount: next,
            regions: layout.regions.map {
                Region(region: $0, firstPage: page($0.firstPage), lastPage: page($0.lastPage + 1) - 1)
            },
            positions: boundaries.map { boundary in
                let offset = if case .last = boundary.address { 1 } else { 0 }
                return Position(
                    boundary: boundary, realPage: boundary.cut - offset, page: page(boundary.cut) - offset)
            },
            effectiveRegions: EffectiveRegion.all(reduced),
            rows: zip(intervals, reduced).map { row($0, $1, boundaries: boundaries) })
        return (.reduced(result), warnings)
    }

    /// Gives the pages that are missing to the last interval, and what it does not have itself to the one
    /// before. The real sizes, the reduced ones and the whole agree modulo the alignment, and so does what is
    /// added.
    private static func fill(_ sizes: inout [Int], upTo size: Int, of intervals: [LayoutInterval]) {
        var missing = size - sizes.reduce(0, +)
        for index in sizes.indices.reversed() {
            let added = min(missing, intervals[index].pageCount - sizes[index])
            sizes[index] += added
            missing -= added
        }
    }

    private static func row(
        _ real: LayoutInterval, _ reduced: LayoutInterval, boundaries: [LayoutBoundary]
    ) -> Row {
        let touching = boundaries.filter { boundary in
            switch boundary.address {
            case .first: boundary.cut == real.start
            case .last: boundary.cut == real.end
            }
        }
        return Row(
            realFirst: UInt64(real.start) << pageBits,
            // The end of the space is 2^64, whose last byte is one below 0.
            realLast: (UInt64(real.end) << pageBits) &- 1,
            firstPage: reduced.start, lastPage: reduced.end - 1, kinds: real.kinds,
            boundaries: touching.map(\.name))
    }

    private static func widening(_ region: ReservedRegion) -> Diagnostic? {
        guard !region.isWholePages else { return nil }
        return Diagnostic(
            "partial-page", severity: .warning,
            "the region \(region.description) does not begin and end at a page of 4 KiB", at: region.span,
            help: "all pages it touches are taken as reserved: \(hexadecimal(region.first & ~pageMask))-"
                + hexadecimal(region.last | pageMask))
    }

    private static func rounding(_ boundary: LayoutBoundary) -> Diagnostic? {
        guard !boundary.isWholePage else { return nil }
        let (end, address) =
            switch boundary.address {
            case .first(let byte): ("begin", byte)
            case .last(let byte): ("end", byte)
            }
        return Diagnostic(
            "partial-page", severity: .warning,
            "'\(boundary.name)' does not \(end) at a page of 4 KiB: \(hexadecimal(address))", at: nil,
            help: "only whole pages inside it are used")
    }
}
