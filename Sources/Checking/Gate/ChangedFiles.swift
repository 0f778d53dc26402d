// SPDX-License-Identifier: MIT

import CompiledModel
import Diagnostics
import Foundation

/// Which specs differ between the working tree and a revision of its git repository, new files included.
///
/// The tree may be a stranger's, with a configuration of its own. So git neither looks at the working tree nor compares:
/// that could run a file-system monitor, clean filters, external diff programs, text conversions or hooks. It lists the
/// revision's blobs and hashes files as they are; a file is changed where the two differ.
struct ChangedFiles {
    /// By resolved path: whether the file differs.
    private let unchanged: Set<String>

    /// Arguments of one call of git stay far below the system's limit.
    private static let pathsPerCall = 200

    /// - Parameters:
    ///   - revision: as git takes it: `origin/main`, `HEAD~3`.
    ///   - path: a file or directory in the repository.
    /// - Throws: `BadInput` where there is no such repository or revision.
    init(since revision: String, near path: String) throws(BadInput) {
        guard !revision.isEmpty, !revision.hasPrefix("-") else {
            throw Self.badInput("'\(revision)' is no revision")
        }
        let folder = SpecFiles.isDirectory(path) ? path : path.folderOfPath
        let place = folder.isEmpty ? "." : folder
        let top = try Self.git(["-C", place, "rev-parse", "--show-toplevel"])
        let root = top.split(separator: "\n").first.map(String.init) ?? place
        let commit = try Self.git([
            "-C", root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}",
        ]).filter { !$0.isWhitespace }
        let tracked = Self.blobs(try Self.git(["-C", root, "ls-tree", "-r", "-z", "--full-tree", commit]))
            .filter { SpecRoot.resolve("\(root)/\($0.path)") != nil }
        var unchanged: Set<String> = []
        for start in stride(from: 0, to: tracked.count, by: Self.pathsPerCall) {
            let some = tracked[start..<min(start + Self.pathsPerCall, tracked.count)]
            let hashes = try Self.git(
                ["-C", root, "hash-object", "--no-filters", "--"] + some.map(\.path)
            ).split(separator: "\n")
            for (blob, hash) in zip(some, hashes) where blob.hash == hash {
                unchanged.insert(Self.resolved("\(root)/\(blob.path)"))
            }
        }
        self.unchanged = unchanged
    }

    func contain(_ path: String) -> Bool { !unchanged.contains(Self.resolved(path)) }

    private struct Blob {
        let hash: Substring
        let path: String
    }

    /// Specs that are regular files: of `MODE blob HASH\tPATH\0`. Links count as changed.
    private static func blobs(_ listing: String) -> [Blob] {
        listing.split(separator: "\0").compactMap { line in
            let parts = line.split(separator: "\t", maxSplits: 1)
            guard parts.count == 2, parts[1].hasSuffix(".spec") else { return nil }
            let words = parts[0].split(separator: " ")
            guard words.count == 3, words[0].hasPrefix("100"), words[1] == "blob" else { return nil }
            return Blob(hash: words[2], path: String(parts[1]))
        }
    }

    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }

    /// Runs git without what a repository's own configuration could make it run: hooks, a file-system monitor, replaced
    /// objects, fetches from where missing objects are promised.
    private static func git(_ arguments: [String]) throws(BadInput) -> String {
        let output = NSTemporaryDirectory() + "iommu-check.git.\(getpid()).\(UInt64.random(in: 0 ... .max))"
        defer { unlink(output) }
        let guarded =
            [
                "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1",
                "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "git", "--no-pager",
                "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
                "-c", "safe.bareRepository=explicit",
            ] + arguments
        guard ChildProcess("env", guarded).run(output: output) == .exited(0),
            let data = FileManager.default.contents(atPath: output)
        else {
            throw badInput(
                "git is not there, or finds no such repository or revision: 'git \(arguments.prefix(4).joined(separator: " "))'"
            )
        }
        return String(decoding: data, as: UTF8.self)
    }

    private static func badInput(_ message: String) -> BadInput {
        BadInput(
            Diagnostic(
                "bad-revision", message, at: nil,
                help: "give '--since' a revision of the repository that the specs are in, as origin/main"))
    }
}
