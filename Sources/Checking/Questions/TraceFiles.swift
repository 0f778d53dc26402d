// SPDX-License-Identifier: MIT

import Findings
import Reports

/// Counterexamples as files: the diagram and the ITF trace of a violation.
enum TraceFiles {
    /// `default_domain.vtd_strict`: spec and check, and the layout where there are several.
    ///
    /// - Parameter folders: of the spec, in front of its name where two specs of one name are told apart by them.
    static func name(_ summary: CheckSummary, folders: some Sequence<Substring> = []) -> String {
        let spec = summary.spec.split(separator: "/").last.map { String($0) } ?? summary.spec
        let base = spec.hasSuffix(".spec") ? String(spec.dropLast(5)) : spec
        let layout = summary.layout.map { "." + $0.title } ?? ""
        return ((folders + [Substring(base)]).joined(separator: ".") + "." + summary.name + layout)
            .replacingScalars { scalar in
                let isPlain =
                    scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "."
                    || scalar == "-" || scalar == "_"
                return isPlain ? nil : "_"
            }
    }

    /// Both files of each violation that has a run. Of specs of one name in several folders no trace replaces another.
    static func write(_ summaries: [CheckSummary], to directory: String) throws(OutputFile.Failure) {
        let violated = summaries.filter { $0.violation?.run != nil }
        let specsOfName = Dictionary(grouping: violated) { name($0).lowercased() }.mapValues {
            Set($0.map(\.spec)).count
        }
        var written: Set<String> = []
        for summary in violated {
            var name = name(summary)
            if specsOfName[name.lowercased(), default: 0] > 1 {
                name = Self.name(summary, folders: summary.spec.split(separator: "/").dropLast())
            }
            var unique = name
            var number = 2
            while !written.insert(unique.lowercased()).inserted {
                unique = "\(name)-\(number)"
                number += 1
            }
            try write(summary, to: "\(directory)/\(unique)", below: directory)
        }
    }

    private static func write(
        _ summary: CheckSummary, to base: String, below directory: String
    ) throws(OutputFile.Failure) {
        guard let violation = summary.violation, let run = violation.run else { return }
        try OutputFile.write(
            RaceDiagram.text(of: run, breaking: violation), to: base + ".txt", below: directory)
        try OutputFile.write(
            ITFTrace.json(of: run, breaking: violation).text, to: base + ".itf.json", below: directory)
    }
}
