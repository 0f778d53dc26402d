// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import Foundation
import Platforms
import Testing

@testable import Checking

/// `iommu-check platform` as a user meets it.
struct PlatformQuestionTests {
    private static let fixtures = repositoryRoot + "/Tests/Fixtures/platforms"

    private func ask(
        _ paths: [String], root: String? = nil, output: String? = nil, svg: String? = nil, json: String? = nil
    ) throws -> Answer {
        try PlatformQuestion(paths: paths, root: root, outputPath: output, drawingPath: svg, jsonPath: json)
            .answer()
    }

    @Test func exitCodes() throws {
        #expect(try ask(["\(Self.fixtures)/dell-t3610"]).exitCode == .expected)
        let bad = try ask(["\(Self.fixtures)/hp-8440p/DMAR.bin"])
        #expect(bad.exitCode == .unexpected)
        #expect(bad.text.contains("hazard[page-zero]: RMRR 1 0x0-0xfff makes IOVA 0 a live mapping"))
        #expect(bad.text.contains("Linux iova.c: page 0 is never handed out"))
        #expect(bad.text.contains("hp-8440p/DMAR.bin, byte 0x"))
        #expect(throws: BadInput.self) { try ask(["/does/not/exist"]) }
        #expect(throws: BadInput.self) { try ask([repositoryRoot + "/README.md"]) }
    }

    @Test func oneReportInFull() throws {
        let text = try ask(["\(Self.fixtures)/dell-xps-9360"]).text.replacing(
            Self.fixtures, with: "platforms")
        #expect(
            golden(text, file: repositoryRoot + "/Tests/Golden/platforms/dell-xps-9360.report.expected")
                == nil)
    }

    /// What can be read is reported, and what cannot is an error all the same.
    @Test func aBrokenTableBesideAGoodOne() throws {
        let folder = try TemporaryDirectory()
        let table = try Data(contentsOf: URL(fileURLWithPath: "\(Self.fixtures)/hp-8440p/DMAR.bin"))
        let cut = try folder.write(Array(table.prefix(100)), as: "DMAR")
        let answer = try ask([cut, "\(Self.fixtures)/hp-8440p/MCFG.bin"])
        #expect(answer.exitCode == .badInput)
        #expect(answer.warnings.contains("error[truncated-table]"))
        #expect(answer.warnings.contains("byte 0x64 of DMAR"))
        #expect(answer.text.contains("MCFG revision"))
        #expect(throws: BadInput.self) { try ask([cut]) }
    }

    // MARK: A running kernel

    /// A folder like `/` of a small machine with a DMAR table, whose second scope names nothing.
    private func kernel() throws -> TemporaryDirectory {
        let root = try TemporaryDirectory()
        let table = try Data(contentsOf: URL(fileURLWithPath: "\(Self.fixtures)/toshiba-r731/DMAR.bin"))
        try root.write(Array(table), as: "sys/firmware/acpi/tables/DMAR")
        try root.write(
            """
            00000000-0009ffff : System RAM
            000a0000-000bffff : PCI Bus 0000:00
            00100000-aadfffff : System RAM
            aae00000-afffffff : Reserved
            b0000000-feafffff : PCI Bus 0000:00

            """, as: "proc/iomem")
        for (group, device) in [(0, "0000:00:02.0"), (1, "0000:00:1a.0")] {
            try root.write("DMA-FQ\n", as: "sys/kernel/iommu_groups/\(group)/type")
            try root.write("", as: "sys/kernel/iommu_groups/\(group)/devices/\(device)")
            let own = group == 0 ? "0x00000000ab800000 0x00000000af9fffff direct-relaxable\n" : ""
            try root.write(
                own + "0x00000000fee00000 0x00000000feefffff msi\n",
                as: "sys/kernel/iommu_groups/\(group)/reserved_regions")
            // As in sysfs, where a member of a bus is a link to its folder.
            try root.write("0x030000\n", as: "sys/devices/pci0000:00/\(device)/class")
            try root.write("36\n", as: "sys/devices/pci0000:00/\(device)/dma_mask_bits")
            try FileManager.default.createDirectory(
                atPath: root.path + "/sys/bus/pci/devices", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: root.path + "/sys/bus/pci/devices/\(device)",
                withDestinationPath: "../../../devices/pci0000:00/\(device)")
        }
        return root
    }

    @Test func aRunningKernel() throws {
        let root = try kernel()
        let answer = try ask([], root: root.path)
        #expect(answer.exitCode == .unexpected)
        #expect(answer.warnings.isEmpty, "\(answer.warnings)")
        #expect(answer.text.contains("group 0: 0000:00:02.0 (DMA-FQ), DMA mask of 36 bits"))
        #expect(answer.text.contains("direct-relaxable"))
        #expect(answer.text.contains("beyond the DMA mask"))
        #expect(answer.text.contains("names 0000:00:1d.0, which is not among the 2 PCI functions"))
        #expect(!answer.text.contains("names 0000:00:1a.0, which"))
        #expect(throws: BadInput.self) { try ask([], root: "\(root.path)/proc") }
    }

    @Test func theSameTreeAsAFolder() throws {
        let root = try kernel()
        let text = try ask([root.path + "/sys/kernel", root.path + "/sys/bus/pci"]).text
        #expect(text.contains("group 0: 0000:00:02.0 (DMA-FQ), DMA mask of 36 bits"))
    }

    // MARK: What is written

    @Test func thePlatformIsOneThatChecksTake() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/here.platform"
        let root = try kernel()
        _ = try ask([], root: root.path, output: path)
        var sources = SourceMap()
        let (layouts, warnings) = try PlatformLayouts.load(path, group: nil, sources: &sources)
        #expect(warnings.isEmpty)
        #expect(
            layouts.compactMap { $0?.layout.regions.map(\.description) } == [
                ["0xab800000-0xaf9fffff direct-relaxable", "0xfee00000-0xfeefffff msi"],
                ["0xfee00000-0xfeefffff msi"],
            ])
    }

    @Test func noIOMMUNoPlatform() throws {
        let folder = try TemporaryDirectory()
        #expect(throws: BadInput.self) {
            try ask(["\(Self.fixtures)/hp-8440p/MCFG.bin"], output: folder.path + "/x.platform")
        }
        #expect(try folder.names == [])
    }

    @Test(.enabled(if: Commands.has("python3")))
    func jsonAndDrawingAreWellFormed() throws {
        let folder = try TemporaryDirectory()
        let commands = try Commands()
        defer { commands.remove() }
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.fixtures).filter {
            !$0.contains(".")
        }
        var drawings: [String] = []
        for name in names.sorted() {
            let json = "\(folder.path)/\(name).json"
            let svg = "\(folder.path)/\(name).svg"
            do {
                _ = try ask(["\(Self.fixtures)/\(name)"], svg: svg, json: json)
                drawings.append(svg)
            } catch is BadInput {
                // Only a memory map: there is no IOMMU to draw. The JSON is there.
                #expect(
                    name.hasSuffix("-iomem") || name == "asus-m4a88td-gart" || name == "ibm-x366-calgary",
                    "\(name)")
            }
        }
        #expect(drawings.count > 55)
        let program = """
            import glob, json, sys, xml.dom.minidom
            for path in glob.glob(sys.argv[1] + '/*.json'):
                own = json.load(open(path))
                assert [m['rows'][0]['first'] for m in own['maps']] == ['0x0'] * len(own['maps'])
                assert all(d['rule'] and (d['byte'] is None) != (d['line'] is None) or d['path'] for d in own['defects'])
            for path in glob.glob(sys.argv[1] + '/*.svg'):
                assert xml.dom.minidom.parse(path).documentElement.tagName == 'svg'
            print('well formed')
            """
        #expect(try commands.run("python3", "-c", program, folder.path) == "well formed\n")
    }

    /// Nothing that a file says gets to a terminal or into a drawing as it is.
    @Test func hostileNames() throws {
        let folder = try TemporaryDirectory()
        let log =
            "DMAR: RMRR base: 0x7a000000 end: 0x7c7fffff\n\u{1b}[2Jpci <x>&\"\u{1b}]0;a\u{7}: Adding to iommu group 3\n"
        let path = try folder.write(log, as: "a\u{1b}[31m<b>.log")
        let svg = folder.path + "/out.svg"
        let json = folder.path + "/out.json"
        let answer = try ask([path], svg: svg, json: json)
        let drawing = try String(contentsOfFile: svg, encoding: .utf8)
        for text in [
            answer.text, answer.warnings, drawing, try String(contentsOfFile: json, encoding: .utf8),
        ] {
            #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        }
        #expect(!drawing.contains("<x>") && !drawing.contains("<b>"))
    }
}
