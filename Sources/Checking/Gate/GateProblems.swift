// SPDX-License-Identifier: MIT

import Diagnostics
import Findings
import Reports

/// What fails a gate although every verdict is as expected.
enum GateProblems {
    /// - Parameter isPartial: not everything ran: what exercises a property may be among what did not.
    static func of(_ summaries: [CheckSummary], _ work: [GateRunner.Work], isPartial: Bool) -> [String] {
        withoutExpectation(work) + (isPartial ? [] : neverExercised(summaries))
    }

    private static func withoutExpectation(_ work: [GateRunner.Work]) -> [String] {
        work.filter { !$0.job.plan.hasExpectation }.map {
            "'\($0.job.plan.name)' expects nothing (\($0.sources.describe($0.job.plan.span))): "
                + "add 'expect holds' or 'expect violates …'"
        }
    }

    /// A property whose premise no state of any check fulfils holds whatever the specs do. Checks that ended with a
    /// violation saw a part of their states only: what they did not see says nothing, what they saw counts. (Drivers that
    /// do nothing wrong never fulfil the premise of 'misuse is caught'; those that do are expected to be reported.)
    /// Properties are known by their names: a module's property need not be exercised by every spec that imports it.
    private static func neverExercised(_ summaries: [CheckSummary]) -> [String] {
        var exercised: Set<String> = []
        var known: [(property: String, spec: String)] = []
        for summary in summaries {
            guard let coverage = summary.coverage else { continue }
            let counts = coverage.premises + coverage.liveness
            exercised.formUnion(counts.lazy.filter { $0.count > 0 }.map(\.name))
            guard case .holds = summary.verdict else { continue }
            for count in counts where !known.contains(where: { $0.property == count.name }) {
                known.append((count.name, summary.spec))
            }
        }
        return known.filter { !exercised.contains($0.property) }.map {
            "'\($0.property)' is never exercised: its premise is true in no state of any check (\($0.spec) is one that has it)"
        }
    }
}
