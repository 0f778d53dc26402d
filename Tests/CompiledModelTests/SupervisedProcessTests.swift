// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import Testing

@testable import CompiledModel

/// What another program starts is bounded, and gone when it should be.
@Suite struct SupervisedProcessTests {
    private static let limits = ChildProcess.Limits(
        addressSpaceBytes: 1 << 30, processorSeconds: 50, niceness: 7)

    private static func isRunning(_ process: String) -> Bool {
        let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return state.map { !$0.contains(") Z ") } ?? false
    }

    /// Starts a process that leaves its group, and writes its number to a file.
    private static func script(_ file: String, _ rest: String) -> [String] {
        ["-c", "setsid sleep 600 & echo $! >'\(file).new'; mv '\(file).new' '\(file)'; \(rest)"]
    }

    private static func processNumber(_ file: String) -> String? {
        (try? String(contentsOfFile: file, encoding: .utf8))?.trimmingCharacters(in: .newlines)
    }

    @Test func limitsHold() throws {
        let folder = try TemporaryDirectory()
        let end = ChildProcess(
            "sh", ["-c", "ulimit -v; ulimit -t; ulimit -c; nice; echo $EXTRA; exit 3"], limits: Self.limits,
            environment: ["EXTRA": "it is there"]
        ).run(output: folder.path + "/output")
        #expect(end == .exited(3))
        let before = getpriority(Int32(PRIO_PROCESS.rawValue), 0)
        let text = try String(contentsOfFile: folder.path + "/output", encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        try #require(lines.count == 5, "\(text)")
        #expect(lines[0...2] == ["1048576", "50", "0"] && lines[4] == "it is there")
        // Somebody else may lower it further.
        #expect(Int32(lines[3]).map { $0 >= min(19, before + 7) } == true)
        let greedy = ChildProcess(
            "sh", ["-c", "while :; do :; done"],
            limits: .init(
                addressSpaceBytes: 1 << 30, processorSeconds: 1))
        #expect(greedy.run() == .exited(128 + SIGXCPU))
        #expect(ChildProcess("/no/such/program", [], limits: Self.limits).run() == .notFound)
    }

    @Test func whatIsNotWantedIsGone() throws {
        let folder = try TemporaryDirectory()
        let (number, work) = (folder.path + "/number", folder.path + "/work")
        try folder.write("made on the way", as: "work/inner/file")
        var limits = Self.limits
        limits.folder = work
        let end = ChildProcess("sh", Self.script(number, "sleep 600"), limits: limits).run {
            !FileManager.default.fileExists(atPath: number)
        }
        #expect(end == .killed)
        let process = try #require(Self.processNumber(number))
        #expect(!Self.isRunning(process))
        #expect(!FileManager.default.fileExists(atPath: work))
    }

    @Test func whatItLeavesBehindIsGone() throws {
        let folder = try TemporaryDirectory()
        let number = folder.path + "/number"
        #expect(
            ChildProcess("sh", Self.script(number, "exit 0"), limits: Self.limits).run() == .exited(0))
        let process = try #require(Self.processNumber(number))
        #expect(!Self.isRunning(process))
    }
}
