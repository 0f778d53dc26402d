// SPDX-License-Identifier: MIT

import Core
import Diagnostics
import SpecLanguage

/// Values as 64-bit words, each part in a word of its own: numbers as they are (ranges and Int signed, machine
/// words unsigned), tokens and truth values as ordinals, an optional as 0 or 1 before its value, a range as
/// its ends. Words of what is absent are 0, so that equal values are equal words.
enum WordCoding {
    static func count(_ type: SpecType, at span: Span) throws(NotRunnable) -> Int {
        switch type {
        case .bool, .integer, .enumeration, .symmetric: return 1
        case .range: return 1
        case .bits(_, let width):
            guard width <= 64 else {
                throw NotRunnable("machine words of more than 64 bits are not run over a log", at: span)
            }
            return 1
        case .interval: return 2
        case .optional(let wrapped): return 1 + (try count(wrapped, at: span))
        case .structure(_, let fields):
            var total = 0
            for field in fields { total += try count(field.type, at: span) }
            return total
        case .void, .absent: return 0
        case .set, .queue, .array, .list, .lock, .erroneous:
            throw NotRunnable(
                "'\(type.description)' has no room in a word; over a log only state variables are tables and "
                    + "sets", at: span)
        }
    }

    static func defaultWords(_ type: SpecType, at span: Span) throws(NotRunnable) -> [UInt64] {
        switch type {
        case .range(_, let lower, _): return [UInt64(bitPattern: Int64(lower))]
        case .structure(_, let fields):
            var words: [UInt64] = []
            for field in fields { words += try defaultWords(field.type, at: span) }
            return words
        case .absent, .array, .bits, .bool, .enumeration, .erroneous, .integer, .interval, .list, .lock,
            .optional, .queue, .set, .symmetric, .void:
            return Array(repeating: 0, count: try count(type, at: span))
        }
    }

    static func count(_ kind: Core.Kind, at span: Span) throws(NotRunnable) -> Int {
        switch kind {
        case .truth, .number: return 1
        case .record(_, let fields):
            var total = 0
            for field in fields { total += try count(field, at: span) }
            return total
        case .array, .set, .lock:
            throw NotRunnable(
                "this value has no room in a word; over a log only state variables are tables and sets",
                at: span)
        }
    }

    static func encode(
        _ constant: Core.Constant, _ kind: Core.Kind, at span: Span
    ) throws(NotRunnable) -> [UInt64] {
        switch (constant, kind) {
        case (.truth(let flag), _): return [flag ? 1 : 0]
        case (.number(let number), _): return [try word(number, at: span)]
        case (.record(let parts), .record(_, let fields)):
            var words: [UInt64] = []
            for (part, field) in zip(parts, fields) { words += try encode(part, field, at: span) }
            return words
        case (.defaultValue, .number(let number)): return [try word(number.lower, at: span)]
        case (.defaultValue, .record(.structure, let fields)):
            var words: [UInt64] = []
            for field in fields { words += try encode(.defaultValue, field, at: span) }
            return words
        case (.defaultValue, .truth), (.defaultValue, .record), (.defaultValue, .array),
            (.defaultValue, .set),
            (.defaultValue, .lock), (.record, _), (.array, _), (.set, _):
            return Array(repeating: 0, count: try count(kind, at: span))
        }
    }

    private static func word(_ number: Int128, at span: Span) throws(NotRunnable) -> UInt64 {
        guard number >= Int128(Int64.min), number <= Int128(UInt64.max) else {
            throw NotRunnable("\(number) is not a number of 64 bits", at: span)
        }
        return UInt64(truncatingIfNeeded: number)
    }

    /// Inverse of `encode`, for reports.
    static func decode(_ type: SpecType, _ words: ArraySlice<UInt64>) -> Value {
        guard let first = words.first else { return .none }
        switch type {
        case .bool: return .bool(first != 0)
        case .integer, .range: return .number(Int128(Int64(bitPattern: first)))
        case .bits: return .number(Int128(first))
        case .enumeration, .symmetric: return .token(Int(first))
        case .interval(let element):
            guard case .bits = element else {
                return .interval(
                    first: Int128(Int64(bitPattern: first)),
                    last: Int128(Int64(bitPattern: words[words.startIndex + 1])))
            }
            return .interval(first: Int128(first), last: Int128(words[words.startIndex + 1]))
        case .optional(let wrapped): return first == 0 ? .none : decode(wrapped, words.dropFirst())
        case .structure(_, let fields):
            var rest = words
            return .record(
                fields.map { field in
                    let size =
                        (try? count(field.type, at: Span(file: .init(index: 0), start: 0, end: 0))) ?? 0
                    defer { rest = rest.dropFirst(size) }
                    return decode(field.type, rest.prefix(size))
                })
        case .absent, .array, .erroneous, .list, .lock, .queue, .set, .void: return .none
        }
    }
}
