import Diagnostics
import Findings
import Reports

/// What fails a gate although every verdict is as expected.
enum GateProblems {
    static func of(_ summaries: [CheckSummary], _ work: [GateRunner.Work]) -> [String] {
        withoutExpectation(work) + neverExercised(summaries)
    }

    private static func withoutExpectation(_ work: [GateRunner.Work]) -> [String] {
        work.filter { !$0.job.plan.hasExpectation }.map {
            "'\($0.job.plan.name)' expects nothing (\($0.sources.describe($0.job.plan.span))): "
                + "add 'expect holds' or 'expect violates …'"
        }
    }

    /// A property whose premise no state of any check of its file fulfils holds whatever the spec does. Checks that ended
    /// with a violation saw a part of their states only, and say nothing of it.
    private static func neverExercised(_ summaries: [CheckSummary]) -> [String] {
        var problems: [String] = []
        for (spec, summaries) in summaries.bySpec {
            let complete = summaries.filter {
                if case .holds = $0.verdict { $0.coverage != nil } else { false }
            }
            var exercised: Set<String> = []
            var known: [String] = []
            for summary in complete {
                for count in (summary.coverage?.premises ?? []) + (summary.coverage?.liveness ?? []) {
                    if count.count > 0 { exercised.insert(count.name) }
                    if !known.contains(count.name) { known.append(count.name) }
                }
            }
            problems += known.filter { !exercised.contains($0) }.map {
                "'\($0)' is never exercised in \(spec): its premise is true in no state of any check"
            }
        }
        return problems
    }
}
