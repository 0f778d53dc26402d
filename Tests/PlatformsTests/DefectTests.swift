// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import Foundation
import Testing

@testable import Platforms

private typealias Build = TableBuilder

/// Tables that break one rule each, as no real table that we have does.
struct DefectTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let table: [UInt8]
        let kinds: [Defect.Kind]
        let rule: String

        init(_ name: String, _ table: [UInt8], _ kinds: Defect.Kind..., rule: String) {
            testDescription = name
            self.table = table
            self.kinds = kinds
            self.rule = rule
        }
    }

    private static func dmar(_ ranges: [UInt8]...) -> [UInt8] { Build.dmar([Build.drhd()] + ranges) }

    private static let otherScope = [Build.scope(bus: 0, [(0x14, 0)])]

    static let intel: [Case] = [
        Case(
            "limit below base", dmar(Build.rmrr(0x9000_0000, 0x8fff_0fff)), .limitBelowBase, rule: "VT-d 8.4"),
        Case(
            "limit just below base", dmar(Build.rmrr(0x9000_0000, 0x8fff_ffff)), .zeroSize, rule: "VT-d 8.4"),
        Case("never filled in", dmar(Build.rmrr(0, 0)), .zeroSize, rule: "VT-d 8.4"),
        Case("unaligned base", dmar(Build.rmrr(0x9000_0800, 0x9000_0fff)), .unalignedRange, rule: "VT-d 8.4"),
        Case(
            "unaligned limit", dmar(Build.rmrr(0x9000_0000, 0x9000_1000)), .unalignedRange, rule: "VT-d 8.4"),
        Case(
            "above the host address width", dmar(Build.rmrr(0x80_0000_0000, 0x80_0000_0fff)),
            .aboveAddressWidth,
            rule: "VT-d 8.1"),
        Case(
            "ends at the highest address",
            Build.dmar(width: 64, [Build.drhd(), Build.rmrr(0xffff_ffff_ffff_0000, .max)]), .rangeWraps,
            rule: "VT-d 8.4"),
        Case(
            "over the interrupt window", dmar(Build.rmrr(0xfee0_0000, 0xfee0_0fff)), .overlapsMSIWindow,
            rule: "VT-d 3.14"),
        Case(
            "ends within the interrupt window", dmar(Build.rmrr(0xfed0_0000, 0xfee0_0fff)),
            .overlapsMSIWindow,
            rule: "VT-d 3.14"),
        Case(
            "overlapping each other",
            dmar(Build.rmrr(0x9000_0000, 0x9000_1fff), Build.rmrr(0x9000_1000, 0x9000_2fff, otherScope)),
            .overlappingRanges, rule: "VT-d 8.4"),
        Case(
            "one within the other",
            dmar(Build.rmrr(0x9000_1000, 0x9000_1fff), Build.rmrr(0x9000_0000, 0x9000_7fff, otherScope)),
            .overlappingRanges, rule: "VT-d 8.4"),
        Case(
            "for no device", dmar(Build.rmrr(0x9000_0000, 0x9000_0fff, [])), .missingScope, rule: "VT-d 8.4"),
        Case(
            "device above 31", dmar(Build.rmrr(0x9000_0000, 0x9000_0fff, [Build.scope([(32, 0)])])),
            .badScope,
            rule: "VT-d 8.3.1"),
        Case(
            "function above 7", dmar(Build.rmrr(0x9000_0000, 0x9000_0fff, [Build.scope([(3, 8)])])),
            .badScope,
            rule: "VT-d 8.3.1"),
        Case(
            "scope of an unknown type", dmar(Build.rmrr(0x9000_0000, 0x9000_0fff, [Build.scope(type: 9)])),
            .badScope,
            rule: "VT-d 8.3.1"),
        Case(
            "namespace device without ANDD", Build.dmar([Build.drhd([Build.scope(type: 5, id: 3)])]),
            .absentDevice,
            rule: "VT-d 8.3.1"),
        Case(
            "by the number of a bus behind a bridge",
            dmar(Build.rmrr(0x9000_0000, 0x9000_0fff, [Build.scope(bus: 4)])), .scopeNamesBus,
            rule: "VT-d 8.3.1"),
        Case(
            "one device in two ranges",
            dmar(Build.rmrr(0x9000_0000, 0x9000_0fff), Build.rmrr(0x9100_0000, 0x9100_0fff)),
            .deviceInTwoRanges,
            rule: "VT-d 8.4"),
        Case("page 0", dmar(Build.rmrr(0, 0xfff)), .pageZero, rule: "Linux iova.c"),
        Case("below 1 MiB", dmar(Build.rmrr(0xe0000, 0xe0fff)), .belowOneMiB, rule: "Linux intel/iommu.c"),
        Case("256 MiB", dmar(Build.rmrr(0x8000_0000, 0x8fff_ffff)), .largeRange, rule: "Linux iova.c"),
        Case(
            "a unit behind INCLUDE_PCI_ALL",
            Build.dmar([Build.drhd(), Build.drhd(base: 0xfed9_1000, all: false, [Build.scope()])]),
            .includeAllNotLast, rule: "VT-d 8.3"),
        Case("unit at 0", Build.dmar([Build.drhd(base: 0)]), .zeroRegisterBase, rule: "VT-d 8.3"),
        Case(
            "unaligned unit", Build.dmar([Build.drhd(base: 0xfed9_0010)]), .unalignedRegisterBase,
            rule: "VT-d 8.3"),
        Case("unit for nothing", Build.dmar([Build.drhd(all: false)]), .missingScope, rule: "VT-d 8.3"),
        Case(
            "order of structures", Build.dmar([Build.rmrr(0x9000_0000, 0x9000_0fff), Build.drhd()]),
            .structureOrder, rule: "VT-d 8.2"),
        Case(
            "unknown structure", Build.dmar([Build.drhd(), Build.structure(77, [1, 2, 3])]),
            .unknownStructure,
            rule: "VT-d 8.2"),
        Case(
            "affinity of no unit",
            Build.dmar([
                Build.drhd(),
                Build.structure(3, Build.number(0, 4) + Build.number(0x1000, 8) + Build.number(0, 4)),
            ]),
            .unknownUnit, rule: "VT-d 8.6"),
        Case(
            "affinity too long",
            Build.dmar([
                Build.drhd(),
                Build.structure(3, Build.number(0, 4) + Build.number(0xfed9_0000, 8) + Build.number(0, 8)),
            ]), .wrongLength, rule: "ACPI 5.2.6"),
        Case(
            "name without an end",
            Build.dmar([Build.drhd(), Build.structure(4, [0, 0, 0, 1] + Array("\\_SB".utf8))]),
            .badName, rule: "VT-d 8.7"),
    ]

    static let amd: [Case] = [
        Case(
            "no byte", Build.ivrs([Build.ivhd(), Build.ivmd(0x9000_0000, 0)]), .zeroSize,
            rule: "AMD 48882 5.2, IVMD"),
        Case(
            "past the highest address",
            Build.ivrs([Build.ivhd(), Build.ivmd(0xffff_ffff_ffff_f000, 0x2000)]),
            .rangeWraps, rule: "AMD 48882 5.2, IVMD"),
        Case(
            "length 1", Build.ivrs([Build.ivhd(), Build.ivmd(0x9000_0000, 1)]), .unalignedRange,
            rule: "AMD 48882 5.2, IVMD"),
        Case(
            "above PASize", Build.ivrs(bits: 40, [Build.ivhd(), Build.ivmd(0x100_0000_0000, 0x1000)]),
            .aboveAddressWidth, rule: "AMD 48882 5.2, IVinfo"),
        Case(
            "in HyperTransport's window", Build.ivrs([Build.ivhd(), Build.ivmd(0xfd_0000_0000, 0x1000)]),
            .overlapsHyperTransport, rule: "AMD 48882 2.1"),
        Case(
            "in the interrupt window", Build.ivrs([Build.ivhd(), Build.ivmd(0xfeef_f000, 0x1000)]),
            .overlapsMSIWindow, rule: "AMD 48882 2.1"),
        Case(
            "without flags", Build.ivrs([Build.ivhd(), Build.ivmd(0x9000_0000, 0x1000, flags: 0)]), .badFlags,
            rule: "AMD 48882 5.2, IVMD"),
        Case(
            "devices in the wrong order",
            Build.ivrs([Build.ivhd(), Build.ivmd(0x9000_0000, 0x1000, type: 0x22, device: 0x80, last: 0x70)]),
            .badDeviceRange, rule: "AMD 48882 5.2, IVHD"),
        Case(
            "two exclusion ranges",
            Build.ivrs([
                Build.ivhd(), Build.ivmd(0x9000_0000, 0x1000, flags: 8),
                Build.ivmd(0x9100_0000, 0x1000, flags: 8, device: 0x80),
            ]), .secondExclusionRange, rule: "AMD 48882 3.4"),
        Case("IOMMU at 0", Build.ivrs([Build.ivhd(base: 0)]), .zeroRegisterBase, rule: "AMD 48882 5.2, IVHD"),
        Case(
            "unaligned IOMMU", Build.ivrs([Build.ivhd(base: 0xfd20_1000)]), .unalignedRegisterBase,
            rule: "AMD 48882 5.2, IVHD"),
        Case(
            "blocks that disagree", Build.ivrs([Build.ivhd(), Build.ivhd(base: 0xfd30_0000, type: 0x11)]),
            .disagreeingBlocks, rule: "AMD 48882 5.2, IVHD"),
        Case(
            "no IOAPIC", Build.ivrs([Build.ivhd([[1, 0, 0, 0]])]), .missingIOAPIC, rule: "AMD 48882 5.2, IVHD"
        ),
        Case(
            "the same IOAPIC twice",
            Build.ivrs([Build.ivhd([Build.special(handle: 1), Build.special(handle: 1)])]),
            .duplicateSpecialDevice, rule: "AMD 48882 5.2, IVHD"),
        Case(
            "a range without an end", Build.ivrs([Build.ivhd([[3, 8, 0, 0], Build.special(handle: 1)])]),
            .badDeviceRange, rule: "AMD 48882 5.2, IVHD"),
        Case(
            "a range that ends before it starts",
            Build.ivrs([Build.ivhd([[3, 8, 0, 0], [4, 7, 0, 0], Build.special(handle: 1)])]), .badDeviceRange,
            rule: "AMD 48882 5.2, IVHD"),
        Case(
            "block 51h", Build.ivrs([Build.ivhd(), [0x51, 8, 32, 0] + Array(repeating: 0, count: 28)]),
            .unknownStructure, rule: "AMD 48882 5.2"),
    ]

    /// Nodes: an SMMU at byte 48, a component that maps to it, then what the test adds.
    private static func iort(_ nodes: [UInt8]...) -> [UInt8] {
        Build.iort(
            [Build.smmuV3, Build.component("\\_SB.NET0", mappings: [Build.mapping(0, 16, 0x100, to: 48)])]
                + nodes)
    }

    private static let toSMMU = [Build.mapping(0, 1, 0x104, to: 48)]

    static let arm: [Case] = [
        Case(
            "over the software MSI window",
            iort(Build.rmr([(0x100_0000, 0x1000_0000)], relaxable: true, mappings: toSMMU)),
            .overlapsMSIWindow, .largeRange, rule: "Linux arm-smmu"),
        Case(
            "unaligned", iort(Build.rmr([(0x9000_1000, 0x1000)], mappings: toSMMU)), .unalignedRange,
            rule: "DEN0049 RMR"),
        Case(
            "overlapping",
            iort(Build.rmr([(0x9000_0000, 0x20000), (0x9001_0000, 0x10000)], mappings: toSMMU)),
            .overlappingRanges, rule: "DEN0049 RMR"),
        Case(
            "no byte", iort(Build.rmr([(0x9000_0000, 0)], mappings: toSMMU)), .zeroSize, rule: "DEN0049 RMR"),
        Case(
            "past the highest address", iort(Build.rmr([(0xffff_ffff_ffff_0000, 0x20000)], mappings: toSMMU)),
            .rangeWraps, rule: "DEN0049 RMR"),
        Case(
            "no mapping", iort(Build.rmr([(0x9000_0000, 0x10000)], mappings: [])), .badMapping,
            rule: "DEN0049 RMR"),
        Case(
            "a limit of 65 bits", iort(Build.component(limit: 65, "\\_SB.USB0", mappings: [])),
            .badAddressLimit,
            rule: "DEN0049 nodes"),
        Case(
            "an id mapped twice",
            iort(
                Build.component(
                    "\\_SB.USB0",
                    mappings: [Build.mapping(0, 8, 0x200, to: 48), Build.mapping(7, 1, 0x300, to: 48)])),
            .badMapping,
            rule: "DEN0049 mappings"),
        Case("unknown node", iort(Build.node(9, [])), .unknownStructure, rule: "DEN0049 nodes"),
    ]

    @Test(arguments: intel + amd + arm)
    func theRuleAndNoOther(_ own: Case) {
        let machine = RealTables.machine(of: own.table)
        #expect(machine.diagnostics.isEmpty, "\(machine.diagnostics.map(\.message))")
        #expect(Set(machine.defects.map(\.kind)) == Set(own.kinds), "\(machine.defects.map(\.message))")
        #expect(machine.defects.contains { $0.kind == own.kinds.first && $0.rule.place == own.rule })
    }

    @Test func healthyTablesHaveNone() {
        let tables = [
            Self.dmar(Build.rmrr(0x9000_0000, 0x9fff_efff)), Build.dmar([Build.drhd()]),
            Build.ivrs([Build.ivhd(), Build.ivmd(0x9000_0000, 0x1000)]),
            Self.iort(Build.rmr([(0x9000_0000, 0x10000)], mappings: Self.toSMMU)),
            Build.mcfg([(0xe000_0000, 0, 0, 255)]),
        ]
        for table in tables {
            let machine = RealTables.machine(of: table)
            #expect(machine.tables.count == 1)
            #expect(machine.defects.isEmpty, "\(machine.defects.map(\.message))")
        }
    }

    @Test func checksumAndLength() {
        var table = Build.dmar([Build.drhd()])
        table[9] &+= 1
        #expect(RealTables.machine(of: table).defects.map(\.kind) == [.wrongChecksum])
        table[9] &-= 1
        #expect(RealTables.machine(of: table + [0, 0]).defects.map(\.kind) == [.wrongLength])
        #expect(
            RealTables.machine(of: Build.sealed(Build.mcfg([(0, 0, 0, 0)]) + [7])).defects.map(\.kind) == [
                .wrongLength
            ])
    }

    @Test func everyKindIsDocumented() throws {
        let text = try String(
            contentsOfFile: repositoryRoot + "/Documentation/platforms.md", encoding: .utf8)
        for kind in Defect.Kind.allCases {
            #expect(
                text.contains("| `\(kind.rawValue)` "),
                "\(kind.rawValue) is not in Documentation/platforms.md")
        }
    }

    /// Each kind is made by a table above, found on a real machine, or by one of the tests below.
    @Test func everyKindHasATest() {
        var made = Set((Self.intel + Self.amd + Self.arm).flatMap(\.kinds))
        made.formUnion(RealMachineTests.machines.values.flatMap(\.keys))
        made.formUnion([
            .wrongChecksum, .wrongLength, .overlapsRAM, .overlapsBridgeWindow, .windowIsWholeSpace,
            .absentDevice,
        ])
        #expect(Set(Defect.Kind.allCases).subtracting(made) == [])
    }

    /// A device gets the ranges for all devices, for those from one to another, and its own.
    @Test func rangesOfOneAllAndSomeDevices() {
        let machine = RealTables.machine(
            of: Build.ivrs([
                Build.ivhd(), Build.ivmd(0x9000_0000, 0x1000, device: 0x60),
                Build.ivmd(0x9100_0000, 0x1000, type: 0x22, device: 0x50, last: 0x70),
                Build.ivmd(0x9200_0000, 0x1000, type: 0x20),
            ]))
        #expect(machine.defects.isEmpty)
        let groups = machine.machineGroups.map { group in
            "\(group.devices): "
                + group.regions.filter { $0.kind == .direct }.map { hexadecimal($0.range.first) }.joined(
                    separator: " ")
        }
        #expect(
            groups == [
                "[\"0000:00:0c.0\"]: 0x90000000 0x91000000 0x92000000",
                "[\"0000:00:0a.0-0000:00:0e.0\"]: 0x91000000 0x92000000",
                "[\"all other devices\"]: 0x92000000",
            ])
    }

    // MARK: With other files

    private static func machine(_ files: (path: String, bytes: [UInt8])...) -> Machine {
        var reader = MachineReader()
        var sources = SourceMap()
        for file in files {
            let source = SourceFile(path: file.path, bytes: file.bytes)
            reader.read(source, id: sources.add(source), isNamed: true)
        }
        return reader.machine
    }

    private static let e820 = """
        [    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009ffff] usable
        [    0.000000] BIOS-e820: [mem 0x0000000000100000-0x000000008fffffff] usable
        [    0.000000] BIOS-e820: [mem 0x0000000090000000-0x00000000900fffff] reserved
        [    0.000000] BIOS-e820: [mem 0x0000000090100000-0x00000000901fffff] ACPI NVS

        """

    @Test(
        arguments: [
            (0x9000_0000, 0x9000_0fff, Defect.Kind?.none), (0x8fff_f000, 0x9000_0fff, .overlapsRAM),
            (0x1000_0000, 0x1000_0fff, .overlapsRAM), (0x9010_0000, 0x9010_0fff, .notReserved),
            (0x900f_f000, 0x9010_0fff, .notReserved), (0xa000_0000, 0xa000_0fff, .notReserved),
        ] as [(UInt64, UInt64, Defect.Kind?)])
    func memoryMap(_ base: UInt64, _ limit: UInt64, _ kind: Defect.Kind?) {
        let own = Self.machine(("DMAR", Self.dmar(Build.rmrr(base, limit))), ("dmesg", Array(Self.e820.utf8)))
        #expect(own.defects.map(\.kind) == (kind.map { [$0] } ?? []))
    }

    @Test func bridgeWindow() {
        let log = "[ 0.4] pci_bus 0000:00: root bus resource [mem 0xa0000000-0xdfffffff window]\n"
        let inside = Self.machine(
            ("DMAR", Self.dmar(Build.rmrr(0xdf24_3000, 0xdf25_1fff))), ("dmesg", Array(log.utf8)))
        #expect(inside.defects.map(\.kind) == [.overlapsBridgeWindow])
        #expect(inside.defects.first?.message.contains("host bridge 0000:00") == true)
        let outside = Self.machine(
            ("DMAR", Self.dmar(Build.rmrr(0xe000_0000, 0xe000_0fff))), ("dmesg", Array(log.utf8)))
        #expect(outside.defects.isEmpty)
    }

    @Test func aBridgeWithAllOfMemory() {
        let lines = """
            [ 0.4] pci_bus 0000:00: root bus resource [mem 0x80000000-0xffffffffff]
            [ 0.4] pci_bus 0000:00: root bus resource [mem 0x00000000-0x7fffffff]
            [ 0.4] pci_bus 0000:80: root bus resource [mem 0x80000000-0xffffffff]

            """
        let found = RealTables.machine(text: lines).defects
        #expect(found.map(\.kind) == [.windowIsWholeSpace])
        #expect(found.first?.message.contains("0000:00") == true)
    }

    @Test func aDeviceThatIsNotThere() throws {
        var reader = MachineReader()
        var sources = SourceMap()
        let table = SourceFile(
            path: "DMAR",
            bytes: Self.dmar(
                Build.rmrr(
                    0x9000_0000, 0x9000_0fff, [Build.scope([(0x14, 0)]), Build.scope([(0x1c, 0), (0, 0)])])))
        reader.read(table, id: sources.add(table), isNamed: true)
        #expect(reader.machine.defects.isEmpty)
        for name in ["0000:00:02.0", "0000:00:1c.0"] { reader.note("sys/bus/pci/devices/\(name)") }
        // Where the bridge leads is not known yet.
        #expect(reader.machine.defects.map(\.kind) == [.absentDevice])
        let bus = SourceFile(path: "sys/bus/pci/devices/0000:00:1c.0/secondary_bus_number", text: "3\n")
        reader.read(bus, id: sources.add(bus), isNamed: true)
        #expect(reader.machine.defects.count == 2)
        reader.note("sys/bus/pci/devices/0000:03:00.0")
        reader.note("sys/bus/pci/devices/0000:00:14.0")
        #expect(reader.machine.defects.isEmpty)
    }

    @Test func aBusWithoutConfigurationSpace() {
        let own = Self.machine(
            ("MCFG", Build.mcfg([(0xe000_0000, 0, 0, 63)])),
            (
                "DMAR",
                Build.dmar([
                    Build.drhd([Build.scope(type: 3, bus: 0xf0)]),
                    Build.rmrr(0x9000_0000, 0x9000_0fff, [Build.scope(bus: 64)]),
                ])
            ))
        #expect(own.defects.map(\.kind) == [.absentDevice])
        let segment = Self.machine(
            ("MCFG", Build.mcfg([(0xe000_0000, 0, 0, 255)])),
            ("DMAR", Build.dmar([Build.drhd(), Build.rmrr(0x9000_0000, 0x9000_0fff, segment: 1)])))
        #expect(segment.defects.map(\.kind) == [.absentDevice])
    }
}
