// SPDX-License-Identifier: MIT

import Foundation

/// The bytes of a log, plain or gzip (told by its first two bytes), a block at a time: a log of any size
/// takes the memory of one block.
package final class LogInput {
    private let descriptor: Int32
    private let isOwned: Bool
    private var gzip: GzipStream?
    /// What was read to tell the kind of the file and not yet handed out.
    private var ahead: [UInt8] = []

    /// - Parameter path: `-` is the standard input.
    package init(path: String) throws(LogFailure) {
        isOwned = path != "-"
        descriptor = isOwned ? open(path, O_RDONLY | O_CLOEXEC) : 0
        guard descriptor >= 0 else {
            throw LogFailure(
                "cannot-read", "cannot read the log '\(path)': \(String(cString: strerror(errno)))",
                help: "name a text of ftrace, plain or gzip; '-' is the standard input")
        }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw LogFailure(
                "cannot-read", "cannot read the log '\(path)': it is a directory",
                help: "name the file in it, as 'trace.txt.gz'")
        }
        let start = UnsafeMutableRawBufferPointer.allocate(byteCount: 2, alignment: 1)
        defer { start.deallocate() }
        var count = 0
        while count < 2 {
            let got = try Self.read(descriptor, UnsafeMutableRawBufferPointer(rebasing: start[count...]))
            if got == 0 { break }
            count += got
        }
        ahead = Array(start[..<count])
        if ahead == [0x1f, 0x8b] { gzip = GzipStream() }
    }

    deinit {
        if isOwned, descriptor >= 0 { close(descriptor) }
    }

    /// - Returns: how many bytes were stored; 0 at the end.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int {
        guard let gzip else { return try readStored(buffer) }
        return try gzip.read(into: buffer) { block throws(LogFailure) in try self.readStored(block) }
    }

    private func readStored(_ buffer: UnsafeMutableRawBufferPointer) throws(LogFailure) -> Int {
        if !ahead.isEmpty {
            let count = min(ahead.count, buffer.count)
            buffer.copyBytes(from: ahead.prefix(count))
            ahead.removeFirst(count)
            return count
        }
        return try Self.read(descriptor, buffer)
    }

    private static func read(
        _ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(LogFailure) -> Int {
        while true {
            let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if got >= 0 { return got }
            guard errno == EINTR else {
                throw LogFailure("cannot-read", "the log cannot be read: \(String(cString: strerror(errno)))")
            }
        }
    }
}
