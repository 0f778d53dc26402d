// SPDX-License-Identifier: MIT

/// What a reduced layout must be good for.
package struct ReductionScope: Hashable, Sendable {
    /// Pages of the largest allocation that the check makes.
    package let largestAllocation: Int
    /// The largest alignment it asks for, in pages: a power of two.
    package let largestAlignment: Int
    /// More pages than this cannot be explored.
    package let pagesMax: Int
    /// Width of a page number, where the user has said one; `nil`: as narrow as it can be.
    package let pageBits: Int?
    /// Pages that an interval keeps at least (or all that it has), by its place among the intervals: more
    /// than `pagesPerInterval` where the check can use more.
    package let leastPages: [Int: Int]

    /// - Parameter largestAlignment: Rounded up to a power of two.
    package init(
        largestAllocation: Int, largestAlignment: Int = 1, pagesMax: Int, pageBits: Int? = nil,
        leastPages: [Int: Int] = [:]
    ) {
        let limit = 1 << 20
        self.largestAllocation = min(max(largestAllocation, 1), limit)
        var alignment = 1
        while alignment < min(largestAlignment, limit) { alignment *= 2 }
        self.largestAlignment = alignment
        self.pagesMax = max(pagesMax, 1)
        self.pageBits = pageBits
        self.leastPages = leastPages
    }

    /// An interval of more pages is shrunk to this many, plus at most `largestAlignment - 1` to keep its ends
    /// aligned. In so many pages an allocation of any alignment fits wherever they begin, with a page before
    /// it and one behind it that are not its own, as in the real interval.
    package var pagesPerInterval: Int { largestAllocation + largestAlignment + 1 }

    /// Pages of a reduced interval. Congruent to the real number modulo the alignment, never more than it.
    func reducedSize(of pages: Int, at index: Int) -> Int {
        let least = max(pagesPerInterval, leastPages[index] ?? 0)
        guard pages > least else { return pages }
        return least + (pages - least) % largestAlignment
    }

    /// Pages of the whole reduced space: a power of two, as the real space has, so that the page after the
    /// last one is page 0.
    ///
    /// - Parameter pages: that there must be at least.
    /// - Returns: `nil` where there are more than `pageBits` can number.
    func spaceSize(for pages: Int) -> Int? {
        if let pageBits { return pageBits < 52 && 1 << pageBits >= pages ? 1 << pageBits : nil }
        var size = max(2, largestAlignment)
        while size < pages { size *= 2 }
        return size
    }
}
