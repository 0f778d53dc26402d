// SPDX-License-Identifier: MIT

import Glibc

/// What an entry stores of a state, in the parts that `BucketFormat` describes.
protocol TableEntry {
    /// The low eight bits of the mixed first word.
    var digit: UInt64 { get }
    var main: UInt64 { get }
    func isTailEqual(to bytes: UnsafeRawPointer, count: Int) -> Bool
    func writeTail(to bytes: UnsafeMutableRawPointer, count: Int)
}

/// A state of at most 128 bits.
struct NarrowEntry: TableEntry {
    let digit: UInt64
    let main: UInt64
    let tail: UInt64

    /// - Parameters:
    ///   - mixed: the mixed first word.
    ///   - high: the other word, or 0.
    @inline(__always)
    init(mixed: UInt64, high: UInt64, _ format: BucketFormat) {
        let remainder = mixed & (UInt64.max &>> (64 &- format.remainderBits))
        let bits = format.remainderBits &- 8
        digit = remainder & 0xFF
        let value = remainder &>> 8 | high &<< bits
        if format.mainBytes == 8 {
            main = value
            tail = high &>> (64 &- bits)
        } else {
            main = value & 0xFFFF_FFFF
            tail = value &>> 32
        }
    }

    @inline(__always)
    func isTailEqual(to bytes: UnsafeRawPointer, count: Int) -> Bool {
        var rest = tail
        var index = 0
        while index < count {
            if bytes.load(fromByteOffset: index, as: UInt8.self) != UInt8(truncatingIfNeeded: rest) {
                return false
            }
            rest &>>= 8
            index &+= 1
        }
        return true
    }

    @inline(__always)
    func writeTail(to bytes: UnsafeMutableRawPointer, count: Int) {
        var rest = tail
        var index = 0
        while index < count {
            bytes.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: index, as: UInt8.self)
            rest &>>= 8
            index &+= 1
        }
    }
}

/// A wider state: its other words lie in the tail as they are, but for the 16 bits that the main word takes.
struct WideEntry: TableEntry {
    static let highBytesInMain = 2

    let digit: UInt64
    let main: UInt64
    private let tail: UnsafeRawPointer

    /// - Parameters:
    ///   - mixed: the mixed first word.
    ///   - high: the other words.
    @inline(__always)
    init(mixed: UInt64, high: UnsafePointer<UInt64>) {
        digit = mixed & 0xFF
        main = (mixed &<< 8) &>> 16 | high[0] &<< 48
        tail = UnsafeRawPointer(high) + Self.highBytesInMain
    }

    @inline(__always)
    func isTailEqual(to bytes: UnsafeRawPointer, count: Int) -> Bool { memcmp(tail, bytes, count) == 0 }

    @inline(__always)
    func writeTail(to bytes: UnsafeMutableRawPointer, count: Int) { memcpy(bytes, tail, count) }
}
