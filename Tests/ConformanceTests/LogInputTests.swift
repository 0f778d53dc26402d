// SPDX-License-Identifier: MIT

import CZlib
import CheckerTesting
import Testing

@testable import Conformance

/// The lines of a log: plain or gzip, whole or cut, with any line ends.
struct LogInputTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func lines(_ bytes: [UInt8]) throws -> [String] {
        let reader = LineReader(try LogInput(path: try folder.write(bytes, as: "log")))
        var found: [String] = []
        while let line = try reader.next() {
            found.append(String(decoding: line, as: UTF8.self))
            #expect(reader.number == found.count)
        }
        return found
    }

    private func failure(_ bytes: [UInt8]) throws -> LogFailure? {
        do {
            _ = try lines(bytes)
            return nil
        } catch let failure as LogFailure {
            return failure
        }
    }

    /// One gzip member.
    private static func gzip(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(
            &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var (source, room) = (bytes, [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 1000))
        return source.withUnsafeMutableBufferPointer { source in
            room.withUnsafeMutableBufferPointer { room in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = room.baseAddress
                stream.avail_out = UInt32(room.count)
                deflate(&stream, Z_FINISH)
                return Array(room.prefix(room.count - Int(stream.avail_out)))
            }
        }
    }

    @Test(
        arguments: [
            ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]),
            ("a\r\nb\r\n", ["a", "b"]), ("\r\n", [""]), ("\r", [""]), ("a\rb\n", ["a\rb"]),
            ("\n\n\na", ["", "", "", "a"]), ("a\r\r\n", ["a\r"]),
        ] as [(String, [String])])
    func lineEnds(text: String, expected: [String]) throws {
        #expect(try lines(Array(text.utf8)) == expected)
        #expect(try lines(Self.gzip(Array(text.utf8))) == expected)
    }

    /// Whether the last line was ended: a log that ends within a line was cut off.
    @Test func anUnendedLineIsTold() throws {
        for (text, isUnended) in [("a\nb", true), ("a\nb\n", false), ("a", true)] {
            let reader = LineReader(try LogInput(path: try folder.write(text, as: "log")))
            while try reader.next() != nil {}
            #expect(reader.isUnended == isUnended)
        }
    }

    /// More than the reader's buffer of 1 MiB, so that lines lie across its end.
    @Test func manyLines() throws {
        let expected = (0..<60_000).map { "line \($0) " + String(repeating: "x", count: $0 % 71) }
        let bytes = Array(expected.joined(separator: "\n").utf8)
        #expect(bytes.count > 2 << 20)
        #expect(try lines(bytes) == expected)
        #expect(try lines(Self.gzip(bytes)) == expected)
        // Members one after another are one text, also where a line lies across them.
        let half = bytes.count / 2
        #expect(try lines(Self.gzip(Array(bytes[..<half])) + Self.gzip(Array(bytes[half...]))) == expected)
    }

    @Test func aLongLineIsRefused() throws {
        let most = LineReader.lineBytesMax
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: most)
        #expect(try lines(line + [10]).map(\.utf8.count) == [most])
        let failure = try #require(
            try failure([10, 10] + [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)))
        #expect(failure.id == "line-too-long")
        #expect(failure.line == 3)
        #expect(failure.message == "the line is longer than 64 KiB")
    }

    // MARK: Gzip that is not whole

    @Test func aCutGzipIsRefused() throws {
        let whole = Self.gzip(Array("first line\nsecond line\n".utf8))
        for count in 3..<whole.count {
            let failure = try #require(try failure(Array(whole.prefix(count))), "\(count) bytes")
            #expect(failure.id == "truncated-log")
            #expect(failure.message.hasSuffix("after \(count) compressed bytes"))
        }
        #expect(try failure(whole) == nil)
        let second = try #require(try failure(whole + whole.prefix(12)))
        #expect(second.id == "truncated-log")
    }

    @Test func aDamagedGzipIsRefused() throws {
        let whole = Self.gzip(Array("first line\nsecond line\n".utf8), level: 0)
        var count = 0
        // The text itself, and the check sum and size behind it.
        for place in 15..<whole.count {
            var damaged = whole
            damaged[place] ^= 0x20
            if let failure = try failure(damaged) {
                #expect(["damaged-log", "truncated-log"].contains(failure.id), "byte \(place)")
                count += 1
            }
        }
        #expect(count == whole.count - 15)
        let after = try #require(try failure(whole + Array("rubbish".utf8)))
        #expect(after.id == "damaged-log")
    }

    // MARK: What cannot be opened

    @Test func whatIsNoFile() throws {
        for (path, text) in [
            (folder.path + "/none", "No such file or directory"), (folder.path, "it is a directory"),
        ] {
            do {
                _ = try LogInput(path: path)
                Issue.record("\(path) was opened")
            } catch {
                #expect(error.id == "cannot-read")
                #expect(error.message == "cannot read the log '\(path)': \(text)")
                #expect(error.help != nil)
            }
        }
    }

    /// A log may be shorter than what tells its kind.
    @Test(arguments: [[], [0x1f], [0x1f, 0x8b], [0x8b, 0x1f, 10], [0]] as [[UInt8]])
    func shortFiles(bytes: [UInt8]) throws {
        let failure = try failure(bytes)
        #expect((failure?.id ?? "read") == (bytes == [0x1f, 0x8b] ? "truncated-log" : "read"))
    }
}
