// SPDX-License-Identifier: MIT

/// Devices that share a domain, and what their domain must not hand out. From the running kernel's groups where these
/// are known; else one for each device that a firmware table names, and one for all others.
package struct MachineGroup: Hashable, Sendable {
    package struct Region: Hashable, Sendable {
        package let range: AddressRange
        package let kind: ReservedRegion.Kind

        package init(_ range: AddressRange, _ kind: ReservedRegion.Kind) {
            self.range = range
            self.kind = kind
        }
    }

    package let number: Int
    /// Addresses of PCI functions, names of others; a sentence where the devices are not known.
    package let devices: [String]
    /// Of the default domain.
    package let type: String?
    /// By first address, then by kind, as the kernel sorts them.
    package let regions: [Region]
    /// The narrowest DMA mask of its devices.
    package let maskBits: Int?

    init(number: Int, devices: [String], type: String?, regions: [Region], maskBits: Int?) {
        self.number = number
        self.devices = devices
        self.type = type
        self.regions = Self.merged(regions)
        self.maskBits = maskBits
    }

    /// As the kernel does: regions of one kind that overlap or touch are one, those of different kinds never.
    private static func merged(_ regions: [Region]) -> [Region] {
        let sorted = regions.sorted {
            ($0.range.first, $0.kind, $0.range.last) < ($1.range.first, $1.kind, $1.range.last)
        }
        var merged: [Region] = []
        for region in sorted {
            if let index = merged.lastIndex(where: { $0.kind == region.kind }),
                merged[index].range.last == .max || region.range.first <= merged[index].range.last + 1,
                let range = AddressRange(
                    first: merged[index].range.first, last: max(merged[index].range.last, region.range.last))
            {
                merged[index] = Region(range, region.kind)
            } else {
                merged.append(region)
            }
        }
        return merged
    }
}

extension Machine {
    /// All groups, by number. Empty where nothing says that there is an IOMMU.
    package var machineGroups: [MachineGroup] {
        if let own = runningGroups { return own }
        let fixed = fixedRegions
        guard !fixed.isEmpty else { return [] }
        return groups.isEmpty ? tableGroups(fixed) : loggedGroups(fixed)
    }

    /// What sysfs says, where it says it.
    private var runningGroups: [MachineGroup]? {
        let known = groups.values.filter { $0.regions != nil }.sorted { $0.number < $1.number }
        var result = known.map { group in
            MachineGroup(
                number: group.number, devices: group.devices.sorted(), type: group.type,
                regions: Self.regions(group), maskBits: maskBits(of: group.devices))
        }
        if let ungrouped {
            result.append(
                MachineGroup(
                    number: (known.last?.number ?? -1) + 1, devices: ["devices that the file does not name"],
                    type: nil, regions: Self.regions(ungrouped), maskBits: nil))
        }
        return result.isEmpty ? nil : result
    }

    private static func regions(_ group: Group) -> [MachineGroup.Region] {
        (group.regions ?? []).compactMap { region in
            AddressRange(first: region.first, last: region.last).map { MachineGroup.Region($0, region.kind) }
        }
    }

    /// What Linux reserves for every device of such a machine.
    private var fixedRegions: [MachineGroup.Region] {
        var isIntel = !loggedUnits.isEmpty
        var isAMD = logNamesAMD || !loggedHardware.isEmpty
        var isArm = logNamesSMMU
        for table in tables {
            switch table.table {
            case .dmar: isIntel = true
            case .ivrs: isAMD = true
            case .iort: isArm = true
            case .mcfg: break
            }
        }
        isIntel = isIntel || loggedRanges.contains { $0.source == .rmrr }
        isAMD = isAMD || loggedRanges.contains { $0.source != .rmrr }
        var regions: [MachineGroup.Region] = []
        if isIntel || isAMD { regions.append(MachineGroup.Region(.interrupts, .msi)) }
        if isAMD { regions.append(MachineGroup.Region(.hyperTransport, .reserved)) }
        if isArm { regions.append(MachineGroup.Region(.softwareMSI, .softwareMSI)) }
        return regions
    }

    private func region(_ range: FirmwareRange, for device: PCIDevice?) -> MachineGroup.Region? {
        guard let pages = range.mappedPages else { return nil }
        let isRelaxable =
            range.isRelaxable || range.source == .rmrr && device?.isUSBOrGraphics == true
        return MachineGroup.Region(pages, isRelaxable ? .directRelaxable : .direct)
    }

    /// Groups from a log's `Adding to iommu group`, ranges from a table or the same log.
    private func loggedGroups(_ fixed: [MachineGroup.Region]) -> [MachineGroup] {
        let ranges = firmwareRanges
        var used: Set<FirmwareRange> = []
        var result = groups.values.sorted { $0.number < $1.number }.map { group in
            var regions = fixed
            for name in group.devices {
                guard let address = PCIAddress(name) else { continue }
                for range in ranges where range.devices.contains(where: { resolve($0).matches(address) }) {
                    used.insert(range)
                    if let region = region(range, for: devices[address]) { regions.append(region) }
                }
            }
            return MachineGroup(
                number: group.number, devices: group.devices, type: group.type, regions: regions,
                maskBits: maskBits(of: group.devices))
        }
        // A range whose devices are in no group still belongs to some device.
        for range in ranges where !used.contains(range) {
            let regions = fixed + [region(range, for: nil)].compactMap { $0 }
            result.append(
                MachineGroup(
                    number: (result.last?.number ?? -1) + 1,
                    devices: range.devices.map { "\(range.title): \($0)" }, type: nil, regions: regions,
                    maskBits: nil))
        }
        return result
    }

    /// One group for each device that a range names, and one for all others.
    private func tableGroups(_ fixed: [MachineGroup.Region]) -> [MachineGroup] {
        var selectors: [DeviceSelector] = []
        var seen: Set<DeviceSelector> = []
        var limits: [DeviceSelector: Int] = [:]
        func add(_ selector: DeviceSelector) {
            if seen.insert(selector).inserted { selectors.append(selector) }
        }
        let ranges = firmwareRanges
        for range in ranges {
            let devices = range.devices.isEmpty ? [.unknown] : Set(range.devices.map(resolve)).sorted()
            // What is for all devices makes no group of its own.
            for selector in devices where !selector.isSegment { add(selector) }
        }
        for table in tables {
            guard case .iort(let iort) = table.table else { continue }
            for node in iort.nodes {
                guard let selector = node.device else { continue }
                limits[selector] = node.addressLimit
                add(selector)
            }
        }
        var result = selectors.enumerated().map { number, selector in
            var device: PCIDevice?
            if case .function(let address) = selector { device = devices[address] }
            let own = ranges.filter { applies($0, to: selector) }.compactMap { region($0, for: device) }
            return MachineGroup(
                number: number, devices: [selector.description], type: nil, regions: fixed + own,
                maskBits: device?.narrowestMask ?? limits[selector])
        }
        let forAll = ranges.filter { $0.devices.contains(where: \.isSegment) }
        result.append(
            MachineGroup(
                number: result.count, devices: [result.isEmpty ? "all devices" : "all other devices"],
                type: nil, regions: fixed + forAll.compactMap { region($0, for: nil) }, maskBits: nil))
        return result
    }

    /// Whether the devices that `selector` means, or some of them, need the range.
    private func applies(_ range: FirmwareRange, to selector: DeviceSelector) -> Bool {
        guard !range.devices.isEmpty else { return selector == .unknown }
        return range.devices.contains { own in
            switch (resolve(own), selector) {
            case (let own, selector) where own == selector: true
            case (.segment, _): true
            case (.functions(let first, let last), .functions(let from, let to)): first <= to && from <= last
            case (let own, .function(let address)): own.matches(address)
            default: false
            }
        }
    }

    private func maskBits(of names: [String]) -> Int? {
        names.compactMap { PCIAddress($0).flatMap { devices[$0]?.narrowestMask } }.min()
    }
}

extension PCIDevice {
    var narrowestMask: Int? { [maskBits, coherentMaskBits].compactMap { $0 }.min() }
}

extension DeviceSelector: Comparable {
    package static func < (left: DeviceSelector, right: DeviceSelector) -> Bool {
        left.description < right.description
    }
}
