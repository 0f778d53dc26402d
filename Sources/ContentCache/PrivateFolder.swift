// SPDX-License-Identifier: MIT

import Foundation

/// Why a folder or file of the cache cannot be used.
package struct CacheFailure: Error, CustomStringConvertible {
    package let description: String

    static func system(_ path: String) -> CacheFailure {
        CacheFailure(description: "'\(path)': \(String(cString: strerror(errno)))")
    }
}

/// A folder that only this user can look into, held open: whatever takes its name later is not used.
final class PrivateFolder: Sendable {
    let path: String
    let descriptor: Int32

    /// Makes the folder where there is none.
    ///
    /// - Parameter parent: what `name` stands in; without one it is a path.
    init(_ name: String, in parent: PrivateFolder? = nil) throws(CacheFailure) {
        path = parent.map { "\($0.path)/\(name)" } ?? name
        let place = parent?.descriptor ?? AT_FDCWD
        let isMade = mkdirat(place, name, 0o700) == 0
        let reason = CacheFailure.system(path)
        let opened = openat(place, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else {
            throw isMade || errno != ENOENT ? .system(path) : reason
        }
        descriptor = opened
        var status = stat()
        guard fstat(opened, &status) == 0 else { throw .system(path) }
        guard status.st_uid == geteuid() else {
            throw CacheFailure(description: "'\(path)' belongs to another user")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw CacheFailure(description: "'\(path)' is open to other users (chmod 700 closes it)")
        }
    }

    deinit { close(descriptor) }

    /// The names in it, at most so many.
    func names(max: Int) -> [String] {
        // A descriptor of its own: reading moves its place.
        let again = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard again >= 0 else { return [] }
        guard let stream = fdopendir(again) else {
            close(again)
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count < max, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Of a file itself, not of what a link leads to.
    func status(_ name: String) -> stat? {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
    }

    func remove(_ name: String) { unlinkat(descriptor, name, 0) }
}
