// SPDX-License-Identifier: MIT

import Diagnostics

/// Bytes to tokens. Never fails: what is no token becomes one diagnostic and an `invalid` token.
struct Lexer {
    private let path: String
    private let bytes: [UInt8]
    private let id: SourceFileID
    private var offset = 0
    private var newlineBefore = true
    /// `///` lines since the last token.
    private var pendingDocumentation: [String] = []
    private var stream = TokenStream()

    private init(_ file: SourceFile, id: SourceFileID) {
        path = file.path
        bytes = file.bytes
        self.id = id
    }

    /// All tokens of a file. A file that is no text has no tokens but `endOfFile`, and one diagnostic.
    static func lex(_ file: SourceFile, id: SourceFileID) -> TokenStream {
        var lexer = Lexer(file, id: id)
        if let refusal = lexer.refusal() {
            lexer.stream.diagnostics = [refusal]
        } else {
            lexer.run()
        }
        let end = Int32(min(file.bytes.count, Limits.fileBytesMax))
        lexer.attachDocumentation()
        lexer.stream.tokens.append(Token(kind: .endOfFile, start: end, end: end, newlineBefore: true))
        return lexer.stream
    }

    /// Why the file as a whole cannot be a spec.
    private func refusal() -> Diagnostic? {
        if bytes.count > Limits.fileBytesMax {
            return ParseDiagnostics.fileTooLarge(path, bytes: bytes.count)
        }
        if let nul = bytes.firstIndex(of: 0) { return ParseDiagnostics.binaryFile(at: span(nul, nul + 1)) }
        if let place = firstInvalidUTF8() { return ParseDiagnostics.notUTF8(at: span(place, place + 1)) }
        return nil
    }

    private func firstInvalidUTF8() -> Int? {
        var decoder = UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var place = 0
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let encoded): place += encoded.count
            case .emptyInput: return nil
            case .error: return place
            }
        }
    }

    private func span(_ start: Int, _ end: Int) -> Span { Span(file: id, start: start, end: end) }

    private func byte(_ distance: Int = 0) -> UInt8? {
        offset + distance < bytes.count ? bytes[offset + distance] : nil
    }

    private func text(_ start: Int, _ end: Int) -> String {
        String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private mutating func run() {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        while let first = byte(), stream.diagnostics.count <= Limits.diagnosticsMax {
            switch first {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): offset += 1
            case UInt8(ascii: "\n"):
                offset += 1
                newlineBefore = true
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"): comment()
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): blockComment()
            case UInt8(ascii: "\""): string()
            default:
                if Self.isDigit(first) {
                    number()
                } else if Self.isNamePart(first) {
                    name()
                } else if let (kind, length) = sign() {
                    append(kind, length: length)
                } else {
                    unexpectedCharacters()
                }
            }
        }
    }

    private mutating func append(_ kind: Token.Kind, length: Int) {
        attachDocumentation()
        stream.tokens.append(
            Token(
                kind: kind, start: Int32(offset), end: Int32(offset + length), newlineBefore: newlineBefore))
        newlineBefore = false
        offset += length
    }

    private mutating func attachDocumentation() {
        guard !pendingDocumentation.isEmpty else { return }
        stream.documentation[stream.tokens.count] = pendingDocumentation.joined(separator: "\n")
        pendingDocumentation = []
    }

    // MARK: - Comments

    private mutating func comment() {
        let start = offset
        while let next = byte(), next != UInt8(ascii: "\n") { offset += 1 }
        var end = offset
        while end > start,
            [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains(bytes[end - 1])
        {
            end -= 1
        }
        stream.comments.append(Comment(start: Int32(start), end: Int32(end), isOnOwnLine: newlineBefore))
        rejectInvisibles(start, end)
        let slashes = bytes[start..<end].prefix { $0 == UInt8(ascii: "/") }.count
        guard slashes == 3 else { return }
        let first = start + 3 < end && bytes[start + 3] == UInt8(ascii: " ") ? start + 4 : start + 3
        pendingDocumentation.append(text(first, end))
    }

    /// Characters that make a reader see other text than the checker reads (bidirectional overrides).
    private mutating func rejectInvisibles(_ start: Int, _ end: Int) {
        guard bytes[start..<end].contains(where: { $0 >= 0x80 }) else { return }
        var place = start
        for scalar in text(start, end).unicodeScalars {
            let length = UTF8.width(scalar)
            switch scalar.value {
            case 0x202A...0x202E, 0x2066...0x2069:
                stream.diagnostics.append(
                    ParseDiagnostics.invisibleCharacter(scalar, at: span(place, place + length)))
                return
            default: place += length
            }
        }
    }

    /// `/* … */` does not exist; it is skipped as a whole so that it gives one message.
    private mutating func blockComment() {
        let start = offset
        offset += 2
        while offset < bytes.count, !(byte() == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) {
            if byte() == UInt8(ascii: "\n") { newlineBefore = true }
            offset += 1
        }
        offset = min(offset + 2, bytes.count)
        stream.diagnostics.append(ParseDiagnostics.blockComment(at: span(start, start + 2)))
    }

    // MARK: - Words and numbers

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            true
        default: isDigit(byte)
        }
    }

    private func wordLength() -> Int {
        var length = 0
        while let next = byte(length), Self.isNamePart(next) { length += 1 }
        return length
    }

    private mutating func name() {
        let length = wordLength()
        if length > Limits.nameLengthMax {
            stream.diagnostics.append(
                ParseDiagnostics.nameTooLong(length, at: span(offset, offset + length)))
            append(.identifier, length: length)
            return
        }
        // No keyword is longer than this; saves the look-up of most long names.
        let keyword = length <= 10 ? Token.Kind.keywords[text(offset, offset + length)] : nil
        append(keyword ?? .identifier, length: length)
    }

    private mutating func number() {
        let length = wordLength()
        switch Self.value(of: bytes[offset..<offset + length]) {
        case .value: break
        case .tooLarge:
            stream.diagnostics.append(ParseDiagnostics.numberTooLarge(at: span(offset, offset + length)))
        case .malformed:
            stream.diagnostics.append(ParseDiagnostics.malformedNumber(at: span(offset, offset + length)))
        }
        append(.number, length: length)
        // `1.5`: say so once instead of 'expected a name'.
        if byte() == UInt8(ascii: "."), let digit = byte(1), Self.isDigit(digit) {
            let start = offset - length
            offset += 1
            offset += wordLength()
            stream.diagnostics.append(ParseDiagnostics.fraction(at: span(start, offset)))
        }
    }

    enum Number {
        case value(UInt64)
        case tooLarge
        case malformed
    }

    /// The value of `123`, `0x1F` or `1_000`.
    static func value(of digits: ArraySlice<UInt8>) -> Number {
        let isHexadecimal = digits.starts(with: "0x".utf8) || digits.starts(with: "0X".utf8)
        let base: UInt64 = isHexadecimal ? 16 : 10
        let body = digits.dropFirst(isHexadecimal ? 2 : 0)
        let underscore = UInt8(ascii: "_")
        guard let first = body.first, let last = body.last, first != underscore, last != underscore else {
            return .malformed
        }
        // `0755` means something else in C.
        if !isHexadecimal, body.count > 1, first == UInt8(ascii: "0") { return .malformed }
        var value: UInt64 = 0
        var overflows = false
        var previous: UInt8 = 0
        for byte in body {
            defer { previous = byte }
            if byte == underscore {
                guard previous != underscore else { return .malformed }
                continue
            }
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue.map(UInt64.init), digit < base
            else {
                return .malformed
            }
            let (product, overflow) = value.multipliedReportingOverflow(by: base)
            let (sum, carry) = product.addingReportingOverflow(digit)
            overflows = overflows || overflow || carry
            value = sum
        }
        return overflows ? .tooLarge : .value(value)
    }

    private mutating func string() {
        let start = offset
        var end = offset + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\n") {
            end += 1
        }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else {
            stream.diagnostics.append(ParseDiagnostics.unterminatedString(at: span(start, end)))
            append(.invalid, length: end - start)
            return
        }
        let content = bytes[start + 1..<end]
        if content.contains(where: { $0 < 0x20 || $0 > 0x7E }) {
            stream.diagnostics.append(ParseDiagnostics.stringNotPrintable(at: span(start, end + 1)))
        }
        append(.string, length: end + 1 - start)
    }

    // MARK: - Signs

    /// The longest sign at this place.
    private func sign() -> (Token.Kind, length: Int)? {
        for length in [3, 2, 1] where offset + length <= bytes.count {
            let candidate = bytes[offset..<offset + length]
            guard let list = Self.signs[bytes[offset]] else { return nil }
            if let found = list.first(where: { $0.bytes.elementsEqual(candidate) }) {
                return (found.kind, length)
            }
        }
        return nil
    }

    /// All signs by their first byte.
    private static let signs: [UInt8: [(bytes: [UInt8], kind: Token.Kind)]] = {
        var table: [UInt8: [(bytes: [UInt8], kind: Token.Kind)]] = [:]
        for kind in Token.Kind.allCases {
            let bytes = Array(kind.rawValue.utf8)
            guard let first = bytes.first, !isNamePart(first) else { continue }
            table[first, default: []].append((bytes, kind))
        }
        return table
    }()

    /// A run of characters that belong to no token gives one diagnostic.
    private mutating func unexpectedCharacters() {
        let start = offset
        offset += 1
        while let next = byte(), next >= 0x80 || Self.isForeign(next) { offset += 1 }
        let run = text(start, offset)
        stream.diagnostics.append(ParseDiagnostics.unexpectedCharacters(run, at: span(start, offset)))
        offset = start
        append(.invalid, length: run.utf8.count)
    }

    /// ASCII that begins nothing.
    private static func isForeign(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): false
        case 0..<0x20, 0x7F: true
        default: "#$'@\\`".utf8.contains(byte)
        }
    }
}
