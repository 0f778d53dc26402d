// SPDX-License-Identifier: MIT

package import Diagnostics

/// Tables out of the text of `acpidump` or of `iasl -d` (which ends with the raw bytes).
///
///     DMAR @ 0x0000000000000000
///         0000: 44 4D 41 52 A8 00 00 00 01 37 49 4E 54 45 4C 20  DMAR.....7INTEL
package enum HexDump {
    package struct Table: Sendable {
        package let bytes: [UInt8]
        /// The line of its first bytes.
        package let line: Int
    }

    /// Whether the text has a line of bytes at offset 0 that begin as one of the tables do.
    package static func isDump(_ source: SourceFile) -> Bool {
        (1...source.lineStarts.count).prefix(200_000).contains { number in
            guard let row = row(source, number), row.offset == 0 else { return false }
            return ACPITable.signatures.contains { row.bytes.starts(with: $0.utf8) }
        }
    }

    /// All tables of DMA remapping in the dump; others are left out.
    package static func tables(
        _ source: SourceFile, id: SourceFileID
    ) -> (tables: [Table], diagnostics: [Diagnostic]) {
        var tables: [Table] = []
        var diagnostics: [Diagnostic] = []
        var current: (bytes: [UInt8], line: Int)?
        func close() {
            guard let done = current else { return }
            current = nil
            if ACPITable.signatures.contains(where: { done.bytes.starts(with: $0.utf8) }) {
                tables.append(Table(bytes: done.bytes, line: done.line))
            }
        }
        for number in 1...source.lineStarts.count {
            guard let row = row(source, number) else {
                if !source.line(number).allSatisfy(\.isWhitespace) { close() }
                continue
            }
            if row.offset == 0 {
                close()
                current = ([], number)
            }
            guard let before = current else { continue }
            guard row.offset == before.bytes.count else {
                let start = source.lineStarts[number - 1]
                diagnostics.append(
                    Diagnostic(
                        "bad-dump-line",
                        "this line has the bytes from \(hexadecimal(UInt64(row.offset))) on; the lines above end at "
                            + hexadecimal(UInt64(before.bytes.count)),
                        at: Span(file: id, start: start, end: start + source.line(number).utf8.count),
                        help: "a line is missing or doubled; dump the table again"))
                current = nil
                continue
            }
            current = (before.bytes + row.bytes, before.line)
        }
        close()
        return (tables, diagnostics)
    }

    /// `    0010: 41 00 …  text` with one to sixteen bytes; iasl writes `  0010: ` or `  010: ` and `  00000010: `.
    private static func row(_ source: SourceFile, _ number: Int) -> (offset: Int, bytes: [UInt8])? {
        let start = source.lineStarts[number - 1]
        let end = number < source.lineStarts.count ? source.lineStarts[number] : source.bytes.count
        var position = start
        func digit(_ byte: UInt8) -> Int? {
            switch byte {
            case 0x30...0x39: Int(byte) - 0x30
            case 0x41...0x46: Int(byte) - 0x41 + 10
            case 0x61...0x66: Int(byte) - 0x61 + 10
            default: nil
            }
        }
        while position < end, source.bytes[position] == 0x20 || source.bytes[position] == 0x09 {
            position += 1
        }
        var offset = 0
        let digits = position
        while position < end, let value = digit(source.bytes[position]), position - digits < 8 {
            offset = offset << 4 | value
            position += 1
        }
        guard position - digits >= 3, position + 1 < end, source.bytes[position] == UInt8(ascii: ":"),
            source.bytes[position + 1] == 0x20
        else { return nil }
        position += 2
        var bytes: [UInt8] = []
        while bytes.count < 16, position + 1 < end, let high = digit(source.bytes[position]),
            let low = digit(source.bytes[position + 1]),
            position + 2 >= end || [0x20, 0x0a, 0x0d].contains(source.bytes[position + 2])
        {
            bytes.append(UInt8(high << 4 | low))
            position += 3
        }
        return bytes.isEmpty ? nil : (offset, bytes)
    }
}
