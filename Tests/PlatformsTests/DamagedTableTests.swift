// SPDX-License-Identifier: MIT

import Foundation
import Testing

@testable import Platforms

private typealias Build = TableBuilder

/// Whatever is done to a table: an error that names a byte, or a reading; never a crash, never silence.
struct DamagedTableTests {
    private static func read(_ bytes: [UInt8]) -> Result<ReadTable, TableError> {
        Result { () throws(TableError) in try ReadTable.read(bytes, path: "table") }
    }

    @Test func truncatedAtEveryByte() {
        for table in RealTables.ofMachines {
            for count in 0..<table.bytes.count {
                let cut = Array(table.bytes[..<count])
                guard case .failure(let error) = Self.read(cut) else {
                    Issue.record("\(table.name) cut to \(count) bytes was read")
                    return
                }
                #expect(error.offset <= count, "\(table.name) cut to \(count) bytes")
                #expect(count < 4 || error.id == "truncated-table", "\(table.name) cut to \(count) bytes")
            }
        }
    }

    /// A table whose header says less than it has: structures are cut in the middle, the checksum is made right.
    @Test func shortenedAtEveryByte() {
        for table in RealTables.ofMachines where table.bytes.count < 600 {
            for count in 4..<table.bytes.count where count >= 36 {
                let machine = RealTables.machine(of: Build.sealed(Array(table.bytes[..<count])))
                let isWhole = machine.diagnostics.isEmpty
                #expect(isWhole == !machine.tables.isEmpty)
                // What ends between two structures is a table; it has fewer of them.
                if isWhole, let read = machine.tables.first {
                    #expect(TableFields(read.table).values.count < count)
                }
            }
        }
    }

    /// The sum over a table changes with any byte: what can still be read has a wrong checksum.
    @Test func everyByteOfSmallTables() {
        let small = RealTables.ofMachines.filter { $0.signature != "MCFG" }
            .sorted { ($0.bytes.count, $0.name) < ($1.bytes.count, $1.name) }
        var chosen: [RealTables.Table] = []
        for signature in ["DMAR", "IVRS"] { chosen += small.filter { $0.signature == signature }.prefix(4) }
        var read = 0
        for table in chosen {
            for offset in table.bytes.indices {
                // Every value in the smallest of each kind, every bit in the others.
                let isSmallest = table.name == chosen[0].name || table.name == chosen[4].name
                for flip in isSmallest ? Array(1...255) : [1, 2, 4, 8, 16, 32, 64, 128, 255] as [UInt8] {
                    var bytes = table.bytes
                    bytes[offset] ^= flip
                    // Behind a smaller length the rest of the file is not part of the sum.
                    guard case .success(let own) = Self.read(bytes), own.bytesBehind == 0 else { continue }
                    read += 1
                    #expect(own.checksumRemainder != 0, "\(table.name), byte \(offset)")
                    // The rest is looked at now and then only: it is slow, and cannot hide anything.
                    if read % 16 == 0 {
                        #expect(RealTables.machine(of: bytes).defects.contains { $0.kind == .wrongChecksum })
                    }
                }
            }
        }
        #expect(read > 10_000)
    }

    // MARK: Lengths and references

    @Test func lengthsThatLeadNowhere() {
        for length: UInt64 in [0, 1, 3, 15, 0xffff] {
            var bytes = Build.dmar([Build.drhd()])
            bytes.replaceSubrange(50..<52, with: Build.number(length, 2))
            expectError("bad-length", 48, bytes)
        }
        var scope = Build.dmar([Build.drhd([Build.scope()])])
        for length: UInt8 in [0, 5, 6, 7, 9, 255] {
            scope[65] = length
            let error = failure(scope)
            #expect(error?.id == "bad-length")
            #expect((64...65).contains(error?.offset ?? 0))
        }
        var block = Build.ivrs([Build.ivhd()])
        for length: UInt64 in [0, 4, 23, 0xffff] {
            block.replaceSubrange(50..<52, with: Build.number(length, 2))
            expectError("bad-length", 48, block)
        }
    }

    @Test func entriesWithoutALength() {
        expectError("unknown-entry", 72, Build.ivrs([Build.ivhd([[0x9f, 0, 0, 0]])]))
        // A UID that says it goes on behind the block.
        let entry: [UInt8] =
            [0xf0, 0, 0, 0] + Array("AMDI0020".utf8) + Array(repeating: 0, count: 8) + [2, 40]
        expectError("bad-length", 88, Build.ivrs([Build.ivhd(type: 0x40, [entry])]))
    }

    @Test func nodesThatLeadInCircles() {
        // Two components, each the other's output.
        let size = UInt64(Build.component("A", mappings: [Build.mapping(0, 1, 0, to: 0)]).count)
        let circle = Build.iort([
            Build.component("A", mappings: [Build.mapping(0, 1, 0, to: 48 + size)]),
            Build.component("B", mappings: [Build.mapping(0, 1, 0, to: 48)]),
        ])
        let error = failure(circle)
        #expect(error?.id == "cyclic-table")
        #expect(
            error?.message.contains("named component 1 to named component 2 to named component 1") == true)
        let own = Build.iort([Build.component("A", mappings: [Build.mapping(0, 1, 0, to: 48)])])
        #expect(failure(own)?.id == "cyclic-table")
    }

    @Test func referencesIntoNothing() {
        for target: UInt64 in [0, 47, 49, 64, 0xffff_ffff] {
            let table = Build.iort([Build.component("A", mappings: [Build.mapping(0, 1, 0, to: target)])])
            #expect(failure(table)?.id == "bad-reference")
        }
        // A list of mappings that overlaps the node's own header, and one that is behind it.
        var overlap = Build.iort([
            Build.smmuV3, Build.component("A", mappings: [Build.mapping(0, 1, 0, to: 48)]),
        ])
        let node = 48 + Build.smmuV3.count
        overlap.replaceSubrange(node + 12..<node + 16, with: Build.number(8, 4))
        expectError("bad-reference", node + 12, overlap)
        overlap.replaceSubrange(node + 12..<node + 16, with: Build.number(0xffff_fff0, 4))
        expectError("bad-length", node + 12, overlap)
        overlap.replaceSubrange(
            node + 8..<node + 16, with: Build.number(0xffff_ffff, 4) + Build.number(32, 4))
        expectError("bad-length", node + 12, overlap)
        expectError("bad-length", 36, Build.iort([Build.smmuV3], count: 2))
        expectError("bad-reference", 40, Build.iort([Build.smmuV3], first: 16))
    }

    private func failure(_ bytes: [UInt8]) -> TableError? {
        if case .failure(let error) = Self.read(Build.sealed(bytes)) { error } else { nil }
    }

    private func expectError(
        _ id: String, _ offset: Int, _ bytes: [UInt8], place: SourceLocation = #_sourceLocation
    ) {
        let error = failure(bytes)
        #expect(error?.id == id, "\(error?.message ?? "was read")", sourceLocation: place)
        #expect(error?.offset == offset, "\(error?.message ?? "was read")", sourceLocation: place)
    }

    // MARK: Random damage

    /// Seconds in the environment (`PLATFORM_FUZZ_SECONDS=600`) make it a long run.
    @Test func randomDamage() {
        let seconds = ProcessInfo.processInfo.environment["PLATFORM_FUZZ_SECONDS"].flatMap(Double.init)
        let end = seconds.map { Date().addingTimeInterval($0) }
        var seed: UInt64 = 1
        var rounds = 0
        while end.map({ Date() < $0 }) ?? (rounds < 2000) {
            var random = SeededGenerator(seed: seed)
            seed += 1
            rounds += 1
            guard let table = RealTables.ofMachines.randomElement(using: &random) else { return }
            var bytes = table.bytes
            for _ in 0...Int.random(in: 0...6, using: &random) { Self.damage(&bytes, using: &random) }
            // Every other one with a right frame, so that more is reached than the header.
            if bytes.count >= 36, Bool.random(using: &random) { bytes = Build.sealed(bytes) }
            let machine = RealTables.machine(of: bytes)
            // Something is said of it: it was read, or there is an error.
            #expect(!machine.tables.isEmpty || !machine.diagnostics.isEmpty, "seed \(seed - 1)")
            _ = machine.defects.count + machine.addressMaps.count
            _ = PlatformText.text(of: machine, program: "test")
        }
        if end != nil { print("\(rounds) damaged tables") }
    }

    private static func damage(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...32, using: &random)))
        case 3:
            let end = min(bytes.count, at + Int.random(in: 1...64, using: &random))
            bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
        case 4:
            let value: UInt64 =
                [0, 1, 0xffff_ffff, .max, 0x7fff_ffff_ffff_ffff].randomElement(using: &random) ?? 0
            for (index, byte) in Build.number(value, 8).enumerated() where at + index < bytes.count {
                bytes[at + index] = byte
            }
        default: bytes.swapAt(at, Int.random(in: 0..<bytes.count, using: &random))
        }
    }
}
