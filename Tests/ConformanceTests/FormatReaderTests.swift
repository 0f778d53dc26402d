// SPDX-License-Identifier: MIT

import Testing

@testable import Conformance

/// The body of an event read by its format: the fields' values, or the byte from which it is written
/// otherwise.
struct FormatReaderTests {
    private struct Reading: Equatable {
        /// -1, or where it does not match.
        var place: Int
        var values: [UInt64]
        var names: [String]
    }

    private static func read(_ template: String, _ body: String, from start: Int = 0) throws -> Reading {
        let (catalog, problems) = LogTesting.catalog("event e: \(template)")
        guard problems.isEmpty, let format = catalog.formats.first else {
            throw LogTesting.Rejected(description: problems.joined())
        }
        let reader = FormatReader(format)
        var names = NameTable()
        let values = UnsafeMutablePointer<UInt64>.allocate(capacity: 32)
        defer { values.deallocate() }
        values.initialize(repeating: 99, count: 32)
        let place = Array(body.utf8).withUnsafeBytes {
            reader.read($0, from: start, names: &names, into: values)
        }
        return Reading(
            place: place, values: (0..<format.fields.count).map { values[$0] },
            names: (0..<names.count).compactMap { names.name(UInt64($0 + 1)) })
    }

    @Test(
        arguments: [
            ("{a:hex}", "0", [0]), ("{a:hex}", "0x10", [16]), ("{a:hex}", "0XfF", [255]),
            ("{a:hex}", "ffffffffffffffff", [.max]), ("{a:hex}", "0xffffffffffffffff", [.max]),
            ("{a:hex}", "8000000000000000", [1 << 63]),
            ("{a}", "0", [0]), ("{a}", "007", [7]), ("{a}", "999999999999999999", [999_999_999_999_999_999]),
            ("{a}", "-1", [.max]), ("{a}", "-12", [UInt64.max - 11]),
            ("iova={a:hex} - {b:hex} size={c}", "iova=0x1000 - 0x1fff size=4096", [0x1000, 0x1fff, 4096]),
            ("{a}{_}", "12abc", [12]), ("{_} x={a}", "x x x=5", [5]),
            ("{a}", "5   ", [5]), ("a {b}", "a 1", [1]), ("{_}", "", []), ("x", "x", []),
        ] as [(String, String, [UInt64])])
    func matches(template: String, body: String, values: [UInt64]) throws {
        let found = try Self.read(template, body)
        #expect(found.place == -1)
        #expect(found.values == values)
    }

    /// The byte at which it is not as the format says.
    @Test(arguments: [
        ("iova={a:hex} size={b}", "iova=0x1 sizes=3", 8), ("iova={a:hex}", "iove=1", 0),
        ("x {a:hex}", "x 0x", 4), ("x {a:hex}", "x g", 2), ("{a:hex}", "12345678901234567", 16),
        ("{a}", "", 0), ("{a}", "-", 1), ("{a}", "x", 0), ("{a}", "1234567890123456789", 18),
        ("{a}", "5 x", 2), ("{a} y", "5 x", 1), ("{n:name}", "", 0), ("{n:name};", ";", 0),
        ("{_} x={a}", "y x= x=5", 4),
        ("x", "", 0), ("", "y", 0),
    ])
    func doesNotMatch(template: String, body: String, place: Int) throws {
        #expect(try Self.read(template, body).place == place)
    }

    /// A name ends at the text that follows it, or at a blank, whichever comes first.
    @Test func names() throws {
        let found = try Self.read("{a:name}: {b:name} {c:name}/{d:name}", "0000:00:1f.2", from: 0)
        // `:` ends the first name at byte 4, and ': ' does not stand there.
        #expect(found.place == 4)
        let good = try Self.read("{a:name} {b:name}/{c:name}", "0000:00:1f.2 dmar0/dmar0")
        #expect(good.place == -1)
        // Names are numbered from 1 as they are met, the same bytes by the same number.
        #expect(good.values == [1, 2, 2])
        #expect(good.names == ["0000:00:1f.2", "dmar0"])
        #expect(try Self.read("{a:name};", "x y;").place == 1)
    }

    @Test func aNameHasAtMost256Bytes() throws {
        #expect(try Self.read("{a:name}", String(repeating: "n", count: 256)).place == -1)
        #expect(try Self.read("{a:name}", String(repeating: "n", count: 257)).place == 0)
    }

    /// What was read is counted from the body's start; the place is one of the line.
    @Test func theBodyMayBeginAnywhere() throws {
        #expect(try Self.read("{a}", "skip 17", from: 5) == Reading(place: -1, values: [17], names: []))
        #expect(try Self.read("{a}", "skip x", from: 5).place == 5)
        #expect(try Self.read("{a}", "skip ", from: 5).place == 5)
    }

    /// Numbers for names, when there are many of them.
    @Test func manyNames() {
        var table = NameTable()
        func number(_ text: String) -> UInt64? {
            Array(text.utf8).withUnsafeBytes { table.number(of: $0) }
        }
        for round in 0..<2 {
            for index in 1...1000 {
                #expect(number("device \(index)") == UInt64(index), "round \(round)")
            }
        }
        #expect(table.count == 1000)
        #expect(table.name(1) == "device 1")
        #expect(table.name(1000) == "device 1000")
        #expect(table.name(0) == nil)
        #expect(table.name(1001) == nil)
        #expect(number("") == 1001)
        #expect(table.name(1001) == "")
    }
}
