// SPDX-License-Identifier: MIT

/// The 36 bytes that every ACPI table begins with.
package struct ACPIHeader: Hashable, Sendable {
    package static let size = 36

    package let signature: String
    package let length: UInt32
    package let revision: UInt8
    package let checksum: UInt8
    package let oemID: String
    package let oemTableID: String
    package let oemRevision: UInt32
    package let creatorID: String
    package let creatorRevision: UInt32

    static func read(_ reader: ByteReader) throws(TableError) -> ACPIHeader {
        ACPIHeader(
            signature: try reader.text(at: 0, count: 4, "signature"),
            length: try reader.number(at: 4, "length"),
            revision: try reader.byte(at: 8, "revision"),
            checksum: try reader.byte(at: 9, "checksum"),
            oemID: try reader.text(at: 10, count: 6, "OEM id"),
            oemTableID: try reader.text(at: 16, count: 8, "OEM table id"),
            oemRevision: try reader.number(at: 24, "OEM revision"),
            creatorID: try reader.text(at: 28, count: 4, "creator id"),
            creatorRevision: try reader.number(at: 32, "creator revision"))
    }
}
