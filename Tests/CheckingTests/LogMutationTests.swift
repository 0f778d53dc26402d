// SPDX-License-Identifier: MIT

import CheckerTesting
import Conformance
import Foundation
import Testing

@testable import Checking

/// Real logs with one event changed: what is found, where, and what cannot be.
struct LogMutationTests {
    enum Outcome: String, CaseIterable {
        /// At the event that was changed, or at the next one of its thread.
        case atOnce = "at once"
        /// At the first event that contradicts it.
        case later
        /// The log is not enough: a probe is missing.
        case notEnough = "not enough"
        /// The log cannot be read.
        case unreadable
        case unseen
    }

    struct Row: Hashable {
        let kind: LogMutation.Kind
        let event: String
    }

    /// What one log's mutations come to.
    private func outcomes(
        _ log: KernelLog, count: Int, _ each: (LogMutation, Outcome, Int?, ConformanceReport.Verdict?) -> Void
    ) throws {
        let text = MutableLog(try log.lines())
        var random = SeededNumbers(seed: 1)
        let mutations = LogMutation.choose(count, in: text, &random)
        let (base, _, _) = try ConformQuestion(log.request()).judge()
        try base.start()
        var next = 0
        for mutation in mutations {
            while next < mutation.place {
                #expect(try feed(base, text.lines[next], next + 1) == nil)
                next += 1
            }
            let (outcome, line, verdict) = try follow(LogJudge(copying: base), mutation, text)
            each(mutation, outcome, line, verdict)
        }
    }

    private func feed(_ judge: LogJudge, _ line: [UInt8], _ number: Int) throws -> ConformanceReport.Verdict?
    {
        try line.withUnsafeBytes { try judge.judge(line: $0, number: number) }
    }

    private func follow(
        _ judge: LogJudge, _ mutation: LogMutation, _ text: MutableLog
    ) throws -> (Outcome, Int?, ConformanceReport.Verdict?) {
        let rest = mutation.place + mutation.count
        // Numbers are those of the changed file.
        for number in mutation.place..<(mutation.place + mutation.lines.count + text.lines.count - rest) {
            let offset = number - mutation.place
            let isChanged = offset < mutation.lines.count
            let line = isChanged ? mutation.lines[offset] : text.lines[rest + offset - mutation.lines.count]
            let verdict: ConformanceReport.Verdict?
            do { verdict = try feed(judge, line, number + 1) } catch is LogFailure {
                return (.unreadable, number, nil)
            }
            switch verdict {
            case nil: continue
            case .notEnough?: return (.notEnough, number, verdict)
            case .violates?, .conforms?:
                let isNear = isChanged || isNextOfThread(rest + offset - mutation.lines.count, mutation, text)
                return (isNear ? .atOnce : .later, number, verdict)
            }
        }
        return (.unseen, nil, nil)
    }

    private func isNextOfThread(_ place: Int, _ mutation: LogMutation, _ text: MutableLog) -> Bool {
        let thread = text.events[mutation.place]?.thread
        let first = ((mutation.place + mutation.count)..<text.lines.count).first {
            text.events[$0]?.thread == thread && text.events[$0]?.name != "tracing_mark_write"
        }
        return first == place
    }

    @Test func table() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["CONFORMANCE_PLACES"].flatMap(Int.init) ?? 200
        var text = ""
        for log in KernelLog.all where environment["CONFORMANCE_LOG"].map({ log.name == $0 }) ?? true {
            var rows: [Row: [Outcome: Int]] = [:]
            let clock = ContinuousClock()
            let time = try clock.measure {
                try outcomes(log, count: count) { mutation, outcome, line, verdict in
                    rows[Row(kind: mutation.kind, event: mutation.event), default: [:]][
                        outcome, default: 0] += 1
                    if environment["CONFORMANCE_SHOW"] != nil {
                        var name = ""
                        if case .violates(let mismatch)? = verdict {
                            name = mismatch.objections.first?.name ?? ""
                        }
                        if case .notEnough(let what, _)? = verdict { name = what }
                        print(
                            log.name, mutation.kind, mutation.event, mutation.place + 1, outcome.rawValue,
                            line.map { $0 + 1 } ?? 0, name, separator: "\t")
                    }
                }
            }
            print(log.name, time)
            text += "\(log.name), \(count) places\n"
            for row in rows.keys.sorted(by: { ($0.kind.rawValue, $0.event) < ($1.kind.rawValue, $1.event) }) {
                let found = Outcome.allCases.compactMap { outcome in
                    rows[row]?[outcome].map { "\($0) \(outcome.rawValue)" }
                }
                text += "  \(row.kind.rawValue) \(row.event): \(found.joined(separator: ", "))\n"
            }
        }
        #expect(golden(text, file: repositoryRoot + "/Tests/Golden/conformance/mutations.expected") == nil)
    }
}
