// SPDX-License-Identifier: MIT

import Glibc

/// States side by side by whole bytes.
struct PackedStates: Sendable {
    let wordsPerState: Int
    /// Bytes of a state.
    let stateBytes: Int
    /// Bits of the last word in use that no state has: the model's promise about its states.
    private let lastWord: Int
    private let forbidden: UInt64

    init(_ format: BucketFormat, bitsPerState: Int) {
        wordsPerState = format.wordsPerState
        stateBytes = format.stateBytes
        lastWord = (max(bitsPerState, 1) - 1) / 64
        let bits = UInt64(max(bitsPerState, 1) - 64 * lastWord)
        forbidden = bits == 64 ? 0 : .max &<< bits
    }

    /// Writes a state's bytes, and no others.
    @inline(__always)
    func pack(_ state: UnsafePointer<UInt64>, to bytes: UnsafeMutableRawPointer) {
        precondition(state[lastWord] & forbidden == 0, "a state has no bits beyond those that the model says")
        let source = UnsafeRawPointer(state)
        if stateBytes >= 8 {
            var offset = 0
            while offset &+ 8 <= stateBytes {
                bytes.storeBytes(
                    of: source.load(fromByteOffset: offset, as: UInt64.self), toByteOffset: offset,
                    as: UInt64.self)
                offset &+= 8
            }
            // The last eight bytes; some of them for the second time.
            let last = stateBytes &- 8
            bytes.storeBytes(
                of: source.loadUnaligned(fromByteOffset: last, as: UInt64.self), toByteOffset: last,
                as: UInt64.self)
        } else {
            memcpy(bytes, source, stateBytes)
        }
    }

    @inline(__always)
    func unpack(_ bytes: UnsafeRawPointer, to state: UnsafeMutablePointer<UInt64>) {
        let target = UnsafeMutableRawPointer(state)
        var word = stateBytes / 8
        while word < wordsPerState {
            state[word] = 0
            word &+= 1
        }
        if stateBytes >= 8 {
            var offset = 0
            while offset &+ 8 <= stateBytes {
                target.storeBytes(
                    of: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self), toByteOffset: offset,
                    as: UInt64.self)
                offset &+= 8
            }
            let last = stateBytes &- 8
            target.storeBytes(
                of: bytes.loadUnaligned(fromByteOffset: last, as: UInt64.self), toByteOffset: last,
                as: UInt64.self)
        } else {
            memcpy(target, bytes, stateBytes)
        }
    }
}
