// SPDX-License-Identifier: MIT

/// A firmware table that says something about DMA.
package enum ACPITable: Hashable, Sendable {
    /// VT-d: DMA remapping.
    case dmar(DMARTable)
    /// AMD: I/O virtualization reporting structure.
    case ivrs(IVRSTable)
    /// Arm: I/O remapping table.
    case iort(IORTTable)
    /// PCI Express configuration space: which buses exist.
    case mcfg(MCFGTable)

    package static let signatures = ["DMAR", "IVRS", "IORT", "MCFG"]

    package var header: ACPIHeader {
        switch self {
        case .dmar(let table): table.header
        case .ivrs(let table): table.header
        case .iort(let table): table.header
        case .mcfg(let table): table.header
        }
    }
}

/// A table as it was read, and what is wrong with its frame.
package struct ReadTable: Hashable, Sendable {
    package let path: String
    package let table: ACPITable
    /// Of the sum of all bytes: 0 where the checksum is right.
    package let checksumRemainder: UInt8
    /// Behind the length that the header says.
    package let bytesBehind: Int

    /// More than any table of DMA remapping; a guard against files that are something else.
    package static let bytesMax = 1 << 20

    /// Whether the bytes begin as a table that can be read.
    package static func isTable(_ bytes: [UInt8]) -> Bool {
        guard let signature = ACPITable.signatures.first(where: { bytes.starts(with: $0.utf8) }) else {
            return false
        }
        // Lines of a log and dumps in text begin with the word too: `DMAR @ 0x…`, `DMAR: Host address width 46`.
        let rest = bytes[signature.utf8.count...].prefix(40)
        return rest.isEmpty || rest.contains { ($0 < 0x20 && ![0x09, 0x0a, 0x0d].contains($0)) || $0 > 0x7e }
    }

    package static func read(_ bytes: [UInt8], path: String) throws(TableError) -> ReadTable {
        let signature = ACPIText.printable(bytes.prefix(4))
        let whole = ByteReader(bytes, table: signature)
        guard ACPITable.signatures.contains(signature) else {
            throw whole.failure(
                "unknown-table", at: 0, "'\(signature)' is not a table of DMA remapping",
                help: "the tables are " + ACPITable.signatures.joined(separator: ", "))
        }
        guard bytes.count <= bytesMax else {
            throw whole.failure(
                "file-too-large", at: 0, "a table has at most \(bytesMax) bytes, this one has \(bytes.count)")
        }
        guard bytes.count >= ACPIHeader.size else {
            throw whole.failure(
                "truncated-table", at: bytes.count,
                "the file ends here, within the table's header of \(ACPIHeader.size) bytes")
        }
        let header = try ACPIHeader.read(whole)
        let length = Int(header.length)
        guard length >= ACPIHeader.size else {
            throw whole.failure(
                "bad-length", at: 4,
                "the header says that the table has \(length) bytes, "
                    + "the header alone has \(ACPIHeader.size)")
        }
        guard length <= bytes.count else {
            throw whole.failure(
                "truncated-table", at: bytes.count,
                "the file ends here; the header says that the table has \(length) bytes")
        }
        let own = Array(bytes[..<length])
        let reader = ByteReader(own, table: signature)
        let table: ACPITable =
            switch signature {
            case "DMAR": .dmar(try DMARTable.read(reader, header: header))
            case "IVRS": .ivrs(try IVRSTable.read(reader, header: header))
            case "IORT": .iort(try IORTTable.read(reader, header: header))
            default: .mcfg(try MCFGTable.read(reader, header: header))
            }
        return ReadTable(
            path: path, table: table, checksumRemainder: own.reduce(0, &+), bytesBehind: bytes.count - length)
    }
}
