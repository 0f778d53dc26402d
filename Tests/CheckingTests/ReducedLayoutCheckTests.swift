// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import Testing

/// Checks on a machine's regions: what holds on the few pages that are explored is what holds on the machine's.
@Suite struct ReducedLayoutCheckTests {
    private static let oneRegion = "0xfee00000 0xfeefffff msi\n"
    private static let twoRegions = oneRegion + "0xfd00000000 0xffffffffff reserved\n"

    /// A spec that fills a machine's layout in: whole aperture and mask, mappings of two pages.
    private static func spec(
        _ body: String, mappingPages: Int = 2, constants: String = "", mask: String = "0xffff_ffff_ffff_ffff"
    ) -> String {
        """
        module pages
        const PAGE_BITS = 3
        type Page = bits(PAGE_BITS)
        enum RegionType { direct, direct_relaxable, reserved, msi }
        struct ReservedRegion { first: Page, last: Page, kind: RegionType }
        const RESERVED_REGIONS: List<ReservedRegion> = []
        const APERTURE_FIRST: Page = 0
        const APERTURE_LAST: Page = (1 << PAGE_BITS) - 1
        const DMA_MASK_LAST: Page = (1 << PAGE_BITS) - 1
        const MACHINE_DMA_MASK = \(mask)
        const MAPPING_PAGES = \(mappingPages)
        \(constants)
        fn is_reserved(page: Page) -> Bool = exists(r in RESERVED_REGIONS) r.first <= page && page <= r.last
        \(body)
        """
    }

    private struct Result {
        let text: String
        let verdict: String
        let exitCode: ExitCode
        let constants: [String: String]
    }

    private func check(
        _ spec: String, on regions: String, settings: [String] = [], traces: String? = nil
    ) throws -> Result {
        let folder = try TemporaryDirectory()
        let json = folder.path + "/result.json"
        let request = CheckRequest(
            spec: try folder.write(spec, as: "pages.spec"), settings: settings,
            platform: try folder.write(regions, as: "machine.regions"), limits: Repository.limits,
            jsonPath: json, tracesDirectory: traces)
        let answer = try onLargeStack { try CheckQuestion(request).answer() }
        let value = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
        let object = try #require(value as? [String: Any])
        let constants = object["settings"] as? [[String: Any]] ?? []
        return Result(
            text: answer.text, verdict: try #require(object["verdict"] as? String),
            exitCode: answer.exitCode,
            constants: Dictionary(
                constants.compactMap { constant in
                    guard let name = constant["name"] as? String else { return nil }
                    return (name, constant["value"] as? String ?? "")
                }
            ) { first, _ in first })
    }

    // MARK: Ends of the space

    /// The page after the machine's last page is page 0, whatever regions there are besides.
    @Test(arguments: [oneRegion, twoRegions])
    func theSpaceWrapsAround(regions: String) throws {
        let spec = Self.spec(
            """
            state { mapped: [Page]Bool }
            process driver as "Driver" {
                choose { any(p: Page) where p >= 1 && !is_reserved(p) && !is_reserved(p + 1) => {
                    mapped[p] = true
                    mapped[p + 1] = true
                    step
                    mapped[p] = false
                    mapped[p + 1] = false
                } }
            }
            invariant page_0_is_never_mapped: !mapped[0]
            check c { expect violates page_0_is_never_mapped }
            """)
        let result = try check(spec, on: regions)
        #expect(result.exitCode == .expected, "\(result.text)")
        // A region at the top keeps it from wrapping.
        let top = try check(spec, on: regions + "0xfffffffffffff000 0xffffffffffffffff reserved\n")
        #expect(top.verdict == "holds", "\(top.text)")
    }

    /// There is no page above an aperture that ends where the machine's pages end; below, there is.
    @Test(arguments: [oneRegion, twoRegions])
    func nothingLiesBeyondTheTop(regions: String) throws {
        func spec(_ machine: String) -> String {
            Self.spec(
                """
                state { mapped: [Page]Bool }
                process driver as "Driver" {
                    choose { any(p: Page) where !is_reserved(p) => {
                        mapped[p] = true
                        step
                        mapped[p] = false
                    } }
                }
                invariant below_the_top: forall(p: Page) mapped[p] implies p <= APERTURE_LAST
                check c { expect holds }
                """, constants: machine)
        }
        #expect(try check(spec(""), on: regions).verdict == "holds")
        let narrow = try check(
            spec("const MACHINE_APERTURE_LAST = 0xffff_ffff_ffff_efff"), on: regions)
        #expect(narrow.verdict == "violated", "\(narrow.text)")
    }

    // MARK: Capacity

    /// Ways in which a spec remembers what it has handed out: state, how it is added to, whether a page is among it.
    enum Record: String, CaseIterable, Sendable {
        case array, set, optionals, structures, locals, domains

        var state: String {
            switch self {
            case .array: "held: [Page]Bool"
            case .set: "held: Set<Page>"
            case .optionals: "held: [Slot]Page?"
            case .structures: "held: [Slot]Mapping"
            case .locals: "lowest: Page"
            case .domains: "held: [Slot]Set<Page>"
            }
        }

        var isHeld: String {
            switch self {
            case .array: "held[page]"
            case .set: "held.contains(page)"
            case .optionals: "exists(slot: Slot) held[slot] == page"
            case .structures: "exists(slot: Slot) held[slot].isUsed && held[slot].page == page"
            case .locals: "page < lowest"
            case .domains: "exists(slot: Slot) held[slot].contains(page)"
            }
        }

        var hold: String {
            switch self {
            case .array: "held[p] = true"
            case .set: "held.insert(p)"
            case .optionals: "held[Slot(count)] = p"
            case .structures: "held[Slot(count)] = Mapping(isUsed: true, page: p)"
            case .locals: "lowest = p + 1"
            case .domains: "held[Slot(count)].insert(p)"
            }
        }
    }

    /// An allocator, from below, of as many pages as the scope has slots. The machine has more.
    private static func allocator(_ record: Record, slots: Int, bound: String = "0xffff_ffff") -> String {
        spec(
            """
            type Slot = 0 ..< SLOTS
            struct Mapping { isUsed: Bool, page: Page }
            state { count: 0 ... SLOTS, failed: Bool, \(record.state) }
            fn is_free(page: Page) -> Bool =
                page > 0 && page <= DMA_MASK_LAST && !is_reserved(page) && !(\(record.isHeld))
            process driver as "Driver" {
                choose {
                    any(p: Page) where count < SLOTS && is_free(p) && !exists(q: Page) q < p && is_free(q) => {
                        \(record.hold)
                        count = count + 1
                    }
                    where count < SLOTS && !exists(p: Page) is_free(p) => failed = true
                }
            }
            invariant never_fails: !failed
            check c { expect holds }
            """, mappingPages: 1, constants: "const SLOTS = \(slots)",
            mask: bound)
    }

    @Test(arguments: Record.allCases)
    func allThatTheScopeHoldsFits(record: Record) throws {
        let result = try check(Self.allocator(record, slots: 12), on: Self.oneRegion)
        #expect(result.verdict == "holds", "\(record): \(result.text)")
    }

    /// Where the machine has no more pages either, what fails on it fails here.
    @Test func whatDoesNotFitDoesNotFit() throws {
        // Pages 1 to 7.
        let result = try check(Self.allocator(.set, slots: 8, bound: "0x7fff"), on: Self.oneRegion)
        #expect(result.verdict == "violated", "\(result.text)")
        #expect(
            try check(Self.allocator(.set, slots: 7, bound: "0x7fff"), on: Self.oneRegion).verdict == "holds")
    }

    @Test func tooManyPagesAreInconclusive() throws {
        let result = try check(Self.allocator(.set, slots: 40), on: Self.oneRegion, settings: ["PAGE_BITS=5"])
        #expect(result.exitCode == .inconclusive)
        #expect(result.text.contains("this layout is smaller than the scope can use"))
        #expect(result.text.contains("0x1000 - 0xfedfffff"))
        #expect(result.text.contains("at most 32 pages are explored"))
        #expect(result.text.contains("shown: all runs of up to"))
    }

    /// A page with a free one on each side, between two regions.
    @Test func aPageWithNeighbours() throws {
        let spec = Self.spec(
            """
            state { found: Bool }
            process driver as "Driver" {
                choose { any(p: Page) where p >= 1 && p < DMA_MASK_LAST
                    && !is_reserved(p - 1) && !is_reserved(p) && !is_reserved(p + 1) => found = true }
            }
            invariant never_found: !found
            check c { expect violates never_found }
            """, mappingPages: 1, mask: "0xffff_ffff")
        let result = try check(spec, on: "0x0 0xfedfffff direct\n0xfef00000 0xffffffffffffffff reserved\n")
        #expect(result.exitCode == .expected, "\(result.text)")
    }

    // MARK: Settings and traces

    @Test func aWidthFromTheCommandLine() throws {
        let spec = Self.allocator(.set, slots: 2)
        let wide = try check(spec, on: Self.oneRegion, settings: ["PAGE_BITS=6"])
        #expect(wide.verdict == "holds")
        #expect(wide.constants["PAGE_BITS"] == "6")
        #expect(wide.text.contains(" - 63  free"))
        let narrow = try check(spec, on: Self.oneRegion, settings: ["PAGE_BITS=2"])
        #expect(narrow.exitCode == .inconclusive)
        #expect(narrow.text.contains("and PAGE_BITS is set to 2"))
        let mask = try check(spec, on: Self.oneRegion, settings: ["DMA_MASK_LAST=5"])
        #expect(mask.text.contains("'DMA_MASK_LAST' is set on the command line: it is not the machine's"))
    }

    @Test func aMaskBelowTheFirstPage() throws {
        let result = try check(Self.allocator(.set, slots: 2, bound: "0x7ff"), on: Self.oneRegion)
        #expect(result.exitCode == .inconclusive)
        #expect(result.text.contains("the machine has no page for DMA_MASK_LAST"))
    }

    /// A trace says on how many pages it was found.
    @Test func aTraceOnALargerLayoutReplays() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(
            Self.allocator(.set, slots: 6).replacing("!failed", with: "count < 6"), as: "pages.spec")
        let regions = try folder.write(Self.oneRegion, as: "machine.regions")
        let answer = try onLargeStack {
            try CheckQuestion(
                CheckRequest(
                    spec: path, platform: regions, limits: Repository.limits,
                    tracesDirectory: folder.path + "/traces")
            ).answer()
        }
        #expect(answer.exitCode == .unexpected, "\(answer.text)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/traces")
        #expect(names.count == 2)
        for name in names {
            let replay = try onLargeStack {
                try ReplayQuestion(
                    ReplayRequest(trace: "\(folder.path)/traces/\(name)", spec: path, platform: regions)
                ).answer()
            }
            #expect(replay.exitCode == .expected, "\(name): \(replay.text)")
        }
    }

    /// Unrolled runs use up a layout like others.
    @Test func unrolledRunsHaveRoom() throws {
        let folder = try TemporaryDirectory()
        let request = ProofRequest(
            spec: try folder.write(Self.allocator(.set, slots: 6), as: "pages.spec"),
            platform: try folder.write(Self.oneRegion, as: "machine.regions"), secondsMax: 60, depth: 7)
        let answer = try onLargeStack { try ProofQuestion(request).answer() }
        #expect(answer.exitCode == .expected, "\(answer.text)")
    }
}
