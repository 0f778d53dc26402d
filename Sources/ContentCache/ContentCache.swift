// SPDX-License-Identifier: MIT

package import Foundation
import Synchronization

/// What was found before and need not be found again, addressed by a hash of all it depends on (decisions/0011).
///
/// An entry is a file that is checked whenever it is read: what was cut short, altered or renamed is not there. It is
/// written under another name, reaches the disk, and gets its own name then, so that processes at the same time, or
/// killed in the midst of it, do no harm. Folders and files belong to this user alone. That nothing can be written costs
/// time, nothing else: it is a remark.
package final class ContentCache: Sendable {
    /// Of file names and contents. What other versions of this program keep stands in other folders.
    static let format = "v2"

    /// Of this format's entries.
    package let folder: String
    private let entries: PrivateFolder
    /// What is being made; `nil` where nothing can be.
    private let making: PrivateFolder?
    private let state = Mutex(State())

    private struct State {
        /// Why nothing is written any more.
        var failure: CacheFailure?
        /// Until the folder is looked through for what there is too much of.
        var writesLeft = 0
        var bytesLeft = 0
    }

    /// How much is kept.
    struct Bounds: Sendable {
        var entriesMax = 30_000
        var bytesMax = 512 << 20
    }

    private let bounds: Bounds

    /// - Parameter base: the folder that those of all formats stand in.
    package convenience init(folder base: String) throws(CacheFailure) {
        try self.init(folder: base, bounds: Bounds())
    }

    init(folder base: String, bounds: Bounds) throws(CacheFailure) {
        guard ProgramHash.isKnown else {
            throw CacheFailure(description: "the program cannot read itself at '/proc/self/exe'")
        }
        let parent = (base as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(
            atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let outer = try PrivateFolder(base)
        entries = try PrivateFolder(Self.format, in: outer)
        folder = entries.path
        self.bounds = bounds
        Leftovers.sweepOldFormat(in: outer)
        do throws(CacheFailure) {
            let folder = try PrivateFolder("making", in: entries)
            Leftovers.sweep(in: folder)
            making = folder
        } catch {
            making = nil
            give(up: error)
        }
    }

    /// The folder of this user, opened once.
    ///
    /// - Returns: `nil`, with a remark, where there can be none.
    package static func standard() -> ContentCache? {
        let folder = standardFolder
        return opened.withLock { opened in
            if let known = opened[folder] { return known }
            do throws(CacheFailure) {
                let cache = try ContentCache(folder: folder)
                opened[folder] = cache
                return cache
            } catch {
                CacheRemarks.add("no results are kept: \(error)")
                opened[folder] = .some(nil)
                return nil
            }
        }
    }

    private static let opened = Mutex<[String: ContentCache?]>([:])

    /// `$XDG_CACHE_HOME/iommu-check`, or `~/.cache/iommu-check`.
    package static var standardFolder: String {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") {
            return folder + "/iommu-check"
        }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.cache/iommu-check"
    }

    // MARK: Reading

    /// - Returns: `nil` where there is none, or not as it was written; that one is removed.
    package func content(of key: CacheKey) -> Data? {
        guard let file = file(of: key) else { return nil }
        guard let content = SealedContent.content(of: file, key) else {
            forget(key)
            return nil
        }
        return content
    }

    /// Where the content is, checked; other keys have other paths.
    package func path(of key: CacheKey) -> String? {
        content(of: key) == nil ? nil : "\(folder)/\(key.fileName)"
    }

    /// Whether there seems to be an entry: it is checked when it is read.
    package func mayHold(_ key: CacheKey) -> Bool { entries.status(key.fileName) != nil }

    package func forget(_ key: CacheKey) { entries.remove(key.fileName) }

    private func file(of key: CacheKey) -> Data? {
        let descriptor = openat(
            entries.descriptor, key.fileName, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_uid == geteuid(), status.st_mode & 0o077 == 0,
            status.st_size <= key.kind.bytesMax + SealedContent.sealLength(key)
        else { return nil }
        var data = Data(count: Int(status.st_size))
        let isWhole = data.withUnsafeMutableBytes { bytes in
            var done = 0
            while done < bytes.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
                let count = read(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
        guard isWhole else { return nil }
        // Used now: among the last to go.
        if time(nil) - status.st_mtim.tv_sec > Eviction.secondsUntouched { futimens(descriptor, nil) }
        return data
    }

    // MARK: Writing

    /// - Returns: whether it is kept.
    @discardableResult
    package func keep(_ content: Data, for key: CacheKey) -> Bool {
        guard content.count <= key.kind.bytesMax, let making,
            state.withLock({ $0.failure == nil })
        else { return false }
        do throws(CacheFailure) {
            try write(SealedContent.sealed(content, key), as: key.fileName, by: making)
        } catch {
            give(up: error)
            return false
        }
        let isDue = state.withLock { state in
            state.writesLeft -= 1
            state.bytesLeft -= content.count
            guard state.writesLeft < 0 || state.bytesLeft < 0 else { return false }
            (state.writesLeft, state.bytesLeft) = (bounds.entriesMax / 16, bounds.bytesMax / 16)
            return true
        }
        if isDue { Eviction.prune(entries, bounds) }
        return true
    }

    private func write(_ file: Data, as name: String, by making: PrivateFolder) throws(CacheFailure) {
        let (temporary, descriptor) = try makeFile(in: making)
        defer { close(descriptor) }
        let isWritten =
            file.withUnsafeBytes { bytes in
                var done = 0
                while done < bytes.count {
                    let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
                    let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { return false }
                    done += count
                }
                return true
            } && fsync(descriptor) == 0
        guard isWritten, renameat(making.descriptor, temporary, entries.descriptor, name) == 0 else {
            let failure = CacheFailure.system(folder)
            making.remove(temporary)
            throw failure
        }
        fsync(entries.descriptor)
    }

    /// A file with a name of its own, locked.
    private func makeFile(in making: PrivateFolder) throws(CacheFailure) -> (name: String, descriptor: Int32)
    {
        while true {
            let name = String(UInt64.random(in: 0 ... .max), radix: 36)
            let descriptor = openat(
                making.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw .system(folder) }
            if LockedFile.lock(descriptor) { return (name, descriptor) }
            close(descriptor)
        }
    }

    /// Where something large can be made, in the folder of what is being made.
    package var workPlace: String? { state.withLock { $0.failure == nil } ? making?.path : nil }

    private func give(up failure: CacheFailure) {
        let isFirst = state.withLock { state in
            defer { state.failure = state.failure ?? failure }
            return state.failure == nil
        }
        if isFirst { CacheRemarks.add("results are not kept from now on: \(failure)") }
    }
}
