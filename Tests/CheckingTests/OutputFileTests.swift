// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import Synchronization
import Testing

/// Where results go: regular files are replaced, devices and FIFOs are written to, links do not lead out.
@Suite struct OutputFileTests {
    private func reason(_ path: String, below root: String? = nil) -> String? {
        do throws(OutputFile.Failure) {
            try OutputFile.write("text", to: path, below: root)
            return nil
        } catch {
            return error.reason
        }
    }

    private func type(of path: String) throws -> FileAttributeType? {
        try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    }

    @Test func aFileIsReplacedAndNothingElseIsLeft() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("before, and longer", as: "a.json")
        #expect(reason(path) == nil)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "text")
        #expect(reason(directory.path + "/new/folder/b.json") == nil)
        #expect(try directory.names == ["a.json", "new"])
    }

    /// As root, too: renaming a file over the device would break the machine.
    @Test func devicesStayDevices() throws {
        #expect(reason("/dev/null") == nil)
        #expect(reason("/dev/full") == "No space left on device")
        for device in ["/dev/null", "/dev/full"] { #expect(try type(of: device) == .typeCharacterSpecial) }
    }

    /// The reader is a thread of its own: a task would wait for one of the threads that all tests share, and the writer
    /// holds one of two until there is a reader.
    @Test func aFIFOIsWrittenTo() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/fifo"
        try #require(mkfifo(path, 0o600) == 0)
        let content = Mutex<Data?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let data = try? FileHandle(forReadingAtPath: path)?.readToEnd()
            content.withLock { $0 = data }
            done.signal()
        }
        #expect(reason(path) == nil)
        done.wait()
        #expect(content.withLock { $0 } == Data("text".utf8))
    }

    @Test func aLinkIsFollowedWithinItsFolderOnly() throws {
        let directory = try TemporaryDirectory()
        let outside = try directory.write("outside", as: "outside.json")
        try directory.write("inside", as: "named/inside.json")
        func link(_ name: String, to target: String) throws -> String {
            let path = directory.path + "/named/" + name
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
            return path
        }
        #expect(reason(try link("good", to: "inside.json")) == nil)
        #expect(try String(contentsOfFile: directory.path + "/named/inside.json", encoding: .utf8) == "text")
        #expect(try type(of: directory.path + "/named/good") == .typeSymbolicLink)
        for (name, target) in [("up", "../outside.json"), ("absolute", outside), ("nowhere", "missing")] {
            #expect(reason(try link(name, to: target))?.contains("symbolic link") == true, "\(name)")
        }
        #expect(try String(contentsOfFile: outside, encoding: .utf8) == "outside")
        // A folder below the one named may be a link that somebody put there.
        let folder = try link("folder", to: "..")
        let below = reason(folder + "/x/trace.txt", below: directory.path + "/named")
        #expect(below?.contains("leads out of") == true)
    }

    /// Foundation's `deletingLastPathComponent` stops the program on these.
    @Test func namesOfOneLetterHaveAFolder() {
        #expect(reason("/dev/full/x") != nil)
        #expect(reason("/") == "it is a directory; name a file")
    }
}
