// SPDX-License-Identifier: MIT

import CompiledModel
package import Foundation

/// Runs other programs in a folder of its own.
package struct Commands {
    package let folder: URL

    package init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("export-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    package func remove() { try? FileManager.default.removeItem(at: folder) }

    package static func has(_ names: String...) -> Bool {
        names.allSatisfy { name in
            ["/usr/bin/", "/usr/local/bin/"].contains {
                FileManager.default.isExecutableFile(atPath: $0 + name)
            }
        }
    }

    package func write(_ text: String, to name: String) throws {
        try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// What the program prints, both streams.
    package func run(_ words: String..., mayFail: Bool = false) throws -> String {
        try run(words, mayFail: mayFail)
    }

    package func run(_ words: [String], mayFail: Bool = false) throws -> String {
        let (output, errors) = (file("output"), file("errors"))
        let end = ChildProcess("env", ["-C", folder.path, "timeout", "120"] + words).run(
            output: output.path, errors: errors.path)
        let text = try [output, errors].map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
            .joined()
        guard end == .exited(0) || mayFail && end != .exited(124) else {
            throw Failure(description: "\(words.joined(separator: " ")): \(text.prefix(2000))")
        }
        return text
    }

    private func file(_ name: String) -> URL {
        folder.appendingPathComponent("\(name)-\(UUID().uuidString)")
    }
}
