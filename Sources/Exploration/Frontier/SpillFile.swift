// SPDX-License-Identifier: MIT

import Glibc

/// A temporary file without a name: only this process can reach it, and nothing of it is left when the process ends,
/// however it ends.
final class SpillFile {
    private let descriptor: Int32
    private var end: Int64 = 0

    /// - Returns: `nil` where no file can be made in the folder.
    init?(folder: String) {
        var name = Array("\(folder)/explorer.XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(name)
    }

    deinit { close(descriptor) }

    /// - Returns: where the bytes are; `nil` where the disk did not take them.
    func append(_ bytes: UnsafeRawPointer, count: Int) -> Int64? {
        let start = end
        guard writeAll(descriptor, bytes, count: count, at: start) else { return nil }
        end += Int64(count)
        return start
    }

    func read(_ bytes: UnsafeMutableRawPointer, count: Int, at offset: Int64) -> Bool {
        readAll(descriptor, bytes, count: count, at: offset)
    }
}

/// Writes all bytes, or returns false.
func writeAll(_ file: Int32, _ bytes: UnsafeRawPointer, count: Int, at offset: Int64) -> Bool {
    var done = 0
    while done < count {
        let written = pwrite(file, bytes + done, min(count - done, 1 << 30), off_t(offset) + off_t(done))
        if written < 0, errno == EINTR { continue }
        if written <= 0 { return false }
        done += written
    }
    return true
}

/// Reads all bytes, or returns false.
func readAll(_ file: Int32, _ bytes: UnsafeMutableRawPointer, count: Int, at offset: Int64) -> Bool {
    var done = 0
    while done < count {
        let read = pread(file, bytes + done, min(count - done, 1 << 30), off_t(offset) + off_t(done))
        if read < 0, errno == EINTR { continue }
        if read <= 0 { return false }
        done += read
    }
    return true
}
