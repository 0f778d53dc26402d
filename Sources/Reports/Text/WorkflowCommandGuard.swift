// SPDX-License-Identifier: MIT

/// CI systems take some lines of a log for commands. Names and titles in specs come from strangers, so whatever is
/// printed passes through here, but for the annotations that the gate itself writes.
///
/// - GitHub Actions: `::error …` at the start of a line; `##[add-mask]…` anywhere in one (actions/runner,
///   ActionCommand.cs); Azure Pipelines: `##vso[…]`, `##[section]…`; TeamCity: `##teamcity[…]`.
/// - GitLab: `section_start:`; Travis: `travis_fold:`; Buildkite: `--- `, `+++ `, `~~~ `, `^^^ ` at the start of a line.
package enum WorkflowCommandGuard {
    private static let lineStarts = [
        "::", "section_start:", "section_end:", "travis_fold:", "travis_time:", "--- ", "+++ ", "~~~ ",
        "^^^ ",
    ].map { Array($0.unicodeScalars) }

    /// The text with the first scalar of each such command written out, as `\u{3A}:error`.
    package static func disarmed(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var line: [Unicode.Scalar] = []
        func finish() {
            result.append(contentsOf: disarmed(line: line))
            line.removeAll(keepingCapacity: true)
        }
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\r" {
                finish()
                result.append(scalar)
            } else {
                line.append(scalar)
            }
        }
        finish()
        return String(result)
    }

    private static func disarmed(line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        let start = line.firstIndex { !$0.properties.isWhitespace } ?? line.endIndex
        var written: Set<Int> = []
        if lineStarts.contains(where: { line[start...].starts(with: $0) }) { written.insert(start) }
        for index in line.indices where isHashCommand(line[index...]) { written.insert(index) }
        if written.isEmpty { return line }
        return line.indices.flatMap { index -> [Unicode.Scalar] in
            written.contains(index) ? Array(EscapedText.encoded(line[index]).unicodeScalars) : [line[index]]
        }
    }

    /// `##[`, `##vso[`, `##teamcity[`
    private static func isHashCommand(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        guard text.starts(with: ["#", "#"]) else { return false }
        let rest = text.dropFirst(2).drop { $0.isASCII && $0.properties.isAlphabetic }
        return rest.first == "["
    }
}
