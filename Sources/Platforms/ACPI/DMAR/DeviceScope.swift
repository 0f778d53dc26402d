// SPDX-License-Identifier: MIT

/// A device as VT-d tables name it: a starting bus and a path through bridges.
package struct DeviceScope: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case endpoint
        /// With everything behind it.
        case bridge
        case ioAPIC
        case hpet
        case namespaceDevice
        case unknown(UInt8)

        init(_ code: UInt8) {
            switch code {
            case 1: self = .endpoint
            case 2: self = .bridge
            case 3: self = .ioAPIC
            case 4: self = .hpet
            case 5: self = .namespaceDevice
            default: self = .unknown(code)
            }
        }

        /// Names a function that software finds on a PCI bus. IOAPICs and HPETs use buses that need not exist.
        package var isOnPCI: Bool { self == .endpoint || self == .bridge }
    }

    package let offset: Int
    package let length: Int
    package let kind: Kind
    package let code: UInt8
    /// Only in SIDP structures.
    package let flags: UInt8
    package let enumerationID: UInt8
    package let startBus: UInt8
    /// Never empty.
    package let path: [DeviceSelector.PathStep]

    /// What it names in `segment`.
    package func selector(segment: UInt16) -> DeviceSelector {
        let first = path.first ?? DeviceSelector.PathStep(device: 0, function: 0)
        // Bits that do not fit a device or function are defects of their own (`bad-scope-path`).
        let start = PCIAddress(
            segment: segment, bus: startBus, device: first.device & 31, function: first.function & 7)
        return path.count <= 1 ? .function(start) : .path(start: start, steps: Array(path.dropFirst()))
    }

    static let fixedSize = 6

    /// All scopes from `offset` to the end of the structure.
    static func readAll(_ structure: ByteReader, from offset: Int) throws(TableError) -> [DeviceScope] {
        var scopes: [DeviceScope] = []
        var offset = offset
        while offset < structure.count {
            let title = "device scope \(scopes.count + 1) of \(structure.title)"
            let length = Int(try structure.byte(at: offset + 1, "length of \(title)"))
            let scope = try structure.part(
                at: offset, length: length, minimum: fixedSize + 2, title: title)
            guard (length - fixedSize) % 2 == 0 else {
                throw structure.failure(
                    "bad-length", at: offset + 1,
                    "\(title) has \(length) bytes: its path would end in the middle of a step")
            }
            scopes.append(try read(scope))
            offset += length
        }
        return scopes
    }

    private static func read(_ reader: ByteReader) throws(TableError) -> DeviceScope {
        var path: [DeviceSelector.PathStep] = []
        for offset in stride(from: fixedSize, to: reader.count, by: 2) {
            path.append(
                DeviceSelector.PathStep(
                    device: try reader.byte(at: offset, "path"),
                    function: try reader.byte(at: offset + 1, "path")))
        }
        let code = try reader.byte(at: 0, "type")
        return DeviceScope(
            offset: reader.start, length: reader.count, kind: Kind(code), code: code,
            flags: try reader.byte(at: 2, "flags"), enumerationID: try reader.byte(at: 4, "enumeration id"),
            startBus: try reader.byte(at: 5, "start bus"), path: path)
    }
}
