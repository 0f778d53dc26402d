// SPDX-License-Identifier: MIT

extension DMARTable {
    static let fixedSize = 48

    static func read(_ reader: ByteReader, header: ACPIHeader) throws(TableError) -> DMARTable {
        let width = try reader.byte(at: 36, "host address width")
        let flags = try reader.byte(at: 37, "flags")
        _ = try reader.slice(at: 38, count: fixedSize - 38, "reserved field")
        var table = DMARTable(header: header, hostAddressWidth: Int(width) + 1, flags: flags)
        var offset = fixedSize
        while offset < reader.count {
            let type: UInt16 = try reader.number(at: offset, "type of a structure")
            let length: UInt16 = try reader.number(at: offset + 2, "length of a structure")
            let number = table.order.count(where: { $0.type == type }) + 1
            let (name, minimum) = shape(type)
            let title = "\(name) \(number)"
            let part = try reader.part(at: offset, length: Int(length), minimum: minimum, title: title)
            let frame = Frame(offset: offset, length: Int(length), type: type, title: title)
            try table.add(part, frame)
            table.order.append(frame)
            offset += Int(length)
        }
        return table
    }

    /// Name and length of the fixed fields.
    private static func shape(_ type: UInt16) -> (name: String, minimum: Int) {
        switch type {
        case 0: ("DRHD", 16)
        case 1: ("RMRR", 24)
        case 2: ("ATSR", 8)
        case 3: ("RHSA", 20)
        case 4: ("ANDD", 9)
        case 5: ("SATC", 8)
        case 6: ("SIDP", 8)
        default: ("structure of type \(type)", 4)
        }
    }

    private mutating func add(_ part: ByteReader, _ frame: Frame) throws(TableError) {
        switch frame.type {
        case 0:
            units.append(
                RemappingUnit(
                    frame: frame, flags: try part.byte(at: 4, "flags"), size: try part.byte(at: 5, "size"),
                    segment: try part.number(at: 6, "segment"),
                    registerBase: try part.number(at: 8, "register base"),
                    scopes: try DeviceScope.readAll(part, from: 16)))
        case 1:
            reservedMemory.append(
                ReservedMemory(
                    frame: frame, segment: try part.number(at: 6, "segment"),
                    base: try part.number(at: 8, "base"), limit: try part.number(at: 16, "limit"),
                    scopes: try DeviceScope.readAll(part, from: 24)))
        case 2: rootPorts.append(try Self.list(part, frame))
        case 3:
            affinities.append(
                Affinity(
                    frame: frame, registerBase: try part.number(at: 8, "register base"),
                    proximityDomain: try part.number(at: 16, "proximity domain")))
        case 4:
            let name = try part.slice(at: 8, count: part.count - 8, "object name")
            namespaceDevices.append(
                NamespaceDevice(
                    frame: frame, number: try part.byte(at: 7, "device number"),
                    name: ACPIText.printable(name), isTerminated: name.contains(0)))
        case 5: translationCaches.append(try Self.list(part, frame))
        case 6: deviceProperties.append(try Self.list(part, frame))
        default: unknown.append(frame)
        }
    }

    private static func list(_ part: ByteReader, _ frame: Frame) throws(TableError) -> DeviceList {
        DeviceList(
            frame: frame, flags: frame.type == 6 ? nil : try part.byte(at: 4, "flags"),
            segment: try part.number(at: 6, "segment"), scopes: try DeviceScope.readAll(part, from: 8))
    }
}
