/// What a reduced layout must be good for.
package struct ReductionScope: Hashable, Sendable {
    /// Pages of the largest allocation that the check makes.
    package let largestAllocation: Int
    /// The largest alignment it asks for, in pages: a power of two.
    package let largestAlignment: Int
    /// More pages than this cannot be explored.
    package let pagesMax: Int

    /// - Parameter largestAlignment: Rounded up to a power of two.
    package init(largestAllocation: Int, largestAlignment: Int = 1, pagesMax: Int) {
        let limit = 1 << 20
        self.largestAllocation = min(max(largestAllocation, 1), limit)
        var alignment = 1
        while alignment < min(largestAlignment, limit) { alignment *= 2 }
        self.largestAlignment = alignment
        self.pagesMax = max(pagesMax, 1)
    }

    /// An interval of more pages is shrunk to this many, plus at most `largestAlignment - 1` to keep its
    /// ends aligned.
    /// In so many pages every allocation fits wherever they begin, as it does in the real interval; and one
    /// page
    /// is left over.
    package var pagesPerInterval: Int {
        max(largestAllocation + 1, largestAllocation + largestAlignment - 1)
    }

    /// Pages of a reduced interval. Congruent to the real number modulo the alignment, never more than it.
    func reducedSize(of pages: Int) -> Int {
        guard pages > pagesPerInterval else { return pages }
        return pagesPerInterval + (pages - pagesPerInterval) % largestAlignment
    }
}
