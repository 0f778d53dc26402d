package import Diagnostics

extension ReducedLayout {
    package enum Outcome: Hashable, Sendable {
        case reduced(ReducedLayout)
        /// Even the reduced layout has more pages than the scope allows: the check is inconclusive.
        case tooLarge(pages: Int, pagesMax: Int)
    }

    /// Shrinks every interval between two neighbouring boundaries. The same input gives the same pages.
    ///
    /// - Returns: The outcome, and warnings about regions and boundaries in the middle of a page.
    package static func reduce(
        _ layout: DistinctLayout, boundaries: [LayoutBoundary], scope: ReductionScope
    ) -> (outcome: Outcome, warnings: [Diagnostic]) {
        let warnings = layout.regions.compactMap(widening) + boundaries.compactMap(rounding)
        let intervals = LayoutInterval.all(regions: layout.regions, cuts: boundaries.map(\.cut))
        // The reduced page of each cut.
        var pages: [Int: Int] = [0: 0]
        var reduced: [LayoutInterval] = []
        var next = 0
        for interval in intervals {
            let start = next
            next += scope.reducedSize(of: interval.end - interval.start)
            pages[interval.end] = next
            reduced.append(LayoutInterval(start: start, end: next, kinds: interval.kinds))
        }
        guard next <= scope.pagesMax else {
            return (.tooLarge(pages: next, pagesMax: scope.pagesMax), warnings)
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
