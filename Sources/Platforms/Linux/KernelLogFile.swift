// SPDX-License-Identifier: MIT

import Diagnostics

/// Lines of a kernel log that say something of addresses: the e820 map, VT-d's ranges and units, bridge windows,
/// groups, GART apertures. All others are left out; one that begins as one of these and ends otherwise is reported.
struct KernelLogFile {
    private let source: SourceFile
    private let id: SourceFileID
    private var machine: Machine
    private var number = 0
    private var boots = 0
    private var badLines = 0

    private static let markers = [
        "BIOS-e820: ", "e820: update ", "e820: remove ", "Reserving Intel graphics memory at ",
        "DMAR: Host address width ", "DMAR: DRHD base: ", ": reg_base_addr ", "DMAR: RMRR base: ",
        "can cover this RMRR [", "bad RMRR [", ": root bus resource [mem ", "to iommu group ", "to group ",
        "AGP: Node ", "aperture base @ ", "TCE table spec is ", "IVMD", "IVHD1", "] type ", "AMD-Vi: ",
        "arm-smmu",
    ]

    /// The markers by their first byte: a log has few lines that matter, and every byte of it is looked at.
    private static let markersByFirst = byFirst(markers)
    /// A new start of the kernel matters within a log, and makes no text one.
    private static let markersOrStart = byFirst(markers + ["Linux version "])

    private static func byFirst(_ markers: [String]) -> [[[UInt8]]] {
        var table = Array(repeating: [[UInt8]](), count: 256)
        for marker in markers {
            if let first = marker.utf8.first { table[Int(first)].append(Array(marker.utf8)) }
        }
        return table
    }

    /// Whether a marker stands in a line. No message of the kernel is longer than 4096 bytes; what is, is something else.
    private static func hasMarker(
        _ table: [[[UInt8]]], _ source: SourceFile, line number: Int
    ) -> Bool {
        let start = source.lineStarts[number - 1]
        let end = number < source.lineStarts.count ? source.lineStarts[number] : source.bytes.count
        guard end - start <= 4096 else { return false }
        return source.bytes.withUnsafeBufferPointer { bytes in
            for position in start..<end {
                for marker in table[Int(bytes[position])] where marker.count <= end - position {
                    var length = 1
                    while length < marker.count, bytes[position + length] == marker[length] { length += 1 }
                    if length == marker.count { return true }
                }
            }
            return false
        }
    }

    static func matches(_ source: SourceFile) -> Bool {
        (1...source.lineStarts.count).contains { hasMarker(markersByFirst, source, line: $0) }
    }

    static func read(_ source: SourceFile, id: SourceFileID, into machine: inout Machine) {
        var reader = KernelLogFile(source: source, id: id, machine: machine)
        for number in 1...source.lineStarts.count where hasMarker(markersOrStart, source, line: number) {
            reader.number = number
            reader.read(source.line(number))
        }
        machine = reader.machine
    }

    private init(source: SourceFile, id: SourceFileID, machine: Machine) {
        self.source = source
        self.id = id
        self.machine = machine
    }

    private var place: FilePlace { FilePlace(source.path, .line(number)) }

    private mutating func read(_ line: String) {
        if line.contains("Linux version ") { boots += 1 }
        // A second boot in the same log has the same memory map, or one that is not of this boot's ranges.
        if boots <= 1, readMemory(line) { return }
        if line.contains("AMD-Vi: ") { machine.logNamesAMD = true }
        if line.contains("arm-smmu") { machine.logNamesSMMU = true }
        if readRemapping(line) || readBridge(line) || readAMD(line) { return }
    }

    // MARK: Memory

    private mutating func readMemory(_ line: String) -> Bool {
        if var scanner = LineScanner(line, after: "BIOS-e820: ") {
            if scanner.take("[mem ") {
                guard let range = scanner.range(), scanner.take("]") else { return report(line) }
                scanner.skipBlanks()
                guard !scanner.rest.isEmpty else { return report(line) }
                machine.memory.set(range, to: MemoryMap.Kind(String(scanner.rest)))
            } else {
                // Until 3.6: the end is the byte behind, the type in brackets.
                guard let first = scanner.hexadecimal(), scanner.take(" - "), let end = scanner.hexadecimal(),
                    end > first, let range = AddressRange(first: first, last: end - 1), scanner.take(" ("),
                    let close = scanner.rest.firstIndex(of: ")")
                else { return report(line) }
                machine.memory.set(range, to: MemoryMap.Kind(String(scanner.rest[..<close])))
            }
            machine.memoryPath = source.path
            return true
        }
        if var scanner = LineScanner(line, after: "e820: update [mem ") {
            guard let range = scanner.range(), scanner.take("] ") else { return report(line) }
            let kinds = scanner.rest.split(separator: " ==> ")
            guard kinds.count == 2 else { return report(line) }
            machine.memory.change(
                range, from: MemoryMap.Kind(String(kinds[0])), to: MemoryMap.Kind(String(kinds[1])))
            return true
        }
        if var scanner = LineScanner(line, after: "e820: remove [mem ") {
            guard let range = scanner.range(), scanner.take("] ") else { return report(line) }
            let kind = MemoryMap.Kind(String(scanner.rest))
            machine.memory.remove(range) { $0 == kind }
            return true
        }
        if var scanner = LineScanner(line, after: "Reserving Intel graphics memory at ") {
            _ = scanner.take("[mem ")
            guard let range = scanner.range() else { return report(line) }
            machine.memory.set(range, to: .reserved)
            return true
        }
        return false
    }

    // MARK: VT-d

    private mutating func readRemapping(_ line: String) -> Bool {
        if var scanner = LineScanner(line, after: "DMAR: Host address width ") {
            guard let width = scanner.decimal(), (1...256).contains(width) else { return report(line) }
            machine.loggedAddressWidth = width
            return true
        }
        if var scanner = LineScanner(line, after: "DMAR: DRHD base: ") {
            guard let base = scanner.hexadecimal(), scanner.take(" flags: "), scanner.hexadecimal() != nil,
                scanner.rest.isEmpty
            else { return report(line) }
            if !machine.loggedUnits.contains(where: { $0.registerBase == base }) {
                machine.loggedUnits.append(Machine.LoggedUnit(registerBase: base, place: place))
            }
            return true
        }
        if var scanner = LineScanner(line, after: ": reg_base_addr ") {
            guard scanner.hexadecimal() != nil, scanner.take(" ver "), !scanner.word().isEmpty,
                scanner.take(" cap "), let capabilities = scanner.hexadecimal()
            else { return report(line) }
            let bits = Self.domainBits(capabilities)
            machine.domainAddressBits = min(machine.domainAddressBits ?? bits, bits)
            return true
        }
        if var scanner = LineScanner(line, after: "DMAR: RMRR base: ") {
            guard let first = scanner.hexadecimal(), scanner.take(" end: "), let last = scanner.hexadecimal(),
                scanner.rest.isEmpty
            else { return report(line) }
            addRange(.limit(first: first, last: last))
            return true
        }
        for marker in ["can cover this RMRR [", "bad RMRR ["] {
            guard var scanner = LineScanner(line, after: marker) else { continue }
            guard let range = scanner.range(), scanner.take("]") else { return report(line) }
            if !machine.complaints.contains(where: { $0.range == range }) {
                machine.complaints.append(Machine.Complaint(range: range, place: place))
            }
            return true
        }
        return false
    }

    /// Of the capability register: the guest address width, and the widest table that the unit walks.
    private static func domainBits(_ capabilities: UInt64) -> Int {
        let guestWidth = Int(capabilities >> 16 & 0x3f) + 1
        let tables = capabilities >> 8 & 0x1f
        let widest = (0...4).last { tables >> UInt64($0) & 1 == 1 }.map { min(30 + 9 * $0, 64) }
        return min(guestWidth, widest ?? guestWidth)
    }

    private mutating func addRange(_ extent: FirmwareRange.Extent) {
        guard !machine.loggedRanges.contains(where: { $0.extent == extent }) else { return }
        machine.loggedRanges.append(
            FirmwareRange(
                source: .rmrr, title: "RMRR \(machine.loggedRanges.count + 1) of the log", extent: extent,
                segment: 0, devices: [.unknown], place: place))
    }

    // MARK: PCI

    private mutating func readBridge(_ line: String) -> Bool {
        if var scanner = LineScanner(line, after: ": root bus resource [mem ") {
            guard let range = scanner.range(), let bus = Self.name(before: ": root bus resource", in: line),
                line.contains("]")
            else { return report(line) }
            machine.windows.append(BridgeWindow(bus: bus, range: range, place: place))
            return true
        }
        if var scanner = LineScanner(line, after: ": Adding to iommu group ") {
            guard let group = scanner.decimal(),
                let name = Self.name(before: ": Adding to iommu group", in: line)
            else { return report(line) }
            join(name, group)
            return true
        }
        // Until 5.2: `iommu: Adding device 0000:00:02.0 to group 1`
        if var scanner = LineScanner(line, after: "iommu: Adding device ") {
            let name = String(scanner.word())
            guard scanner.take(" to group "), let group = scanner.decimal() else { return report(line) }
            join(name, group)
            return true
        }
        // `pci 0000:00:02.0: [8086:5916] type 00 class 0x030000`
        if var scanner = LineScanner(line, after: " class 0x"), line.contains("] type "),
            let name = Self.name(before: ": [", in: line), let address = PCIAddress(name)
        {
            guard let code = scanner.hexadecimal(), code < 1 << 24 else { return report(line) }
            machine.devices[address, default: PCIDevice(address)].classCode = UInt32(code)
            return true
        }
        return false
    }

    /// The last word before the marker.
    private static func name(before marker: String, in line: String) -> String? {
        guard let range = line.firstRange(of: marker) else { return nil }
        let name = line[..<range.lowerBound].split(separator: " ").last.map(String.init)
        return name.flatMap { $0.isEmpty ? nil : ACPIText.printable($0.utf8) }
    }

    private mutating func join(_ name: String, _ number: Int) {
        guard (0...1 << 20).contains(number) else { return }
        var group = machine.groups[number] ?? Machine.Group(number: number)
        let name = ACPIText.printable(name.utf8)
        if group.devices.count < 4096, !group.devices.contains(name) { group.devices.append(name) }
        group.place = group.place ?? place
        machine.groups[number] = group
    }

    // MARK: GART, Calgary, AMD

    private mutating func readAMD(_ line: String) -> Bool {
        if line.contains("AGP: Node "), var scanner = LineScanner(line, after: "aperture [bus addr ") {
            guard let range = scanner.range() else { return report(line) }
            machine.apertures.append(Machine.Aperture(range: range, place: place))
            return true
        }
        if var scanner = LineScanner(line, after: "PCI-DMA: aperture base @ ") {
            guard let base = scanner.hexadecimal(), scanner.take(" size "), let size = scanner.decimal(),
                (1...1 << 32).contains(size),
                let range = AddressRange(first: base, length: UInt64(size) << 10)
            else { return report(line) }
            machine.facts.append("GART aperture \(range), \(range.sizeText)")
            return true
        }
        if var scanner = LineScanner(line, after: "Calgary TCE table spec is ") {
            guard let spec = scanner.decimal(), (0...7).contains(spec),
                let range = AddressRange(first: 0, length: UInt64(32 << 20) << UInt64(spec))
            else { return report(line) }
            machine.facts.append("Calgary table of kind \(spec): addresses \(range), \(range.sizeText)")
            return true
        }
        if let scanner = LineScanner(line, after: "IVHD1") { return readHardware(line, scanner) }
        if let scanner = LineScanner(line, after: "IVMD") { return readMemoryDefinition(line, scanner) }
        return false
    }

    /// `IVHD10 flags B0 devid 4002 … range 4008..7FFE`
    private mutating func readHardware(_ line: String, _ start: LineScanner) -> Bool {
        guard var device = LineScanner(line, after: " devid "), let identifier = device.hexadecimal(),
            var range = LineScanner(line, after: " range "), let first = range.hexadecimal(),
            range.take(".."), let last = range.hexadecimal(), first <= last, last <= 0xffff,
            identifier <= 0xffff
        else { return false }
        machine.loggedHardware.append(
            Machine.LoggedHardware(
                title: PCIAddress(segment: 0, requester: UInt16(identifier)).description,
                requesters: UInt16(first)...UInt16(last)))
        return true
    }

    /// `IVMD21 flags 08 devid 4200 aux 0000 start 000000009F58D000 length 0000000008040000`, or the kernel's
    /// `IVMD_TYPE_DEV  devid: 0000:42:00.0 … range_start: … range_end: … flags: 8`.
    private mutating func readMemoryDefinition(_ line: String, _ start: LineScanner) -> Bool {
        var scanner = start
        let extent: FirmwareRange.Extent
        let flags: UInt64
        var devices = [DeviceSelector.unknown]
        if scanner.take("_TYPE") {
            guard var from = LineScanner(line, after: "range_start: "), let first = from.hexadecimal(),
                var to = LineScanner(line, after: "range_end: "), let end = to.hexadecimal(),
                var bits = LineScanner(line, after: "flags: "), let own = bits.hexadecimal()
            else { return report(line) }
            extent = .length(first: first, bytes: end &- first)
            flags = own
        } else {
            guard let type = scanner.hexadecimal(), (0x20...0x22).contains(type), scanner.take(" flags "),
                let own = scanner.hexadecimal(), scanner.take(" devid "), let device = scanner.hexadecimal(),
                scanner.take(" aux "), let auxiliary = scanner.hexadecimal(), scanner.take(" start "),
                let first = scanner.hexadecimal(), scanner.take(" length "),
                let bytes = scanner.hexadecimal(),
                device <= 0xffff, auxiliary <= 0xffff
            else { return report(line) }
            let from = PCIAddress(segment: 0, requester: UInt16(device))
            devices =
                switch type {
                case 0x20: [.segment(0)]
                case 0x21: [.function(from)]
                default: [.functions(first: from, last: PCIAddress(segment: 0, requester: UInt16(auxiliary)))]
                }
            extent = .length(first: first, bytes: bytes)
            flags = own
        }
        machine.loggedRanges.append(
            FirmwareRange(
                source: flags & 8 != 0 ? .exclusion : flags & 1 != 0 ? .unity : .unflagged,
                title: "IVMD \(machine.loggedRanges.count + 1) of the log", extent: extent, segment: 0,
                devices: devices, place: place))
        return true
    }

    /// - Returns: `true`, so that nobody else tries the line.
    private mutating func report(_ line: String) -> Bool {
        badLines += 1
        guard badLines <= 20 else { return true }
        let start = source.lineStarts[number - 1]
        machine.diagnostics.append(
            Diagnostic(
                "bad-log-line", severity: .warning,
                "this line begins as a message of the kernel but does not end as one; it is left out",
                at: Span(file: id, start: start, end: start + line.utf8.count),
                help:
                    "it may have been cut, or another message printed into it; compare with the machine's own log"
            ))
        return true
    }
}
