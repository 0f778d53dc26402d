// SPDX-License-Identifier: MIT

import Foundation

/// Writes results where a user wants them. A regular file gets its content under a temporary name and is then replaced: a
/// reader sees the old file or the whole new one. Devices and FIFOs (`/dev/null`, `/dev/stdout`, a shell's `>(…)`) are
/// written to. Of symbolic links only those are followed that stay in the folder named: the tree under test may hold
/// one that leads out of it.
package enum OutputFile {
    package struct Failure: Error, CustomStringConvertible {
        package let path: String
        package let reason: String

        package var description: String { "cannot write '\(path)': \(reason)" }

        init(_ path: String, _ reason: String) {
            self.path = path
            self.reason = reason
        }

        /// With the reason of the system call that failed last.
        init(_ path: String) { self.init(path, String(cString: strerror(errno))) }
    }

    private enum Place {
        /// A file that is there, or is not there yet; its path has no symbolic link behind the folder named.
        case regular(String)
        /// A device, a FIFO, or a descriptor of this process.
        case stream
    }

    /// - Parameters:
    ///   - path: folders on the way are made.
    ///   - root: the folder that the user named, where `path` was made below it; links below it may not leave it. `nil`:
    ///     the folder of `path`.
    package static func write(_ text: String, to path: String, below root: String? = nil) throws(Failure) {
        let folder = path.folderOfPath
        do {
            try makeFolder(folder, below: root)
        } catch {
            throw Failure(path, error.reason)
        }
        switch try place(of: path, below: root ?? folder) {
        case .regular(let target): try replace(target, by: text, shown: path)
        case .stream:
            let descriptor = try openStream(path)
            defer { close(descriptor) }
            guard writeAll(text, to: descriptor) else { throw Failure(path) }
        }
    }

    /// Adds to the end of a file, which is made where it is missing.
    package static func append(_ text: String, to path: String) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Failure(path) }
        defer { close(descriptor) }
        guard writeAll(text, to: descriptor) else { throw Failure(path) }
    }

    /// - Returns: whether all of it was written; `errno` says why not.
    package static func writeAll(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(
                    descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    private static func replace(_ target: String, by text: String, shown path: String) throws(Failure) {
        let temporary = "\(target).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Failure(path) }
        // A full disk may be noticed as late as `close`.
        let isWritten = writeAll(text, to: descriptor)
        guard close(descriptor) == 0, isWritten, rename(temporary, target) == 0 else {
            let failure = Failure(path)
            unlink(temporary)
            throw failure
        }
    }

    private static func makeFolder(_ folder: String, below root: String?) throws(Failure) {
        guard !folder.isEmpty else { return }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Failure(folder, error.localizedDescription)
        }
        guard let root, let resolved = SpecRoot.resolve(folder), let resolvedRoot = SpecRoot.resolve(root)
        else {
            return
        }
        guard isInside(resolved, resolvedRoot) else {
            throw Failure(folder, "a symbolic link on the way leads out of '\(root)'")
        }
    }

    private static func place(of path: String, below root: String) throws(Failure) -> Place {
        var own = stat()
        guard lstat(path, &own) == 0 else {
            guard errno == ENOENT else { throw Failure(path) }
            return .regular(path)
        }
        guard own.st_mode & S_IFMT == S_IFLNK else { return try place(path, own.st_mode) }
        // `/dev/stdout`, `/dev/fd/63`: what this process has open already, whatever it is.
        if path.hasPrefix("/dev/") || path.hasPrefix("/proc/self/fd/") { return .stream }
        var target = stat()
        guard stat(path, &target) == 0, let resolved = SpecRoot.resolve(path) else {
            throw Failure(path, "it is a symbolic link that leads nowhere")
        }
        guard target.st_mode & S_IFMT == S_IFREG else { return try place(path, target.st_mode) }
        guard let resolvedRoot = SpecRoot.resolve(root.isEmpty ? "." : root), isInside(resolved, resolvedRoot)
        else {
            throw Failure(path, "it is a symbolic link that leads out of its folder; name the file itself")
        }
        return .regular(resolved)
    }

    private static func place(_ path: String, _ mode: mode_t) throws(Failure) -> Place {
        switch mode & S_IFMT {
        case S_IFREG: return .regular(path)
        case S_IFCHR, S_IFIFO: return .stream
        case S_IFDIR: throw Failure(path, "it is a directory; name a file")
        default: throw Failure(path, "it is neither a file, a character device nor a FIFO")
        }
    }

    /// Waits for a FIFO's reader, as a shell does.
    private static func openStream(_ path: String) throws(Failure) -> Int32 {
        while true {
            let descriptor = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC)
            if descriptor >= 0 { return descriptor }
            guard errno == EINTR else { throw Failure(path) }
        }
    }

    private static func isInside(_ path: String, _ root: String) -> Bool {
        path == root || path.hasPrefix(root == "/" ? "/" : root + "/")
    }
}
