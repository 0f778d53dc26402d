// SPDX-License-Identifier: MIT

import Diagnostics
import Foundation
import SpecLanguage

/// `iommu-check format`
package struct FormatQuestion: Sendable {
    let paths: [String]
    let isCheck: Bool

    package init(paths: [String], isCheck: Bool) {
        self.paths = paths
        self.isCheck = isCheck
    }

    /// Formats every file, or with `isCheck` says which would change.
    ///
    /// - Throws: `BadInput` with all files that cannot be read or parsed; good files are formatted all the
    ///   same.
    package func answer() throws -> Answer {
        var text = ""
        var changed = 0
        var sources = SourceMap()
        var diagnostics: [Diagnostic] = []
        let files = try SpecFiles(below: paths)
        diagnostics += files.refused.map(\.diagnostic)
        for path in files.paths {
            let bytes: [UInt8]
            do {
                bytes = try InputFile.read(path, bytesMax: InputFile.specBytesMax)
            } catch {
                diagnostics.append(Diagnostic("cannot-read", "cannot read '\(path)': \(error)", at: nil))
                continue
            }
            let file = SourceFile(path: path, bytes: bytes)
            let (formatted, found) = SpecFormatter.format(file, id: sources.add(file))
            diagnostics += found
            guard let formatted, Array(formatted.utf8) != bytes else { continue }
            changed += 1
            text += isCheck ? "\(path): not formatted\n" : "\(path): formatted\n"
            if !isCheck { try OutputFile.write(formatted, to: path) }
        }
        if diagnostics.contains(where: { $0.severity == .error }) {
            throw BadInput(diagnostics, sources: sources)
        }
        return Answer(text: text, exitCode: isCheck && changed > 0 ? .unexpected : .expected)
    }
}
