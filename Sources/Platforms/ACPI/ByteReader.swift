// SPDX-License-Identifier: MIT

/// Little-endian numbers of one structure of a table. No read leaves the structure: it is an error that names the
/// byte.
struct ByteReader {
    /// The whole table, cut to the length its header says.
    let bytes: [UInt8]
    let table: String
    /// `RMRR 2`, `the table`
    let title: String
    /// Of the structure within the table.
    let start: Int
    /// The byte behind the structure.
    let end: Int

    init(_ bytes: [UInt8], table: String) {
        self.init(bytes: bytes, table: table, title: "the table", start: 0, end: bytes.count)
    }

    private init(bytes: [UInt8], table: String, title: String, start: Int, end: Int) {
        self.bytes = bytes
        self.table = table
        self.title = title
        self.start = start
        self.end = end
    }

    var count: Int { end - start }

    /// - Parameter offset: from the start of the structure.
    func number<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self, at offset: Int, _ name: String
    ) throws(TableError) -> Number {
        let size = Number.bitWidth / 8
        let field = try slice(at: offset, count: size, name)
        var number: Number = 0
        for byte in field.reversed() { number = number << 8 | Number(truncatingIfNeeded: byte) }
        return number
    }

    /// `number` of one byte: shifting by eight is too much for it.
    func byte(at offset: Int, _ name: String) throws(TableError) -> UInt8 {
        try slice(at: offset, count: 1, name)[start + offset]
    }

    func slice(at offset: Int, count size: Int, _ name: String) throws(TableError) -> ArraySlice<UInt8> {
        guard offset >= 0, size >= 0, offset <= count, size <= count - offset else {
            throw failure(
                "bad-length", at: offset,
                "the \(name) of \(title) would end at byte "
                    + "\(hexadecimal(UInt64(start) + UInt64(max(0, offset)) + UInt64(max(0, size)))), \(title) ends at "
                    + hexadecimal(UInt64(end)))
        }
        return bytes[start + offset..<start + offset + size]
    }

    /// A structure within this one.
    ///
    /// - Parameters:
    ///   - offset: from the start of this one.
    ///   - length: what the structure says of itself, header included.
    ///   - minimum: what it needs for its fixed fields.
    func part(
        at offset: Int, length: Int, minimum: Int, title: String
    ) throws(TableError) -> ByteReader {
        guard length >= minimum else {
            throw failure(
                "bad-length", at: offset,
                "\(title) says that it has \(length) bytes, it needs at least \(minimum)")
        }
        guard offset >= 0, offset <= count, length <= count - offset else {
            throw failure(
                "bad-length", at: offset,
                "\(title) says that it has \(length) bytes, only \(max(0, count - offset)) are left in \(self.title)"
            )
        }
        return ByteReader(
            bytes: bytes, table: table, title: title, start: start + offset, end: start + offset + length)
    }

    /// Printable ASCII up to the first NUL; other bytes as `\xNN`.
    func text(at offset: Int, count size: Int, _ name: String) throws(TableError) -> String {
        ACPIText.printable(try slice(at: offset, count: size, name))
    }

    func failure(_ id: String, at offset: Int, _ message: String, help: String? = nil) -> TableError {
        TableError(
            id: id, table: table, offset: start + offset, message: message, help: help ?? TableError.copyAgain
        )
    }
}

enum ACPIText {
    /// Up to the first NUL, blanks at the end cut; nothing in it can move a terminal's cursor.
    static func printable(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes.prefix(while: { $0 != 0 }) {
            switch byte {
            case 0x20...0x7e: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + hex(UInt64(byte), 2)
            }
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}
