// SPDX-License-Identifier: MIT

import Diagnostics
import Foundation
import Testing

@testable import Platforms

/// Every defect that is known of the real machines is found, and no other on any of them.
struct RealMachineTests {
    /// Machines with defects; all others have none.
    static let machines: [String: [Defect.Kind: Int]] = [
        "asrock-h370m-pro4": [.largeRange: 1],
        "asrock-x299-taichi": [.notReserved: 1],
        "asus-h110m-a": [.largeRange: 1],
        "asus-m4a88td-gart": [.apertureAboveFourGiB: 1],
        "dell-t440": [.notReserved: 1],
        "gigabyte-a320m-s2h": [.duplicateSpecialDevice: 2],
        "hp-8440p": [.pageZero: 1],
        "hp-dl360-g7": [.deviceInTwoRanges: 2],
        "kbl-laptop-isa-group": [.isaRegionIsDirect: 1],
        "lenovo-amd-two-raid": [.secondExclusionRange: 1],
        "lenovo-e15-gen2": [.zeroRegisterBase: 1],
        "lenovo-flex15": [.zeroRegisterBase: 1],
        "lenovo-s145-15ast": [.missingIOAPIC: 1],
        "lenovo-slim3-15abr8": [.unknownStructure: 1],
        "lenovo-t14s-gen3-amd": [.unknownStructure: 1],
        "lenovo-t450s": [.notReserved: 1],
        "lenovo-yoga-slim7-14apu8": [.unknownStructure: 1],
        "lenovo-z16-gen1": [.unknownStructure: 1],
        "lx2160a-rmr": [.overlapsMSIWindow: 1],
        "mechrevo-wujie14": [.unalignedRange: 5, .secondExclusionRange: 1],
        "msi-7885-x99": [.scopeNamesBus: 2],
        "msi-7a15": [.largeRange: 1],
        "odd-ilo-huanan": [.scopeNamesBus: 1],
        "supermicro-x8sil": [.deviceInTwoRanges: 1, .belowOneMiB: 1],
        "toshiba-r731": [.deviceInTwoRanges: 2, .belowOneMiB: 1],
    ]

    /// Of the corpus, by the end of the name; all others have none.
    static let corpus: [String: [Defect.Kind: Int]] = [
        "H110M-A-M.2/C8AF5B504787": [.largeRange: 1],
        "PRIME H270-PLUS/F5F6D462DE08": [.largeRange: 1],
        "PRIME Z270-A/E3F807F0D97B": [.scopeNamesBus: 1],
        "ROG STRIX Z370-G GAMING/B647CF3822F1": [.scopeNamesBus: 1],
        "A320M-S2H/7CFE191333A8": [.duplicateSpecialDevice: 2],
        "H270-HD3/7698BC6E9003": [.largeRange: 1],
        "Q87M-D2H/4A407DB4786C": [.largeRange: 1],
        "Z390 UD/D038C7F068A8": [.largeRange: 1],
        "X99-QD4 V1.0/734CD3A053FC": [.scopeNamesBus: 1],
        "MS-7A15/055F3A7CF9A9": [.largeRange: 1],
        "MS-7885/A386B4BDC94D": [.scopeNamesBus: 2],
        "X8SIL/40AECBFF4573": [.deviceInTwoRanges: 1, .belowOneMiB: 1],
        "EliteBook 8440p/B28DF3C33D6B": [.pageZero: 1],
        "EliteBook 8540p/55FB3FEC2E80": [.pageZero: 1],
        "ProBook 650 G8 Notebook PC/00E0F92B4B80": [.largeRange: 1],
        "IdeaPad S145-15AST 81N3/5A86CF3EECC0": [.missingIOAPIC: 1],
        "IdeaPad Slim 3 15ABR8 82XM/F9685D1E4132": [.unknownStructure: 1],
        "IdeaPadFlex 15 20309/D19FB82D46CF": [.zeroRegisterBase: 1],
        "ThinkPad E15 Gen 2 20TD0005MH/188EB681251A": [.zeroRegisterBase: 1],
        "ThinkPad T14s Gen 3 21CQ0045GE/930650D3950C": [.unknownStructure: 1],
        "ThinkPad Z16 Gen 1 21D4S02A00/41C7BA241943": [.unknownStructure: 1],
        "Yoga Slim 7 14APU8 83AA/F4301A2723AE": [.unknownStructure: 1],
        "WUJIE14XA/9249A3556422": [.unalignedRange: 5, .secondExclusionRange: 1],
        "dynabook R731-E/5949EA99A04B": [.deviceInTwoRanges: 2, .belowOneMiB: 1],
        "ProLiant DL360 G7/60DCEE46526A": [.deviceInTwoRanges: 2],
    ]

    private func counts(_ machine: Machine) -> [Defect.Kind: Int] {
        machine.defects.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
    }

    @Test func everyFolderIsRead() {
        #expect(RealTables.machines.count == 68)
        for name in RealTables.machines {
            let machine = RealTables.machine(name)
            #expect(!machine.filesRead.isEmpty, "\(name)")
            #expect(machine.filesNotRead == ["\(name)/SOURCE.txt"], "\(name)")
            #expect(!machine.diagnostics.contains { $0.severity == .error }, "\(name)")
            #expect(
                counts(machine) == Self.machines[name] ?? [:], "\(name): \(machine.defects.map(\.message))")
        }
        #expect(Set(Self.machines.keys).isSubset(of: RealTables.machines))
    }

    @Test func everyTableOfTheCorpusIsRead() {
        #expect(RealTables.ofCorpus.count == 364)
        var found = 0
        for table in RealTables.ofCorpus {
            let machine = RealTables.machine(of: table.bytes)
            #expect(machine.tables.count == 1, "\(table.name)")
            #expect(machine.diagnostics.isEmpty, "\(table.name)")
            let expected = Self.corpus.filter { table.name.hasSuffix("/\($0.key)") }.map(\.value)
            found += expected.count
            #expect(
                counts(machine) == expected.first ?? [:], "\(table.name): \(machine.defects.map(\.message))")
        }
        #expect(found == Self.corpus.count)
    }

    /// Lines that another message was printed into are named; the only such log is this one.
    @Test func onlyTheGarbledLogIsReported() {
        for name in RealTables.machines {
            let lines = RealTables.machine(name).diagnostics.map(\.id)
            #expect(lines.allSatisfy { $0 == "bad-log-line" }, "\(name): \(lines)")
            #expect(lines.isEmpty == (name != "xeon-16drhd"), "\(name): \(lines)")
        }
    }

    // MARK: What is read

    @Test func aScopeBehindBridges() throws {
        let machine = RealTables.machine("hp-dl360-g7")
        let ranges = machine.firmwareRanges
        #expect(
            ranges.map(\.text) == ["0xdf7e6000-0xdf7e7fff", "0xdf7df000-0xdf7e4fff", "0xdf61e000-0xdf61ffff"])
        #expect(ranges.map(\.devices.count) == [1, 7, 7])
        #expect(ranges[0].devices == [.function(try #require(PCIAddress("0000:00:1d.7")))])
        #expect(ranges[1].devices.map(\.description).contains("0000:00:1c.4/00.2"))
    }

    @Test func unityAndExclusionOfOneTable() {
        let ranges = RealTables.machine("asus-um5606wa").firmwareRanges
        #expect(ranges.map(\.source) == [.unity, .exclusion])
        #expect(ranges.map(\.text) == ["0x7d900000-0x7d9fffff", "0x75e00000-0x75e1ffff"])
        #expect(ranges.flatMap(\.devices).map(\.description) == ["0000:00:0c.0", "0000:c4:00.7"])
    }

    @Test func aRangeOfOneByteIsMappedAsAPage() {
        let ranges = RealTables.machine("mechrevo-wujie14").firmwareRanges
        #expect(ranges.count == 5)
        #expect(ranges.first?.mappedPages?.description == "0x9618e000-0x9618efff")
        #expect(ranges.first?.devices.map(\.description) == ["0000:00:00.0-0000:0f:1f.7"])
    }

    /// `8d2078c106f0466`: 48 bits of both; `1c0000c40660462`: tables of 48 bits, guest addresses of 39.
    @Test func capabilitiesBoundTheDomain() {
        #expect(RealTables.machine("dell-t440").domainAddressBits == 48)
        #expect(RealTables.machine("lenovo-t450s").domainAddressBits == 39)
        #expect(RealTables.machine("dell-t440").hostAddressWidth == 46)
    }

    @Test func groupsOfALogHaveTheRangesOfItsDevices() {
        let groups = RealTables.machine("lenovo-t450s").machineGroups
        #expect(groups.count == 14)
        #expect(groups[2].devices == ["0000:00:14.0"])
        #expect(groups[13].devices == ["RMRR 2 of the log: devices that the log does not name"])
        #expect(
            groups[13].regions.map(\.range.description) == ["0x9d800000-0x9fffffff", "0xfee00000-0xfeefffff"])
    }

    @Test func firmwareAddressLimitsOfArmDevices() {
        let groups = RealTables.machine("thinkpad-x13s-arm").machineGroups
        #expect(Set(groups.compactMap(\.maskBits)) == [36, 40])
    }

    /// Each platform that is written is one that `--platform` takes, with the same regions.
    @Test func platformsAreReadBack() {
        var sources = SourceMap()
        var count = 0
        for name in RealTables.machines {
            let machine = RealTables.machine(name)
            let groups = machine.machineGroups
            guard !groups.isEmpty else { continue }
            count += 1
            let source = SourceFile(path: name, text: PlatformText.text(of: machine, program: "iommu-check"))
            let (read, diagnostics) = ReservedRegionsFile.parse(source, id: sources.add(source))
            #expect(!diagnostics.contains { $0.severity == .error }, "\(name): \(diagnostics.map(\.message))")
            #expect(read.map(\.number) == groups.map(\.number), "\(name)")
            let regions = read.map { $0.regions.map { "\($0.first) \($0.last) \($0.kind)" } }
            let own = groups.map { $0.regions.map { "\($0.range.first) \($0.range.last) \($0.kind)" } }
            #expect(regions == own, "\(name)")
        }
        #expect(count > 55)
    }

    @Test func mapsCoverEverythingOnce() {
        for name in RealTables.machines {
            for map in RealTables.machine(name).addressMaps {
                #expect(map.rows.first?.range.first == 0)
                #expect(map.rows.last?.range.last == .max)
                for (one, next) in zip(map.rows, map.rows.dropFirst()) {
                    #expect(one.range.last + 1 == next.range.first, "\(name)")
                }
            }
        }
    }
}
