// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import Foundation
import SpecLanguage
import Testing

/// A `.spec` file of the repository that serves as test data.
struct SpecFile: CustomTestStringConvertible, Sendable {
    /// From the repository's root.
    let path: String
    let bytes: [UInt8]

    var testDescription: String { path }

    var source: SourceFile { SourceFile(path: path, bytes: bytes) }

    /// All spec files below a folder of the repository, by path.
    static func below(_ folder: String) -> [SpecFile] {
        let root = URL(fileURLWithPath: repositoryRoot).appendingPathComponent(folder)
        let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".spec") }.sorted().compactMap { name in
            guard let data = try? Data(contentsOf: root.appendingPathComponent(name)) else { return nil }
            return SpecFile(path: "\(folder)/\(name)", bytes: Array(data))
        }
    }
}

/// What a parse says, as a user sees it.
func rendered(_ source: SourceFile, _ diagnostics: [Diagnostic]) -> String {
    var map = SourceMap()
    _ = map.add(source)
    return diagnostics.isEmpty ? "" : TextRenderer(sources: map).render(diagnostics)
}

let firstFile = SourceFileID(index: 0)

/// Parses a text that is a file of its own.
func parse(_ text: String) -> (module: Syntax.Module?, diagnostics: [Diagnostic]) {
    Parser.parse(SourceFile(path: "test.spec", text: text), id: firstFile)
}
