// SPDX-License-Identifier: MIT

import Foundation

/// Compares a text with the golden file at `path`. With `UPDATE_GOLDEN=1` in the environment the file is
/// rewritten first;
/// review the difference before you commit it. A missing file fails.
///
/// - Returns: `nil` where they agree, else what to print.
package func golden(_ actual: String, file path: String) -> String? {
    let url = URL(fileURLWithPath: path)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try actual.write(to: url, atomically: true, encoding: .utf8)
        } catch {
            return "cannot write \(path): \(error)"
        }
    }
    guard let expected = try? String(contentsOf: url, encoding: .utf8) else {
        return "\(path) is missing; run `make golden` and review what it writes"
    }
    if expected == actual { return nil }
    let expectedLines = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let actualLines = actual.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(expectedLines, actualLines).prefix { $0 == $1 }.count
    let wanted = line < expectedLines.count ? String(expectedLines[line]) : "<end of file>"
    let got = line < actualLines.count ? String(actualLines[line]) : "<end of text>"
    return
        "\(path):\(line + 1) differs; run `make golden` and review\n  expected: \(wanted)\n  actual:   \(got)"
}

/// The repository's root, found from this file's place.
package let repositoryRoot: String = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
