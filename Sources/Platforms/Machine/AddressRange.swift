// SPDX-License-Identifier: MIT

/// Addresses from `first` to `last`, both included: so the highest address needs no number beyond 64 bits.
package struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    package let first: UInt64
    package let last: UInt64

    /// - Returns: `nil` where the range would end before it starts.
    package init?(first: UInt64, last: UInt64) {
        guard first <= last else { return nil }
        self.first = first
        self.last = last
    }

    /// - Returns: `nil` where the range is empty or runs past the highest address.
    package init?(first: UInt64, length: UInt64) {
        guard length > 0 else { return nil }
        let (last, wraps) = first.addingReportingOverflow(length - 1)
        guard !wraps else { return nil }
        self.first = first
        self.last = last
    }

    private init(from first: UInt64, to last: UInt64) {
        self.first = first
        self.last = last
    }

    package static let everything = AddressRange(from: 0, to: .max)
    /// Where x86 machines take writes for interrupts; no IOMMU translates them.
    package static let interrupts = AddressRange(from: 0xfee0_0000, to: 0xfeef_ffff)
    /// HyperTransport's own addresses on AMD machines.
    package static let hyperTransport = AddressRange(from: 0xfd_0000_0000, to: 0xff_ffff_ffff)
    /// Where Linux puts the software MSI window of Arm machines.
    package static let softwareMSI = AddressRange(from: 0x800_0000, to: 0x80f_ffff)
    /// What 32-bit devices reach.
    package static let below4GiB = AddressRange(from: 0, to: 0xffff_ffff)
    package static let below1MiB = AddressRange(from: 0, to: 0xf_ffff)

    package func overlaps(_ other: AddressRange) -> Bool { first <= other.last && other.first <= last }

    package func contains(_ other: AddressRange) -> Bool { first <= other.first && other.last <= last }

    package func intersection(_ other: AddressRange) -> AddressRange? {
        AddressRange(first: max(first, other.first), last: min(last, other.last))
    }

    /// `0xfee00000-0xfeefffff`
    package var description: String { "\(hexadecimal(first))-\(hexadecimal(last))" }

    /// `1 MiB`, `4 KiB`, `12 bytes`: in the largest unit that divides it, or rounded where that would be a long number.
    package var sizeText: String {
        let (size, wraps) = (last - first).addingReportingOverflow(1)
        if wraps { return "16 EiB" }
        let units: [(bits: UInt64, name: String)] = [
            (60, "EiB"), (50, "PiB"), (40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB"), (0, "bytes"),
        ]
        if size == 1 { return "1 byte" }
        for unit in units where size >> unit.bits > 0 && size & ((1 << unit.bits) - 1) == 0 {
            if size >> unit.bits < 10_000 { return "\(size >> unit.bits) \(unit.name)" }
        }
        let unit = units.first { size >> $0.bits > 0 } ?? (0, "bytes")
        let tenth = unit.bits >= 10 ? (size >> (unit.bits - 10) & 1023) * 10 / 1024 : 0
        return "\(size >> unit.bits).\(tenth) \(unit.name)"
    }
}
