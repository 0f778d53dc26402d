// SPDX-License-Identifier: MIT

import CZlib

/// Inflates one or more gzip members, one after another.
final class GzipStream {
    private let stream: UnsafeMutablePointer<z_stream>
    private let block: UnsafeMutableRawBufferPointer
    private var isOpen = false
    private var isInsideMember = false
    private var isAtEnd = false
    private var readCount = 0

    private static let blockSize = 256 << 10

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        block = .allocate(byteCount: Self.blockSize, alignment: 16)
    }

    deinit {
        if isOpen { inflateEnd(stream) }
        stream.deallocate()
        block.deallocate()
    }

    /// - Returns: how many bytes were stored; 0 at the end.
    func read(
        into buffer: UnsafeMutableRawBufferPointer,
        from source: (UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int
    ) throws(LogFailure) -> Int {
        if !isOpen {
            // 15 bits of window, and 16 for the gzip wrapper alone.
            guard
                inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
            else { throw LogFailure("cannot-read", "the gzip log cannot be inflated: zlib does not start") }
            isOpen = true
        }
        stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(buffer.count)
        while stream.pointee.avail_out == UInt32(buffer.count), !isAtEnd {
            if stream.pointee.avail_in == 0 {
                let got = try source(block)
                readCount += got
                if got == 0 {
                    guard !isInsideMember else {
                        throw LogFailure(
                            "truncated-log",
                            "the gzip log ends in the middle, after \(readCount) compressed bytes",
                            help: "copy it again, whole")
                    }
                    isAtEnd = true
                    break
                }
                stream.pointee.next_in = block.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_in = UInt32(got)
            }
            isInsideMember = true
            let result = inflate(stream, Z_NO_FLUSH)
            switch result {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END:
                isInsideMember = false
                inflateReset(stream)
            default:
                let place = readCount - Int(stream.pointee.avail_in)
                throw LogFailure(
                    "damaged-log", "the gzip log is damaged at about its compressed byte \(place)",
                    help: "copy it again")
            }
        }
        return buffer.count - Int(stream.pointee.avail_out)
    }
}
