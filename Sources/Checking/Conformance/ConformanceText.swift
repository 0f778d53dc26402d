// SPDX-License-Identifier: MIT

import Conformance
import Diagnostics
import Reports

/// The answer of `conform` for readers and as JSON.
struct ConformanceText {
    let report: ConformanceReport
    let trace: String
    let title: String
    let sources: SourceMap

    var text: String {
        var lines = ["conform \(trace): \(title)"]
        lines.append(row("verdict", verdict))
        switch report.verdict {
        case .conforms: break
        case .violates(let mismatch), .notEnough(_, let mismatch?): lines += describe(mismatch)
        case .notEnough(_, nil): break
        }
        lines.append(
            row(
                "log",
                "\(report.lineCount) lines, \(report.stepCount) steps"
                    + (report.logCount > 1 ? ", \(report.logCount) logs one after another" : "")))
        lines += states
        for (line, objection) in report.ruledOut {
            lines.append(row("ruled out", "a state that line \(line) does not allow: \(objection.name)"))
        }
        for (title, wanted) in [("shown", Optional(true)), ("not shown", false), ("open", nil)] {
            let names = report.conclusions.filter { $0.holds == wanted }.map(\.name)
            if !names.isEmpty { lines.append(row(title, names.joined(separator: ", "))) }
        }
        if !report.notJudged.isEmpty { lines += wrapped("not judged", report.notJudged) }
        // Of a log that is not allowed, how far it came is no news.
        if case .violates = report.verdict { return shown(lines) }
        if !report.exercised.isEmpty { lines += wrapped("exercised", counts(report.exercised)) }
        if !report.neverExercised.isEmpty { lines += wrapped("never", report.neverExercised) }
        if !report.unexplained.isEmpty { lines += wrapped("unexplained", counts(report.unexplained)) }
        lines += report.unseen.map { row("cannot see", $0) }
        if !report.ignored.isEmpty { lines += wrapped("ignored", counts(report.ignored)) }
        return shown(lines)
    }

    private func shown(_ lines: [String]) -> String {
        lines.map { EscapedText.visible($0) + "\n" }.joined()
    }

    /// A list that may take several lines.
    private func wrapped(_ name: String, _ items: [String]) -> [String] {
        var lines: [String] = []
        var line = ""
        for (number, item) in items.enumerated() {
            let text = number + 1 < items.count ? item + "," : item
            if !line.isEmpty, line.count + text.count > 96 {
                lines.append(row(lines.isEmpty ? name : "", line))
                line = ""
            }
            line += line.isEmpty ? text : " " + text
        }
        return lines + [row(lines.isEmpty ? name : "", line)]
    }

    private var verdict: String {
        switch report.verdict {
        case .conforms:
            "conforms: each of \(report.stepCount) events is a step that the spec allows"
        case .violates(let mismatch):
            "does not conform: line \(mismatch.line) is not allowed"
                + (mismatch.objections.first.map { ": \($0.name)" } ?? "")
        case .notEnough(let what, let mismatch):
            "not enough in the log: " + (mismatch.map { "line \($0.line): " } ?? "") + what
        }
    }

    private var states: [String] {
        report.finalStates.enumerated().map { number, values in
            let name = report.finalStates.count == 1 ? "state" : "state \(number + 1)"
            let scalars = values.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
            return row(
                name,
                scalars + (number == 0 ? (scalars.isEmpty ? "" : "; ") + "\(report.liveCount) entries" : ""))
        } + (report.candidatesMax > 1 ? [row("candidates", "at most \(report.candidatesMax)")] : [])
    }

    private func describe(_ mismatch: ConformanceReport.Mismatch) -> [String] {
        var lines = [
            row("event", mismatch.text),
            row("operation", "\(mismatch.operation)(\(mismatch.arguments.joined(separator: ", ")))"),
        ]
        for (number, objection) in mismatch.objections.enumerated() {
            let which = mismatch.objections.count > 1 ? "why, state \(number + 1)" : "why"
            let place = objection.span.map { " (\(sources.describe($0)))" } ?? ""
            let source = objection.span.map { "\(objection.name): \(sourceText($0))" }
            lines.append(row(which, (source ?? "\(objection.name): \(objection.message)") + place))
            for seen in objection.observations {
                lines.append(row("", observation(seen)))
            }
        }
        if !mismatch.before.isEmpty { lines.append(row("before it", "")) }
        for (line, text) in mismatch.before { lines.append("  \(line)  \(text)") }
        return lines
    }

    private func observation(_ seen: ConformanceReport.Observation) -> String {
        let name = sourceText(seen.span)
        guard seen.isPartOfSet else { return "\(name) = \(seen.value)" }
        return seen.value == "none" ? "\(name) has nothing there" : "\(name) has \(seen.value)"
    }

    private func sourceText(_ span: Span) -> String {
        let bytes = sources[span.file].bytes
        guard span.start >= 0, span.end <= bytes.count else { return "?" }
        return String(decoding: bytes[span.start..<span.end], as: UTF8.self)
            .split(whereSeparator: { $0 == "\n" || $0 == " " }).joined(separator: " ")
    }

    private func counts(_ counts: [ConformanceReport.EventCount]) -> [String] {
        counts.map { "\($0.name) \($0.count)" }
    }

    private func row(_ name: String, _ value: String) -> String {
        "  " + name + String(repeating: " ", count: max(1, 12 - name.count)) + value
    }

    // MARK: JSON

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("trace", .string(trace)), .init("spec", .string(title)),
            .init("verdict", .string(report.verdict.word)),
            .init("lines", .integer(Int128(report.lineCount))),
            .init("steps", .integer(Int128(report.stepCount))),
            .init("logs", .integer(Int128(report.logCount))),
            .init("lost", .integer(Int128(report.lostCount))),
            .init("candidates", .integer(Int128(report.candidatesMax))),
        ]
        switch report.verdict {
        case .conforms: break
        case .violates(let mismatch): members.append(.init("event", object(mismatch)))
        case .notEnough(let what, let mismatch):
            members.append(.init("missing", .string(what)))
            if let mismatch { members.append(.init("event", object(mismatch))) }
        }
        members.append(
            .init(
                "ruledOut",
                .array(
                    report.ruledOut.map {
                        .object([
                            .init("line", .integer(Int128($0.line))),
                            .init("property", .string($0.objection.name)),
                        ])
                    })))
        members.append(
            .init(
                "shown",
                .object(
                    report.conclusions.map { conclusion in
                        .init(conclusion.name, conclusion.holds.map { .bool($0) } ?? .null)
                    })))
        members.append(.init("notJudged", .array(report.notJudged.map { .string($0) })))
        members.append(.init("exercised", object(report.exercised)))
        members.append(.init("never", .array(report.neverExercised.map { .string($0) })))
        members.append(.init("unexplained", object(report.unexplained)))
        members.append(.init("cannotSee", .array(report.unseen.map { .string($0) })))
        members.append(.init("ignored", object(report.ignored)))
        members.append(
            .init(
                "states",
                .array(
                    report.finalStates.map { values in
                        .object(values.map { .init($0.name, .string($0.value)) })
                    })))
        return .object(members)
    }

    private func object(_ counts: [ConformanceReport.EventCount]) -> JSONValue {
        .object(counts.map { .init($0.name, .integer(Int128($0.count))) })
    }

    private func object(_ mismatch: ConformanceReport.Mismatch) -> JSONValue {
        .object([
            .init("line", .integer(Int128(mismatch.line))), .init("text", .string(mismatch.text)),
            .init("operation", .string(mismatch.operation)),
            .init("arguments", .array(mismatch.arguments.map { .string($0) })),
            .init(
                "why",
                .array(
                    mismatch.objections.map { objection in
                        .object([
                            .init("property", .string(objection.name)),
                            .init(
                                "observed", .array(objection.observations.map { .string(observation($0)) })),
                        ])
                    })),
            .init(
                "before",
                .array(
                    mismatch.before.map {
                        .object([.init("line", .integer(Int128($0.line))), .init("text", .string($0.text))])
                    })),
        ])
    }
}
