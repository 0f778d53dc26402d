// SPDX-License-Identifier: MIT

/// Memory-mapped configuration space: which PCI segments and buses the machine has.
package struct MCFGTable: Hashable, Sendable {
    package struct Allocation: Hashable, Sendable {
        package let offset: Int
        package let base: UInt64
        package let segment: UInt16
        package let firstBus: UInt8
        package let lastBus: UInt8

        /// One MiB a bus, counted from bus 0; `nil` where it runs past the highest address.
        package var range: AddressRange? {
            guard firstBus <= lastBus else { return nil }
            let (first, wraps) = base.addingReportingOverflow(UInt64(firstBus) << 20)
            return wraps ? nil : AddressRange(first: first, length: (UInt64(lastBus - firstBus) + 1) << 20)
        }
    }

    package let header: ACPIHeader
    package let allocations: [Allocation]
    /// Bytes at the end that are less than an allocation.
    package let bytesLeft: Int

    static let fixedSize = 44
    static let allocationSize = 16

    static func read(_ reader: ByteReader, header: ACPIHeader) throws(TableError) -> MCFGTable {
        _ = try reader.slice(at: ACPIHeader.size, count: fixedSize - ACPIHeader.size, "reserved field")
        var allocations: [Allocation] = []
        var offset = fixedSize
        while reader.count - offset >= allocationSize {
            allocations.append(
                Allocation(
                    offset: offset, base: try reader.number(at: offset, "base"),
                    segment: try reader.number(at: offset + 8, "segment"),
                    firstBus: try reader.byte(at: offset + 10, "start bus"),
                    lastBus: try reader.byte(at: offset + 11, "end bus")))
            offset += allocationSize
        }
        return MCFGTable(header: header, allocations: allocations, bytesLeft: reader.count - offset)
    }
}
