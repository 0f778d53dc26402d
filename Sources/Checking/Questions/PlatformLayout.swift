// SPDX-License-Identifier: MIT

import Diagnostics
import Platforms
import Reports
import SpecLanguage

/// One layout of a platform file, to be put in the place of a spec's own constants.
///
/// The constants are found by name; this is the one place where the tool speaks of them: `RESERVED_REGIONS`,
/// `PAGE_BITS`, `APERTURE_FIRST`, `APERTURE_LAST`, `DMA_MASK_LAST` are set (in pages), and
/// `MACHINE_APERTURE_FIRST`, `MACHINE_APERTURE_LAST`, `MACHINE_DMA_MASK` (in bytes), `MAPPING_PAGES` and
/// `BUFFERS` are read.
struct PlatformLayout: Sendable {
    let layout: DistinctLayout
    let path: String
    /// The group asked for, if one was.
    let group: Int?

    /// `groups 0-3, 5`
    var name: String { layout.title }

    /// Each region with its addresses.
    var regionTexts: [String] { layout.regions.map(\.description) }

    /// More pages than this make tables that an exploration cannot fill, and sets that no compiled model has.
    static let pagesMax = 128

    enum Binding {
        case fitted(FittedLayout)
        case tooLarge(String)
        /// The program does not speak of reserved regions, or the check fixes them itself.
        case notApplicable(String)
    }

    /// - Parameters:
    ///   - base: the program with its own constants.
    ///   - overrides: constants that the command line sets.
    func binding(for plan: CheckPlan, base: TypedSpec, overrides: Set<String> = []) -> Binding {
        let constants = Dictionary(base.constants.map { ($0.name, $0.value) }) { first, _ in first }
        guard constants["RESERVED_REGIONS"] != nil else {
            return .notApplicable("'\(base.title)' has no constant RESERVED_REGIONS for a platform to fill")
        }
        // Apertures and masks that a check sets are sizes of its scope; the regions it sets are its point.
        guard !plan.composition.settings.contains(where: { $0.name.text == "RESERVED_REGIONS" }) else {
            return .notApplicable("the check sets RESERVED_REGIONS itself")
        }
        let machine = Machine(base, overrides: overrides)
        if let missing = machine.missingPages { return .tooLarge(missing) }
        return plan.isProof ? .fitted(real(machine)) : reduced(machine, leastPages: [:])
    }

    /// What the spec says of the machine and of what it does there.
    struct Machine: Sendable {
        let apertureFirst: LayoutBoundary
        let apertureLast: LayoutBoundary
        let mask: LayoutBoundary
        let mappingPages: Int
        /// Mappings that the scope has at once, if it says so.
        let buffers: Int?
        /// Width of a page number, where the command line says one.
        let pageBits: Int?
        /// Names of all constants of the spec.
        let names: Set<String>
        /// Constants of the layout that the command line sets.
        let overrides: Set<String>

        init(_ spec: TypedSpec, overrides: Set<String>) {
            var numbers: [String: UInt64] = [:]
            for constant in spec.constants {
                if case .number(let number) = constant.value {
                    numbers[constant.name] = UInt64(clamping: number)
                }
            }
            names = Set(spec.constants.map(\.name))
            apertureFirst = .apertureFirst(numbers["MACHINE_APERTURE_FIRST"] ?? 0)
            apertureLast = .apertureLast(numbers["MACHINE_APERTURE_LAST"] ?? .max)
            mask = .mask(numbers["MACHINE_DMA_MASK"] ?? 0xffff_ffff)
            mappingPages = Int(clamping: numbers["MAPPING_PAGES"] ?? 1)
            buffers = numbers["BUFFERS"].map { Int(clamping: $0) }
            pageBits = overrides.contains("PAGE_BITS") ? numbers["PAGE_BITS"].map { Int(clamping: $0) } : nil
            self.overrides = overrides.intersection(Self.set)
        }

        /// Constants that a layout sets, besides `PAGE_BITS`.
        private static let set = ["APERTURE_FIRST", "APERTURE_LAST", "DMA_MASK_LAST", "RESERVED_REGIONS"]

        /// The constants that are pages of the machine, and where these are.
        var boundaries: [(name: String, boundary: LayoutBoundary)] {
            [("APERTURE_FIRST", apertureFirst), ("APERTURE_LAST", apertureLast), ("DMA_MASK_LAST", mask)]
        }

        /// Why a constant cannot be set: the machine has no such page.
        var missingPages: String? {
            for (name, boundary) in boundaries where names.contains(name) && boundary.page == nil {
                return
                    "the machine has no page for \(name): the \(boundary.name) leaves no whole page"
            }
            return nil
        }
    }

    static func regionText(_ first: Int, _ last: Int, _ kind: ReservedRegion.Kind) -> String {
        "ReservedRegion(first: \(first), last: \(last), kind: \(kind.rawValue))"
    }

    /// Page numbers as they are, for proofs at 64 bits.
    private func real(_ machine: Machine) -> FittedLayout {
        let regions = layout.effectiveRegions.map {
            Self.regionText(Int($0.firstPage), Int($0.lastPage), $0.kind)
        }
        var settings = ["RESERVED_REGIONS=[\(regions.joined(separator: ", "))]"]
        for (name, boundary) in machine.boundaries where machine.names.contains(name) {
            if let page = boundary.page { settings.append("\(name)=\(page)") }
        }
        let rows = layout.regions.filter { $0.kind != .softwareMSI }.map { region in
            CheckSummary.Layout.Row(
                realFirst: region.first, realLast: region.last, firstPage: Int(region.first >> 12),
                lastPage: Int(region.last >> 12), title: region.kind.title, boundaries: [])
        }
        return FittedLayout(settings: settings, table: CheckSummary.Layout(title: name, rows: rows))
    }
}
