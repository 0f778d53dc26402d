// SPDX-License-Identifier: MIT

/// Pages that a DMA domain never hands out, and why: disjoint, the strictest kind wherever regions overlap,
/// software MSI
/// left out. Neighbours of one kind are one region.
package struct EffectiveRegion: Hashable, Sendable {
    /// Numbers of 4 KiB pages; `last` belongs to the region.
    package let firstPage: Int
    package let lastPage: Int
    package let kind: ReservedRegion.Kind

    package init(firstPage: Int, lastPage: Int, kind: ReservedRegion.Kind) {
        self.firstPage = firstPage
        self.lastPage = lastPage
        self.kind = kind
    }

    static func all(_ intervals: [LayoutInterval]) -> [EffectiveRegion] {
        var regions: [EffectiveRegion] = []
        for interval in intervals {
            guard let kind = interval.kindInDMADomains else { continue }
            let last = interval.end - 1
            if let before = regions.last, before.kind == kind, before.lastPage + 1 == interval.start {
                regions[regions.count - 1] = EffectiveRegion(
                    firstPage: before.firstPage, lastPage: last, kind: kind)
            } else {
                regions.append(EffectiveRegion(firstPage: interval.start, lastPage: last, kind: kind))
            }
        }
        return regions
    }
}

extension DistinctLayout {
    /// As the machine has them, in real pages, by address.
    package var effectiveRegions: [EffectiveRegion] {
        EffectiveRegion.all(LayoutInterval.all(regions: regions, cuts: []))
    }
}
