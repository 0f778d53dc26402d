// SPDX-License-Identifier: MIT

package import Diagnostics

/// All that is known of one machine, from whatever files there were.
package struct Machine: Sendable {
    /// An IOMMU group of the running kernel.
    package struct Group: Sendable {
        package let number: Int
        /// `DMA`, `DMA-FQ`, `identity`: the type of the default domain.
        package var type: String?
        package var devices: [String] = []
        /// `nil` where no `reserved_regions` was read.
        package var regions: [ReservedRegion]?
        package var place: FilePlace?
    }

    /// A remapping unit as the kernel's log names it.
    package struct LoggedUnit: Hashable, Sendable {
        package let registerBase: UInt64
        package let place: FilePlace
    }

    /// The GART's aperture as firmware left it.
    package struct Aperture: Hashable, Sendable {
        package let range: AddressRange
        package let place: FilePlace
    }

    /// The kernel's own verdict on a range.
    package struct Complaint: Hashable, Sendable {
        package let range: AddressRange
        package let place: FilePlace
    }

    /// An AMD IOMMU that a text names, with the requesters below it.
    package struct LoggedHardware: Hashable, Sendable {
        package let title: String
        package let requesters: ClosedRange<UInt16>
    }

    package var tables: [ReadTable] = []
    package var memory = MemoryMap()
    /// The file that the memory map is from.
    package var memoryPath: String?
    package var windows: [BridgeWindow] = []
    package var devices: [PCIAddress: PCIDevice] = [:]
    /// Whether `devices` has every function of the machine: then a name that is not among them names nothing.
    package var knowsAllDevices = false
    package var groups: [Int: Group] = [:]
    /// Regions from a text without `group` lines.
    package var ungrouped: Group?
    package var loggedRanges: [FirmwareRange] = []
    package var loggedUnits: [LoggedUnit] = []
    package var loggedHardware: [LoggedHardware] = []
    /// Messages of the drivers of AMD's IOMMUs, of Arm's.
    package var logNamesAMD = false
    package var logNamesSMMU = false
    package var complaints: [Complaint] = []
    package var apertures: [Aperture] = []
    package var loggedAddressWidth: Int?
    /// Width of a domain's addresses: the narrowest of all remapping units that a log shows.
    package var domainAddressBits: Int?
    /// What else a log says, for the report.
    package var facts: [String] = []
    package var filesRead: [(path: String, what: String)] = []
    package var filesNotRead: [String] = []
    /// What could not be read. With an error among them the rest is still what it is.
    package var diagnostics: [Diagnostic] = []

    package init() {}

    /// Bits of a physical address: what the DMAR table says, else the log.
    package var hostAddressWidth: Int? {
        for table in tables { if case .dmar(let dmar) = table.table { return dmar.hostAddressWidth } }
        return loggedAddressWidth
    }

    /// All ranges that firmware wants untranslated: of the tables, else of a log.
    package var firmwareRanges: [FirmwareRange] {
        let own = tables.flatMap(\.firmwareRanges)
        let extents = Set(own.map(\.extent))
        return own + loggedRanges.filter { !extents.contains($0.extent) }
    }

    /// The function that a path through bridges leads to, where all bridges on it are known.
    package func resolve(_ selector: DeviceSelector) -> DeviceSelector {
        guard case .path(let start, let steps) = selector else { return selector }
        var address = start
        for step in steps {
            guard let bus = devices[address]?.secondaryBus else { return selector }
            address = PCIAddress(
                segment: start.segment, bus: bus, device: step.device & 31, function: step.function & 7)
        }
        return .function(address)
    }
}

extension ReadTable {
    /// The ranges that this table wants untranslated.
    package var firmwareRanges: [FirmwareRange] {
        switch table {
        case .dmar(let dmar):
            dmar.reservedMemory.map { memory in
                FirmwareRange(
                    source: .rmrr, title: memory.frame.title,
                    extent: .limit(first: memory.base, last: memory.limit), segment: memory.segment,
                    devices: memory.scopes.map { $0.selector(segment: memory.segment) },
                    place: FilePlace(path, .byte(memory.frame.offset)))
            }
        case .ivrs(let ivrs):
            ivrs.memory.map { memory in
                FirmwareRange(
                    source: memory.isExclusion ? .exclusion : memory.isUnity ? .unity : .unflagged,
                    title: memory.frame.title, extent: .length(first: memory.start, bytes: memory.bytes),
                    segment: memory.segment, devices: [memory.devices],
                    place: FilePlace(path, .byte(memory.frame.offset)))
            }
        case .iort(let iort): iort.firmwareRanges(path: path)
        case .mcfg: []
        }
    }
}

extension IORTTable {
    fileprivate func firmwareRanges(path: String) -> [FirmwareRange] {
        nodes.flatMap { node -> [FirmwareRange] in
            guard case .reservedMemory(let flags, let ranges) = node.content else { return [] }
            let devices = node.mappings.flatMap { users(of: $0.outputNode, id: $0.outputBase) }
            return ranges.enumerated().map { index, range in
                FirmwareRange(
                    source: .rmr, title: "\(node.title), range \(index + 1)",
                    extent: .length(first: range.base, bytes: range.bytes), segment: 0,
                    devices: devices.isEmpty ? [.unknown] : devices, isRelaxable: flags & 1 != 0,
                    place: FilePlace(path, .byte(range.offset)))
            }
        }
    }

    /// Nodes of devices, one of whose mappings gives `id` to the node.
    private func users(of node: UInt32, id: UInt32) -> [DeviceSelector] {
        nodes.filter { candidate in
            candidate.mappings.contains {
                $0.outputNode == node && $0.outputBase <= id
                    && (UInt64(id) - UInt64($0.outputBase) <= UInt64($0.count)
                        || $0.isSingle && id == $0.outputBase)
            }
        }.compactMap(\.device)
    }
}

extension IORTTable.Node {
    /// What it stands for, where it stands for devices.
    package var device: DeviceSelector? {
        switch content {
        case .namedComponent(_, _, _, let name): .named(name.isEmpty ? title : name)
        case .rootComplex(_, _, let segment, _): .named("\(title), segment \(hex(UInt64(segment), 4))")
        default: nil
        }
    }

    /// Bits of the addresses that the device can put out; `nil` where the node does not limit them.
    package var addressLimit: Int? {
        switch content {
        case .namedComponent(_, _, let bits, _): (1...63).contains(bits) ? Int(bits) : nil
        case .rootComplex(_, _, _, let bits):
            bits.flatMap { revision >= 1 && (1...63).contains($0) ? Int($0) : nil }
        default: nil
        }
    }
}
