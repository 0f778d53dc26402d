// SPDX-License-Identifier: MIT

import Diagnostics
import Foundation
import Testing

@testable import Platforms

private typealias Build = TableBuilder

/// Kernel logs, `/proc/iomem`, files of sysfs, dumps of tables.
struct LinuxTextTests {
    private func entries(_ machine: Machine) -> [String] {
        machine.memory.entries.map { "\($0.range) \($0.kind.title)" }
    }

    // MARK: Logs

    /// The updates change only what has the type that they name.
    @Test func memoryMapWithUpdates() {
        let machine = RealTables.machine(
            text: """
                [    0.000000] Linux version 5.10.70
                [    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009ffff] usable
                [    0.000000] BIOS-e820: [mem 0x00000000000a0000-0x00000000000fffff] reserved
                [    0.000000] BIOS-e820: [mem 0x0000000000100000-0x00000000682fefff] usable
                [    0.000000] BIOS-e820: [mem 0x00000000e0000000-0x00000000efffffff] reserved
                [    0.000013] e820: update [mem 0x00000000-0x00000fff] usable ==> reserved
                [    0.000018] e820: remove [mem 0x00090000-0x000fffff] usable
                [    0.000018] e820: remove [mem 0xe0000000-0xe7ffffff] reserved
                [    0.000020] e820: update [mem 0x60000000-0xffffffff] usable ==> reserved
                [    0.000021] e820: update [mem 0xf0000000-0xffffffff] usable ==> reserved
                [    1.000000] Reserving Intel graphics memory at [mem 0x10000000-0x10ffffff]
                [    0.000000] Linux version 5.4.17
                [    0.000000] BIOS-e820: [mem 0x0000000000000000-0x00000000ffffffff] usable

                """)
        #expect(machine.diagnostics.isEmpty)
        #expect(
            entries(machine) == [
                "0x0-0xfff reserved", "0x1000-0x8ffff RAM", "0xa0000-0xfffff reserved",
                "0x100000-0xfffffff RAM",
                "0x10000000-0x10ffffff reserved", "0x11000000-0x5fffffff RAM",
                "0x60000000-0x682fefff reserved",
                "0xe8000000-0xefffffff reserved",
            ])
    }

    /// Kernels before 3.6 print the byte behind the end.
    @Test func oldMemoryMap() {
        let machine = RealTables.machine("ibm-x366-calgary")
        #expect(entries(machine).first == "0x0-0x98fff RAM")
        #expect(entries(machine).contains("0xe7f9c640-0xe7fa6a3f ACPI tables"))
        #expect(machine.facts == ["Calgary table of kind 7: addresses 0x0-0xffffffff, 4 GiB"])
    }

    @Test func groupsWindowsAndClasses() throws {
        let machine = RealTables.machine(
            text: """
                pci_bus 0000:00: root bus resource [io  0x1000-0x3fff window]
                pci_bus 0000:00: root bus resource [mem 0x90000000-0x9d7fffff window]
                pci 0000:00:02.0: [8086:5916] type 00 class 0x030000
                DMAR: RMRR base: 0x0000007a000000 end: 0x0000007c7fffff
                pci 0000:00:02.0: Adding to iommu group 0
                iommu: Adding device 0000:00:14.0 to group 1

                """)
        #expect(machine.windows.map(\.range.description) == ["0x90000000-0x9d7fffff"])
        #expect(machine.groups.mapValues(\.devices) == [0: ["0000:00:02.0"], 1: ["0000:00:14.0"]])
        let graphics = try #require(PCIAddress("0000:00:02.0"))
        #expect(machine.devices[graphics]?.isUSBOrGraphics == true)
        #expect(!machine.knowsAllDevices)
    }

    /// The table says who, the log says what the device is: relaxable for graphics only.
    @Test func classDecidesWhatIsRelaxable() throws {
        var reader = MachineReader()
        var sources = SourceMap()
        let files: [SourceFile] = [
            SourceFile(
                path: "DMAR",
                bytes: Build.dmar([
                    Build.drhd(),
                    Build.rmrr(0x9000_0000, 0x9000_0fff, [Build.scope([(2, 0)]), Build.scope([(3, 0)])]),
                ])),
            SourceFile(path: "log", text: "pci 0000:00:02.0: [8086:5916] type 00 class 0x030000\n"),
        ]
        for file in files { reader.read(file, id: sources.add(file), isNamed: true) }
        let kinds = reader.machine.machineGroups.map { $0.regions.map(\.kind) }
        #expect(kinds == [[.directRelaxable, .msi], [.direct, .msi], [.msi]])
    }

    @Test(arguments: [
        "BIOS-e820: [mem 0x0000000000100000-0x00000000",
        "BIOS-e820: [mem 0x0000000000100000-0x000000008fffffff]",
        "DMAR: RMRR base: 0x0000007a000000 end: ", "DMAR: RMRR base: 0x0000007a000000",
        "DMAR: DRHD base: 0x000000e3ffc83]  msi_domain_alloc+0x8e/0x280", "DMAR: Host address width ",
        "pci 0000:00:02.0: Adding to iommu group ", "pci_bus 0000:00: root bus resource [mem 0xa0000000-0x9",
        "e820: update [mem 0x00000000-0x00000fff] usable", "DMAR: dmar0: reg_base_addr fed90000 ver",
    ])
    func linesCutInHalf(_ line: String) {
        let machine = RealTables.machine(text: "Linux version 6.1\nnoise\n\(line)\n")
        #expect(machine.diagnostics.map(\.id) == ["bad-log-line"])
        #expect(machine.diagnostics.first?.span?.start == 24)
    }

    @Test func otherTracersLinesAreNoise() {
        let log = """
            [    0.1] usb 1-1: new high-speed USB device
               kworker/0:1-25 [000] d..1 12.3: map: IOMMU: iova=0x1000
            [    0.2] DMAR: RMRR base: 0x0000007a000000 end: 0x0000007c7fffff
            [    0.3] systemd[1]: Started

            """
        let machine = RealTables.machine(text: log)
        #expect(machine.diagnostics.isEmpty)
        #expect(machine.firmwareRanges.map(\.text) == ["0x7a000000-0x7c7fffff"])
        #expect(machine.firmwareRanges.first?.place.description == "log.txt, line 3")
    }

    @Test func theKernelsOwnDumpOfIVMDs() {
        let machine = RealTables.machine(
            text: "AMD-Vi: IVMD_TYPE_RANGE\t devid_start: 0000:42:00.0 devid_end: 0000:42:00.0 "
                + "range_start: 000000009f58d000 range_end: 00000000a75cd000 flags: 8\n")
        #expect(machine.firmwareRanges.map(\.text) == ["0x9f58d000-0xa75ccfff"])
        #expect(machine.firmwareRanges.map(\.source) == [.exclusion])
    }

    // MARK: /proc/iomem

    @Test func iomem() {
        let machine = RealTables.machine(
            text: """
                00000000-00000fff : Reserved
                00001000-0009ffff : System RAM
                  00002000-00002fff : Kernel code
                000a0000-000bffff : PCI Bus 0000:00
                10000000-1fffffff : Reserved
                  18000000-1fffffff : Graphics Stolen Memory
                40000000-7fffffff : PCI Bus 0000:00
                  40000000-4fffffff : PCI Bus 0000:01
                    40000000-40000fff : 0000:01:00.0

                """)
        #expect(machine.diagnostics.isEmpty)
        #expect(
            machine.windows.map { "\($0.bus) \($0.range)" } == [
                "0000:00 0xa0000-0xbffff", "0000:00 0x40000000-0x7fffffff",
            ])
        let parts = machine.memory.parts(of: .below4GiB).map { "\($0.range) \($0.kind?.title ?? "hole")" }
        #expect(
            parts.prefix(4) == [
                "0x0-0xfff reserved", "0x1000-0x1fff RAM", "0x2000-0x2fff RAM", "0x3000-0x9ffff RAM",
            ])
    }

    @Test func iomemOfAnotherUser() {
        let machine = RealTables.machine(
            text: "00000000-00000000 : Reserved\n00000000-00000000 : System RAM\n", path: "iomem")
        #expect(machine.diagnostics.map(\.id) == ["hidden-addresses"])
        #expect(machine.memory.isEmpty)
    }

    @Test func iomemWithALineCutInHalf() {
        let machine = RealTables.machine(text: "00000000-00000fff : Reserved\n00001000-000\n", path: "iomem")
        #expect(machine.diagnostics.map(\.id) == ["bad-iomem-line"])
    }

    // MARK: sysfs

    @Test func groupsOfSysfs() throws {
        var reader = MachineReader()
        var sources = SourceMap()
        func add(_ path: String, _ text: String) {
            let file = SourceFile(path: path, text: text)
            reader.read(file, id: sources.add(file), isNamed: true)
        }
        add("sys/kernel/iommu_groups/0/type", "DMA-FQ\n")
        add("sys/kernel/iommu_groups/0/reserved_regions", "0x00000000fee00000 0x00000000feefffff msi\n")
        reader.note("sys/kernel/iommu_groups/0/devices/0000:00:02.0")
        add("sys/kernel/iommu_groups/1/reserved_regions", "")
        add("sys/bus/pci/devices/0000:00:02.0/dma_mask_bits", "39\n")
        add("sys/bus/pci/devices/0000:00:02.0/consistent_dma_mask_bits", "32\n")
        add("sys/bus/pci/devices/0000:00:02.0/class", "0x030000\n")
        reader.note("sys/bus/pci/devices/0000:00:02.0")
        let machine = reader.machine
        #expect(machine.diagnostics.isEmpty)
        #expect(machine.knowsAllDevices)
        let groups = machine.machineGroups
        #expect(groups.map(\.number) == [0, 1])
        #expect(groups.map(\.type) == ["DMA-FQ", nil])
        #expect(groups.map(\.maskBits) == [32, nil])
        #expect(groups[0].regions.map(\.range.description) == ["0xfee00000-0xfeefffff"])
        #expect(groups[1].regions.isEmpty)
        let rows = machine.addressMaps[0].rows.map(\.title)
        #expect(rows == ["page 0", "free", "msi", "free", "beyond the DMA mask"])
    }

    @Test func brokenRegionsOfAGroup() {
        let machine = RealTables.machine(
            text: "0x00000000fee00000 0x00000000feefffff mis\n", path: "iommu_groups/3/reserved_regions")
        #expect(machine.diagnostics.map(\.id) == ["unknown-region-type"])
        #expect(machine.groups[3]?.regions == nil)
    }

    // MARK: Dumps

    private static func dump(_ bytes: [UInt8], signature: String = "DMAR") -> String {
        var text = "\(signature) @ 0x0000000000000000\n"
        for start in stride(from: 0, to: bytes.count, by: 16) {
            let row = bytes[start..<min(start + 16, bytes.count)]
            let digits = row.map { hex(UInt64($0), 2).uppercased() }.joined(separator: " ")
            text += "    \(hex(UInt64(start), 4).uppercased()): \(digits)  ................\n"
        }
        return text + "\n"
    }

    @Test func acpidump() {
        let table = Build.dmar([Build.drhd(), Build.rmrr(0x9000_0000, 0x9000_0fff)])
        let other = Array("SSDT".utf8) + Array(repeating: 7, count: 40)
        let text =
            Self.dump(other, signature: "SSDT") + Self.dump(table)
            + Self.dump(Build.mcfg([(0xe000_0000, 0, 0, 255)]))
        let machine = RealTables.machine(text: text, path: "acpidump.txt")
        #expect(machine.diagnostics.isEmpty)
        #expect(machine.tables.map(\.table.header.signature) == ["DMAR", "MCFG"])
        #expect(machine.firmwareRanges.map(\.text) == ["0x90000000-0x90000fff"])
    }

    @Test func aDumpWithoutALine() {
        var lines = Self.dump(Build.dmar([Build.drhd()])).split(separator: "\n")
        lines.remove(at: 2)
        let machine = RealTables.machine(text: lines.joined(separator: "\n") + "\n", path: "acpidump.txt")
        #expect(machine.diagnostics.map(\.id) == ["bad-dump-line"])
        #expect(machine.tables.isEmpty)
    }

    @Test func filesOfOtherKinds() {
        for text in ["", "hello\n", "runs on Linux version 6.1\n", "\u{0}\u{1}\u{2}", "{\"a\": 1}\n"] {
            let machine = RealTables.machine(text: text, path: "notes.txt")
            #expect(machine.diagnostics.map(\.id) == ["unknown-file"], "\(text)")
        }
    }

    // MARK: Damage

    /// Every text of every machine, cut and stirred: diagnostics or a reading, never a crash, never a bad range.
    @Test func damagedTexts() throws {
        let seconds = ProcessInfo.processInfo.environment["PLATFORM_FUZZ_SECONDS"].flatMap(Double.init)
        let end = seconds.map { Date().addingTimeInterval($0) }
        let texts =
            try RealTables.machines.flatMap { machine -> [(String, [UInt8])] in
                try ["dmesg.txt", "iomem.txt", "reserved_regions.txt", "ivmd.txt"].compactMap { name in
                    let path = "\(RealTables.folder)/\(machine)/\(name)"
                    guard FileManager.default.fileExists(atPath: path) else { return nil }
                    return (name, Array(try Data(contentsOf: URL(fileURLWithPath: path))))
                }
            } + [("acpidump.txt", Array(Self.dump(Build.dmar([Build.drhd(), Build.rmrr(0, 0xfff)])).utf8))]
        var seed: UInt64 = 1
        var rounds = 0
        while end.map({ Date() < $0 }) ?? (rounds < 300) {
            var random = SeededGenerator(seed: seed)
            seed += 1
            rounds += 1
            guard let (name, text) = texts.randomElement(using: &random) else { return }
            // A part is enough, and fast.
            let from = Int.random(in: 0..<text.count, using: &random)
            var bytes = Array(text[from..<min(text.count, from + 1500)])
            for _ in 0...Int.random(in: 0...8, using: &random) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1:
                    bytes[at] = Array("0123456789abcdefx-:[]() \n".utf8).randomElement(using: &random) ?? 0x20
                case 2:
                    bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...60, using: &random)))
                case 3: bytes = Array(bytes[..<at])
                default:
                    let part = bytes[at..<min(bytes.count, at + Int.random(in: 1...120, using: &random))]
                    bytes.insert(contentsOf: part, at: Int.random(in: 0...bytes.count, using: &random))
                }
            }
            var reader = MachineReader()
            var sources = SourceMap()
            let source = SourceFile(path: name, bytes: bytes)
            reader.read(source, id: sources.add(source), isNamed: true)
            let machine = reader.machine
            let said = machine.diagnostics.count + machine.filesRead.count + machine.groups.count
            #expect(said > 0, "seed \(seed - 1)")
            #expect(
                zip(machine.memory.entries, machine.memory.entries.dropFirst()).allSatisfy {
                    $0.range.last < $1.range.first
                })
            _ = machine.defects.count + machine.addressMaps.count
            _ = TextRenderer(sources: sources).render(machine.diagnostics)
        }
        if end != nil { print("\(rounds) damaged texts") }
    }
}
