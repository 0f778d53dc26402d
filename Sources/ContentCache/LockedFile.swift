// SPDX-License-Identifier: MIT

import Foundation

/// Files and folders in the making. Whoever makes one holds a lock on it, which the kernel takes back however that process
/// ends: what nobody holds is a leftover. (Numbers of processes say less: they are given again, and containers that
/// share a folder do not see each other's.)
package enum LockedFile {
    /// Locks what was made just now.
    ///
    /// - Returns: false where somebody took it for a leftover before: it has to be made anew.
    package static func lock(_ descriptor: Int32) -> Bool {
        while flock(descriptor, LOCK_EX) != 0 {
            // A file system without locks: nothing is swept there either.
            guard errno == EINTR else { return true }
        }
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_nlink > 0
    }

    /// Removes a leftover: a file or, where `folders` says so, a folder with what is in it. What is still being made stays.
    package static func removeLeftover(_ path: String, folders: Bool = false) {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0,
            status.st_mode & S_IFMT == S_IFREG || folders && status.st_mode & S_IFMT == S_IFDIR
        else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}
