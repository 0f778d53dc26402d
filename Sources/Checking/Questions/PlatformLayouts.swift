import Diagnostics
import Findings
import Platforms
import Reports
import SpecLanguage

/// One layout of a platform file, to be put in the place of a spec's own constants.
///
/// The constants are found by name; this is the one place where the tool speaks of them:
/// `RESERVED_REGIONS`, `PAGE_BITS`, `APERTURE_FIRST`, `APERTURE_LAST`, `DMA_MASK_LAST` are set (in pages),
/// and
/// `MACHINE_APERTURE_FIRST`, `MACHINE_APERTURE_LAST`, `MACHINE_DMA_MASK` (in bytes) and `MAPPING_PAGES` are
/// read.
struct PlatformLayout: Sendable {
    let layout: DistinctLayout
    let path: String
    /// The group asked for, if one was.
    let group: Int?

    /// `groups 0-3, 5`
    var name: String { layout.title }

    /// More pages than this make tables that an exploration cannot fill.
    private static let pagesMax = 64

    enum Binding {
        /// Settings as source text, and the table to print.
        case settings([String], CheckSummary.Layout, warnings: [Diagnostic])
        case tooLarge(String)
        /// The program does not speak of reserved regions, or the check fixes them itself.
        case notApplicable(String)
    }

    /// - Parameter base: the program with its own constants.
    func binding(for plan: CheckPlan, base: TypedSpec) -> Binding {
        let constants = Dictionary(base.constants.map { ($0.name, $0.value) }) { first, _ in first }
        guard constants["RESERVED_REGIONS"] != nil else {
            return .notApplicable("'\(base.title)' has no constant RESERVED_REGIONS for a platform to fill")
        }
        // Apertures and masks that a check sets are sizes of its scope; the regions it sets are its point.
        guard !plan.composition.settings.contains(where: { $0.name.text == "RESERVED_REGIONS" }) else {
            return .notApplicable("the check sets RESERVED_REGIONS itself")
        }
        let machine = Machine(constants)
        return plan.isProof ? real(machine, constants) : reduced(machine, constants)
    }

    /// What the spec says of the machine, in bytes.
    private struct Machine {
        let apertureFirst: UInt64
        let apertureLast: UInt64
        let mask: UInt64
        let mappingPages: Int

        init(_ constants: [String: Value]) {
            func number(_ name: String, _ otherwise: UInt64) -> UInt64 {
                if case .number(let number)? = constants[name] { UInt64(clamping: number) } else { otherwise }
            }
            apertureFirst = number("MACHINE_APERTURE_FIRST", 0)
            apertureLast = number("MACHINE_APERTURE_LAST", .max)
            mask = number("MACHINE_DMA_MASK", 0xffff_ffff)
            mappingPages = Int(number("MAPPING_PAGES", 1))
        }
    }

    private static func regionText(_ first: Int, _ last: Int, _ kind: ReservedRegion.Kind) -> String {
        "ReservedRegion(first: \(first), last: \(last), kind: \(kind.rawValue))"
    }

    /// Page numbers as they are, for proofs at 64 bits.
    private func real(_ machine: Machine, _ constants: [String: Value]) -> Binding {
        let regions = layout.effectiveRegions.map {
            Self.regionText(Int($0.firstPage), Int($0.lastPage), $0.kind)
        }
        var settings = ["RESERVED_REGIONS=[\(regions.joined(separator: ", "))]"]
        let pages = [
            ("APERTURE_FIRST", machine.apertureFirst >> 12), ("APERTURE_LAST", machine.apertureLast >> 12),
            ("DMA_MASK_LAST", machine.mask >> 12),
        ]
        settings += pages.filter { constants[$0.0] != nil }.map { "\($0.0)=\($0.1)" }
        let rows = layout.regions.filter { $0.kind != .softwareMSI }.map { region in
            CheckSummary.Layout.Row(
                realFirst: region.first, realLast: region.last, firstPage: Int(region.first >> 12),
                lastPage: Int(region.last >> 12), title: region.kind.title, boundaries: [])
        }
        return .settings(settings, CheckSummary.Layout(title: name, rows: rows), warnings: [])
    }

    private func reduced(_ machine: Machine, _ constants: [String: Value]) -> Binding {
        let scope = ReductionScope(
            largestAllocation: machine.mappingPages, largestAlignment: machine.mappingPages,
            pagesMax: Self.pagesMax)
        let first = LayoutBoundary.apertureFirst(machine.apertureFirst)
        let last = LayoutBoundary.apertureLast(machine.apertureLast)
        let mask = LayoutBoundary.mask(machine.mask)
        let (outcome, warnings) = ReducedLayout.reduce(
            layout, boundaries: [.pageZero, .fourGiB, mask, first, last], scope: scope)
        guard case .reduced(let reduced) = outcome else {
            guard case .tooLarge(let pages, let pagesMax) = outcome else {
                return .tooLarge("the layout is too large")
            }
            return .tooLarge("the reduced layout has \(pages) pages; \(pagesMax) can be explored")
        }
        guard reduced.relationsAgree else {
            return .tooLarge("the reduced layout disagrees with the real one: \(reduced.disagreements)")
        }
        var bits = 1
        while 1 << bits < reduced.pageCount { bits += 1 }
        let regions = reduced.effectiveRegions.map { Self.regionText($0.firstPage, $0.lastPage, $0.kind) }
        var settings = ["PAGE_BITS=\(bits)", "RESERVED_REGIONS=[\(regions.joined(separator: ", "))]"]
        for (name, boundary) in [("APERTURE_FIRST", first), ("APERTURE_LAST", last), ("DMA_MASK_LAST", mask)]
        where constants[name] != nil {
            if let page = reduced.page(of: boundary), page >= 0 { settings.append("\(name)=\(page)") }
        }
        let rows = reduced.rows.map {
            CheckSummary.Layout.Row(
                realFirst: $0.realFirst, realLast: $0.realLast, firstPage: $0.firstPage,
                lastPage: $0.lastPage,
                title: $0.title, boundaries: $0.boundaries)
        }
        return .settings(settings, CheckSummary.Layout(title: name, rows: rows), warnings: warnings)
    }
}

enum PlatformLayouts {
    /// The distinct layouts of a platform file; `[nil]` without one.
    ///
    /// - Parameter group: only this group.
    /// - Throws: `BadInput`
    static func load(
        _ path: String?, group: Int?, sources: inout SourceMap
    ) throws(BadInput) -> (layouts: [PlatformLayout?], warnings: [Diagnostic]) {
        guard let path else {
            if group != nil {
                throw BadInput(
                    Diagnostic(
                        "bad-option", "--group is given without --platform", at: nil,
                        help: "name the platform file"))
            }
            return ([nil], [])
        }
        let bytes: [UInt8]
        do throws(InputFile.Failure) {
            bytes = try InputFile.read(path, bytesMax: InputFile.traceBytesMax)
        } catch {
            throw BadInput(
                Diagnostic(
                    "cannot-read", "cannot read the platform '\(path)': \(error)", at: nil,
                    help: "name a file with lines '0xSTART 0xEND type'"))
        }
        let file = SourceFile(path: path, bytes: bytes)
        let (groups, diagnostics) = ReservedRegionsFile.parse(file, id: sources.add(file))
        if diagnostics.contains(where: { $0.severity == .error }) {
            throw BadInput(diagnostics, sources: sources)
        }
        var chosen = groups
        if let group {
            chosen = groups.filter { $0.number == group }
            guard !chosen.isEmpty else {
                let numbers = groups.compactMap(\.number).map(String.init).joined(separator: ", ")
                throw BadInput(
                    Diagnostic(
                        "unknown-group", "'\(path)' has no group \(group)", at: nil,
                        help: numbers.isEmpty ? "it has no 'group N' lines" : "it has: \(numbers)"))
            }
        }
        return (
            DistinctLayout.all(of: chosen).map { PlatformLayout(layout: $0, path: path, group: group) },
            diagnostics
        )
    }
}
