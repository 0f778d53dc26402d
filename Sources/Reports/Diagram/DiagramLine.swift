// SPDX-License-Identifier: MIT

import Diagnostics

/// One line of a text that holds a diagram, without the marks of a quotation, its tabs turned into blanks.
struct DiagramLine {
    /// A stretch without gaps.
    struct Word {
        let text: String
        let column: Int
    }

    /// Without the blanks at both ends.
    let text: String
    /// Column of the first character that is no blank, from 0.
    let column: Int
    /// Byte offsets in the file.
    private let start: Int
    private let end: Int

    private static let tabWidth = 8

    static func all(of source: SourceFile) -> [DiagramLine] {
        source.lineStarts.enumerated().map { index, start in
            let isLast = index + 1 == source.lineStarts.count
            let end = isLast ? source.bytes.count : source.lineStarts[index + 1] - 1
            return DiagramLine(source.bytes, start: start, end: end)
        }
    }

    init(_ bytes: [UInt8], start: Int, end: Int) {
        var position = start
        // '> > ': one mark for each time the text was quoted.
        while position < end, bytes[position] == UInt8(ascii: ">") {
            position += 1
            if position < end, bytes[position] == UInt8(ascii: " ") { position += 1 }
        }
        var column = 0
        while position < end, bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t") {
            column += bytes[position] == UInt8(ascii: " ") ? 1 : Self.tabWidth - column % Self.tabWidth
            position += 1
        }
        var last = end
        while last > position, bytes[last - 1] <= UInt8(ascii: " ") { last -= 1 }
        self.column = column
        var text: [UInt8] = []
        for byte in bytes[position..<last] {
            if byte == UInt8(ascii: "\t") {
                let width = Self.tabWidth - (column + text.count) % Self.tabWidth
                text += repeatElement(UInt8(ascii: " "), count: width)
            } else {
                text.append(byte)
            }
        }
        self.text = String(decoding: text, as: UTF8.self)
        self.start = min(position, last)
        self.end = last
    }

    var isBlank: Bool { text.isEmpty }

    func span(_ id: SourceFileID) -> Span { Span(file: id, start: start, end: end) }

    /// The stretches between gaps of at least `gap` blanks.
    func words(gap: Int) -> [Word] {
        var words: [Word] = []
        var word: [UInt8] = []
        var blanks = 0
        var wordColumn = column
        for (offset, byte) in text.utf8.enumerated() {
            if byte == UInt8(ascii: " ") {
                blanks += 1
                continue
            }
            if blanks >= gap {
                words.append(Word(text: String(decoding: word, as: UTF8.self), column: wordColumn))
                word = []
                wordColumn = column + offset
            } else {
                word += repeatElement(UInt8(ascii: " "), count: blanks)
            }
            blanks = 0
            word.append(byte)
        }
        if !word.isEmpty {
            words.append(Word(text: String(decoding: word, as: UTF8.self), column: wordColumn))
        }
        return words
    }

    /// `Spec:      Specs/default_domain.spec`: the key, and the value if it stands in its column.
    func entry(valueColumn: Int) -> (DiagramKey, String)? {
        guard let colon = text.firstIndex(of: ":"), let key = DiagramKey(rawValue: String(text[..<colon]))
        else {
            return nil
        }
        let value = text.utf8.dropFirst(valueColumn - column)
        guard !value.isEmpty, value.first != UInt8(ascii: " ") else { return nil }
        return (key, String(decoding: value, as: UTF8.self))
    }
}
