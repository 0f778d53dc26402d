import CheckerTesting
import Checking
import Foundation
import SpecLanguage

/// The repository's own specs, by paths relative to its root: the form in which counterexamples name them.
enum Repository {
    /// Relative paths work only from the root; set once, before anything is read.
    static let isCurrentDirectory = FileManager.default.changeCurrentDirectoryPath(repositoryRoot)

    static let limits = ExplorationLimits(threads: 2, memoryBytesMax: 2 << 30)

    /// All spec files below a folder, sorted.
    static func specs(below folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: repositoryRoot + "/" + folder)?.compactMap {
            $0 as? String
        }
        return (names ?? []).filter { $0.hasSuffix(".spec") }.sorted().map { "\(folder)/\($0)" }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: path.hasPrefix("/") ? path : repositoryRoot + "/" + path, encoding: .utf8)
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(
            try Data(
                contentsOf: URL(fileURLWithPath: path.hasPrefix("/") ? path : repositoryRoot + "/" + path)))
    }
}

/// A directory that goes with its owner.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "iommu-check-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file below and gives its path.
    @discardableResult
    func write(_ text: String, as name: String) throws -> String {
        try write(Array(text.utf8), as: name)
    }

    @discardableResult
    func write(_ bytes: [UInt8], as name: String) throws -> String {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}
