// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import Testing

/// What `--help` says of each command beside its options.
@Suite struct HelpTextTests {
    private struct Discussion: CustomTestStringConvertible {
        let path: String
        let lines: [Substring]

        var testDescription: String { path }
    }

    /// Lines of the commands' discussions, without their indentation.
    private static let discussions: [Discussion] =
        TidyTests.files(below: "Sources/iommu-check", suffix: ".swift").compactMap { source in
            guard let start = source.lines.firstIndex(where: { $0.hasSuffix("discussion: \"\"\"") }) else {
                return nil
            }
            let text = source.lines[(start + 1)...].prefix {
                !$0.drop(while: \.isWhitespace).hasPrefix("\"\"\"")
            }
            return Discussion(path: source.path, lines: text.map { $0.dropFirst(12) })
        }

    @Test func everyCommandHasOne() { #expect(Self.discussions.count == 12) }

    /// The library wraps at the terminal's width: a paragraph that is wrapped in the source as well has short lines in between.
    @Test(arguments: discussions) private func paragraphsAreWrappedOnce(_ discussion: Discussion) {
        for (line, next) in zip(discussion.lines, discussion.lines.dropFirst())
        where !line.isEmpty && !next.isEmpty && !line.hasPrefix(" ") && !next.hasPrefix(" ") {
            #expect(line.hasSuffix(" \\"), "\(discussion.path): '\(line)' goes on: end it with ' \\'")
        }
    }

    @Test(arguments: discussions) private func examplesNameWhatIsThere(_ discussion: Discussion) {
        for line in discussion.lines where line.hasPrefix("  iommu-check") {
            for word in line.split(separator: " ")
            where word.hasPrefix("Specs") || word.hasPrefix("counterexamples/") {
                let file = word.split(separator: ":")[0]
                #expect(
                    FileManager.default.fileExists(atPath: "\(repositoryRoot)/\(file)"),
                    "\(discussion.path): there is no \(file)")
            }
        }
    }
}
