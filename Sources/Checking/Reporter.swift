import Findings
import Reports

/// Summaries to text, JSON, traces and an exit code.
struct Reporter {
    let summaries: [CheckSummary]
    var exitCode: ExitCode {
        let unexpected = summaries.filter { !$0.isExpected }
        if unexpected.isEmpty { return .expected }
        let allInconclusive = unexpected.allSatisfy { if case .inconclusive = $0.verdict { true } else { false } }
        return allInconclusive ? .inconclusive : .unexpected
    }
    var text: String {
        var t = ""
        for s in summaries {
            t += "\(s.isExpected ? "ok" : "NOT OK") \(s.name) (\(s.title)): \(s.verdict.word), expected \(s.expected.text); \(s.states) states, \(s.transitions) transitions, depth \(s.depth), \(s.seconds) s\n"
            if case .inconclusive(let why) = s.verdict { t += "  \(why)\n" }
            for o in s.coverage.operations where o.count == 0 { t += "  never fired: \(o.name)\n" }
            for o in s.coverage.premises where o.count == 0 { t += "  premise never true: \(o.name)\n" }
            if case .violated(let v) = s.verdict {
                t += "  \(v.kind.rawValue) \(v.property) in \(v.run?.steps.count ?? 0) steps\n"
                for st in v.run?.steps ?? [] {
                    t += "    \(v.run?.lanes[st.lane].title ?? ""): \(st.action)\n"
                    if !s.isExpected { for c in st.changes { t += "         \(c.place): \(c.before) -> \(c.after)\n" } }
                }
                for e in v.explanation { t += "  \(e)\n" }
            }
        }
        return t
    }
    var json: String { "" }
    func writeTraces(to directory: String) throws {}
}
