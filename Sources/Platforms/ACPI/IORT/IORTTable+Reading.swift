// SPDX-License-Identifier: MIT

extension IORTTable {
    static let fixedSize = 48
    static let mappingSize = 20
    static let rangeSize = 20
    private static let nodeSize = 16

    static func read(_ reader: ByteReader, header: ACPIHeader) throws(TableError) -> IORTTable {
        let nodeCount: UInt32 = try reader.number(at: 36, "node count")
        let firstNode: UInt32 = try reader.number(at: 40, "offset of the first node")
        _ = try reader.slice(at: 44, count: fixedSize - 44, "reserved field")
        guard Int(firstNode) >= fixedSize || nodeCount == 0 else {
            throw reader.failure(
                "bad-reference", at: 40,
                "the first node would begin at byte \(hexadecimal(UInt64(firstNode))), within the table's header"
            )
        }
        var nodes: [Node] = []
        var offset = nodeCount == 0 ? fixedSize : Int(firstNode)
        var counts: [UInt8: Int] = [:]
        while nodes.count < Int(nodeCount) {
            guard offset < reader.count else {
                throw reader.failure(
                    "bad-length", at: 36,
                    "the table says that it has \(nodeCount) nodes, it ends after \(nodes.count)")
            }
            let type = try reader.byte(at: offset, "type of a node")
            let length: UInt16 = try reader.number(at: offset + 1, "length of a node")
            counts[type, default: 0] += 1
            let (name, minimum) = shape(type)
            let part = try reader.part(
                at: offset, length: Int(length), minimum: minimum, title: "\(name) \(counts[type] ?? 1)")
            nodes.append(try node(part, type))
            offset += Int(length)
        }
        let table = IORTTable(
            header: header, nodeCount: nodeCount, firstNode: firstNode, nodes: nodes,
            bytesLeft: max(0, reader.count - offset))
        try table.checkReferences(reader)
        return table
    }

    private static func shape(_ type: UInt8) -> (name: String, minimum: Int) {
        switch type {
        case 0: ("ITS group", 20)
        case 1: ("named component", 29)
        case 2: ("root complex", 32)
        case 3: ("SMMU", 60)
        case 4: ("SMMUv3", 60)
        case 5: ("PMCG", 32)
        case 6: ("RMR", 28)
        default: ("node of type \(type)", nodeSize)
        }
    }

    private static func node(_ part: ByteReader, _ type: UInt8) throws(TableError) -> Node {
        let mappingOffset: UInt32 = try part.number(at: 12, "mapping offset")
        return Node(
            offset: part.start, length: part.count, type: type, revision: try part.byte(at: 3, "revision"),
            identifier: try part.number(at: 4, "identifier"), mappingOffset: mappingOffset,
            mappings: try mappings(part, from: mappingOffset), content: try content(part, type),
            title: part.title)
    }

    private static func mappings(_ part: ByteReader, from offset: UInt32) throws(TableError) -> [Mapping] {
        let count: UInt32 = try part.number(at: 8, "mapping count")
        return try array(part, from: offset, count: count, size: mappingSize, at: 12, "mappings").map {
            (element) throws(TableError) in
            Mapping(
                offset: element.start, inputBase: try element.number(at: 0, "input base"),
                count: try element.number(at: 4, "count"),
                outputBase: try element.number(at: 8, "output base"),
                outputNode: try element.number(at: 12, "output reference"),
                flags: try element.number(at: 16, "flags"))
        }
    }

    /// Elements of an array that the node says it has at `offset`; never within the node's own header.
    private static func array(
        _ part: ByteReader, from offset: UInt32, count: UInt32, size: Int, at field: Int, _ name: String
    ) throws(TableError) -> [ByteReader] {
        guard count > 0 else { return [] }
        guard Int(offset) >= nodeSize else {
            throw part.failure(
                "bad-reference", at: field,
                "the \(name) of \(part.title) would begin at its byte \(offset), within its header")
        }
        guard Int(offset) <= part.count, Int(count) <= (part.count - Int(offset)) / size else {
            throw part.failure(
                "bad-length", at: field,
                "\(part.title) says that it has \(count) \(name) from its byte \(offset) on, "
                    + "it has only \(part.count) bytes")
        }
        var elements: [ByteReader] = []
        for index in 0..<Int(count) {
            elements.append(
                try part.part(
                    at: Int(offset) + index * size, length: size, minimum: size,
                    title: "\(name) of \(part.title), number \(index + 1)"))
        }
        return elements
    }

    private static func content(_ part: ByteReader, _ type: UInt8) throws(TableError) -> Node.Content {
        let mappingOffset: UInt32 = try part.number(at: 12, "mapping offset")
        switch type {
        case 0:
            let count: UInt32 = try part.number(at: 16, "ITS count")
            return .itsGroup(
                identifiers: try array(part, from: 20, count: count, size: 4, at: 16, "ITS identifiers").map {
                    (element) throws(TableError) in try element.number(at: 0, "ITS identifier")
                })
        case 1:
            // The name stands between the fixed fields and the mappings.
            let end = mappingOffset >= 29 ? min(Int(mappingOffset), part.count) : part.count
            return .namedComponent(
                flags: try part.number(at: 16, "flags"), memory: try part.number(at: 20, "memory properties"),
                addressBits: try part.byte(at: 28, "address size limit"),
                name: try part.text(at: 29, count: end - 29, "name"))
        case 2:
            // Revision 0 may be shorter, with its mappings where the field stands later.
            let fieldsEnd = mappingOffset >= 32 ? min(Int(mappingOffset), part.count) : part.count
            return .rootComplex(
                memory: try part.number(at: 16, "memory properties"), ats: try part.number(at: 24, "ATS"),
                segment: try part.number(at: 28, "segment"),
                addressBits: fieldsEnd > 32
                    ? try part.byte(at: 32, "address size limit") : nil)
        case 3: return .smmu(try smmu(part))
        case 4:
            return .smmuV3(
                base: try part.number(at: 16, "base"), flags: try part.number(at: 24, "flags"),
                model: try part.number(at: 40, "model"))
        case 5:
            return .counters(
                base: try part.number(at: 16, "base"), nodeOffset: try part.number(at: 28, "node reference"))
        case 6:
            let count: UInt32 = try part.number(at: 20, "range count")
            let offset: UInt32 = try part.number(at: 24, "range offset")
            return .reservedMemory(
                flags: try part.number(at: 16, "flags"),
                ranges: try array(part, from: offset, count: count, size: rangeSize, at: 24, "ranges").map {
                    (element) throws(TableError) in
                    Range(
                        offset: element.start, base: try element.number(at: 0, "base"),
                        bytes: try element.number(at: 8, "length"))
                })
        default: return .unknown
        }
    }

    private static func smmu(_ part: ByteReader) throws(TableError) -> SMMU {
        func interrupts(count: Int, offset: Int, _ name: String) throws(TableError) -> [UInt64] {
            let number: UInt32 = try part.number(at: count, "number of \(name)")
            let from: UInt32 = try part.number(at: offset, "offset of \(name)")
            return try array(part, from: from, count: number, size: 8, at: offset, name).map {
                (element) throws(TableError) in try element.number(at: 0, "interrupt")
            }
        }
        return SMMU(
            base: try part.number(at: 16, "base"), span: try part.number(at: 24, "span"),
            model: try part.number(at: 32, "model"), flags: try part.number(at: 36, "flags"),
            contextInterrupts: try interrupts(count: 44, offset: 48, "context interrupts"),
            performanceInterrupts: try interrupts(count: 52, offset: 56, "performance interrupts"))
    }

    // MARK: The graph

    /// Every mapping leads to a node, and no way along mappings comes back to where it started.
    private func checkReferences(_ reader: ByteReader) throws(TableError) {
        let indices = Dictionary(nodes.enumerated().map { ($1.offset, $0) }) { first, _ in first }
        var next: [[Int]] = Array(repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for mapping in node.mappings {
                guard let target = indices[Int(mapping.outputNode)] else {
                    throw reader.failure(
                        "bad-reference", at: mapping.offset + 12,
                        "a mapping of \(node.title) leads to byte \(hexadecimal(UInt64(mapping.outputNode))), "
                            + "where no node begins")
                }
                next[index].append(target)
            }
        }
        // Nodes nothing is left to lead to are taken away until none is left, or only cycles are.
        var waiting = next.map(\.count)
        var before: [[Int]] = Array(repeating: [], count: nodes.count)
        for (index, targets) in next.enumerated() { for target in targets { before[target].append(index) } }
        var ready = waiting.indices.filter { waiting[$0] == 0 }
        while let index = ready.popLast() {
            for source in before[index] {
                waiting[source] -= 1
                if waiting[source] == 0 { ready.append(source) }
            }
        }
        guard let stuck = waiting.firstIndex(where: { $0 > 0 }) else { return }
        let cycle = cycle(from: stuck, next: next, waiting: waiting)
        throw reader.failure(
            "cyclic-table", at: nodes[cycle[0]].mappings.first?.offset ?? nodes[cycle[0]].offset,
            "the mappings lead in a circle: "
                + (cycle + [cycle[0]]).map { nodes[$0].title }.joined(separator: " to "))
    }

    /// Nodes of one circle: from a node that leads into one, along nodes that do.
    private func cycle(from start: Int, next: [[Int]], waiting: [Int]) -> [Int] {
        var path = [start]
        var place = [start: 0]
        while let target = next[path[path.count - 1]].first(where: { waiting[$0] > 0 }) {
            if let earlier = place[target] { return Array(path[earlier...]) }
            place[target] = path.count
            path.append(target)
        }
        return path
    }
}
