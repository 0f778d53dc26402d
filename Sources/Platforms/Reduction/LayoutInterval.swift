// SPDX-License-Identifier: MIT

/// A stretch of pages between two neighbouring boundaries: the same regions cover all of it.
struct LayoutInterval: Hashable, Sendable {
    /// First page, and the page after the last.
    let start: Int
    let end: Int
    /// Kinds of the regions that cover it, strictest first; empty where it is free.
    let kinds: [ReservedRegion.Kind]

    var pageCount: Int { end - start }

    /// The whole 64-bit space, cut at the ends of all regions and at `cuts`. Regions are widened to whole
    /// pages.
    static func all(regions: [ReservedRegion], cuts: [Int]) -> [LayoutInterval] {
        let kinds = ReservedRegion.Kind.allCases
        let none = Array(repeating: 0, count: kinds.count)
        var changes: [Int: [Int]] = [0: none, pagesOfSpace: none]
        for cut in cuts { changes[cut] = none }
        for region in regions {
            guard let kind = kinds.firstIndex(of: region.kind) else { continue }
            changes[region.firstPage, default: none][kind] += 1
            changes[region.lastPage + 1, default: none][kind] -= 1
        }
        var intervals: [LayoutInterval] = []
        var covering = none
        let places = changes.keys.sorted()
        for (start, end) in zip(places, places.dropFirst()) {
            for (kind, change) in (changes[start] ?? none).enumerated() { covering[kind] += change }
            let present = zip(kinds, covering).filter { $0.1 > 0 }.map(\.0)
            intervals.append(LayoutInterval(start: start, end: end, kinds: present.sorted(by: >)))
        }
        return intervals
    }

    /// What a DMA domain sees there; `nil` where it may hand the pages out.
    var kindInDMADomains: ReservedRegion.Kind? { kinds.first { $0.isReservedInDMADomains } }
}

extension ReservedRegion {
    var firstPage: Int { Int(first >> pageBits) }
    var lastPage: Int { Int(last >> pageBits) }
    var isWholePages: Bool { first & pageMask == 0 && last & pageMask == pageMask }
}
