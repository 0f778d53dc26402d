// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import Testing

@testable import CompiledModel

/// Another program, run to its end: how it ended, and where its words went.
@Suite struct ChildProcessTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func shell(_ script: String) -> ChildProcess { ChildProcess("/bin/sh", ["-c", script]) }

    @Test(arguments: [0, 1, 7, 255] as [Int32])
    func theExitCode(code: Int32) { #expect(shell("exit \(code)").run() == .exited(code)) }

    @Test func aSignal() { #expect(shell("kill -9 $$").run() == .killed) }

    @Test func aProgramThatIsNotThere() throws {
        #expect(ChildProcess("\(folder.path)/none", []).run() == .notFound)
        #expect(ChildProcess("no-program-of-this-name", []).run() == .notFound)
        // Without a slash it is looked for.
        #expect(ChildProcess("true", []).run() == .exited(0))
    }

    @Test func itsWordsGoToTheirFiles() throws {
        let (output, errors) = ("\(folder.path)/output", "\(folder.path)/errors")
        #expect(shell("echo one; echo two >&2; cat").run(output: output, errors: errors) == .exited(0))
        #expect(try String(contentsOfFile: output, encoding: .utf8) == "one\n")
        #expect(try String(contentsOfFile: errors, encoding: .utf8) == "two\n")
        let mode = try FileManager.default.attributesOfItem(atPath: output)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
    }

    /// Words are passed as they are: no shell reads them.
    @Test func argumentsAreNotRead() throws {
        let output = "\(folder.path)/output"
        let words = ["a b", "$HOME", "*", "", "\"'`", "größe"]
        #expect(ChildProcess("printf", ["%s\n"] + words).run(output: output) == .exited(0))
        #expect(try String(contentsOfFile: output, encoding: .utf8) == words.map { $0 + "\n" }.joined())
    }

    /// A file that lies there, or a link to one, is not written to.
    @Test func aFileThatIsThereIsNotWrittenTo() throws {
        let victim = try folder.write("mine", as: "victim")
        let link = "\(folder.path)/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: victim)
        for path in [victim, link] {
            #expect(shell("echo theirs").run(output: path) == .notFound)
            #expect(try String(contentsOfFile: victim, encoding: .utf8) == "mine")
        }
    }

    /// What is not wanted any more ends at once, and what it started ends with it.
    @Test func whatIsNotWantedEnds() throws {
        let started = "\(folder.path)/started"
        let start = ContinuousClock.now
        let end = shell("sleep 30 & echo $! > \(started).new; mv \(started).new \(started); wait").run {
            !FileManager.default.fileExists(atPath: started)
        }
        #expect(end == .killed)
        #expect(ContinuousClock.now - start < .seconds(20))
        let text = try String(contentsOfFile: started, encoding: .utf8)
        let child = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        // A killed process may be a zombie until its new parent has noticed.
        var isGone = false
        for _ in 0..<200 where !isGone {
            let status = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
            isGone = status.map { $0.contains(") Z ") || $0.contains(") X ") } ?? true
            if !isGone { Thread.sleep(forTimeInterval: 0.02) }
        }
        #expect(isGone)
    }
}
