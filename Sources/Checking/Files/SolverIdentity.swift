// SPDX-License-Identifier: MIT

import ContentCache
import Foundation
import Proofs

/// Which libz3 answers: its version, and the hash of its file, since a version says nothing of how it was built.
enum SolverIdentity {
    static let parts: [(name: String, value: String)] = [
        ("solver", ContractProver.solverIdentity),
        ("solver file", file.map(hash) ?? "part of the program"),
    ]

    /// Of a file that was replaced while the program runs nothing is known: what it answers is kept for nobody else.
    private static func hash(of file: String) -> String {
        ContentHash(ofFile: file)?.description ?? "unknown \(UUID())"
    }

    /// The file that this process has libz3 from; `nil` where it is in the program itself.
    private static var file: String? {
        let maps = FileManager.default.contents(atPath: "/proc/self/maps") ?? Data()
        return String(decoding: maps, as: UTF8.self).split(separator: "\n").lazy
            .compactMap { line in line.firstIndex(of: "/").map { String(line[$0...]) } }
            .first { ($0 as NSString).lastPathComponent.hasPrefix("libz3.") }
    }
}
