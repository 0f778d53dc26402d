// SPDX-License-Identifier: MIT

/// Firmware tables made for tests, with a right length and checksum unless a test breaks them.
struct TableBuilder {
    private(set) var bytes: [UInt8]

    init(_ signature: String) {
        bytes = Array(signature.utf8) + [0, 0, 0, 0, 1, 0] + Array("TESTERTESTBOX ".utf8) + [1, 0, 0, 0]
        bytes += Array("TEST".utf8) + [1, 0, 0, 0]
    }

    static func number(_ value: UInt64, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    mutating func add(_ value: UInt64, _ size: Int) { bytes += Self.number(value, size) }

    mutating func add(_ more: [UInt8]) { bytes += more }

    /// With length and checksum filled in.
    var table: [UInt8] { Self.sealed(bytes) }

    static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        result.replaceSubrange(4..<8, with: number(UInt64(bytes.count), 4))
        result[9] = 0
        result[9] = 0 &- result.reduce(0, &+)
        return result
    }

    // MARK: DMAR

    static func dmar(width: Int = 39, _ structures: [[UInt8]]) -> [UInt8] {
        var builder = TableBuilder("DMAR")
        builder.add(UInt64(width - 1), 1)
        builder.add(1, 1)
        builder.add(0, 10)
        for structure in structures { builder.add(structure) }
        return builder.table
    }

    static func structure(_ type: UInt64, _ content: [UInt8]) -> [UInt8] {
        number(type, 2) + number(UInt64(content.count + 4), 2) + content
    }

    static func scope(
        type: UInt8 = 1, bus: UInt8 = 0, id: UInt8 = 0, _ path: [(UInt8, UInt8)] = [(2, 0)]
    ) -> [UInt8] {
        [type, UInt8(6 + 2 * path.count), 0, 0, id, bus] + path.flatMap { [$0.0, $0.1] }
    }

    static func drhd(
        base: UInt64 = 0xfed9_0000, all: Bool = true, segment: UInt64 = 0, _ scopes: [[UInt8]] = []
    )
        -> [UInt8]
    {
        structure(0, [all ? 1 : 0, 0] + number(segment, 2) + number(base, 8) + scopes.flatMap { $0 })
    }

    static func rmrr(_ base: UInt64, _ limit: UInt64, segment: UInt64 = 0, _ scopes: [[UInt8]] = [scope()])
        -> [UInt8]
    {
        structure(
            1, [0, 0] + number(segment, 2) + number(base, 8) + number(limit, 8) + scopes.flatMap { $0 })
    }

    // MARK: IVRS

    static func ivrs(bits: UInt64 = 48, _ blocks: [[UInt8]]) -> [UInt8] {
        var builder = TableBuilder("IVRS")
        builder.add(bits << 8 | 64 << 15, 4)
        builder.add(0, 8)
        for block in blocks { builder.add(block) }
        return builder.table
    }

    /// With an IOAPIC, as every healthy table.
    static func ivhd(base: UInt64 = 0xfd20_0000, type: UInt8 = 0x10, _ entries: [[UInt8]]? = nil) -> [UInt8] {
        let own = entries ?? [[3, 3, 0, 0], [4, 0xfe, 0xff, 0], special(handle: 4)]
        var content = number(2, 2) + number(0x40, 2) + number(base, 8) + number(0, 8)
        if type != 0x10 { content += number(0, 16) }
        content += own.flatMap { $0 }
        return [type, 0] + number(UInt64(content.count + 4), 2) + content
    }

    static func special(handle: UInt8, kind: UInt8 = 1) -> [UInt8] { [0x48, 0, 0, 0, handle, 0xa0, 0, kind] }

    static func ivmd(
        _ start: UInt64, _ bytes: UInt64, type: UInt8 = 0x21, flags: UInt8 = 7, device: UInt64 = 0x60,
        last: UInt64 = 0
    ) -> [UInt8] {
        [type, flags] + number(32, 2) + number(device, 2) + number(last, 2) + number(0, 8) + number(start, 8)
            + number(bytes, 8)
    }

    // MARK: IORT

    static func iort(_ nodes: [[UInt8]], count: Int? = nil, first: UInt64 = 48) -> [UInt8] {
        var builder = TableBuilder("IORT")
        builder.add(UInt64(count ?? nodes.count), 4)
        builder.add(first, 4)
        builder.add(0, 4)
        for node in nodes { builder.add(node) }
        return builder.table
    }

    /// Fixed fields behind the 16 bytes that all nodes have, then the mappings.
    static func node(
        _ type: UInt8, revision: UInt8 = 1, _ content: [UInt8], mappings: [[UInt8]] = []
    ) -> [UInt8] {
        let length = 16 + content.count + 20 * mappings.count
        return [type] + number(UInt64(length), 2) + [revision] + number(0, 4)
            + number(UInt64(mappings.count), 4) + number(UInt64(16 + content.count), 4) + content
            + mappings.flatMap { $0 }
    }

    static func mapping(_ input: UInt64, _ count: UInt64, _ output: UInt64, to node: UInt64) -> [UInt8] {
        number(input, 4) + number(count - 1, 4) + number(output, 4) + number(node, 4) + number(0, 4)
    }

    /// 68 bytes.
    static let smmuV3 = node(4, number(0x1500_0000, 8) + number(0, 44))

    static func component(limit: UInt8 = 40, _ name: String, mappings: [[UInt8]]) -> [UInt8] {
        node(1, number(0, 12) + [limit] + Array(name.utf8) + [0], mappings: mappings)
    }

    static func rmr(_ ranges: [(base: UInt64, bytes: UInt64)], relaxable: Bool = false, mappings: [[UInt8]])
        -> [UInt8]
    {
        let offset = 28 + 20 * mappings.count
        let content =
            number(relaxable ? 1 : 0, 4) + number(UInt64(ranges.count), 4) + number(UInt64(offset), 4)
        let array = ranges.flatMap { number($0.base, 8) + number($0.bytes, 8) + number(0, 4) }
        let length = offset + array.count
        return [6] + number(UInt64(length), 2) + [1] + number(0, 4) + number(UInt64(mappings.count), 4)
            + number(28, 4) + content + mappings.flatMap { $0 } + array
    }

    // MARK: MCFG

    static func mcfg(_ allocations: [(base: UInt64, segment: UInt64, first: UInt64, last: UInt64)]) -> [UInt8]
    {
        var builder = TableBuilder("MCFG")
        builder.add(0, 8)
        for own in allocations {
            builder.add(own.base, 8)
            builder.add(own.segment, 2)
            builder.add(own.first, 1)
            builder.add(own.last, 1)
            builder.add(0, 4)
        }
        return builder.table
    }
}
