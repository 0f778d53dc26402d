// SPDX-License-Identifier: MIT

@testable import Platforms

/// Every field that our readers took from a table, by its place: to be held against another program's reading.
struct TableFields {
    struct Place: Hashable {
        let offset: Int
        let size: Int
    }

    private(set) var values: [Place: UInt64] = [:]
    private(set) var texts: [Int: String] = [:]
    /// Structures of which we keep the type and the length only.
    private(set) var unknown: [Range<Int>] = []

    init(_ table: ACPITable) {
        let header = table.header
        set(4, 4, header.length)
        set(8, 1, header.revision)
        set(9, 1, header.checksum)
        set(24, 4, header.oemRevision)
        set(32, 4, header.creatorRevision)
        texts[0] = header.signature
        texts[10] = header.oemID
        texts[16] = header.oemTableID
        texts[28] = header.creatorID
        switch table {
        case .dmar(let table): add(table)
        case .ivrs(let table): add(table)
        case .iort(let table): add(table)
        case .mcfg(let table):
            for allocation in table.allocations {
                set(allocation.offset, 8, allocation.base)
                set(allocation.offset + 8, 2, allocation.segment)
                set(allocation.offset + 10, 1, allocation.firstBus)
                set(allocation.offset + 11, 1, allocation.lastBus)
            }
        }
    }

    private mutating func set(_ offset: Int, _ size: Int, _ value: some BinaryInteger) {
        values[Place(offset: offset, size: size)] = UInt64(value)
    }

    // MARK: DMAR

    private mutating func add(_ table: DMARTable) {
        set(36, 1, table.hostAddressWidth - 1)
        set(37, 1, table.flags)
        for frame in table.order {
            set(frame.offset, 2, frame.type)
            set(frame.offset + 2, 2, frame.length)
        }
        for unit in table.units {
            let offset = unit.frame.offset
            set(offset + 4, 1, unit.flags)
            set(offset + 5, 1, unit.size)
            set(offset + 6, 2, unit.segment)
            set(offset + 8, 8, unit.registerBase)
            add(unit.scopes)
        }
        for memory in table.reservedMemory {
            set(memory.frame.offset + 6, 2, memory.segment)
            set(memory.frame.offset + 8, 8, memory.base)
            set(memory.frame.offset + 16, 8, memory.limit)
            add(memory.scopes)
        }
        for list in table.rootPorts + table.translationCaches + table.deviceProperties {
            if let flags = list.flags { set(list.frame.offset + 4, 1, flags) }
            set(list.frame.offset + 6, 2, list.segment)
            add(list.scopes)
        }
        for affinity in table.affinities {
            set(affinity.frame.offset + 8, 8, affinity.registerBase)
            set(affinity.frame.offset + 16, 4, affinity.proximityDomain)
        }
        for device in table.namespaceDevices {
            set(device.frame.offset + 7, 1, device.number)
            texts[device.frame.offset + 8] = device.name
        }
    }

    private mutating func add(_ scopes: [DeviceScope]) {
        for scope in scopes {
            set(scope.offset, 1, scope.code)
            set(scope.offset + 1, 1, scope.length)
            set(scope.offset + 4, 1, scope.enumerationID)
            set(scope.offset + 5, 1, scope.startBus)
            for (index, step) in scope.path.enumerated() {
                set(scope.offset + 6 + 2 * index, 2, UInt64(step.device) << 8 | UInt64(step.function))
            }
        }
    }

    // MARK: IVRS

    private mutating func add(_ table: IVRSTable) {
        set(36, 4, table.info)
        for hardware in table.hardware {
            let offset = hardware.frame.offset
            add(hardware.frame, hardware.flags, hardware.deviceID)
            set(offset + 6, 2, hardware.capabilityOffset)
            set(offset + 8, 8, hardware.registerBase)
            set(offset + 16, 2, hardware.segment)
            set(offset + 18, 2, hardware.info)
            set(offset + 20, 4, hardware.features)
            if let features = hardware.extendedFeatures { set(offset + 24, 8, features) }
            if let features = hardware.extendedFeatures2 { set(offset + 32, 8, features) }
            for entry in hardware.entries {
                set(entry.offset, 1, entry.type)
                set(entry.offset + 1, 2, entry.deviceID)
                set(entry.offset + 3, 1, entry.settings)
                switch entry.content {
                case .plain, .other: break
                case .alias(let source): set(entry.offset + 5, 2, source)
                case .extended(let settings): set(entry.offset + 4, 4, settings)
                case .special(let handle, let source, let kind):
                    set(entry.offset + 4, 1, handle)
                    set(entry.offset + 5, 2, source)
                    set(entry.offset + 7, 1, kind)
                case .acpi(let hid, let cid, let format, let uid):
                    texts[entry.offset + 4] = hid
                    texts[entry.offset + 12] = cid
                    set(entry.offset + 20, 1, format)
                    set(entry.offset + 21, 1, entry.length - 22)
                    texts[entry.offset + 22] = uid
                }
            }
        }
        for memory in table.memory {
            add(memory.frame, memory.flags, memory.deviceID)
            set(memory.frame.offset + 6, 2, memory.auxiliary)
            set(memory.frame.offset + 16, 8, memory.start)
            set(memory.frame.offset + 24, 8, memory.bytes)
        }
        for frame in table.unknown {
            set(frame.offset, 1, frame.type)
            set(frame.offset + 2, 2, frame.length)
            unknown.append(frame.offset..<frame.offset + frame.length)
        }
    }

    private mutating func add(_ frame: IVRSTable.Frame, _ flags: UInt8, _ device: UInt16) {
        set(frame.offset, 1, frame.type)
        set(frame.offset + 1, 1, flags)
        set(frame.offset + 2, 2, frame.length)
        set(frame.offset + 4, 2, device)
    }

    // MARK: IORT

    private mutating func add(_ table: IORTTable) {
        set(36, 4, table.nodeCount)
        set(40, 4, table.firstNode)
        for node in table.nodes {
            set(node.offset, 1, node.type)
            set(node.offset + 1, 2, node.length)
            set(node.offset + 3, 1, node.revision)
            set(node.offset + 8, 4, node.mappings.count)
            set(node.offset + 12, 4, node.mappingOffset)
            for mapping in node.mappings {
                set(mapping.offset, 4, mapping.inputBase)
                set(mapping.offset + 4, 4, mapping.count)
                set(mapping.offset + 8, 4, mapping.outputBase)
                set(mapping.offset + 12, 4, mapping.outputNode)
                set(mapping.offset + 16, 4, mapping.flags)
            }
            add(node)
        }
    }

    private mutating func add(_ node: IORTTable.Node) {
        let offset = node.offset
        func memory(_ place: Int, _ value: UInt64) {
            set(place, 4, value & 0xffff_ffff)
            set(place + 4, 1, value >> 32 & 0xff)
            set(place + 7, 1, value >> 56)
        }
        switch node.content {
        case .itsGroup(let identifiers):
            set(offset + 16, 4, identifiers.count)
            for (index, identifier) in identifiers.enumerated() {
                set(offset + 20 + 4 * index, 4, identifier)
            }
        case .namedComponent(let flags, let properties, let bits, let name):
            set(offset + 16, 4, flags)
            memory(offset + 20, properties)
            set(offset + 28, 1, bits)
            texts[offset + 29] = name
        case .rootComplex(let properties, let ats, let segment, let bits):
            memory(offset + 16, properties)
            set(offset + 24, 4, ats)
            set(offset + 28, 4, segment)
            if let bits { set(offset + 32, 1, bits) }
        case .smmu(let smmu):
            set(offset + 16, 8, smmu.base)
            set(offset + 24, 8, smmu.span)
            set(offset + 32, 4, smmu.model)
            set(offset + 36, 4, smmu.flags)
            set(offset + 44, 4, smmu.contextInterrupts.count)
            set(offset + 52, 4, smmu.performanceInterrupts.count)
            // In every table that we have, the arrays stand one behind the other.
            for (index, interrupt) in (smmu.contextInterrupts + smmu.performanceInterrupts).enumerated() {
                set(offset + 76 + 8 * index, 8, interrupt)
            }
        case .smmuV3(let base, let flags, let model):
            set(offset + 16, 8, base)
            set(offset + 24, 4, flags)
            set(offset + 40, 4, model)
        case .counters, .reservedMemory, .unknown: break
        }
    }
}
