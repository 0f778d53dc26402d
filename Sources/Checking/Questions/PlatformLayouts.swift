// SPDX-License-Identifier: MIT

import Diagnostics
import Platforms

enum PlatformLayouts {
    /// The distinct layouts of a platform file; `[nil]` without one.
    ///
    /// - Parameter group: only this group.
    /// - Throws: `BadInput`
    static func load(
        _ path: String?, group: Int?, sources: inout SourceMap
    ) throws(BadInput) -> (layouts: [PlatformLayout?], warnings: [Diagnostic]) {
        guard let path else {
            if group != nil {
                throw BadInput(
                    Diagnostic(
                        "bad-option", "--group is given without --platform", at: nil,
                        help: "name the platform file"))
            }
            return ([nil], [])
        }
        let bytes: [UInt8]
        do throws(InputFile.Failure) {
            bytes = try InputFile.read(path, bytesMax: InputFile.traceBytesMax)
        } catch {
            throw BadInput(
                Diagnostic(
                    "cannot-read", "cannot read the platform '\(path)': \(error)", at: nil,
                    help: "name a file with lines '0xSTART 0xEND type'"))
        }
        let file = SourceFile(path: path, bytes: bytes)
        let (groups, diagnostics) = ReservedRegionsFile.parse(file, id: sources.add(file))
        if diagnostics.contains(where: { $0.severity == .error }) {
            throw BadInput(diagnostics, sources: sources)
        }
        var chosen = groups
        if let group {
            chosen = groups.filter { $0.number == group }
            guard !chosen.isEmpty else {
                let numbers = groups.compactMap(\.number).map(String.init).joined(separator: ", ")
                throw BadInput(
                    Diagnostic(
                        "unknown-group", "'\(path)' has no group \(group)", at: nil,
                        help: numbers.isEmpty ? "it has no 'group N' lines" : "it has: \(numbers)"))
            }
        }
        return (
            DistinctLayout.all(of: chosen).map { PlatformLayout(layout: $0, path: path, group: group) },
            diagnostics
        )
    }
}
