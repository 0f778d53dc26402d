// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import Platforms
import Testing

/// The table of a reduced layout, for golden files.
private func table(_ layout: ReducedLayout) -> String {
    var text = "\(layout.pageCount) pages\n"
    for row in layout.rows {
        text += "0x\(String(row.realFirst, radix: 16))-0x\(String(row.realLast, radix: 16)) "
        text += "\(row.firstPage)-\(row.lastPage) \(row.title)"
        text += row.boundaries.isEmpty ? "\n" : "  (\(row.boundaries.joined(separator: ", ")))\n"
    }
    for region in layout.regions {
        text += "region \(region.firstPage)-\(region.lastPage) \(region.region.kind.title)\n"
    }
    for region in layout.effectiveRegions {
        text += "effective \(region.firstPage)-\(region.lastPage) \(region.kind.title)\n"
    }
    for position in layout.positions {
        text += "\(position.boundary.name): page \(position.realPage) -> \(position.page)\n"
    }
    return text
}

private func reduced(
    _ layout: DistinctLayout, _ boundaries: [LayoutBoundary], _ scope: ReductionScope
) -> ReducedLayout? {
    guard
        case .reduced(let result) = ReducedLayout.reduce(layout, boundaries: boundaries, scope: scope).outcome
    else { return nil }
    return result
}

private func layout(_ text: String) throws -> DistinctLayout {
    try #require(DistinctLayout.all(of: parse(text).groups).first)
}

@Suite("Reduced layouts") struct ReducedLayoutTests {
    static let usual: [LayoutBoundary] = [.pageZero, .fourGiB, .mask(0xffff_ffff)]

    @Test(
        "real machines, as tables",
        arguments: [
            "intel-strict-rmrr", "amd-strict", "smmuv3-strict", "lx2160a-rmr", "kbl-laptop-isa-group",
        ])
    func realMachines(name: String) throws {
        let scope = ReductionScope(largestAllocation: 2, largestAlignment: 2, pagesMax: 128)
        var text = ""
        for layout in DistinctLayout.all(of: try machine(name)) {
            let result = try #require(reduced(layout, Self.usual, scope))
            #expect(result.relationsAgree, "\(result.disagreements)")
            text += "== \(layout.title): \(table(result))"
        }
        let difference = golden(
            text, file: "\(repositoryRoot)/Tests/Golden/platforms/\(name).regions.reduced")
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test("short intervals keep their size, long ones keep room and alignment") func sizes() throws {
        let layout = try layout("0x3000 0x4fff direct\n0x9000 0x9fff reserved\n0x100000 0x200fff msi\n")
        let scope = ReductionScope(largestAllocation: 3, largestAlignment: 4, pagesMax: 64)
        let result = try #require(reduced(layout, [], scope))
        #expect(scope.pagesPerInterval == 8)
        // 0xa ..< 0x100 has 246 pages: 10, as 246 - 8 = 2 modulo 4. 0x100 ..< 0x201 has 257: 9, as 257 - 8 =
        // 1 modulo 4.
        #expect(result.regions.map(\.firstPage) == [3, 9, 20])
        #expect(result.regions.map(\.lastPage) == [4, 9, 28])
        #expect(result.pageCount == 64)
        #expect(result.rows.map(\.title) == ["free", "direct", "free", "reserved", "free", "msi", "free"])
    }

    @Test("the aperture, the mask and page 0 are found again") func boundaries() throws {
        let boundaries: [LayoutBoundary] = [
            .pageZero, .apertureFirst(0xc800_0000), .apertureLast(0xcbff_ffff), .mask(0xffff_ffff), .fourGiB,
        ]
        let scope = ReductionScope(largestAllocation: 1, pagesMax: 64)
        let result = try #require(reduced(try layout("0xfee00000 0xfeefffff msi\n"), boundaries, scope))
        #expect(boundaries.map { result.page(of: $0) } == [0, 4, 6, 15, 16])
        #expect(result.page(of: .mask(0xff_ffff)) == nil)
        #expect(result.pageCount == 32)
    }

    /// What numbers a page numbers nothing else: the pages fill a power of two.
    @Test(
        "the last page is the machine's last page",
        arguments: [
            "0xfee00000 0xfeefffff msi\n",
            "0xfee00000 0xfeefffff msi\n0xfd00000000 0xffffffffff reserved\n",
            "0x0 0xfff direct\n0xfffffffffffff000 0xffffffffffffffff reserved\n",
        ]) func lastPage(text: String) throws
    {
        let scope = ReductionScope(largestAllocation: 2, largestAlignment: 2, pagesMax: 64)
        let result = try #require(
            reduced(try layout(text), [.pageZero, .fourGiB, .apertureLast(.max), .mask(.max)], scope))
        #expect(result.pageCount.nonzeroBitCount == 1)
        #expect(result.page(of: .apertureLast(.max)) == result.pageCount - 1)
        #expect(result.page(of: .mask(.max)) == result.pageCount - 1)
        #expect(result.rows.last?.lastPage == result.pageCount - 1)
        #expect(result.relationsAgree, "\(result.disagreements)")
    }

    @Test("what fills the space is not taken from an interval that has no more") func shortLastInterval()
        throws
    {
        // Two free pages at the top, behind three that are reserved.
        let layout = try layout("0xffffffffffffb000 0xffffffffffffdfff msi\n")
        let scope = ReductionScope(largestAllocation: 1, pagesMax: 64)
        let result = try #require(reduced(layout, [.pageZero], scope))
        #expect(result.pageCount == 16)
        #expect(result.rows.map(\.pageCount) == [1, 10, 3, 2])
        #expect(result.rows.map(\.isScarce) == [false, true, false, false])
    }

    @Test("an interval keeps the pages that are asked for, and no more than it has") func leastPages() throws
    {
        let layout = try layout("0x6000 0x6fff msi\n")
        let scope = ReductionScope(
            largestAllocation: 1, pagesMax: 64, pageBits: 5, leastPages: [1: 40, 3: 9])
        let result = try #require(reduced(layout, [.pageZero, .fourGiB], scope))
        #expect(result.rows.map(\.pageCount) == [1, 5, 1, 9, 16])
        let narrow = ReductionScope(largestAllocation: 1, pagesMax: 64, pageBits: 3)
        #expect(
            ReducedLayout.reduce(layout, boundaries: [.pageZero, .fourGiB], scope: narrow).outcome
                == .tooNarrow(pages: 11, pageBits: 3))
    }

    @Test("a mask below the first page leaves none") func tinyMask() throws {
        let scope = ReductionScope(largestAllocation: 1, pagesMax: 64)
        let (outcome, warnings) = ReducedLayout.reduce(
            try layout("0xfee00000 0xfeefffff msi\n"), boundaries: [.mask(0x7ff)], scope: scope)
        guard case .reduced(let result) = outcome else { throw TooLarge() }
        #expect(result.page(of: .mask(0x7ff)) == -1)
        #expect(warnings.map(\.id) == ["partial-page"])
    }

    @Test("a region up to the last byte of the space") func endOfSpace() throws {
        let layout = try layout("0x0 0xffffffffffffffff reserved\n")
        let scope = ReductionScope(largestAllocation: 1, pagesMax: 64)
        let result = try #require(reduced(layout, [.mask(.max)], scope))
        #expect(result.pageCount == 4)
        #expect(result.rows.map(\.realLast) == [.max])
        #expect(result.page(of: .mask(.max)) == 3)
        #expect(result.relationsAgree)
    }

    @Test("part pages are reserved whole, and said so") func partPages() throws {
        let layout = try layout("0x1800 0x27ff direct\n")
        let (outcome, warnings) = ReducedLayout.reduce(
            layout, boundaries: [], scope: ReductionScope(largestAllocation: 1, pagesMax: 64))
        guard case .reduced(let result) = outcome else { throw TooLarge() }
        #expect(warnings.map(\.id) == ["partial-page"])
        #expect(warnings.first?.help == "all pages it touches are taken as reserved: 0x1000-0x2fff")
        #expect(result.rows.map(\.realFirst) == [0, 0x1000, 0x3000])
    }

    @Test("the strictest kind wins where regions overlap") func effective() throws {
        let layout = try layout(
            "0x0 0xffffff direct-relaxable\n0x2000 0x3fff direct\n0x3000 0x3fff direct\n0x5000 0x5fff reserved\n"
        )
        let kinds = layout.effectiveRegions.map(\.kind)
        #expect(kinds == [.directRelaxable, .direct, .directRelaxable, .reserved, .directRelaxable])
        #expect(layout.effectiveRegions.map(\.firstPage) == [0, 2, 4, 5, 6])
        #expect(layout.effectiveRegions.map(\.lastPage) == [1, 3, 4, 5, 0xfff])
    }

    @Test("a layout that needs too many pages is said to be too large") func tooLarge() throws {
        let layout = try layout("0x1000 0x4fff direct\n0xfee00000 0xfeefffff msi\n")
        // 1 + 4 + 6 + 6 + 6 pages, and the next power of two.
        let enough = ReductionScope(largestAllocation: 4, pagesMax: 32)
        #expect(reduced(layout, [], enough)?.pageCount == 32)
        let smaller = ReductionScope(largestAllocation: 4, pagesMax: 31)
        #expect(
            ReducedLayout.reduce(layout, boundaries: [], scope: smaller).outcome
                == .tooLarge(pages: 32, pagesMax: 31))
    }

    @Test("the comparison notices a region that was moved, and a boundary") func comparisonCanFail() throws {
        let scope = ReductionScope(largestAllocation: 2, largestAlignment: 2, pagesMax: 64)
        let good = try #require(
            reduced(try layout("0x4000 0x5fff direct\n0x6000 0x6fff msi\n"), [.fourGiB], scope))
        #expect(good.relationsAgree)
        for shift in [-2, -1, 1, 2] {
            let regions = good.regions.map { region in
                region.region.kind == .msi
                    ? ReducedLayout.Region(
                        region: region.region, firstPage: region.firstPage + shift,
                        lastPage: region.lastPage + shift)
                    : region
            }
            #expect(!good.with(regions: regions).relationsAgree, "msi moved by \(shift)")
            // Behind 4 GiB there is more room than there must be: two pages up it still lies as it should.
            if shift == 2 { continue }
            let positions = good.positions.map {
                ReducedLayout.Position(boundary: $0.boundary, realPage: $0.realPage, page: $0.page + shift)
            }
            #expect(!good.with(positions: positions).relationsAgree, "4 GiB moved by \(shift)")
        }
    }

    @Test("all relations agree and everything fits as before, for random layouts", arguments: 1...60)
    func randomLayouts(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let regions = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
            Self.randomRegion(using: &generator)
        }
        let group = RegionGroup(number: 1, regions: regions)
        let layout = try #require(DistinctLayout.all(of: [group]).first)
        let alignment = 1 << Int.random(in: 0...3, using: &generator)
        let scope = ReductionScope(
            largestAllocation: Int.random(in: 1...6, using: &generator), largestAlignment: alignment,
            pagesMax: 10_000)
        let boundaries: [LayoutBoundary] = [
            .pageZero, .fourGiB, .mask(UInt64.random(in: 0...0x1_0000_0000, using: &generator)),
            .apertureFirst(UInt64.random(in: 0...0x2_0000, using: &generator) << 12),
        ]
        let result = try #require(reduced(layout, boundaries, scope))
        #expect(result.relationsAgree, "\(result.disagreements)")
        #expect(reduced(layout, boundaries, scope) == result)
        #expect(result.pageCount.nonzeroBitCount == 1)
        for row in result.rows {
            let pages = row.lastPage - row.firstPage + 1
            let realPages = Int((row.realLast - row.realFirst) >> 12) + 1
            for size in 1...scope.largestAllocation {
                for exponent in 0...alignment.trailingZeroBitCount {
                    let real = Self.fits(
                        size, at: Int(row.realFirst >> 12), pages: realPages, align: 1 << exponent)
                    let small = Self.fits(size, at: row.firstPage, pages: pages, align: 1 << exponent)
                    #expect(real == small, "\(size) pages aligned to \(1 << exponent) in \(row)")
                }
            }
        }
    }

    private static func fits(_ size: Int, at first: Int, pages: Int, align: Int) -> Bool {
        let start = (first + align - 1) / align * align
        return start + size <= first + pages
    }

    private static func randomRegion(using generator: inout SeededGenerator) -> ReservedRegion {
        // Mostly near each other, so that they touch and overlap; sometimes anywhere, and not at pages.
        let isFar = Int.random(in: 0..<4, using: &generator) == 0
        let first: UInt64
        if isFar {
            first = UInt64.random(in: 0...(.max - 0x1_0000), using: &generator)
        } else {
            first = UInt64.random(in: 0..<40, using: &generator) << 12
        }
        let pages = UInt64.random(in: 1...12, using: &generator)
        let last = first + (pages << 12) - 1
        let kind = ReservedRegion.Kind.allCases.randomElement(using: &generator) ?? .msi
        return ReservedRegion(
            first: first, last: last, kind: kind, span: Span(file: SourceFileID(index: 0), start: 0, end: 0))
    }
}

private struct TooLarge: Error {}

extension ReducedLayout {
    fileprivate func with(regions: [Region]? = nil, positions: [Position]? = nil) -> ReducedLayout {
        ReducedLayout(
            scope: scope, pageCount: pageCount, regions: regions ?? self.regions,
            positions: positions ?? self.positions, effectiveRegions: effectiveRegions, rows: rows)
    }
}
