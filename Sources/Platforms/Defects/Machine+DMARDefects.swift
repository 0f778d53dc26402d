// SPDX-License-Identifier: MIT

extension Machine {
    func dmarDefects(_ table: DMARTable, _ path: String) -> [Defect] {
        orderDefects(table, path) + unitDefects(table, path) + scopeDefects(table, path)
            + sharedDeviceDefects(table, path)
    }

    private func orderDefects(_ table: DMARTable, _ path: String) -> [Defect] {
        var found: [Defect] = []
        for (one, next) in zip(table.order, table.order.dropFirst()) where next.type < one.type {
            found.append(
                Defect(
                    .structureOrder, "\(next.title) stands behind \(one.title), of a higher type",
                    .structureOrder, at: FilePlace(path, .byte(next.offset)), remedy: Defect.askVendor))
        }
        for frame in table.unknown {
            found.append(
                Defect(
                    .unknownStructure, isViolation: false,
                    "\(frame.title) is none that we know; it has \(frame.length) bytes and is stepped over",
                    .knownStructure, at: FilePlace(path, .byte(frame.offset)),
                    remedy: "look for a newer specification of VT-d"))
        }
        for affinity in table.affinities where affinity.frame.length != 20 {
            found.append(
                Defect(
                    .wrongLength, "\(affinity.frame.title) has \(affinity.frame.length) bytes instead of 20",
                    .length, at: FilePlace(path, .byte(affinity.frame.offset + 2)), remedy: Defect.askVendor))
        }
        return found
    }

    private func unitDefects(_ table: DMARTable, _ path: String) -> [Defect] {
        var found: [Defect] = []
        var closed: [UInt16: String] = [:]
        for unit in table.units {
            let place = FilePlace(path, .byte(unit.frame.offset))
            if let last = closed[unit.segment] {
                found.append(
                    Defect(
                        .includeAllNotLast,
                        "\(unit.frame.title) stands behind \(last), which has INCLUDE_PCI_ALL",
                        .unitIncludeAll, at: place, remedy: Defect.askVendor))
            }
            if unit.includesAll { closed[unit.segment] = unit.frame.title }
            if unit.registerBase == 0 {
                found.append(
                    Defect(
                        .zeroRegisterBase, "\(unit.frame.title) has its registers at address 0", .unitBase,
                        at: FilePlace(path, .byte(unit.frame.offset + 8)),
                        remedy: "switch VT-d on in the firmware's setup, or report it to the vendor"))
            } else if unit.registerBase & pageMask != 0 {
                found.append(
                    Defect(
                        .unalignedRegisterBase,
                        "\(unit.frame.title) has its registers at \(hexadecimal(unit.registerBase))",
                        .unitBase,
                        at: FilePlace(path, .byte(unit.frame.offset + 8)), remedy: Defect.askVendor))
            }
            if !unit.includesAll, unit.scopes.isEmpty {
                found.append(
                    Defect(
                        .missingScope, "\(unit.frame.title) is for no device", .unitScopes, at: place,
                        remedy: Defect.askVendor))
            }
        }
        let bases = Set(table.units.map(\.registerBase))
        for affinity in table.affinities where !bases.contains(affinity.registerBase) {
            found.append(
                Defect(
                    .unknownUnit,
                    "\(affinity.frame.title) is for registers at \(hexadecimal(affinity.registerBase)), which no DRHD has",
                    .affinityBase, at: FilePlace(path, .byte(affinity.frame.offset + 8)),
                    remedy: Defect.askVendor))
        }
        for device in table.namespaceDevices where !device.isTerminated {
            found.append(
                Defect(
                    .badName, "the object name of \(device.frame.title) does not end", .namespaceName,
                    at: FilePlace(path, .byte(device.frame.offset + 8)), remedy: Defect.askVendor))
        }
        return found
    }

    // MARK: Devices

    private struct Owner {
        let title: String
        let segment: UInt16
        let scopes: [DeviceScope]
        let isReserved: Bool
        let hasFlags: Bool
    }

    private func scopeDefects(_ table: DMARTable, _ path: String) -> [Defect] {
        var owners = table.units.map {
            Owner(
                title: $0.frame.title, segment: $0.segment, scopes: $0.scopes, isReserved: false,
                hasFlags: false)
        }
        owners += table.reservedMemory.map {
            Owner(
                title: $0.frame.title, segment: $0.segment, scopes: $0.scopes, isReserved: true,
                hasFlags: false)
        }
        owners += (table.rootPorts + table.translationCaches + table.deviceProperties).map {
            Owner(
                title: $0.frame.title, segment: $0.segment, scopes: $0.scopes, isReserved: false,
                hasFlags: $0.flags == nil)
        }
        var found: [Defect] = []
        for memory in table.reservedMemory where memory.scopes.isEmpty {
            found.append(
                Defect(
                    .missingScope, "\(memory.frame.title) is for no device", .reservedScopes,
                    at: FilePlace(path, .byte(memory.frame.offset)), remedy: Defect.askVendor))
        }
        let numbers = Set(table.namespaceDevices.map(\.number))
        for owner in owners {
            for scope in owner.scopes { found += defects(of: scope, owner, numbers, path) }
        }
        return found
    }

    private func defects(
        of scope: DeviceScope, _ owner: Owner, _ numbers: Set<UInt8>, _ path: String
    ) -> [Defect] {
        let place = FilePlace(path, .byte(scope.offset))
        let selector = scope.selector(segment: owner.segment)
        func defect(
            _ kind: Defect.Kind, isViolation: Bool = true, _ message: String, _ rule: Rule,
            remedy: String = Defect.askVendor
        ) -> Defect {
            Defect(kind, isViolation: isViolation, message, rule, at: place, remedy: remedy)
        }
        if case .unknown(let code) = scope.kind {
            return [defect(.badScope, "\(owner.title) has a device scope of type \(code)", .scope)]
        }
        if let step = scope.path.first(where: { $0.device > 31 || $0.function > 7 }) {
            return [
                defect(
                    .badScope, "\(owner.title) names device \(step.device), function \(step.function)", .scope
                )
            ]
        }
        if scope.kind == .namespaceDevice, !numbers.contains(scope.enumerationID) {
            return [
                defect(
                    .absentDevice,
                    "\(owner.title) names namespace device \(scope.enumerationID), which no ANDD has",
                    .namespaceScope)
            ]
        }
        guard scope.kind.isOnPCI else { return [] }
        if let defect = absence(of: selector, owner.title, place) { return [defect] }
        guard owner.isReserved, scope.startBus > 0 else { return [] }
        return [
            defect(
                .scopeNamesBus, isViolation: false,
                "\(owner.title) names \(selector) by the number its bus had at start", .scopeBus,
                remedy: "keep the firmware's bus numbers (do not boot with pci=assign-busses)")
        ]
    }

    /// A device that is not there, where all that are there are known; a bus that cannot be there.
    private func absence(of selector: DeviceSelector, _ owner: String, _ place: FilePlace) -> Defect? {
        let start: PCIAddress
        switch selector {
        case .function(let address), .path(let address, _): start = address
        default: return nil
        }
        let buses = allocations.filter { $0.segment == start.segment }
        let reason: String
        if knowsAllDevices, case .function(let address) = resolve(selector), devices[address] == nil {
            reason = "which is not among the \(devices.count) PCI functions of the machine"
        } else if !allocations.isEmpty,
            !buses.contains(where: { $0.firstBus <= start.bus && start.bus <= $0.lastBus })
        {
            reason = "whose bus has no configuration space in MCFG"
        } else {
            return nil
        }
        return Defect(
            .absentDevice, "\(owner) names \(selector), \(reason)", .scope, at: place,
            remedy: "a device may be hidden or switched off; firmware should then leave its scope out")
    }

    private var allocations: [MCFGTable.Allocation] {
        tables.flatMap { table -> [MCFGTable.Allocation] in
            if case .mcfg(let mcfg) = table.table { mcfg.allocations } else { [] }
        }
    }

    private func sharedDeviceDefects(_ table: DMARTable, _ path: String) -> [Defect] {
        var first: [DeviceSelector: String] = [:]
        var found: [Defect] = []
        for memory in table.reservedMemory {
            for selector in Set(memory.scopes.map { $0.selector(segment: memory.segment) }).sorted() {
                guard let earlier = first[selector] else {
                    first[selector] = memory.frame.title
                    continue
                }
                found.append(
                    Defect(
                        .deviceInTwoRanges, isViolation: false,
                        "\(selector) is in \(earlier) and in \(memory.frame.title): a domain needs both",
                        .reservedUse, at: FilePlace(path, .byte(memory.frame.offset)),
                        remedy: "map all ranges of a device before it is attached, not only the first"))
            }
        }
        return found
    }

    // MARK: MCFG

    func mcfgDefects(_ table: MCFGTable, _ path: String) -> [Defect] {
        table.allocations.filter { $0.range == nil || $0.base & (1 << 20 - 1) != 0 }.map {
            Defect(
                .unalignedRange,
                "the configuration space of segment \(hex(UInt64($0.segment), 4)) is at \(hexadecimal($0.base)) for "
                    + "buses \(hex(UInt64($0.firstBus), 2))-\(hex(UInt64($0.lastBus), 2))",
                .configurationSpace, at: FilePlace(path, .byte($0.offset)), remedy: Defect.askVendor)
        }
    }
}
