// SPDX-License-Identifier: MIT

package import Diagnostics

/// One line of a group's `reserved_regions`: addresses that the DMA layer must not hand out.
package struct ReservedRegion: Hashable, Sendable {
    /// What the region is kept for, loosest first: where two overlap, the later kind decides.
    package enum Kind: String, Hashable, Sendable, CaseIterable, Comparable {
        /// The page an interrupt is written through on machines whose IOMMU translates it. Linux places it by
        /// itself, and only in domains that a user owns: a DMA domain neither reserves nor maps it.
        case softwareMSI = "software_msi"
        /// Firmware wants it mapped 1-1, but only for drivers of the firmware's own time (USB, graphics).
        case directRelaxable = "direct_relaxable"
        /// Firmware wants it mapped 1-1 for as long as the device is attached.
        case direct
        /// Never translated, never handed out (the HyperTransport window, holes).
        case reserved
        /// The window that the hardware takes for interrupts (0xfee00000 on x86): never translated.
        case msi

        package static func < (left: Kind, right: Kind) -> Bool { left.strictness < right.strictness }

        private var strictness: Int {
            switch self {
            case .softwareMSI: 0
            case .directRelaxable: 1
            case .direct: 2
            case .reserved: 3
            case .msi: 4
            }
        }

        /// The kernel's word. It has one word for both kinds of MSI region.
        package var word: String {
            switch self {
            case .softwareMSI, .msi: "msi"
            case .directRelaxable: "direct-relaxable"
            case .direct: "direct"
            case .reserved: "reserved"
            }
        }

        /// For readers: as the kernel's word, but telling the two kinds of MSI region apart.
        package var title: String { self == .softwareMSI ? "msi (software)" : word }

        /// A DMA domain maps it 1-1 before the device's first access.
        package var isMappedOneToOne: Bool { self == .direct || self == .directRelaxable }

        /// A DMA domain never hands it out.
        package var isReservedInDMADomains: Bool { self != .softwareMSI }
    }

    /// The first and the last byte; both belong to the region.
    package let first: UInt64
    package let last: UInt64
    package let kind: Kind
    /// The line it was read from.
    package let span: Span

    /// - Precondition: `first <= last`.
    package init(first: UInt64, last: UInt64, kind: Kind, span: Span) {
        precondition(first <= last)
        self.first = first
        self.last = last
        self.kind = kind
        self.span = span
    }

    package func overlaps(_ other: ReservedRegion) -> Bool { first <= other.last && other.first <= last }

    /// As the kernel prints it, without the leading zeros.
    package var description: String { "\(hexadecimal(first))-\(hexadecimal(last)) \(kind.word)" }
}

extension ReservedRegion.Kind {
    /// Where Linux puts the software MSI region: `MSI_IOVA_BASE` and `MSI_IOVA_LENGTH` of the Arm SMMU and
    /// virtio-iommu drivers.
    private static let softwareMSIWindow: (first: UInt64, last: UInt64) = (0x800_0000, 0x80f_ffff)

    /// The kind a line stands for; `nil` where the kernel has no such word.
    ///
    /// The word `msi` is printed for hardware and for software regions alike. Software regions lie at one
    /// fixed place
    /// and no hardware window is known there, so the place tells them apart. A region anywhere else is taken
    /// as a hardware window, which is the cautious reading: it is never handed out.
    init?(word: String, first: UInt64, last: UInt64) {
        switch word {
        case "direct": self = .direct
        case "direct-relaxable": self = .directRelaxable
        case "reserved": self = .reserved
        case "msi": self = (first, last) == Self.softwareMSIWindow ? .softwareMSI : .msi
        default: return nil
        }
    }

    /// All words the kernel prints.
    static let words = ["direct", "direct-relaxable", "reserved", "msi"]
}

/// `0xfee00000`
package func hexadecimal(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }
