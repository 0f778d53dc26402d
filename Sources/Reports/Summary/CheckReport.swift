// SPDX-License-Identifier: MIT

package import Findings

/// What is printed of one check.
///
///     check gart: default_domain on gart (Specs/default_domain.spec)
///       holds: every reachable state of this scope was visited (as expected)
///       scope        PAGES = 8, CPUS = 2
///       states       154,585
///       …
package enum CheckReport {
    package static func text(_ summary: CheckSummary) -> String {
        var lines = [
            "\(summary.subject.rawValue) \(summary.name): \(summary.title) (\(summary.spec))",
            "  " + verdictLine(summary),
        ]
        lines += explanation(summary.verdict)
        lines += facts(summary)
        lines += counts(summary)
        lines += summary.warnings.map { "  warning: \($0)" }
        if let layout = summary.layout { lines += table(layout) }
        var text = lines.map(EscapedText.visible).joined(separator: "\n") + "\n"
        if let violation = summary.violation, let run = violation.run {
            text += "\n" + RaceDiagram.text(of: run, breaking: violation)
        }
        return text
    }

    // MARK: Verdict

    private static func verdictLine(_ summary: CheckSummary) -> String {
        var verdict = sentence(summary.verdict)
        if summary.verdict == .holds(.exhaustive), let coverage = summary.coverage, !coverage.liveness.isEmpty
        {
            verdict += ", and no endless run breaks a property"
        }
        let expected = summary.expected?.text ?? ExpectedVerdict.holds.text
        switch summary.outcome {
        case .asExpected: return verdict + (summary.expected == nil ? "" : " (as expected)")
        case .unexpected: return verdict + " (NOT as expected; expected was: \(expected))"
        case .inconclusive, .notApplicable: return verdict + " (expected: \(expected))"
        }
    }

    /// The verdict and how far it reaches, in one line.
    package static func sentence(_ verdict: Verdict) -> String {
        switch verdict {
        case .holds(.exhaustive): "holds: every reachable state of this scope was visited"
        case .holds(.bounded(let steps)):
            "holds: in all runs of up to \(Numbers.counted(UInt64(steps), "step")) in this scope"
        case .holds(.proved(let width)): "proved: for all inputs of \(width) bits"
        case .holds(.inductive(let names)):
            "proved: in every state that is ever reached"
                + (names.isEmpty ? " in this scope" : ", for any number of \(names.joined(separator: ", "))")
        case .violated(let violation): sentence(violation)
        case .inconclusive(let reason): "inconclusive: \(reason)"
        case .notApplicable(let reason): "not applicable: \(reason)"
        }
    }

    private static func sentence(_ violation: Violation) -> String {
        let steps = violation.run.map { " after " + Numbers.counted(UInt64($0.steps.count), "step") } ?? ""
        let what =
            switch violation.kind {
            case .invariant: violation.property + steps
            case .liveness: violation.property + (violation.run.map(endless) ?? "")
            case .assertion: "assertion \(violation.property)\(steps)"
            case .deadlock: "deadlock\(steps)"
            case .runTimeError: "run-time error \(violation.property)\(steps)"
            case .condition: "\(violation.property) cannot be evaluated\(steps)"
            case .unreachable: "\(violation.property) is never true"
            case .contract: "\(violation.property) breaks its contract"
            case .induction: violation.property
            }
        // That a step does not preserve an invariant is no run that violates it.
        return (violation.kind == .induction ? "not inductive: " : "violated: ") + what
    }

    private static func endless(_ run: Run) -> String {
        let loopStart = run.loopStart ?? run.steps.count
        let stem = Numbers.counted(UInt64(loopStart), "step")
        if loopStart == run.steps.count { return " in a run that ends after \(stem)" }
        return " in an endless run: \(stem), then "
            + Numbers.counted(UInt64(run.steps.count - loopStart), "step") + " again and again"
    }

    /// Where a diagram follows, it says why itself.
    private static func explanation(_ verdict: Verdict) -> [String] {
        guard case .violated(let violation) = verdict, violation.run == nil else { return [] }
        return ["    at \(violation.place)"] + violation.explanation.map { "    \($0)" }
    }

    // MARK: Numbers

    private static func facts(_ summary: CheckSummary) -> [String] {
        var facts: [(String, String)] = []
        if let platform = summary.platform { facts.append(("platform", platform)) }
        if !summary.settings.isEmpty {
            let settings = summary.settings.map { "\($0.name) = \($0.value.text)" }
            facts.append(("scope", settings.joined(separator: ", ")))
        }
        let seconds = Numbers.fixed(summary.seconds, digits: 2) + " s"
        if let statistics = summary.statistics {
            let represented = statistics.represented.map { ", which stand for \(Numbers.grouped($0))" } ?? ""
            facts.append(("states", Numbers.grouped(statistics.states) + represented))
            facts.append(("transitions", Numbers.grouped(statistics.transitions)))
            facts.append(("depth", String(statistics.depth)))
            if !statistics.reductions.isEmpty {
                facts.append(
                    (
                        "reduced by",
                        statistics.reductions.joined(separator: "; ")
                            + " (all counts are of what was explored)"
                    ))
            }
            facts.append(("memory", Numbers.fixed(statistics.bytesPerState, digits: 1) + " bytes a state"))
            let threads = Numbers.counted(UInt64(statistics.threads), "thread")
            facts.append(("time", seconds + " on " + threads + (statistics.engine.map { ", \($0)" } ?? "")))
        } else {
            facts.append(("time", seconds))
        }
        return facts.map { "  " + $0.padded(to: 13) + $1 }
    }

    private static func counts(_ summary: CheckSummary) -> [String] {
        guard let coverage = summary.coverage else { return [] }
        var lines = list("operations, and how often each was entered", coverage.operations)
        lines += list("invariants with a premise, and in how many states it was true", coverage.premises)
        lines += list("reachable properties, and in how many states each was true", coverage.reachables)
        lines += list(
            "properties of endless runs, and in how many states something was owed", coverage.liveness)
        if !summary.neverEntered.isEmpty {
            lines.append("  never entered: " + summary.neverEntered.joined(separator: ", "))
        }
        if !summary.vacuous.isEmpty {
            lines.append("  premise never true: " + summary.vacuous.joined(separator: ", "))
        }
        return lines
    }

    private static func list(_ title: String, _ counts: [Coverage.Count]) -> [String] {
        let nameWidth = counts.map(\.name.count).max() ?? 0
        let numbers = counts.map { Numbers.grouped($0.count) }
        let numberWidth = numbers.map(\.count).max() ?? 0
        let rows = zip(counts, numbers).map {
            "    " + $0.name.padded(to: nameWidth + 2) + $1.aligned(to: numberWidth)
        }
        return rows.isEmpty ? [] : ["  \(title)"] + rows
    }

    // MARK: Layout

    private static func table(_ layout: CheckSummary.Layout) -> [String] {
        let rows = layout.rows.map { row in
            (
                real: hexadecimal(row.realFirst) + " - " + hexadecimal(row.realLast),
                pages: row.firstPage == row.lastPage
                    ? "\(row.firstPage)" : "\(row.firstPage) - \(row.lastPage)",
                title: row.title
                    + (row.boundaries.isEmpty ? "" : " (" + row.boundaries.joined(separator: ", ") + ")")
            )
        }
        let pagesWidth = max(5, rows.map(\.pages.count).max() ?? 0) + 2
        let realWidth = rows.map(\.real.count).max() ?? 0
        return [
            "  layout of \(layout.title): the machine's addresses, and the pages explored in their place",
            "    " + "addresses".padded(to: realWidth + 2) + "pages".padded(to: pagesWidth) + "what",
        ]
            + rows.map {
                "    " + $0.real.padded(to: realWidth + 2) + $0.pages.padded(to: pagesWidth) + $0.title
            } + layout.remarks.map { "    \($0)" }
    }

    /// All sixteen digits, as the kernel prints addresses.
    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return "0x" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
