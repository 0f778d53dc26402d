// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import Foundation
import Testing

@testable import Checking

/// `iommu-check conform` as a user meets it.
struct ConformTests {
    /// The answer without the place of this checkout.
    private func text(_ answer: Answer, of log: String) -> String {
        answer.text.replacing(repositoryRoot + "/", with: "").replacing(log, with: "LOG")
    }

    private func goldenPath(_ name: String) -> String {
        repositoryRoot + "/Tests/Golden/conformance/\(name).expected"
    }

    @Test(arguments: KernelLog.all)
    func realLogsConform(log: KernelLog) throws {
        let answer = try ConformQuestion(log.request()).answer()
        #expect(answer.exitCode == .expected)
        #expect(golden(text(answer, of: log.path), file: goldenPath(log.name)) == nil)
    }

    /// Lazy and strict machines, told apart by what their logs show.
    @Test(arguments: [
        ("intel-strict-kprobes", "most_unmaps_are_invalidated_at_once"),
        ("intel-lazy-kprobes", "most_unmaps_are_left_for_later"),
        ("amd-strict-kprobes", "most_unmaps_are_invalidated_at_once"),
        ("smmuv3-strict-kprobes", "most_unmaps_are_invalidated_at_once"),
    ])
    func modeOfTheMachine(name: String, property: String) throws {
        let log = try #require(KernelLog.all.first { $0.name == name })
        let answer = try ConformQuestion(log.request()).answer()
        let shown = answer.text.split(separator: "\n").first { $0.hasPrefix("  shown ") }
        #expect(shown?.contains(property) == true)
    }

    // MARK: What does not conform

    /// Some lines of a log as a file of their own.
    private func asking(
        _ name: String, lines: (inout [[UInt8]]) throws -> Void, _ body: (ConformRequest) throws -> Void
    ) throws {
        let log = try #require(KernelLog.all.first { $0.name == name })
        var changed = try log.lines()
        try lines(&changed)
        let folder = try TemporaryDirectory()
        let path = try folder.write(Array(changed.joined(separator: [10])) + [10], as: "trace.txt")
        try body(log.request(trace: path))
    }

    private func remove(first event: String, from lines: inout [[UInt8]]) throws {
        let wanted = Array(" \(event): ".utf8)
        let place = try #require(
            lines.firstIndex {
                String(decoding: $0, as: UTF8.self).contains(String(decoding: wanted, as: UTF8.self))
            })
        lines.remove(at: place)
    }

    @Test(arguments: [("ktlbs", "without-ktlbs", 1), ("kunmap", "without-kunmap", 3)])
    func aLineIsGone(event: String, name: String, exitCode: Int32) throws {
        try asking("intel-strict-kprobes") {
            try remove(first: event, from: &$0)
        } _: { request in
            let answer = try ConformQuestion(request).answer()
            #expect(answer.exitCode.rawValue == exitCode)
            #expect(golden(text(answer, of: request.trace), file: goldenPath(name)) == nil)
        }
    }

    /// Two boots, one after another: nothing of the first is known in the second.
    @Test func severalLogsInOne() throws {
        try asking("smmuv3-faults") {
            $0 += $0
        } _: { request in
            let answer = try ConformQuestion(request).answer()
            #expect(answer.exitCode == .expected)
            #expect(answer.text.contains("2 logs one after another"))
        }
    }

    // MARK: What cannot be read

    private func refused(_ bytes: [UInt8], _ spec: String = "vtd_log") throws -> String {
        let folder = try TemporaryDirectory()
        let path = try folder.write(bytes, as: "trace.txt")
        do {
            let answer = try ConformQuestion(
                ConformRequest(trace: path, spec: repositoryRoot + "/Specs/conformance/\(spec).spec")
            ).answer()
            return "exit code \(answer.exitCode.rawValue): \(answer.text.split(separator: "\n")[1])\n"
        } catch let error as BadInput {
            return error.text.replacing(path, with: "LOG").replacing(repositoryRoot + "/", with: "")
        }
    }

    @Test func badInput() throws {
        let log = try #require(KernelLog.all.first { $0.name == "smmuv3-faults" })
        let gzip = Array(try Data(contentsOf: URL(fileURLWithPath: log.path)))
        let lines = try log.lines().prefix(40)
        let whole = Array(lines.joined(separator: [10])) + [10]
        var damaged = gzip
        damaged[5000] ^= 0x40
        let event = try #require(lines.last)
        let cases: [(String, [UInt8])] = [
            ("nothing", []), ("no log", Array("hello\n".utf8)),
            ("zeroes", Array(repeating: 0, count: 100) + [10]),
            ("cut gzip", Array(gzip.prefix(9000))), ("damaged gzip", damaged),
            ("a cut line", Array(whole.dropLast(9))),
            ("another tracer's line", whole + Array(" 1)   0.123 us    |  mutex_lock();\n".utf8)),
            (
                "another kernel's event",
                whole + event.prefix { $0 != UInt8(ascii: ":") } + Array(": map: iova 0x1000\n".utf8)
            ),
            ("earlier than before", whole + lines[12] + [10]),
            ("lost events", whole + Array("CPU:1 [LOST 12 EVENTS]\n".utf8)),
            ("a line without end", Array(repeating: UInt8(ascii: "x"), count: 1 << 20)),
        ]
        let text = try cases.map { "-- \($0.0)\n" + (try refused($0.1, "smmuv3_log")) }.joined()
        #expect(golden(text, file: goldenPath("bad-input")) == nil)
    }

    /// Bytes changed, dropped and doubled anywhere: an answer or an error, never a crash, and never a line stepped over.
    @Test func damagedLogs() throws {
        let rounds = ProcessInfo.processInfo.environment["LONG_TESTS"] == nil ? 60 : 20_000
        var random = SeededNumbers(seed: 7)
        for log in KernelLog.all where log.name.hasPrefix("smmuv3-faults") || log.name == "intel-strict-rmrr"
        {
            let plain = Array(try log.lines().prefix(600).joined(separator: [10])) + [10]
            let gzip = Array(try Data(contentsOf: URL(fileURLWithPath: log.path)))
            for round in 0..<rounds {
                var bytes = round % 4 == 0 ? gzip : plain
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes.remove(at: place)
                    case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                    default:
                        let end = min(bytes.count, place + Int.random(in: 0..<200, using: &random))
                        bytes.insert(contentsOf: bytes[place..<end], at: place)
                    }
                }
                let answer = try refused(bytes, log.spec)
                #expect(
                    answer.hasPrefix("exit code ") || answer.hasPrefix("error["),
                    "round \(round) of \(log.name)")
            }
        }
    }
}
