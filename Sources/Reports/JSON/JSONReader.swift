// SPDX-License-Identifier: MIT

import Diagnostics

/// Reads JSON (RFC 8259) of any origin in bounded time, memory and depth.
struct JSONReader {
    static let bytesMax = 64 << 20
    static let depthMax = 256
    /// Values in one file: each takes about 100 bytes of memory.
    static let nodesMax = 4_000_000

    struct Failure: Error { let diagnostic: Diagnostic }

    private let bytes: [UInt8]
    private let id: SourceFileID
    private var position = 0
    private var nodeCount = 0

    private init(_ source: SourceFile, id: SourceFileID) {
        bytes = source.bytes
        self.id = id
    }

    static func read(
        _ source: SourceFile, id: SourceFileID, bytesMax: Int = bytesMax
    ) throws(Failure) -> JSONNode {
        var reader = JSONReader(source, id: id)
        guard source.bytes.count <= bytesMax else {
            throw reader.failure(
                "file-too-large",
                "a JSON file has at most \(bytesMax) bytes, this one has \(source.bytes.count)",
                at: 0)
        }
        guard String(validating: source.bytes, as: UTF8.self) != nil else {
            throw reader.failure("binary-file", "this is not a text file: it is not UTF-8", at: 0)
        }
        // A byte order mark is no part of the text.
        if source.bytes.starts(with: [0xef, 0xbb, 0xbf]) { reader.position = 3 }
        let node = try reader.value(depth: 0)
        reader.skipBlanks()
        guard reader.position == source.bytes.count else {
            throw reader.failure(
                "bad-json", "there is more text behind the JSON value", at: reader.position,
                help: "one file holds one JSON value")
        }
        return node
    }

    // MARK: Values

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
            position += 1
        }
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONNode {
        skipBlanks()
        let start = position
        nodeCount += 1
        guard nodeCount <= Self.nodesMax else {
            throw failure("json-too-large", "a JSON file has at most \(Self.nodesMax) values", at: start)
        }
        guard depth <= Self.depthMax else {
            throw failure(
                "json-too-deep", "JSON nested deeper than \(Self.depthMax) levels is not read", at: start)
        }
        let content: JSONNode.Content
        guard let byte = current else { throw cutShort() }
        switch byte {
        case UInt8(ascii: "{"): content = .object(try members(depth: depth))
        case UInt8(ascii: "["): content = .array(try elements(depth: depth))
        case UInt8(ascii: "\""): content = .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): content = .number(try number())
        case UInt8(ascii: "t"): content = .bool(try word("true", true))
        case UInt8(ascii: "f"): content = .bool(try word("false", false))
        case UInt8(ascii: "n"): content = try word("null", .null)
        default: throw failure("bad-json", "a JSON value was expected here", at: position)
        }
        return JSONNode(content: content, span: Span(file: id, start: start, end: position))
    }

    private mutating func word<Result>(_ word: String, _ result: Result) throws(Failure) -> Result {
        guard bytes[position...].starts(with: word.utf8) else {
            throw failure("bad-json", "a JSON value was expected here", at: position)
        }
        position += word.utf8.count
        return result
    }

    private mutating func elements(depth: Int) throws(Failure) -> [JSONNode] {
        position += 1
        var elements: [JSONNode] = []
        skipBlanks()
        if current == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            elements.append(try value(depth: depth + 1))
            if try isAtEnd(closing: "]") { return elements }
        }
    }

    private mutating func members(depth: Int) throws(Failure) -> [JSONNode.Member] {
        position += 1
        var members: [JSONNode.Member] = []
        var names: Set<String> = []
        skipBlanks()
        if current == UInt8(ascii: "}") {
            position += 1
            return members
        }
        while true {
            skipBlanks()
            let start = position
            guard current == UInt8(ascii: "\"") else {
                throw current == nil
                    ? cutShort() : failure("bad-json", "a name in quotes was expected here", at: start)
            }
            let name = try string()
            guard names.insert(name).inserted else {
                throw failure("bad-json", "this name appears twice in one object", at: start)
            }
            skipBlanks()
            guard current == UInt8(ascii: ":") else {
                throw current == nil
                    ? cutShort() : failure("bad-json", "a colon was expected here", at: position)
            }
            position += 1
            members.append(JSONNode.Member(name: name, value: try value(depth: depth + 1)))
            if try isAtEnd(closing: "}") { return members }
        }
    }

    /// Steps over a comma or the closing bracket.
    private mutating func isAtEnd(closing: Character) throws(Failure) -> Bool {
        skipBlanks()
        guard let byte = current else { throw cutShort() }
        position += 1
        if byte == closing.asciiValue { return true }
        guard byte == UInt8(ascii: ",") else {
            throw failure("bad-json", "a comma or '\(closing)' was expected here", at: position - 1)
        }
        return false
    }

    private mutating func number() throws(Failure) -> String {
        let start = position
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let others = Array("+-.eE".utf8)
        while let byte = current, digits.contains(byte) || others.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        // Only integers are ever used; others need no more than to be numbers.
        guard Double(text) != nil, text.last.map({ $0.isNumber }) ?? false else {
            throw failure("bad-json", "this is not a number", at: start)
        }
        return text
    }

    // MARK: Strings

    private mutating func string() throws(Failure) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
            case 0..<0x20:
                throw failure(
                    "bad-json", "a string may not hold a control character", at: position - 1,
                    help: "write it as an escape, for example \\n")
            default: text.append(byte)
            }
        }
        position = start
        throw cutShort()
    }

    private mutating func escape() throws(Failure) -> Unicode.Scalar {
        let start = position - 1
        guard let byte = current else { throw cutShort() }
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "u"):
            let unit = try hexadecimalUnit(start)
            if let scalar = Unicode.Scalar(unit) { return scalar }
            // A character above U+FFFF is written as two escapes.
            guard (0xd800..<0xdc00).contains(unit), bytes[position...].starts(with: Array("\\u".utf8)) else {
                break
            }
            position += 2
            let second = try hexadecimalUnit(start)
            guard (0xdc00..<0xe000).contains(second) else { break }
            let value = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00)
            if let scalar = Unicode.Scalar(value) { return scalar }
        default: break
        }
        throw failure("bad-json", "this escape stands for no character", at: start)
    }

    private mutating func hexadecimalUnit(_ start: Int) throws(Failure) -> UInt32 {
        guard position + 4 <= bytes.count else { throw cutShort() }
        let digits = bytes[position..<(position + 4)]
        guard digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw failure("bad-json", "this escape stands for no character", at: start) }
        position += 4
        return unit
    }

    // MARK: Failures

    private func cutShort() -> Failure {
        failure(
            "truncated-json", "the file ends in the middle of a JSON value", at: bytes.count,
            help: "the file was cut; copy or make it again")
    }

    private func failure(_ name: String, _ message: String, at offset: Int, help: String? = nil) -> Failure {
        let span = Span(file: id, start: offset, end: min(offset + 1, bytes.count))
        return Failure(diagnostic: Diagnostic(name, message, at: span, help: help))
    }
}
