// SPDX-License-Identifier: MIT

extension Machine {
    func ivrsDefects(_ table: IVRSTable, _ path: String) -> [Defect] {
        var found: [Defect] = []
        for frame in table.unknown {
            found.append(
                Defect(
                    .unknownStructure, isViolation: false,
                    "\(frame.title) is none that we know; it has \(frame.length) bytes and is stepped over",
                    .knownBlock, at: FilePlace(path, .byte(frame.offset)),
                    remedy: "a reader that stops here misses all blocks behind it"))
        }
        for memory in table.memory {
            if memory.frame.length != 32 {
                found.append(
                    Defect(
                        .wrongLength, "\(memory.frame.title) has \(memory.frame.length) bytes instead of 32",
                        .length, at: FilePlace(path, .byte(memory.frame.offset + 2)), remedy: Defect.askVendor
                    ))
            }
            if memory.frame.type == 0x22, memory.auxiliary < memory.deviceID {
                found.append(
                    Defect(
                        .badDeviceRange,
                        "\(memory.frame.title) is for the devices \(memory.devices), which end before they start",
                        .hardwareRange, at: FilePlace(path, .byte(memory.frame.offset + 4)),
                        remedy: Defect.askVendor))
            }
        }
        for hardware in table.hardware { found += entryDefects(hardware, path) }
        return found + baseDefects(table, path) + ioAPICDefects(table, path)
    }

    private func baseDefects(_ table: IVRSTable, _ path: String) -> [Defect] {
        var bases: [PCIAddress: (base: UInt64, title: String)] = [:]
        var found: [Defect] = []
        for hardware in table.hardware {
            let place = FilePlace(path, .byte(hardware.frame.offset + 8))
            let base = hexadecimal(hardware.registerBase)
            if hardware.registerBase == 0 {
                found.append(
                    Defect(
                        .zeroRegisterBase, "\(hardware.frame.title) has its registers at address 0",
                        .hardwareBase, at: place,
                        remedy: "switch the IOMMU on in the firmware's setup, or report it to the vendor"))
            } else if hardware.registerBase & 0x3fff != 0 {
                found.append(
                    Defect(
                        .unalignedRegisterBase, "\(hardware.frame.title) has its registers at \(base)",
                        .hardwareBase, at: place, remedy: Defect.askVendor))
            }
            if let other = bases[hardware.address], other.base != hardware.registerBase {
                found.append(
                    Defect(
                        .disagreeingBlocks,
                        "\(hardware.frame.title) has the registers of \(hardware.address) at \(base), \(other.title) at "
                            + hexadecimal(other.base),
                        .hardwareAgrees, at: place, remedy: Defect.askVendor))
            }
            bases[hardware.address] = bases[hardware.address] ?? (hardware.registerBase, hardware.frame.title)
        }
        return found
    }

    private func ioAPICDefects(_ table: IVRSTable, _ path: String) -> [Defect] {
        let hasOne = table.hardware.contains { hardware in
            hardware.entries.contains {
                if case .special(_, _, let kind) = $0.content { kind == 1 } else { false }
            }
        }
        guard let first = table.hardware.first, !hasOne else { return [] }
        return [
            Defect(
                .missingIOAPIC, "no IVHD has an entry for an IOAPIC", .ioAPIC,
                at: FilePlace(path, .byte(first.frame.offset)),
                remedy: "name it on the kernel's command line: ivrs_ioapic[ID]=SSSS:BB:DD.F")
        ]
    }

    private func entryDefects(_ hardware: IVRSTable.HardwareDefinition, _ path: String) -> [Defect] {
        struct Special: Hashable {
            let kind: UInt8
            let handle: UInt8
        }
        var found: [Defect] = []
        var specials: Set<Special> = []
        var open: IVRSTable.DeviceEntry?
        func add(_ kind: Defect.Kind, _ message: String, _ rule: Rule, _ entry: IVRSTable.DeviceEntry) {
            found.append(
                Defect(
                    kind, "\(hardware.frame.title) \(message)", rule,
                    at: FilePlace(path, .byte(entry.offset)),
                    remedy: Defect.askVendor))
        }
        func name(_ requester: UInt16) -> String {
            PCIAddress(segment: hardware.segment, requester: requester).description
        }
        for entry in hardware.entries {
            if case .special(let handle, _, let kind) = entry.content,
                !specials.insert(Special(kind: kind, handle: handle)).inserted
            {
                let what = kind == 1 ? "IOAPIC" : kind == 2 ? "HPET" : "special device of kind \(kind)"
                add(.duplicateSpecialDevice, "names the \(what) \(handle) twice", .specialOnce, entry)
            }
            if entry.type == IVRSTable.DeviceEntry.rangeEnd {
                if let start = open {
                    if entry.deviceID < start.deviceID {
                        add(
                            .badDeviceRange,
                            "has a range from \(name(start.deviceID)) to \(name(entry.deviceID))",
                            .hardwareRange, entry)
                    }
                } else {
                    add(
                        .badDeviceRange, "ends a range at \(name(entry.deviceID)) that nothing started",
                        .hardwareRange, entry)
                }
                open = nil
            } else if IVRSTable.DeviceEntry.rangeStarts.contains(entry.type) {
                if let start = open {
                    add(
                        .badDeviceRange, "starts a range within the one from \(name(start.deviceID))",
                        .hardwareRange, entry)
                }
                open = entry
            }
        }
        if let start = open {
            add(
                .badDeviceRange, "has a range from \(name(start.deviceID)) that nothing ends", .hardwareRange,
                start)
        }
        return found
    }

    // MARK: Exclusion ranges

    /// IOMMUs with more than one exclusion range: kernels that used the registers kept only the last.
    var exclusionRanges: [Defect] {
        let ranges = firmwareRanges.filter { $0.source == .exclusion }
        guard ranges.count > 1 else { return [] }
        var found: [Defect] = []
        for iommu in amdCoverage {
            let own = ranges.filter { range in
                range.devices.contains { selector in iommu.requesters.contains { overlaps($0, selector) } }
            }
            guard own.count > 1, let last = own.last else { continue }
            found.append(
                Defect(
                    .secondExclusionRange,
                    "IOMMU \(iommu.title) has \(own.count) exclusion ranges: "
                        + own.map { "\($0.title) \($0.text)" }.joined(separator: ", "),
                    .exclusion, at: last.place,
                    remedy: "take Linux 5.5 or newer, which maps them 1-1 instead of excluding them"))
        }
        return found
    }

    private func overlaps(_ requesters: ClosedRange<UInt16>, _ selector: DeviceSelector) -> Bool {
        switch selector {
        case .function(let address): requesters.contains(address.requester)
        case .functions(let first, let last):
            first.requester <= requesters.upperBound && last.requester >= requesters.lowerBound
        case .segment: true
        case .path, .named, .unknown: false
        }
    }

    /// Each AMD IOMMU with the requesters that its block of the highest type lists.
    private var amdCoverage: [(title: String, requesters: [ClosedRange<UInt16>])] {
        var blocks: [PCIAddress: IVRSTable.HardwareDefinition] = [:]
        for table in tables {
            guard case .ivrs(let ivrs) = table.table else { continue }
            for hardware in ivrs.hardware
            where blocks[hardware.address].map({ $0.frame.type < hardware.frame.type }) ?? true {
                blocks[hardware.address] = hardware
            }
        }
        let own = blocks.sorted { $0.key < $1.key }.map { ($0.key.description, $0.value.requesters) }
        return own + loggedHardware.map { ($0.title, [$0.requesters]) }
    }
}

extension IVRSTable.HardwareDefinition {
    /// All requesters that the entries list.
    var requesters: [ClosedRange<UInt16>] {
        var result: [ClosedRange<UInt16>] = []
        var start: UInt16?
        for entry in entries {
            switch entry.type {
            case 0x01: result.append(0...0xffff)
            case 0x02, 0x42, 0x46: result.append(entry.deviceID...entry.deviceID)
            case 0x03, 0x43, 0x47: start = entry.deviceID
            case 0x04:
                if let first = start, first <= entry.deviceID { result.append(first...entry.deviceID) }
                start = nil
            default: break
            }
        }
        return result
    }
}
