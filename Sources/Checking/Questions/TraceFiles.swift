import Findings
import Reports

/// Counterexamples as files: the diagram and the ITF trace of a violation.
enum TraceFiles {
    /// `default_domain.vtd_strict`: spec and check, and the layout where there are several.
    static func name(_ summary: CheckSummary) -> String {
        let spec = summary.spec.split(separator: "/").last.map { String($0) } ?? summary.spec
        let base = spec.hasSuffix(".spec") ? String(spec.dropLast(5)) : spec
        let layout = summary.layout.map { "." + $0.title } ?? ""
        return (base + "." + summary.name + layout).map {
            $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "_"
        }
        .reduce(into: "") { $0.append($1) }
    }

    /// Writes both files where there is a run to show.
    static func write(_ summary: CheckSummary, to directory: String) throws(OutputFile.Failure) {
        guard let violation = summary.violation, let run = violation.run else { return }
        let base = "\(directory)/\(name(summary))"
        try OutputFile.write(RaceDiagram.text(of: run, breaking: violation), to: base + ".txt")
        try OutputFile.write(ITFTrace.json(of: run, breaking: violation).text, to: base + ".itf.json")
    }
}
