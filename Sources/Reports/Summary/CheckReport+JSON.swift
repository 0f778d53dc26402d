// SPDX-License-Identifier: MIT

import Findings

extension CheckReport {
    /// Of the whole JSON report. Grows when a member changes its meaning or goes; new members may come at
    /// any time.
    static let jsonVersion = 1

    /// The report for programs: one check is an object, several are an object with the array `checks` of
    /// them.
    package static func json(_ summaries: [CheckSummary]) -> JSONValue {
        if summaries.count == 1, let summary = summaries.first {
            return .object([.init("version", .integer(Int128(jsonVersion)))] + members(summary))
        }
        return .object([
            .init("version", .integer(Int128(jsonVersion))),
            .init("checks", .array(summaries.map { .object(members($0)) })),
        ])
    }

    /// `states` to `bytesPerState` are `null` where nothing was explored.
    private static func members(_ summary: CheckSummary) -> [JSONValue.Member] {
        let statistics = summary.statistics
        let violation = summary.violation
        let coverage = summary.coverage
        return [
            .init(summary.subject.rawValue, .string(summary.name)),
            .init("title", .string(summary.title)),
            .init("spec", .string(summary.spec)),
            .init("platform", .optional(summary.platform)),
            .init("settings", settings(summary.settings)),
            .init("verdict", .string(summary.verdict.word)),
            .init("statement", .string(sentence(summary.verdict))),
            .init("expected", .optional(summary.expected?.text)),
            .init("outcome", .string(summary.outcome.rawValue)),
            .init("property", .optional(violation?.property)),
            .init("kind", .optional(violation?.kind.rawValue)),
            .init("place", .optional(violation?.place)),
            .init("explanation", strings(violation?.explanation ?? [])),
            .init("states", integer(statistics?.states)),
            .init("represented", integer(statistics?.represented)),
            .init("reductions", strings(statistics?.reductions ?? [])),
            .init("transitions", integer(statistics?.transitions)),
            .init("depth", integer((statistics?.depth).map(UInt64.init))),
            .init("seconds", .decimal(summary.seconds, digits: 3)),
            .init("bytesPerState", statistics.map { .decimal($0.bytesPerState, digits: 1) } ?? .null),
            .init("threads", integer((statistics?.threads).map(UInt64.init))),
            .init("operations", counts(coverage?.operations)),
            .init("premises", counts(coverage?.premises)),
            .init("reachables", counts(coverage?.reachables)),
            .init("liveness", counts(coverage?.liveness)),
            .init("warnings", strings(summary.warnings)),
            .init("layout", summary.layout.map(layout) ?? .null),
            .init("trace", violation?.run.map(trace) ?? .null),
        ]
    }

    private static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

    private static func integer(_ number: UInt64?) -> JSONValue {
        number.map { .integer(Int128($0)) } ?? .null
    }

    private static func settings(_ settings: [ObservedField]) -> JSONValue {
        .array(
            settings.map {
                .object([.init("name", .string($0.name)), .init("value", .string($0.value.text))])
            })
    }

    private static func counts(_ counts: [Coverage.Count]?) -> JSONValue {
        .array(
            (counts ?? []).map {
                .object([.init("name", .string($0.name)), .init("count", .integer(Int128($0.count)))])
            })
    }

    /// Addresses are text: they need 64 bits, of which many readers of JSON keep 53.
    private static func layout(_ layout: CheckSummary.Layout) -> JSONValue {
        .object([
            .init("title", .string(layout.title)),
            .init(
                "rows",
                .array(
                    layout.rows.map { row in
                        .object([
                            .init("realFirst", .string("0x" + String(row.realFirst, radix: 16))),
                            .init("realLast", .string("0x" + String(row.realLast, radix: 16))),
                            .init("firstPage", .integer(Int128(row.firstPage))),
                            .init("lastPage", .integer(Int128(row.lastPage))),
                            .init("what", .string(row.title)),
                            .init("boundaries", strings(row.boundaries)),
                        ])
                    })),
            .init("remarks", strings(layout.remarks)),
        ])
    }

    private static func trace(_ run: Run) -> JSONValue {
        .object([
            .init("lanes", strings(run.lanes.map(\.title))),
            .init(
                "steps",
                .array(
                    run.steps.map { step in
                        .object([
                            .init("lane", .string(run.lanes[step.lane].title)),
                            .init("action", .string(step.action)),
                            .init("operations", strings(step.operations)),
                            .init(
                                "changes",
                                .array(
                                    step.changes.map { change in
                                        .object([
                                            .init("place", .string(change.place)),
                                            .init("before", .string(change.before.text)),
                                            .init("after", .string(change.after.text)),
                                        ])
                                    })),
                        ])
                    })),
            .init("loopStart", run.loopStart.map { .integer(Int128($0)) } ?? .null),
        ])
    }
}
