// SPDX-License-Identifier: MIT

extension FirmwareRange.Source {
    var alignment: UInt64 { self == .rmr ? 1 << 16 : 1 << 12 }

    var isAMD: Bool { self == .unity || self == .exclusion || self == .unflagged }

    func rule(vtd: Rule, amd: Rule, arm: Rule) -> Rule {
        switch self {
        case .rmrr: vtd
        case .unity, .exclusion, .unflagged: amd
        case .rmr: arm
        }
    }
}

extension Machine {
    /// What is wrong with a range by itself.
    func rangeDefects(_ range: FirmwareRange) -> [Defect] {
        if let defect = shapeDefect(range) { return [defect] }
        guard let own = range.range else { return [] }
        var found: [Defect] = []
        func add(
            _ kind: Defect.Kind, isViolation: Bool = true, _ message: String, _ rule: Rule, _ remedy: String
        ) {
            found.append(
                Defect(
                    kind, isViolation: isViolation, "\(range.title) \(range.text) \(message)", rule,
                    at: range.place, remedy: remedy))
        }
        let alignment = range.source.alignment
        let beyond = own.last &+ 1
        if own.first % alignment != 0 || beyond % alignment != 0 {
            let unit = alignment == 1 << 16 ? "64 KiB" : "4 KiB"
            add(
                .unalignedRange,
                "does not begin and end at \(unit): it has \(own.sizeText)"
                    + (range.mappedPages.map { ", Linux maps \($0)" } ?? ", Linux maps nothing"),
                range.source.rule(vtd: .reservedAligned, amd: .memoryAligned, arm: .rmrAligned),
                Defect.askVendor)
        }
        if range.source == .rmrr, own.last == .max {
            add(
                .rangeWraps, "ends at the highest address: the byte behind it is at 0", .reservedAligned,
                Defect.askVendor)
        }
        if let bits = addressBits(range), bits < 64, own.last >> UInt64(bits) != 0 {
            add(
                .aboveAddressWidth, "ends above the \(bits) bits that physical addresses have",
                range.source.isAMD ? .amdWidth : .addressWidth, Defect.askVendor)
        }
        if range.source == .unflagged {
            add(
                .badFlags, "is flagged neither for unity mapping nor for exclusion", .memoryFlags,
                Defect.askVendor)
        }
        if range.source != .rmr, own.overlaps(.interrupts) {
            add(
                .overlapsMSIWindow, "overlaps the interrupt window \(AddressRange.interrupts)",
                range.source == .rmrr ? .interruptWindow : .amdInterrupts, Defect.askVendor)
        }
        if range.source == .rmr, own.overlaps(.softwareMSI) {
            add(
                .overlapsMSIWindow, "overlaps the software MSI window \(AddressRange.softwareMSI)",
                .softwareWindow, "place the reserved memory elsewhere in the firmware's tables")
        }
        if range.source.isAMD, own.overlaps(.hyperTransport) {
            add(
                .overlapsHyperTransport, "overlaps HyperTransport's \(AddressRange.hyperTransport)",
                .hyperTransport, Defect.askVendor)
        }
        if own.first == 0 {
            add(
                .pageZero, isViolation: false, "makes IOVA 0 a live mapping", .pageZero,
                "never take an IOVA of 0, or a lookup that gives 0, for 'nothing'")
        } else if own.first < 1 << 20, range.source == .rmrr {
            add(
                .belowOneMiB, isViolation: false,
                "lies below 1 MiB, in what is the BIOS's shadow: it overlaps the ISA region", .isaRegion,
                "expect the two to be mapped twice where the device shares a group with an ISA bridge")
        }
        if own.last - own.first >= 256 << 20 - 1, own.overlaps(.below4GiB) {
            add(
                .largeRange, isViolation: false,
                "takes \(own.sizeText) of the 4 GiB that 32-bit devices share", .thirtyTwoBits,
                "make graphics memory smaller in the firmware's setup")
        }
        return found
    }

    /// Why the numbers make no range at all.
    private func shapeDefect(_ range: FirmwareRange) -> Defect? {
        let rule: (kind: Defect.Kind, message: String)
        switch range.extent {
        case .limit(0, 0): rule = (.zeroSize, "is 0 to 0: it was never filled in")
        case .limit(let first, let last):
            guard last < first else { return nil }
            rule =
                last &+ 1 == first
                ? (.zeroSize, "has no byte: its limit is the byte before its base")
                : (.limitBelowBase, "ends below its base")
        case .length(_, 0): rule = (.zeroSize, "has no byte")
        case .length:
            guard range.range == nil else { return nil }
            rule = (.rangeWraps, "runs past the highest address")
        }
        return Defect(
            rule.kind, "\(range.title) \(range.text) \(rule.message)",
            range.source.rule(vtd: .reservedLimit, amd: .memorySize, arm: .rmrSize), at: range.place,
            remedy: Defect.askVendor)
    }

    private func addressBits(_ range: FirmwareRange) -> Int? {
        switch range.source {
        case .rmrr: return hostAddressWidth
        case .rmr: return nil
        case .unity, .exclusion, .unflagged:
            for table in tables {
                if case .ivrs(let ivrs) = table.table, ivrs.physicalAddressBits > 0 {
                    return ivrs.physicalAddressBits
                }
            }
            return nil
        }
    }

    /// What physical memory the range lies in, and whether a bridge owns it.
    func memoryDefects(_ range: FirmwareRange) -> [Defect] {
        guard let own = range.range else { return [] }
        var found: [Defect] = []
        if let window = windows.first(where: { $0.range.overlaps(own) }) {
            found.append(
                Defect(
                    .overlapsBridgeWindow,
                    "\(range.title) \(range.text) overlaps the window \(window.range) of host bridge \(window.bus) "
                        + "(\(window.place))",
                    .bridgeWindow, at: range.place, remedy: Defect.askVendor))
        }
        guard !memory.isEmpty else {
            // Without a memory map, the kernel's own verdict.
            if let complaint = complaints.first(where: { $0.range == own }) {
                found.append(notReserved(range, "the kernel says so (\(complaint.place))"))
            }
            return found
        }
        let parts = memory.parts(of: own).filter { $0.kind != .reserved }
        let source = memoryPath ?? "the memory map"
        if let ram = parts.first(where: { $0.kind == .ram }) {
            found.append(
                Defect(
                    .overlapsRAM,
                    "\(range.title) \(range.text) overlaps RAM that the operating system uses: \(ram.range) in \(source)",
                    range.source.rule(vtd: .reservedMemory, amd: .memoryMap, arm: .rmrDisjoint),
                    at: range.place, remedy: Defect.askVendor))
        } else if range.source == .rmrr, let part = parts.first {
            found.append(
                notReserved(
                    range,
                    "\(part.range) is \(part.kind.map { "'\($0.title)'" } ?? "in no entry") in \(source)"))
        }
        return found
    }

    private func notReserved(_ range: FirmwareRange, _ why: String) -> Defect {
        Defect(
            .notReserved, "\(range.title) \(range.text) is not reserved in the memory map: \(why)",
            .reservedMemory, at: range.place,
            remedy: "Linux taints the kernel and goes on (5.5 dropped the IOMMU); " + Defect.askVendor)
    }

    /// Ranges that overlap each other.
    var overlaps: [Defect] {
        let ranges = firmwareRanges.enumerated().compactMap { index, range in
            range.range.map { (index: index, range: range, own: $0) }
        }.sorted { ($0.own.first, $0.index) < ($1.own.first, $1.index) }
        var found: [Defect] = []
        for (place, one) in ranges.enumerated() {
            for other in ranges[(place + 1)...] {
                guard other.own.first <= one.own.last, found.count < Self.defectsOfKindMax else { break }
                let (earlier, later) = one.index < other.index ? (one, other) : (other, one)
                found.append(
                    Defect(
                        .overlappingRanges,
                        "\(later.range.title) \(later.range.text) overlaps \(earlier.range.title) "
                            + "\(earlier.range.text) (\(earlier.range.place))",
                        later.range.source.rule(
                            vtd: .reservedDisjoint, amd: .memoryDisjoint, arm: .rmrDisjoint),
                        at: later.range.place, remedy: Defect.askVendor))
            }
        }
        return found
    }
}
