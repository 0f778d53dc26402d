// SPDX-License-Identifier: MIT

extension ReducedLayout {
    /// Whether all relations between boundaries are the same on the machine and in the reduced layout.
    package var relationsAgree: Bool { disagreements.isEmpty }

    /// One sentence for each relation that differs. Compares the two sets of positions as they stand, and
    /// knows nothing of how one was made from the other:
    ///
    /// - order and equality of any two positions, and the distance of any two that are close;
    /// - the offset of each position within the largest alignment;
    /// - disjointness and containment of any two regions;
    /// - that the page after the last is page 0.
    package var disagreements: [String] {
        let places = self.places
        var found: [String] = []
        if pageCount.nonzeroBitCount != 1 { found.append("the last page is not the last of its width") }
        for (index, one) in places.enumerated() {
            if (one.real - one.reduced) % scope.largestAlignment != 0 {
                found.append("\(one.name) is aligned differently")
            }
            for other in places[..<index] where !distancesAgree(other, one) {
                found.append("\(other.name) and \(one.name) lie differently")
            }
        }
        for (index, one) in regions.enumerated() {
            for other in regions[..<index] where !coveragesAgree(other, one) {
                found.append("\(other.region.description) and \(one.region.description) overlap differently")
            }
        }
        return found
    }

    /// A page at which something begins, in both measures.
    private struct Place {
        let name: String
        let real: Int
        let reduced: Int
    }

    private var places: [Place] {
        var places = [
            Place(name: "the first page", real: 0, reduced: 0),
            Place(name: "the end", real: pagesOfSpace, reduced: pageCount),
        ]
        for region in regions {
            let name = region.region.description
            places.append(
                Place(name: "the start of \(name)", real: region.region.firstPage, reduced: region.firstPage))
            places.append(
                Place(
                    name: "the end of \(name)", real: region.region.lastPage + 1, reduced: region.lastPage + 1
                ))
        }
        for position in positions {
            let offset = if case .last = position.boundary.address { 1 } else { 0 }
            places.append(
                Place(
                    name: "'\(position.boundary.name)'", real: position.realPage + offset,
                    reduced: position.page + offset))
        }
        return places
    }

    /// The same order; the same distance where it is short, at least a whole interval where it is long.
    private func distancesAgree(_ one: Place, _ other: Place) -> Bool {
        let real = other.real - one.real
        let reduced = other.reduced - one.reduced
        guard real.signum() == reduced.signum(), abs(reduced) <= abs(real) else { return false }
        return abs(real) <= scope.pagesPerInterval
            ? real == reduced : abs(reduced) >= scope.pagesPerInterval
    }

    private func coveragesAgree(_ one: Region, _ other: Region) -> Bool {
        let (real, otherReal) = (one.region, other.region)
        let overlap =
            (real.firstPage <= otherReal.lastPage && otherReal.firstPage <= real.lastPage)
            == (one.firstPage <= other.lastPage && other.firstPage <= one.lastPage)
        let inside =
            (otherReal.firstPage <= real.firstPage && real.lastPage <= otherReal.lastPage)
            == (other.firstPage <= one.firstPage && one.lastPage <= other.lastPage)
        let around =
            (real.firstPage <= otherReal.firstPage && otherReal.lastPage <= real.lastPage)
            == (one.firstPage <= other.firstPage && other.lastPage <= one.lastPage)
        return overlap && inside && around
    }
}
