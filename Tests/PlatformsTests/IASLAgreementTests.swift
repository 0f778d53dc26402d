// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import Testing

@testable import Platforms

/// What `iasl -d` of ACPICA prints of each real table, held against our reading, field by field.
struct IASLAgreementTests {
    struct Line {
        let offset: Int
        let size: Int
        let name: String
        let value: String
    }

    /// Fields that we do not keep: nothing about addresses is in them.
    static let others: Set<String> = [
        "Reserved", "Global Interrupt Offset", "NSgIrpt", "NSgIrpt Flags (decoded below)", "NSgCfgIrpt",
        "NSgCfgIrpt Flags (decoded below)", "VATOS Address", "Sync GSIV", "GERR GSIV", "PRI GSIV",
        "Event GSIV",
        "Proximity Domain", "Device ID Mapping Index", "Context Interrupt Offset", "PMU Interrupt Offset",
        "Memory Properties", "Padding",
    ]

    @Test(.enabled(if: Commands.has("iasl")))
    func everyFieldOfEveryTable() throws {
        let commands = try Commands()
        defer { commands.remove() }
        let tables = RealTables.all
        #expect(tables.count == 445)
        var compared = 0
        var stopped = 0
        for (index, table) in tables.enumerated() {
            let bytes = Data(table.bytes)
            try bytes.write(to: commands.folder.appendingPathComponent("t\(index).dat"))
        }
        for start in stride(from: 0, to: tables.count, by: 50) {
            let names = (start..<min(start + 50, tables.count)).map { "t\($0).dat" }
            _ = try commands.run(["iasl", "-d"] + names, mayFail: true)
        }
        for (index, table) in tables.enumerated() {
            let text = try String(
                contentsOf: commands.folder.appendingPathComponent("t\(index).dsl"), encoding: .utf8)
            // Structures newer than the installed iasl: it stops there, and so does the comparison.
            if text.contains("**** Unknown") { stopped += 1 }
            let own = TableFields(try ReadTable.read(table.bytes, path: table.name).table)
            for line in Self.lines(text) { compared += compare(line, own, table.name) }
        }
        #expect(compared > 25_000)
        #expect(stopped < 100)
    }

    /// The dump that ends what iasl prints is the table again.
    @Test(.enabled(if: Commands.has("iasl")))
    func itsTextIsReadAsTheTable() throws {
        let commands = try Commands()
        defer { commands.remove() }
        for (index, table) in RealTables.ofMachines.enumerated() {
            try Data(table.bytes).write(to: commands.folder.appendingPathComponent("t\(index).dat"))
            _ = try commands.run(["iasl", "-d", "t\(index).dat"], mayFail: true)
            let text = try String(
                contentsOf: commands.folder.appendingPathComponent("t\(index).dsl"), encoding: .utf8)
            let machine = RealTables.machine(text: text, path: "table")
            #expect(machine.diagnostics.isEmpty, "\(table.name)")
            #expect(machine.tables == RealTables.machine(of: table.bytes).tables, "\(table.name)")
        }
    }

    /// `[078h 0120   8]                Base Address : 00000000DF7DF000`
    static func lines(_ text: String) -> [Line] {
        text.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("["), let close = line.firstIndex(of: "]"),
                let colon = line.firstRange(of: " : ")
            else { return nil }
            let numbers = line[line.index(after: line.startIndex)..<close].split(separator: " ")
            guard numbers.count == 3, let offset = Int(numbers[1]), let size = Int(numbers[2]) else {
                return nil
            }
            let name = line[line.index(after: close)..<colon.lowerBound].trimmingCharacters(in: .whitespaces)
            return Line(offset: offset, size: size, name: name, value: String(line[colon.upperBound...]))
        }
    }

    private func compare(_ line: Line, _ own: TableFields, _ table: String) -> Int {
        if Self.others.contains(line.name) { return 0 }
        if line.value.hasPrefix("\"") {
            let printed = line.value.dropFirst().prefix { $0 != "\"" }
            let expected = printed.trimmingCharacters(in: .whitespaces).replacingOccurrences(
                of: "\\\\", with: "\\")
            // iasl prints a blank for what is not printable, we say what it is.
            let text = (own.texts[line.offset] ?? "none").replacing(/\\x[0-9a-f]{2}/, with: " ")
            #expect(
                text.trimmingCharacters(in: .whitespaces) == expected,
                "\(table): \(line.name) at byte \(line.offset)")
            return 1
        }
        let digits = line.value.prefix { $0 != " " }.filter { $0 != "," }
        guard let value = UInt64(digits, radix: 16) else {
            Issue.record("\(table): \(line.name) is '\(line.value)'")
            return 0
        }
        let place = TableFields.Place(offset: line.offset, size: line.size)
        // A root complex of revision 0 has its mappings where iasl looks for a field of revision 1.
        let mapping = TableFields.Place(offset: line.offset, size: 4)
        if line.name == "Memory Size Limit", own.values[mapping] != nil { return 0 }
        guard own.values[place] != nil || !own.unknown.contains(where: { $0.contains(line.offset) }) else {
            return 0
        }
        #expect(own.values[place] == value, "\(table): \(line.name) at byte \(line.offset)")
        return 1
    }
}
