// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import Foundation
import Platforms
import Testing

/// Reads a text as a file of reserved regions; the diagnostics also as they are shown.
func parse(
    _ bytes: [UInt8], path: String = "machine.regions"
) -> (groups: [RegionGroup], diagnostics: [Diagnostic], shown: String) {
    var sources = SourceMap()
    let file = SourceFile(path: path, bytes: bytes)
    let id = sources.add(file)
    let (groups, diagnostics) = ReservedRegionsFile.parse(file, id: id)
    return (groups, diagnostics, TextRenderer(sources: sources).render(diagnostics))
}

func parse(_ text: String) -> (groups: [RegionGroup], diagnostics: [Diagnostic], shown: String) {
    parse(Array(text.utf8))
}

func machine(_ name: String) throws -> [RegionGroup] {
    let path = "\(repositoryRoot)/Tests/Golden/platforms/\(name).regions"
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let (groups, diagnostics, shown) = parse(bytes)
    #expect(diagnostics.isEmpty, "\(shown)")
    return groups
}

@Suite("Files of reserved regions") struct ReservedRegionsFileTests {
    @Test("a real VT-d machine with RMRRs: 15 groups, 4 distinct layouts") func intel() throws {
        let groups = try machine("intel-strict-rmrr")
        #expect(groups.map(\.number) == Array(0...14))
        let layouts = DistinctLayout.all(of: groups)
        #expect(layouts.map(\.title) == ["groups 0-3, 5-6, 8-11, 14", "group 4", "groups 7, 12", "group 13"])
        #expect(
            layouts.map { $0.regions.map(\.description) } == [
                ["0xfee00000-0xfeefffff msi"],
                ["0xe080000-0xe083fff direct-relaxable", "0xfee00000-0xfeefffff msi"],
                ["0xe000000-0xe00ffff direct", "0xfee00000-0xfeefffff msi"],
                ["0x0-0xffffff direct-relaxable", "0xfee00000-0xfeefffff msi"],
            ])
        #expect(layouts.allSatisfy { $0.regions.last?.kind == .msi })
    }

    @Test("a real AMD machine: the HyperTransport window is reserved") func amd() throws {
        let layouts = DistinctLayout.all(of: try machine("amd-strict"))
        #expect(layouts.map(\.title) == ["groups 0-14"])
        #expect(layouts.first?.regions.map(\.kind) == [.msi, .reserved])
    }

    @Test("the software MSI window of Arm machines is told from a hardware window") func softwareMSI() throws
    {
        let arm = DistinctLayout.all(of: try machine("smmuv3-strict"))
        #expect(arm.first?.regions.map(\.kind) == [.softwareMSI])
        #expect(arm.first?.effectiveRegions == [])
        // HiSilicon's hardware window.
        #expect(parse("0xc6010000 0xc601ffff msi\n").groups.first?.regions.map(\.kind) == [.msi])
        // Almost the software window is not the software window.
        #expect(parse("0x8000000 0x80effff msi\n").groups.first?.regions.map(\.kind) == [.msi])
    }

    @Test("an LX2160A: a relaxable region around the software MSI window is no contradiction")
    func lx2160a() throws {
        let layout = try #require(DistinctLayout.all(of: try machine("lx2160a-rmr")).first)
        #expect(layout.regions.map(\.kind).contains(.softwareMSI))
        // In a DMA domain the whole of it is mapped 1-1.
        #expect(
            layout.effectiveRegions.first
                == EffectiveRegion(firstPage: 0x1000, lastPage: 0x10fff, kind: .directRelaxable))
    }

    @Test("lines before any group are a group of their own") func noGroup() throws {
        let groups = try machine("kbl-laptop-isa-group")
        #expect(groups.map(\.number) == [nil])
        #expect(DistinctLayout.all(of: groups).map(\.title) == ["the regions outside any group"])
    }

    @Test("comments, CRLF, tabs, a byte order mark and short numbers are read") func leniency() {
        let text =
            "\u{FEFF}# comment\r\ngroup 7 # a comment\r\n\t0xFEE00000\t0xfeefffff  msi # here\r\n\r\ngroup 8\r\n"
        let (groups, diagnostics, shown) = parse(text)
        #expect(diagnostics.isEmpty, "\(shown)")
        #expect(groups.map(\.number) == [7, 8])
        #expect(groups.map(\.regions.count) == [1, 0])
        #expect(groups.first?.regions.first?.first == 0xfee0_0000)
    }

    @Test("every mistake in one file, as it is shown") func mistakes() throws {
        let path = "\(repositoryRoot)/Tests/Golden/platforms/bad.regions"
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let shown = parse(bytes, path: "bad.regions").shown
        let difference = golden(shown, file: path + ".expected")
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test(
        "files that are no text of regions give one error",
        arguments: [
            ("", "empty-file"), ("# nothing\ngroup 1\n", "no-region"), ("\u{0}\u{1}", "binary-file"),
            ("\u{1b}[31m", "binary-file"), (String(repeating: "x", count: 2_000_000), "file-too-large"),
            (String(repeating: "x", count: 1_000_000), "bad-region-line"),
            ("group 99999999999999999999\n0x0 0x0 msi\n", "bad-group-line"),
        ])
    func unreadable(text: String, expected: String) {
        #expect(parse(text).diagnostics.map(\.id) == [expected])
    }

    @Test("bytes that are not UTF-8 are refused") func notUTF8() {
        #expect(parse([0x30, 0xff, 0xfe, 0x0a]).diagnostics.map(\.id) == ["binary-file"])
    }

    @Test("too many regions and too many errors end the reading") func limits() {
        let line = "0x0000000000001000 0x0000000000001fff msi\n"
        let many = parse(String(repeating: line, count: ReservedRegionsFile.regionsMax + 1))
        #expect(many.diagnostics.map(\.id) == ["too-many-regions"])
        let bad = parse(String(repeating: "0x1 0x0 msi\n", count: 1000))
        #expect(bad.diagnostics.count == 21)
        #expect(bad.diagnostics.last?.id == "too-many-errors")
    }

    @Test("a file cut at any byte gives whole regions, warnings or errors, never a crash") func truncation() {
        let text =
            "group 1\n0x0000000000000000 0x0000000000ffffff direct-relaxable\n0xfee00000 0xfeefffff msi\n"
        let bytes = Array(text.utf8)
        for end in 0..<bytes.count {
            let (groups, diagnostics, _) = parse(Array(bytes[..<end]))
            // A region that was cut in the middle is never taken silently.
            let isAtLineEnd = end > 8 && bytes[end - 1] == UInt8(ascii: "\n")
            #expect(isAtLineEnd == diagnostics.isEmpty, "cut at \(end)")
            #expect(groups.count <= 1)
        }
    }

    @Test("a direct region over a reserved one names both lines") func contradiction() {
        let (_, diagnostics, shown) = parse("0x1000 0x4fff direct\n0x3000 0x5fff reserved\n")
        #expect(diagnostics.map(\.id) == ["contradicting-regions"])
        #expect(shown.contains("machine.regions:2:1") && shown.contains("machine.regions:1:1"))
        #expect(shown.contains("0x3000-0x4fff is 'direct' and 'reserved' at once"))
    }

    @Test(
        "what may overlap",
        arguments: [
            ("direct", "direct", nil), ("direct-relaxable", "direct", nil), ("reserved", "msi", nil),
            ("direct", "msi", "contradicting-regions"),
            ("direct-relaxable", "reserved", "overlapping-regions"),
        ] as [(String, String, String?)])
    func overlaps(one: String, other: String, expected: String?) {
        for (first, second) in [(one, other), (other, one)] {
            let (_, diagnostics, shown) = parse("0x1000 0x4fff \(first)\n0x3000 0x5fff \(second)\n")
            #expect(diagnostics.map(\.id) == [expected].compactMap { $0 }, "\(shown)")
        }
    }

    @Test("regions of different groups contradict nothing") func differentGroups() {
        let (_, diagnostics, shown) = parse(
            "group 1\n0x1000 0x4fff direct\ngroup 2\n0x1000 0x4fff reserved\n")
        #expect(diagnostics.isEmpty, "\(shown)")
    }

    @Test("random bytes never crash the reader") func randomBytes() {
        var generator = SeededGenerator(seed: 2)
        let alphabet = Array("0x1f #group\n\r\tmsidrectv-la".utf8)
        for _ in 0..<500 {
            let length = Int.random(in: 1...200, using: &generator)
            let bytes = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            let (groups, diagnostics, _) = parse(bytes)
            #expect(!groups.flatMap(\.regions).isEmpty || !diagnostics.isEmpty)
        }
    }
}
