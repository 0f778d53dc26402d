// SPDX-License-Identifier: MIT

extension Machine {
    /// More of one kind help nobody.
    static let defectsOfKindMax = 100

    /// All that is wrong, tables first, in the order of the files; the same machine gives the same list.
    package var defects: [Defect] {
        var found: [Defect] = []
        for table in tables {
            found += table.frameDefects
            switch table.table {
            case .dmar(let dmar): found += dmarDefects(dmar, table.path)
            case .ivrs(let ivrs): found += ivrsDefects(ivrs, table.path)
            case .iort(let iort): found += iortDefects(iort, table.path)
            case .mcfg(let mcfg): found += mcfgDefects(mcfg, table.path)
            }
        }
        for range in firmwareRanges { found += rangeDefects(range) + memoryDefects(range) }
        found += overlaps + exclusionRanges + loggedUnitDefects + bridgeDefects + apertureDefects
        found += regionDefects
        var counts: [Defect.Kind: Int] = [:]
        return found.filter {
            counts[$0.kind, default: 0] += 1
            return counts[$0.kind, default: 0] <= Self.defectsOfKindMax
        }
    }

    /// A VT-d unit at address 0, where only the log tells.
    private var loggedUnitDefects: [Defect] {
        let hasTable = tables.contains { if case .dmar = $0.table { true } else { false } }
        guard !hasTable else { return [] }
        return loggedUnits.filter { $0.registerBase == 0 }.map {
            Defect(
                .zeroRegisterBase, "a remapping unit has its registers at address 0", .unitBase, at: $0.place,
                remedy: "switch VT-d on in the firmware's setup, or report it to the vendor")
        }
    }

    private var apertureDefects: [Defect] {
        apertures.filter { !AddressRange.below4GiB.contains($0.range) }.map {
            Defect(
                .apertureAboveFourGiB,
                "firmware put the GART's aperture at \($0.range), which does not end below 4 GiB; the kernel ignores it",
                .gart, at: $0.place,
                remedy: "switch the IOMMU on in the firmware's setup; until then 64 MiB of RAM serve instead")
        }
    }

    private var bridgeDefects: [Defect] {
        var found: [Defect] = []
        var seen: Set<String> = []
        for window in windows where seen.insert(window.bus).inserted {
            // The union of all windows of this bridge, from 0 up.
            let own = windows.filter { $0.bus == window.bus }.map(\.range).sorted { $0.first < $1.first }
            var end: UInt64 = 0
            for range in own where range.first <= end && range.last >= end {
                end = range.last == .max ? .max : range.last + 1
            }
            guard end >= 1 << 32 else { continue }
            found.append(
                Defect(
                    .windowIsWholeSpace,
                    "the windows of host bridge \(window.bus) cover everything from 0 to \(hexadecimal(end - 1)): "
                        + "a 32-bit device behind it gets no address at all",
                    .hostBridgeSpace, at: window.place, remedy: Defect.askVendor))
        }
        return found
    }

    /// Of the regions that the running kernel has.
    private var regionDefects: [Defect] {
        let known = groups.values.filter { $0.regions != nil }.sorted { $0.number < $1.number }
        var found: [Defect] = []
        for group in known + (ungrouped.map { [$0] } ?? []) {
            let title = ungrouped?.place == group.place ? "the file" : "group \(group.number)"
            for region in group.regions ?? [] {
                guard let range = AddressRange(first: region.first, last: region.last),
                    let place = group.place
                else { continue }
                if region.kind.isMappedOneToOne, range.overlaps(.softwareMSI),
                    group.regions?.contains(where: { $0.kind == .softwareMSI }) ?? false
                {
                    found.append(
                        Defect(
                            .overlapsMSIWindow,
                            "in \(title), the \(region.kind.word) region \(range) overlaps the software MSI window "
                                + "\(AddressRange.softwareMSI)",
                            .softwareWindow, at: place,
                            remedy: "place the reserved memory elsewhere in the firmware's tables"))
                }
                if region.kind == .direct, range.first == 0, range.last == 0xff_ffff {
                    found.append(
                        Defect(
                            .isaRegionIsDirect, isViolation: false,
                            "in \(title), the ISA region \(range) is direct: none of the group's devices can be assigned",
                            .isaRelaxable, at: place,
                            remedy: "take Linux 5.5 or newer, or build without CONFIG_INTEL_IOMMU_FLOPPY_WA"))
                }
            }
        }
        return found
    }
}

extension ReadTable {
    /// Checksum and length.
    var frameDefects: [Defect] {
        let header = table.header
        var found: [Defect] = []
        if checksumRemainder != 0 {
            let right = header.checksum &- checksumRemainder
            found.append(
                Defect(
                    .wrongChecksum,
                    "\(header.signature) has checksum 0x\(hex(UInt64(header.checksum), 2)); its bytes need "
                        + "0x\(hex(UInt64(right), 2))",
                    .checksum, at: FilePlace(path, .byte(9)),
                    remedy: "copy the table again; if it is the same, " + Defect.askVendor))
        }
        if bytesBehind > 0 {
            found.append(
                Defect(
                    .wrongLength,
                    "\(header.signature) has \(header.length) bytes by its header, the file has \(bytesBehind) more",
                    .length, at: FilePlace(path, .byte(4)), remedy: "copy the table again"))
        }
        let left: Int =
            switch table {
            case .iort(let iort): iort.bytesLeft
            case .mcfg(let mcfg): mcfg.bytesLeft
            case .dmar, .ivrs: 0
            }
        if left > 0 {
            found.append(
                Defect(
                    .wrongLength, "\(header.signature) has \(left) bytes behind its last entry", .length,
                    at: FilePlace(path, .byte(Int(header.length) - left)), remedy: Defect.askVendor))
        }
        return found
    }
}
