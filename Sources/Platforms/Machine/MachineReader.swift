// SPDX-License-Identifier: MIT

package import Diagnostics

/// Puts a machine together from files of any kind: what a file is, its name in sysfs says, else its content.
package struct MachineReader {
    package private(set) var machine = Machine()

    package init() {}

    /// Larger texts are not read: a kernel log of a machine's start has 200 KiB.
    package static let textBytesMax = 16 << 20

    /// A link or folder: a member of a group, or a PCI function.
    ///
    package mutating func note(_ path: String) {
        let parts = path.split(separator: "/")
        guard parts.count >= 2, parts[parts.count - 2] == "devices", let name = parts.last else { return }
        if parts.count >= 3, let number = Self.groupNumber(parts[parts.count - 3]) {
            var group = machine.groups[number] ?? Machine.Group(number: number)
            group.devices.append(ACPIText.printable(name.utf8))
            machine.groups[number] = group
        } else if let address = PCIAddress(name) {
            machine.devices[address] = machine.devices[address] ?? PCIDevice(address)
            if parts.count >= 3, parts[parts.count - 3] == "pci" { machine.knowsAllDevices = true }
        }
    }

    /// - Parameter isNamed: the user named this very file, so it must be something.
    package mutating func read(_ source: SourceFile, id: SourceFileID, isNamed: Bool) {
        if ReadTable.isTable(source.bytes) { return readTable(source.bytes, path: source.path) }
        if readAttribute(source, id: id) { return }
        if source.bytes.contains(0) || source.bytes.count > Self.textBytesMax {
            return leaveOut(source, isNamed: isNamed)
        }
        readText(source, id: id, isNamed: isNamed)
    }

    // MARK: Kinds of files

    private mutating func readTable(_ bytes: [UInt8], path: String) {
        do throws(TableError) {
            let table = try ReadTable.read(bytes, path: path)
            machine.tables.append(table)
            machine.filesRead.append((path, "\(table.table.header.signature) table"))
        } catch {
            machine.diagnostics.append(error.diagnostic(path: path))
        }
    }

    private mutating func readText(_ source: SourceFile, id: SourceFileID, isNamed: Bool) {
        if HexDump.isDump(source) {
            let (tables, diagnostics) = HexDump.tables(source, id: id)
            machine.diagnostics += diagnostics
            for table in tables { readTable(table.bytes, path: source.path) }
        } else if IOMemoryFile.matches(source) {
            IOMemoryFile.read(source, id: id, into: &machine)
            machine.filesRead.append((source.path, "memory map of the running kernel"))
        } else if isRegions(source) {
            readRegions(source, id: id)
        } else if KernelLogFile.matches(source) {
            KernelLogFile.read(source, id: id, into: &machine)
            machine.filesRead.append((source.path, "kernel log"))
        } else {
            leaveOut(source, isNamed: isNamed)
        }
    }

    /// Files that sysfs has one of for each group or device.
    private mutating func readAttribute(_ source: SourceFile, id: SourceFileID) -> Bool {
        let parts = source.path.split(separator: "/")
        guard parts.count >= 2, let name = parts.last else { return false }
        let owner = parts[parts.count - 2]
        if let number = Self.groupNumber(owner), name == "type" || name == "reserved_regions" {
            var group = machine.groups[number] ?? Machine.Group(number: number)
            group.place = FilePlace(source.path, .file)
            if name == "type" {
                group.type = ACPIText.printable(source.bytes.prefix(64).prefix { $0 != 0x0a })
                machine.groups[number] = group
                return true
            }
            machine.groups[number] = group
            return readGroupRegions(source, id: id, number: number)
        }
        guard let address = PCIAddress(owner) else { return false }
        let text = ACPIText.printable(source.bytes.prefix(64).prefix { $0 != 0x0a })
        var device = machine.devices[address] ?? PCIDevice(address)
        var scanner = LineScanner(text[...])
        switch name {
        case "class": device.classCode = scanner.hexadecimal().map { UInt32(truncatingIfNeeded: $0) }
        case "dma_mask_bits": device.maskBits = scanner.decimal().flatMap { (1...64).contains($0) ? $0 : nil }
        case "consistent_dma_mask_bits":
            device.coherentMaskBits = scanner.decimal().flatMap { (1...64).contains($0) ? $0 : nil }
        case "secondary_bus_number": device.secondaryBus = scanner.decimal().flatMap { UInt8(exactly: $0) }
        default: return false
        }
        machine.devices[address] = device
        return true
    }

    private mutating func readGroupRegions(_ source: SourceFile, id: SourceFileID, number: Int) -> Bool {
        // A group without a region has an empty file, which is no mistake here.
        guard source.bytes.contains(where: { $0 > 0x20 }) else {
            machine.groups[number]?.regions = []
            return true
        }
        let (groups, diagnostics) = ReservedRegionsFile.parse(source, id: id)
        machine.diagnostics += diagnostics
        if !diagnostics.contains(where: { $0.severity == .error }) {
            machine.groups[number]?.regions = groups.flatMap(\.regions)
        }
        return true
    }

    private func isRegions(_ source: SourceFile) -> Bool {
        if source.path.hasSuffix("reserved_regions") { return true }
        return (1...min(200, source.lineStarts.count)).contains { number in
            let words = source.line(number).split(separator: " ")
            return words.count == 3 && words[0].hasPrefix("0x") && words[1].hasPrefix("0x")
                || words.count == 2 && words[0] == "group" && Int(words[1]) != nil
        }
    }

    private mutating func readRegions(_ source: SourceFile, id: SourceFileID) {
        let (groups, diagnostics) = ReservedRegionsFile.parse(source, id: id)
        machine.diagnostics += diagnostics
        guard !diagnostics.contains(where: { $0.severity == .error }) else { return }
        machine.filesRead.append((source.path, "reserved regions"))
        for group in groups {
            if let number = group.number {
                var own = machine.groups[number] ?? Machine.Group(number: number)
                own.regions = (own.regions ?? []) + group.regions
                own.place = FilePlace(source.path, .file)
                machine.groups[number] = own
            } else {
                var own = machine.ungrouped ?? Machine.Group(number: 0)
                own.regions = (own.regions ?? []) + group.regions
                own.place = FilePlace(source.path, .file)
                machine.ungrouped = own
            }
        }
    }

    private mutating func leaveOut(_ source: SourceFile, isNamed: Bool) {
        guard isNamed else {
            machine.filesNotRead.append(source.path)
            return
        }
        machine.diagnostics.append(
            Diagnostic(
                "unknown-file", "'\(source.path)' is nothing that a machine says of its addresses", at: nil,
                help:
                    "files are ACPI tables (DMAR, IVRS, IORT, MCFG) or dumps of them, kernel logs, /proc/iomem, "
                    + "reserved_regions"))
    }

    private static func groupNumber(_ text: Substring) -> Int? {
        guard text.utf8.count <= 6, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(text)
    }
}
