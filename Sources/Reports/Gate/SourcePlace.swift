// SPDX-License-Identifier: MIT

import Findings

/// A place in a file: 1-based line and column, as all formats here count them.
struct SourcePlace: Hashable {
    let path: String
    let line: Int
    let column: Int

    init(path: String, line: Int = 1, column: Int = 1) {
        self.path = path
        self.line = line
        self.column = column
    }

    /// - Parameter text: `path:line:column`; the path may have colons.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, let line = Int(parts[parts.count - 2]),
            let column = Int(parts[parts.count - 1]),
            line >= 1, column >= 1
        else { return nil }
        self.init(path: parts.dropLast(2).joined(separator: ":"), line: line, column: column)
    }
}

extension CheckSummary {
    /// What a reader looks at first: the property that was violated; else the check.
    var shownPlace: SourcePlace {
        violation.flatMap { SourcePlace($0.place) } ?? SourcePlace(place) ?? SourcePlace(path: spec)
    }

    /// Name for reports: with the layout, where there are several.
    var caseName: String { name + (layout.map { " (\($0.title))" } ?? "") }

    /// In one line, with what was expected where it was not found.
    var finding: String {
        let sentence = CheckReport.sentence(verdict)
        return outcome == .asExpected ? sentence : "\(sentence); expected: \((expected ?? .holds).text)"
    }

    /// The counterexample as it is printed; empty where there is none.
    var diagram: String {
        guard let violation, let run = violation.run else { return "" }
        return RaceDiagram.text(of: run, breaking: violation)
    }
}

extension [CheckSummary] {
    /// By spec file, in the order of the gate.
    package var bySpec: [(spec: String, summaries: [CheckSummary])] {
        var result: [(spec: String, summaries: [CheckSummary])] = []
        for summary in self {
            if result.last?.spec == summary.spec {
                result[result.count - 1].summaries.append(summary)
            } else {
                result.append((summary.spec, [summary]))
            }
        }
        return result
    }
}
