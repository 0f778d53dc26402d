// SPDX-License-Identifier: MIT

/// A real layout brought down to a few pages, so that it can be explored: the same regions and boundaries in
/// the same order, with the same overlaps, containments and adjacencies, from page 0 to the last page of the
/// space. Long intervals are short, and nothing else differs. `disagreements` compares the two.
package struct ReducedLayout: Hashable, Sendable {
    /// A region in both measures. Pages are inclusive at both ends.
    package struct Region: Hashable, Sendable {
        package let region: ReservedRegion
        package let firstPage: Int
        package let lastPage: Int

        package init(region: ReservedRegion, firstPage: Int, lastPage: Int) {
            self.region = region
            self.firstPage = firstPage
            self.lastPage = lastPage
        }
    }

    /// A named boundary in both measures: the first page of what begins there, the last page of what ends
    /// there.
    package struct Position: Hashable, Sendable {
        package let boundary: LayoutBoundary
        /// -1 where not even page 0 lies below the boundary.
        package let realPage: Int
        package let page: Int

        package init(boundary: LayoutBoundary, realPage: Int, page: Int) {
            self.boundary = boundary
            self.realPage = realPage
            self.page = page
        }
    }

    /// One line of the table that a report prints: an interval in which nothing begins or ends.
    package struct Row: Hashable, Sendable {
        /// First and last byte on the machine.
        package let realFirst: UInt64
        package let realLast: UInt64
        package let firstPage: Int
        package let lastPage: Int
        /// Strictest first; empty where the interval is free.
        package let kinds: [ReservedRegion.Kind]
        /// What begins with the interval's first page or ends with its last: `4 GiB`, `DMA mask`.
        package let boundaries: [String]

        /// `free`; `msi`; `direct-relaxable, msi (software)`
        package var title: String {
            kinds.isEmpty ? "free" : kinds.map(\.title).joined(separator: ", ")
        }

        package var pageCount: Int { lastPage - firstPage + 1 }

        /// Pages that the interval has on the machine.
        package var realPageCount: Int { Int((realLast - realFirst) >> pageBits) + 1 }

        /// A DMA domain may hand its pages out, and there are fewer of them than on the machine.
        package var isScarce: Bool {
            pageCount < realPageCount && kinds.allSatisfy { !$0.isReservedInDMADomains }
        }

        package init(
            realFirst: UInt64, realLast: UInt64, firstPage: Int, lastPage: Int, kinds: [ReservedRegion.Kind],
            boundaries: [String]
        ) {
            self.realFirst = realFirst
            self.realLast = realLast
            self.firstPage = firstPage
            self.lastPage = lastPage
            self.kinds = kinds
            self.boundaries = boundaries
        }
    }

    package let scope: ReductionScope
    package let pageCount: Int
    /// In the order of the layout.
    package let regions: [Region]
    /// In the order given.
    package let positions: [Position]
    /// The same pages as `regions`, as a DMA domain sees them.
    package let effectiveRegions: [EffectiveRegion]
    /// By address; together they are the whole 64-bit space.
    package let rows: [Row]

    package init(
        scope: ReductionScope, pageCount: Int, regions: [Region], positions: [Position],
        effectiveRegions: [EffectiveRegion], rows: [Row]
    ) {
        self.scope = scope
        self.pageCount = pageCount
        self.regions = regions
        self.positions = positions
        self.effectiveRegions = effectiveRegions
        self.rows = rows
    }

    /// The reduced page of a boundary that was asked for; `nil` for one that was not.
    package func page(of boundary: LayoutBoundary) -> Int? {
        positions.first { $0.boundary == boundary }?.page
    }
}
