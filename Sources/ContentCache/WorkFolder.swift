// SPDX-License-Identifier: MIT

import Foundation

/// A folder to make something in that goes with its owner; where the process is killed, whoever comes next removes it.
package final class WorkFolder: Sendable {
    private static let suffix = ".iommu-check-work"
    /// A disk with less left is no place to make something in.
    private static let bytesFreeMin: UInt64 = 32 << 20

    package let path: String
    private let descriptor: Int32

    /// - Parameter cache: its folder is the first choice; else the one for temporary files.
    package init(near cache: ContentCache?) throws(CacheFailure) {
        var failure = CacheFailure(description: "there is no room for temporary files")
        for place in [cache?.workPlace, NSTemporaryDirectory()].compactMap({ $0 }) {
            var space = statvfs()
            guard statvfs(place, &space) == 0 else { continue }
            // A file system without a bound says so with numbers whose product is too large.
            let free = UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize))
            guard free.overflow || free.partialValue >= Self.bytesFreeMin else { continue }
            if place != cache?.workPlace { Self.sweep(place) }
            do throws(CacheFailure) {
                (path, descriptor) = try Self.make(in: place)
                return
            } catch { failure = error }
        }
        throw failure
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        close(descriptor)
    }

    private static func make(in place: String) throws(CacheFailure) -> (path: String, descriptor: Int32) {
        while true {
            let name = String(UInt64.random(in: 0 ... .max), radix: 36) + suffix
            let path = "\(place)\(place.hasSuffix("/") ? "" : "/")\(name)"
            guard mkdir(path, 0o700) == 0 else { throw .system(path) }
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { throw .system(path) }
            if LockedFile.lock(descriptor) { return (path, descriptor) }
            close(descriptor)
        }
    }

    /// The folder for temporary files is everybody's: only what has our names and is ours is looked at.
    private static func sweep(_ place: String) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: place) else { return }
        for name in names where name.hasSuffix(suffix) {
            var status = stat()
            let path = "\(place)/\(name)"
            if lstat(path, &status) == 0, status.st_uid == geteuid() {
                LockedFile.removeLeftover(path, folders: true)
            }
        }
    }
}
