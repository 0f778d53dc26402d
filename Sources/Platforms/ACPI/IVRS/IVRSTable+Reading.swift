// SPDX-License-Identifier: MIT

extension IVRSTable {
    static let fixedSize = 48

    static func read(_ reader: ByteReader, header: ACPIHeader) throws(TableError) -> IVRSTable {
        var table = IVRSTable(header: header, info: try reader.number(at: 36, "IVinfo"))
        _ = try reader.slice(at: 40, count: fixedSize - 40, "reserved field")
        var offset = fixedSize
        while offset < reader.count {
            let type = try reader.byte(at: offset, "type of a block")
            let length: UInt16 = try reader.number(at: offset + 2, "length of a block")
            let title = table.title(type)
            let minimum =
                switch type {
                case 0x10: 24
                case 0x11, 0x40: 40
                case 0x20...0x22: 32
                default: 4
                }
            let part = try reader.part(at: offset, length: Int(length), minimum: minimum, title: title)
            try table.add(part, Frame(offset: offset, length: Int(length), type: type, title: title))
            offset += Int(length)
        }
        return table
    }

    private func title(_ type: UInt8) -> String {
        switch type {
        case 0x10, 0x11, 0x40:
            "IVHD \(hardware.count { $0.frame.type == type } + 1) of type \(hex(UInt64(type), 2))h"
        case 0x20...0x22: "IVMD \(memory.count + 1)"
        default: "block \(unknown.count + 1) of type \(hex(UInt64(type), 2))h"
        }
    }

    private mutating func add(_ part: ByteReader, _ frame: Frame) throws(TableError) {
        switch frame.type {
        case 0x10, 0x11, 0x40:
            let isLong = frame.type != 0x10
            hardware.append(
                HardwareDefinition(
                    frame: frame, flags: try part.byte(at: 1, "flags"),
                    deviceID: try part.number(at: 4, "device id"),
                    capabilityOffset: try part.number(at: 6, "capability offset"),
                    registerBase: try part.number(at: 8, "register base"),
                    segment: try part.number(at: 16, "segment"), info: try part.number(at: 18, "info"),
                    features: try part.number(at: 20, "features"),
                    extendedFeatures: isLong ? try part.number(at: 24, "extended features") : nil,
                    extendedFeatures2: isLong ? try part.number(at: 32, "extended features 2") : nil,
                    entries: try DeviceEntry.readAll(part, from: isLong ? 40 : 24)))
        case 0x20...0x22:
            memory.append(
                MemoryDefinition(
                    frame: frame, flags: try part.byte(at: 1, "flags"),
                    deviceID: try part.number(at: 4, "device id"),
                    auxiliary: try part.number(at: 6, "auxiliary data"),
                    segment: try part.number(at: 8, "segment"), start: try part.number(at: 16, "start"),
                    bytes: try part.number(at: 24, "length")))
        default: unknown.append(frame)
        }
    }
}

extension IVRSTable.DeviceEntry {
    /// All entries from `offset` to the end of the block.
    static func readAll(_ block: ByteReader, from offset: Int) throws(TableError) -> [Self] {
        var entries: [Self] = []
        var offset = offset
        while offset < block.count {
            let type = try block.byte(at: offset, "type of an entry")
            let title = "device entry \(entries.count + 1) of \(block.title)"
            let length: Int
            switch type {
            case ..<0x80: length = 4 << Int(type >> 6)
            case 0xf0: length = 22 + Int(try block.byte(at: offset + 21, "length of the UID of \(title)"))
            default:
                throw block.failure(
                    "unknown-entry", at: offset,
                    "\(title) has type \(hex(UInt64(type), 2))h, whose length no specification says",
                    help: "all entries behind it cannot be found; the firmware is wrong")
            }
            entries.append(try read(try block.part(at: offset, length: length, minimum: 4, title: title)))
            offset += length
        }
        return entries
    }

    private static func read(_ entry: ByteReader) throws(TableError) -> Self {
        let type = try entry.byte(at: 0, "type")
        let content: Content =
            switch type {
            case 0x00...0x3f: .plain
            case 0x42, 0x43: .alias(source: try entry.number(at: 5, "source device"))
            case 0x46, 0x47: .extended(try entry.number(at: 4, "extended settings"))
            case 0x48:
                .special(
                    handle: try entry.byte(at: 4, "handle"), source: try entry.number(at: 5, "source device"),
                    kind: try entry.byte(at: 7, "kind"))
            case 0xf0:
                .acpi(
                    hid: try entry.text(at: 4, count: 8, "hardware id"),
                    cid: try entry.text(at: 12, count: 8, "compatible id"),
                    uidFormat: try entry.byte(at: 20, "UID format"),
                    uid: try entry.text(at: 22, count: entry.count - 22, "UID"))
            default: .other
            }
        return Self(
            offset: entry.start, length: entry.count, type: type,
            deviceID: try entry.number(at: 1, "device id"), settings: try entry.byte(at: 3, "settings"),
            content: content)
    }
}
