// SPDX-License-Identifier: MIT

import Foundation

/// Reads what a user or a spec names: regular files of bounded size, nothing else.
package enum InputFile {
    /// Specs may not be larger; the parser would refuse them anyway.
    package static let specBytesMax = 4 << 20
    /// Traces and platform files.
    package static let traceBytesMax = 64 << 20

    /// Why a file was not read; `description` is shown to the user.
    package enum Failure: Error, Hashable, CustomStringConvertible {
        case missing
        case notRegular(String)
        case tooLarge(limit: Int)
        case unreadable(String)

        package var description: String {
            switch self {
            case .missing: "no such file"
            case .notRegular(let kind): "it is \(kind), not a file"
            case .tooLarge(let limit): "it is larger than \(limit >> 20) MiB"
            case .unreadable(let reason): reason
            }
        }
    }

    /// The bytes of a regular file. Never blocks on a pipe or device, never reads more than `bytesMax`.
    package static func read(_ path: String, bytesMax: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR
                ? .missing : .unreadable(String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(String(cString: strerror(errno))) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw .notRegular("a directory")
        default: throw .notRegular("a pipe or device")
        }
        guard status.st_size <= bytesMax else { throw .tooLarge(limit: bytesMax) }
        // Files of /proc say that they have no byte; files that grow meanwhile have more than they say.
        var bytes = [UInt8](repeating: 0, count: max(1 << 12, Int(status.st_size) + 1))
        var count = 0
        while true {
            if count == bytes.count {
                guard count <= bytesMax else { throw .tooLarge(limit: bytesMax) }
                bytes += [UInt8](repeating: 0, count: count)
            }
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
            if got == 0 { break }
            count += got
        }
        guard count <= bytesMax else { throw .tooLarge(limit: bytesMax) }
        return Array(bytes.prefix(count))
    }
}
