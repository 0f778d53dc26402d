// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import Findings
import Foundation
import Reports
import Testing

private func read(_ bytes: [UInt8]) -> (run: RecordedRun?, diagnostics: [Diagnostic], shown: String) {
    var sources = SourceMap()
    let file = SourceFile(path: "race.itf.json", bytes: bytes)
    let (run, diagnostics) = ITFReader.read(file, id: sources.add(file))
    return (run, diagnostics, TextRenderer(sources: sources).render(diagnostics))
}

private func read(_ text: String) -> (run: RecordedRun?, diagnostics: [Diagnostic], shown: String) {
    read(Array(text.utf8))
}

@Suite("ITF traces") struct ITFTests {
    static let sample = ITFTrace.json(of: SampleRun.run, breaking: SampleRun.violation).text

    @Test("a run, as it is written") func sample() {
        let difference = golden(
            Self.sample, file: "\(repositoryRoot)/Tests/Golden/runs/deferred-without-flush.itf.json")
        #expect(difference == nil, "\(difference ?? "")")
        #expect(read(Self.sample).run == RecordedRun(SampleRun.run, breaking: SampleRun.violation))
    }

    @Test("every run is written and read back", arguments: 1...60)
    func roundTrip(seed: UInt64) throws {
        for isHostile in [false, true] {
            let (run, violation) = RandomRun.make(seed: seed, isHostile: isHostile)
            let text = ITFTrace.json(of: run, breaking: violation).text
            #expect(text.utf8.allSatisfy { $0 == 0x0a || (0x20...0x7e).contains($0) })
            // Foundation's reader, which is not ours, reads it too.
            let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            #expect((parsed?["states"] as? [Any])?.count == run.steps.count + 1)
            let (result, _, shown) = read(text)
            #expect(result == RecordedRun(run, breaking: violation), "\(shown)")
        }
    }

    @Test("a step that fails half-way repeats the state before it, and says so") func failedStep() throws {
        let step = Step(lane: 0, action: "assert", operations: [], changes: [], state: [])
        let run = Run(
            source: RunSource(spec: "a.spec", check: "c", settings: []), lanes: [Lane(title: "CPU")],
            initialState: [
                ObservedField(name: "action", value: .integer(-3)), ObservedField(name: "from", value: .none),
            ], steps: [step])
        let violation = Violation(kind: .assertion, property: "a", explanation: [], place: "", run: run)
        let text = ITFTrace.json(of: run, breaking: violation).text
        let bigint = ##"{"#bigint": "-3"}"##
        #expect(text.contains(##"{"index": 1, "failed": true}"##))
        #expect(text.components(separatedBy: bigint).count == 3)
        #expect(text.contains(#""vars": ["action", "from", "action_", "lane"]"#))
        #expect(read(text).run?.steps == [RecordedRun.Step(laneTitle: "CPU", action: "assert")])
    }

    @Test("PyPI's itf-py reads every value and writes it again", .enabled(if: ITFPython.isInstalled))
    func python() throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("iommu-check-\(UUID().uuidString).itf.json")
        defer { try? FileManager.default.removeItem(at: file) }
        var traces = [Self.sample]
        for seed in 1...20 {
            let (run, violation) = RandomRun.make(seed: UInt64(seed), isHostile: seed % 2 == 0)
            traces.append(ITFTrace.json(of: run, breaking: violation).text)
        }
        let awkward = ObservedValue.record([
            ObservedField(name: "from", value: .none),
            ObservedField(name: "_x", value: .set([.none, .integer(1)])),
        ])
        let variant = ObservedValue.record([
            ObservedField(name: "tag", value: .name("a")), ObservedField(name: "value", value: .integer(1)),
        ])
        let run = Run(
            source: SampleRun.run.source, lanes: [],
            initialState: [
                ObservedField(name: "a", value: awkward), ObservedField(name: "b", value: variant),
            ],
            steps: [])
        traces.append(ITFTrace.json(of: run, breaking: SampleRun.violation).text)
        try Data(("[" + traces.joined(separator: ",") + "]").utf8).write(to: file)
        let output = try ITFPython.run(
            """
            import json, sys, itf_py
            for data in json.load(open(sys.argv[1])):
                trace = itf_py.trace_from_json(data)
                assert len(trace.states) == len(data["states"])
                for state in trace.states:
                    assert set(state.values) == set(trace.vars), state
                    assert isinstance(state.values[trace.meta["action"]], str)
                again = itf_py.trace_to_json(trace)
                assert itf_py.trace_from_json(again).states == trace.states
            last = itf_py.trace_from_json(data)
            print(type(last.states[0].values["a"]["from"]).__name__, last.states[0].values["b"]["value"])
            """, file.path)
        #expect(output == "Nothing 1\n")
    }

    @Test("what is wrong, as it is shown") func mistakes() {
        let texts = [
            "[1, 2]", "{\"states\": 7}", Self.sample.replacing("\"iommu-check\"", with: "\"quint\""),
            Self.sample.replacing("\"version\": 1", with: "\"version\": 2"),
            Self.sample.replacing("\"access(page 1)\"", with: "7"),
            Self.sample.replacing("\"no_stale_dma\",", with: "\"no_stale_dma\""),
            Self.sample.replacing("\"kind\": \"invariant\"", with: "\"kind\": \"variant\""),
            String(Self.sample.prefix(700)), "{\"a\": \"\\ud800\"}", "{\"a\": 1, \"a\": 2}", "{} {}",
            "{\"a\": 1.}",
        ]
        let shown = texts.map { read($0).shown }.joined()
        let difference = golden(
            shown, file: "\(repositoryRoot)/Tests/Golden/runs/broken-traces.expected")
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test("files that are no traces") func noTrace() {
        #expect(read("").diagnostics.map(\.id) == ["empty-file"])
        #expect(read([0x1f, 0x8b, 0x08]).diagnostics.map(\.id) == ["binary-file"])
        let deep = String(repeating: "[", count: 100_000)
        #expect(read(deep).diagnostics.map(\.id) == ["json-too-deep"])
        let file = SourceFile(path: "large.itf.json", text: Self.sample)
        let refused = ITFReader.read(file, id: SourceFileID(index: 0), bytesMax: Self.sample.utf8.count - 1)
        #expect(refused.diagnostics.map(\.id) == ["file-too-large"])
    }

    @Test("a trace cut or damaged anywhere gives one error, never a crash") func damage() {
        let bytes = Array(Self.sample.utf8)
        for end in stride(from: 0, to: bytes.count - 2, by: 13) {
            let (run, diagnostics, _) = read(Array(bytes[..<end]))
            #expect(run == nil)
            #expect(diagnostics.count == 1)
        }
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            var damaged = bytes
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            damaged[place] = UInt8.random(in: 0...255, using: &generator)
            let (run, diagnostics, _) = read(damaged)
            #expect((run == nil) == !diagnostics.isEmpty)
        }
    }
}

/// The Python on this machine, if it has itf-py.
private enum ITFPython {
    static let isInstalled = (try? run("import itf_py")) == ""

    static func run(_ program: String, _ arguments: String...) throws -> String {
        let commands = try Commands()
        defer { commands.remove() }
        return (try? commands.run(["python3", "-c", program] + arguments)) ?? "failed"
    }
}
