// SPDX-License-Identifier: MIT

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
