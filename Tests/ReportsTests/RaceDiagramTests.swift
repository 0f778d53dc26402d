// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import Findings
import Reports
import Testing

private func read(_ bytes: [UInt8]) -> (run: RecordedRun?, diagnostics: [Diagnostic], shown: String) {
    var sources = SourceMap()
    let file = SourceFile(path: "race.txt", bytes: bytes)
    let (run, diagnostics) = RaceDiagramReader.read(file, id: sources.add(file))
    return (run, diagnostics, TextRenderer(sources: sources).render(diagnostics))
}

private func read(_ text: String) -> (run: RecordedRun?, diagnostics: [Diagnostic], shown: String) {
    read(Array(text.utf8))
}

/// What git and mail programs ask of a line of a commit message.
private func expectPasteable(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        #expect(line.utf8.count <= RaceDiagram.columnsMax, "\(line)")
        #expect(line.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "\(line)")
        #expect(line.isEmpty || line.hasPrefix("  "), "\(line)")
        #expect(!line.hasSuffix(" "), "\(line)")
        #expect(line.drop { $0 == " " } != "---", "\(line)")
    }
}

@Suite("Race diagrams") struct RaceDiagramTests {
    static let sample = RaceDiagram.text(of: SampleRun.run, breaking: SampleRun.violation)
    static let recorded = RecordedRun(SampleRun.run, breaking: SampleRun.violation)

    @Test("a run, as it is printed") func sample() {
        let difference = golden(
            Self.sample, file: "\(repositoryRoot)/Tests/Golden/runs/deferred-without-flush.run.txt")
        #expect(difference == nil, "\(difference ?? "")")
        expectPasteable(Self.sample)
        #expect(read(Self.sample).run == Self.recorded)
    }

    @Test("every run is printed in 75 columns and read back", arguments: 1...150)
    func roundTrip(seed: UInt64) {
        for isHostile in [false, true] {
            let (run, violation) = RandomRun.make(seed: seed, isHostile: isHostile)
            let text = RaceDiagram.text(of: run, breaking: violation)
            expectPasteable(text)
            let (result, _, shown) = read(text)
            #expect(result == RecordedRun(run, breaking: violation), "\(shown)\n\(text)")
            #expect(RaceDiagram.text(of: run, breaking: violation) == text)
        }
    }

    @Test("the fate of a text in mails and editors does not matter")
    func surroundings() {
        let lines = Self.sample.split(separator: "\n", omittingEmptySubsequences: false)
        func prefixed(_ prefix: String) -> String { lines.map { prefix + $0 }.joined(separator: "\n") }
        let texts = [
            "quoted": prefixed("> "), "quoted twice": prefixed("> > "), "quoted tightly": prefixed(">>"),
            "indented": prefixed("    "), "indented by a tab": prefixed("\t"),
            "other line ends": lines.joined(separator: "\r\n"),
            "blanks at line ends": lines.joined(separator: "   \n"),
            "tabs for blanks": Self.sample.split(separator: "\n", omittingEmptySubsequences: false).map {
                $0.hasPrefix("        ") ? "\t" + $0.dropFirst(8) : String($0)
            }.joined(separator: "\n"),
            "copied from the first letter": String(Self.sample.dropFirst(2)),
            "without the last line end": String(Self.sample.dropLast()),
            "unindented": lines.map { String($0.dropFirst(2)) }.joined(separator: "\n"),
            "in a commit message":
                "iommu: flush before the IOVA is free\n\nWhy\n---\nIt breaks:\n\n\(Self.sample)\nSigned-off-by: A\n",
            "below a heading": "A heading\n---------\n\nText.\n\nFound by\n--------\n\(Self.sample)Text.\n",
        ]
        for (name, text) in texts {
            let (run, _, shown) = read(text)
            #expect(run == Self.recorded, "\(name): \(shown)\n\(text)")
        }
    }

    @Test("lanes that take no part have no column") func unusedLanes() {
        #expect(!Self.sample.contains("IOTLB"))
    }

    @Test("a run without a step") func initialState() {
        let run = Run(
            source: RunSource(spec: "a.spec", check: "c", settings: []), lanes: [Lane(title: "CPU")],
            initialState: [], steps: [])
        let violation = Violation(
            kind: .deadlock, property: "deadlock", explanation: [], place: "a.spec:1:1", run: run)
        let text = RaceDiagram.text(of: run, breaking: violation)
        expectPasteable(text)
        #expect(text.hasPrefix("  (initial state)\n  ---------------\n\n  Breaks:    deadlock (deadlock)\n"))
        #expect(read(text).run == RecordedRun(run, breaking: violation))
    }

    @Test("twenty lanes share one column") func manyLanes() {
        let lanes = (0..<20).map { Lane(title: "CPU \($0)") }
        let steps = lanes.indices.map {
            Step(lane: $0, action: "dma_map_page(page \($0))", operations: [], changes: [], state: [])
        }
        let run = Run(
            source: RunSource(spec: "a.spec", check: "c", settings: []), lanes: lanes, initialState: [],
            steps: steps)
        let violation = Violation(
            kind: .assertion, property: "fits", explanation: ["page 3 is taken"], place: "a.spec:1:1",
            run: run)
        let text = RaceDiagram.text(of: run, breaking: violation)
        expectPasteable(text)
        #expect(text.contains("  CPU 19: dma_map_page(page 19)\n"))
        #expect(read(text).run == RecordedRun(run, breaking: violation))
    }

    @Test("cut after any line, a diagram is refused") func truncation() {
        let lines = Self.sample.split(separator: "\n", omittingEmptySubsequences: false)
        for count in 2..<(lines.count - 1) {
            let (run, diagnostics, _) = read(lines[..<count].joined(separator: "\n"))
            #expect(run == nil, "\(count) lines")
            #expect(diagnostics.map(\.id) == ["truncated-diagram"], "\(count) lines")
        }
    }

    @Test("with a step removed, a diagram is refused") func missingStep() {
        var lines = Self.sample.split(separator: "\n", omittingEmptySubsequences: false)
        lines.remove(at: 3)
        #expect(read(lines.joined(separator: "\n")).diagnostics.map(\.id) == ["truncated-diagram"])
    }

    @Test("what is wrong, as it is shown") func mistakes() {
        var text = ""
        let moved = Self.sample.replacing("  dma_map_page(", with: "     dma_map_page(")
        let kind = Self.sample.replacing("(invariant)", with: "(invariance)")
        let backslash = Self.sample.replacing("access(page 1)", with: "access(page \\1)")
        let cut = Self.sample.split(separator: "\n")[..<6].joined(separator: "\n")
        for broken in [moved, kind, backslash, cut, "nothing of the kind\n", ""] {
            let (run, _, shown) = read(broken)
            #expect(run == nil)
            text += shown
        }
        let difference = golden(
            text, file: "\(repositoryRoot)/Tests/Golden/runs/broken-diagrams.expected")
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test("files that hold no diagram")
    func noDiagram() {
        #expect(read([0x7f, 0x45, 0x4c, 0x46, 0x00]).diagnostics.map(\.id) == ["binary-file"])
        #expect(read([0xff, 0xfe, 0x80]).diagnostics.map(\.id) == ["no-diagram"])
        #expect(read("").diagnostics.map(\.id) == ["empty-file"])
        #expect(read("----\n----\n----\n").diagnostics.map(\.id) == ["truncated-diagram"])
        let long = [UInt8](repeating: 0x2d, count: RaceDiagramReader.bytesMax + 1)
        #expect(read(long).diagnostics.map(\.id) == ["file-too-large"])
    }

    @Test("a large file of nothing but headings is read in bounded time") func manyHeadings() {
        let text = String(repeating: "ab\n----\n", count: 3_000)
        #expect(read(text).run == nil)
    }

    @Test("damaged diagrams never crash the reader", arguments: 1...40)
    func damage(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array(Self.sample.utf8)
        for _ in 0..<4 {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 1...255, using: &generator)
            case 1: bytes.remove(at: place)
            default: bytes.removeSubrange(place..<min(place + 200, bytes.count))
            }
            if bytes.isEmpty { return }
            let (run, diagnostics, _) = read(bytes)
            #expect((run == nil) == !diagnostics.isEmpty)
        }
    }
}
