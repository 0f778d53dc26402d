// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import Testing

@testable import Checking

/// What the documentation shows of commands is what they print.
struct DocumentedOutputTests {
    struct Shown: CustomTestStringConvertible {
        let page: String
        let command: String
        /// Lines; `…` stands for any number of them.
        let output: [String]

        var testDescription: String { "\(page): \(command)" }
    }

    /// Blocks that begin with `$ iommu-check` and can be run in a moment.
    static let shown: [Shown] = ["README.md", "Documentation/tutorial.md"].flatMap { page in
        let text = (try? Repository.text(page)) ?? ""
        return text.components(separatedBy: "```\n").compactMap { block -> Shown? in
            var lines = block.components(separatedBy: "\n")
            guard let first = lines.first, first.hasPrefix("$ iommu-check ") else { return nil }
            lines.removeFirst()
            if lines.last == "" { lines.removeLast() }
            let command = String(first.dropFirst("$ iommu-check ".count))
            guard command.hasPrefix("check ") || command.hasPrefix("replay ") else { return nil }
            return Shown(page: page, command: command, output: lines)
        }
    }

    @Test func thereIsSomethingToCompare() { #expect(Self.shown.count >= 4) }

    @Test(arguments: shown)
    func outputIsAsShown(shown: Shown) throws {
        try #require(Repository.isCurrentDirectory)
        let words = shown.command.split(separator: " ").map(String.init)
        let answer =
            words[0] == "replay"
            ? try ReplayQuestion(ReplayRequest(trace: words[1])).answer()
            : try CheckQuestion(
                CheckRequest(
                    spec: words[1], check: words.count > 2 ? words[2] : nil, limits: Repository.limits)
            ).answer()
        let printed = answer.text.components(separatedBy: "\n")
        var rest = printed[...]
        var mayStepOver = false
        for line in shown.output {
            if line == "…" {
                mayStepOver = true
                continue
            }
            let place = mayStepOver ? rest.firstIndex(of: line) : rest.first == line ? rest.startIndex : nil
            guard let place else {
                let there = rest.prefix(12).joined(separator: "\n")
                Issue.record("'\(line)' is not printed there; but:\n\(there)")
                return
            }
            rest = rest[(place + 1)...]
            mayStepOver = false
        }
    }
}
