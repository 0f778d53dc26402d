// SPDX-License-Identifier: MIT

import Foundation

/// The lines of a log, one after another, as bytes in one buffer that is used again and again.
final class LineReader {
    /// Longer lines are no lines of a kernel's log.
    static let lineBytesMax = 1 << 16

    private let input: LogInput
    private let buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    /// Of the line returned last; one-based.
    private(set) var number = 0
    /// Whether the line returned last was the last one and no newline ended it.
    private(set) var isUnended = false

    init(_ input: LogInput) {
        self.input = input
        buffer = .allocate(byteCount: 1 << 20, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// The next line without its end; good until the next call.
    func next() throws(LogFailure) -> UnsafeRawBufferPointer? {
        var searched = start
        while true {
            if searched < end, let base = buffer.baseAddress,
                let found = memchr(base + searched, 10, end - searched)
            {
                let newline = UnsafeRawPointer(found) - UnsafeRawPointer(base)
                return line(upTo: newline, next: newline + 1)
            }
            searched = end
            if isAtEnd {
                guard start < end else { return nil }
                isUnended = true
                return line(upTo: end, next: end)
            }
            guard end - start <= Self.lineBytesMax else {
                throw LogFailure(
                    "line-too-long", "the line is longer than \(Self.lineBytesMax >> 10) KiB",
                    line: number + 1, help: "this is no text of ftrace")
            }
            searched -= start
            try fill()
            searched += start
        }
    }

    private func line(upTo last: Int, next: Int) -> UnsafeRawBufferPointer {
        number += 1
        var last = last
        if last > start, buffer[last - 1] == 13 { last -= 1 }
        let line = UnsafeRawBufferPointer(rebasing: buffer[start..<last])
        start = next
        return line
    }

    private func fill() throws(LogFailure) {
        if start > 0, let base = buffer.baseAddress {
            memmove(base, base + start, end - start)
            end -= start
            start = 0
        }
        do throws(LogFailure) {
            let got = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
            if got == 0 { isAtEnd = true }
            end += got
        } catch {
            throw LogFailure(
                error.id, error.message, line: error.line ?? (number > 0 ? number : nil), text: error.text,
                help: error.help)
        }
    }
}
