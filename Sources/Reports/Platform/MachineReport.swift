// SPDX-License-Identifier: MIT

package import Platforms

/// What a machine's firmware and kernel say of its addresses: the files, the map of each group, the defects.
package struct MachineReport {
    let machine: Machine
    let maps: [AddressMap]
    package let defects: [Defect]

    package init(_ machine: Machine) {
        self.machine = machine
        maps = machine.addressMaps
        defects = machine.defects
    }

    package var hasGroups: Bool { !maps.isEmpty }

    private static let devicesMax = 4
    private static let linesMax = 40

    package var text: String {
        var text = files + facts
        for map in maps { text += "\n" + section(map) }
        if maps.isEmpty { text += "\nno file says that there is an IOMMU with groups\n" }
        for defect in defects { text += "\n" + section(defect) }
        return text + "\n" + summary + "\n"
    }

    private var files: String {
        let shown = Array(machine.filesRead.prefix(Self.linesMax))
        let rows = shown.map { (EscapedText.visible($0.path), EscapedText.visible($0.what)) }
        let width = rows.map(\.0.count).max() ?? 0
        var text = rows.map { "\($0.0.padded(to: width))  \($0.1)\n" }.joined()
        if machine.filesRead.count > shown.count {
            text += "and \(machine.filesRead.count - shown.count) more\n"
        }
        if !machine.filesNotRead.isEmpty {
            let names = machine.filesNotRead.prefix(Self.linesMax).map(EscapedText.visible)
            let more = machine.filesNotRead.count - names.count
            text +=
                "not read, as nothing in them is known: \(names.joined(separator: ", "))"
                + (more > 0 ? " and \(more) more" : "") + "\n"
        }
        return text
    }

    private var facts: String {
        var lines = machine.tables.map { EscapedText.visible($0.summary) }
        if let bits = machine.hostAddressWidth { lines.append("physical addresses have \(bits) bits") }
        if let bits = machine.domainAddressBits { lines.append("addresses of a domain have \(bits) bits") }
        if let path = machine.memoryPath {
            lines.append("the memory map is from \(EscapedText.visible(path))")
        }
        lines += machine.facts.prefix(Self.linesMax).map(EscapedText.visible)
        return lines.isEmpty ? "" : "\n" + lines.map { $0 + "\n" }.joined()
    }

    private func section(_ map: AddressMap) -> String {
        let devices = map.devices
        var title = map.title
        if !devices.isEmpty {
            title += ": " + devices.prefix(Self.devicesMax).map(EscapedText.visible).joined(separator: ", ")
            if devices.count > Self.devicesMax { title += " and \(devices.count - Self.devicesMax) more" }
        }
        let types = Set(map.groups.compactMap(\.type)).sorted().map(EscapedText.visible)
        if !types.isEmpty { title += " (\(types.joined(separator: ", ")))" }
        if let bits = map.maskBits { title += ", DMA mask of \(bits) bits" }
        let sizes = map.rows.map(\.range.sizeText)
        let sizeWidth = sizes.map(\.count).max() ?? 0
        let titles = map.rows.map { EscapedText.visible($0.title) }
        let titleWidth = titles.map(\.count).max() ?? 0
        var text = title + "\n"
        for (index, row) in map.rows.enumerated() {
            let addresses = "\(Self.address(row.range.first))-\(Self.address(row.range.last))"
            let memory = row.memory.map(EscapedText.visible).joined(separator: ", ")
            var line = "  \(addresses)  \(sizes[index].aligned(to: sizeWidth))  \(titles[index])"
            if !memory.isEmpty { line = line.padded(to: 41 + sizeWidth + 2 + titleWidth) + "  \(memory)" }
            text += line + "\n"
        }
        return text
    }

    static func address(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, 16 - digits.count)) + digits
    }

    private func section(_ defect: Defect) -> String {
        """
        \(defect.isViolation ? "defect" : "hazard")[\(defect.kind.rawValue)]: \(EscapedText.visible(defect.message))
          at \(EscapedText.visible(defect.place.description))
          \(defect.rule.place): \(defect.rule.text)
          remedy: \(defect.remedy)

        """
    }

    private var summary: String {
        let violations = defects.count(where: \.isViolation)
        let hazards = defects.count - violations
        guard !defects.isEmpty else { return "no defect found" }
        let counts = [(violations, "defect"), (hazards, "hazard")].filter { $0.0 > 0 }
        return counts.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
    }
}

extension ReadTable {
    /// One line for each table.
    fileprivate var summary: String {
        let header = table.header
        let text: String
        switch table {
        case .dmar(let dmar):
            var parts = [
                "\(dmar.units.count) remapping units", "\(dmar.reservedMemory.count) reserved ranges",
            ]
            if !dmar.namespaceDevices.isEmpty {
                parts.append("\(dmar.namespaceDevices.count) namespace devices")
            }
            if !dmar.rootPorts.isEmpty { parts.append("\(dmar.rootPorts.count) ATS lists") }
            if !dmar.remapsInterrupts { parts.append("no interrupt remapping") }
            text = parts.joined(separator: ", ")
        case .ivrs(let ivrs):
            let count = Set(ivrs.hardware.map(\.address)).count
            text =
                "\(count) IOMMU\(count == 1 ? "" : "s") in \(ivrs.hardware.count) blocks, "
                + "\(ivrs.memory.count) memory definitions, physical addresses of \(ivrs.physicalAddressBits) bits"
        case .iort(let iort):
            text = "\(iort.nodes.count) nodes, \(firmwareRanges.count) reserved ranges"
        case .mcfg(let mcfg):
            text = mcfg.allocations.map { allocation in
                let segment = String(allocation.segment, radix: 16)
                return "segment \(segment) with buses \(allocation.firstBus)-\(allocation.lastBus)"
            }.joined(separator: ", ")
        }
        return
            "\(header.signature) revision \(header.revision) of '\(header.oemID)' '\(header.oemTableID)': \(text)"
    }
}
