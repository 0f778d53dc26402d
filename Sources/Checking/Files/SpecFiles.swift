// SPDX-License-Identifier: MIT

import Diagnostics
import Foundation

/// Spec files named on a command line.
struct SpecFiles {
    /// A file below a directory that is not opened.
    struct Refusal {
        /// As it may be shown: what is no UTF-8 is written with replacement characters.
        let path: String
        let reason: String

        var diagnostic: Diagnostic {
            Diagnostic("cannot-read", "cannot read '\(path)': \(reason)", at: nil)
        }
    }

    /// As given; for directories, all `.spec` files below, sorted.
    private(set) var paths: [String] = []
    private(set) var refused: [Refusal] = []

    /// A stranger's tree may be nested to exhaust a stack, or large to exhaust the memory.
    private static let depthMax = 64
    private static let filesMax = 100_000

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    /// - Throws: where nothing is there.
    init(below named: [String]) throws(BadInput) {
        for path in named {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw BadInput(
                    Diagnostic("cannot-read", "cannot read '\(path)': no such file or directory", at: nil))
            }
            guard isDirectory.boolValue else {
                paths.append(path)
                continue
            }
            let base = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            let start = (paths.count, refused.count)
            try visit(base, SpecRoot.resolve(base) ?? base, depth: 0)
            // As git and editors name files of this directory.
            if base == "." {
                paths[start.0...] = ArraySlice(paths[start.0...].map { String($0.dropFirst(2)) })
            }
            paths[start.0...].sort()
            refused[start.1...].sort { $0.path < $1.path }
        }
    }

    /// - Parameter root: the directory named, symbolic links resolved.
    private mutating func visit(_ folder: String, _ root: String, depth: Int) throws(BadInput) {
        guard depth <= Self.depthMax else {
            return refused.append(Refusal(path: folder, reason: "more than \(Self.depthMax) folders deep"))
        }
        guard let stream = opendir(folder) else {
            return refused.append(Refusal(path: folder, reason: String(cString: strerror(errno))))
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let bytes = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            let shown = String(decoding: bytes, as: UTF8.self)
            if shown == "." || shown == ".." { continue }
            let path = folder == "/" ? "/" + shown : folder + "/" + shown
            guard String(validating: bytes, as: UTF8.self) != nil else {
                if shown.hasSuffix(".spec") || entry.pointee.d_type == UInt8(DT_DIR) {
                    refused.append(Refusal(path: path, reason: "its name is not UTF-8; rename it"))
                }
                continue
            }
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try visit(path, root, depth: depth + 1)
            case S_IFLNK where shown.hasSuffix(".spec"): addLink(path, root)
            case _ where shown.hasSuffix(".spec"): paths.append(path)
            default: break
            }
            guard paths.count <= Self.filesMax else {
                throw BadInput(
                    Diagnostic(
                        "too-many-specs", "there are more than \(Self.filesMax) specs below '\(folder)'",
                        at: nil,
                        help: "name a smaller directory"))
            }
        }
    }

    /// A link that stays below the directory is a spec like any other.
    private mutating func addLink(_ path: String, _ root: String) {
        guard let target = SpecRoot.resolve(path) else {
            return refused.append(Refusal(path: path, reason: "it is a symbolic link that leads nowhere"))
        }
        guard target.hasPrefix(root == "/" ? "/" : root + "/") else {
            return refused.append(
                Refusal(
                    path: path,
                    reason: "it is a symbolic link out of the directory; what it leads to is not opened"))
        }
        paths.append(path)
    }
}
