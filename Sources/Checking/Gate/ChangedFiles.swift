import CompiledModel
import Diagnostics
import Foundation

/// What differs between the working tree and a revision of its git repository, new files included.
struct ChangedFiles {
    private let paths: Set<String>

    /// - Parameters:
    ///   - revision: as git takes it: `origin/main`, `HEAD~3`.
    ///   - path: a file or directory in the repository.
    /// - Throws: `BadInput` where there is no such repository or revision.
    init(since revision: String, near path: String) throws(BadInput) {
        guard !revision.isEmpty, !revision.hasPrefix("-") else {
            throw Self.badInput("'\(revision)' is no revision")
        }
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        let folder =
            exists && isDirectory.boolValue ? path : (path as NSString).deletingLastPathComponent
        let place = folder.isEmpty ? "." : folder
        let top = try Self.git(["-C", place, "rev-parse", "--show-toplevel"])
        let root = top.split(separator: "\n").first.map(String.init) ?? place
        let commit = try Self.git([
            "-C", root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}",
        ])
        let names =
            try Self.git(["-C", root, "diff", "--name-only", "-z", commit.filter { !$0.isWhitespace }, "--"])
            + Self.git(["-C", root, "ls-files", "--others", "--exclude-standard", "-z"])
        paths = Set(names.split(separator: "\0").map { Self.resolved("\(root)/\($0)") })
    }

    func contain(_ path: String) -> Bool { paths.contains(Self.resolved(path)) }

    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }

    private static func git(_ arguments: [String]) throws(BadInput) -> String {
        let output = NSTemporaryDirectory() + "iommu-check.git.\(getpid()).\(UInt64.random(in: 0 ... .max))"
        defer { unlink(output) }
        guard ChildProcess("git", arguments).run(output: output) == .exited(0),
            let data = FileManager.default.contents(atPath: output)
        else {
            throw badInput(
                "git is not there, or finds no such repository or revision: 'git \(arguments.joined(separator: " "))'"
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
