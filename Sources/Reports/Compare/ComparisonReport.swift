// SPDX-License-Identifier: MIT

import Findings

/// What `iommu-check compare` prints: for each platform the verdicts that change and what can be observed, then one word.
package enum ComparisonReport {
    /// - Parameter unpaired: programs that only one side has, a sentence each.
    package static func text(
        _ comparisons: [Comparison], old: String, new: String, unpaired: [String] = []
    ) -> String {
        var lines = ["OLD  \(old)", "NEW  \(new)"].map(EscapedText.visible)
        for comparison in comparisons {
            lines += [""] + head(comparison).map(EscapedText.visible)
            lines += extra("adds", comparison.adds, lacking: "OLD")
            lines += extra("removes", comparison.removes, lacking: "NEW")
        }
        if !unpaired.isEmpty { lines += [""] + unpaired.map { EscapedText.visible("not compared: \($0)") } }
        let broken = comparisons.flatMap { comparison in
            comparison.broken.map { "\(comparison.title): \($0.name) held, and is violated now" }
        }
        if !broken.isEmpty { lines += [""] + broken.map { EscapedText.visible("FAIL \($0)") } }
        return (lines + ["", Comparison.Relation.all(comparisons.map(\.relation)).rawValue])
            .joined(separator: "\n") + "\n"
    }

    private static func head(_ comparison: Comparison) -> [String] {
        var lines = ["\(comparison.title): \(comparison.relation.rawValue)"]
        lines.append("  OLD is \(comparison.oldProgram)")
        lines.append("  NEW is \(comparison.newProgram)")
        if comparison.oldStates > 0 {
            lines.append(
                "  states: \(Numbers.grouped(comparison.oldStates)) of OLD, \(Numbers.grouped(comparison.newStates)) of NEW"
            )
        }
        lines += comparison.scopeDifferences.map { "  the scopes differ: \($0)" }
        let same = comparison.properties.filter(\.isSame)
        let holding = same.count { if case .holds = $0.new { true } else { false } }
        lines.append(
            "  properties: \(Numbers.counted(UInt64(same.count), "verdict")) as before, \(holding) of them 'holds'"
        )
        lines += comparison.properties.filter { !$0.isSame }.map {
            "    \($0.name): \(word($0.old)) -> \(word($0.new))"
        }
        lines += comparison.asked.map(asked)
        lines += comparison.doubtful.map { "  may mean something else in NEW: \($0)" }
        lines += comparison.notAsked.map { "  not asked of NEW: \($0)" }
        if comparison.isOpenByStatements {
            lines.append("  inconclusive: whether NEW keeps all that OLD states is not known")
        }
        lines += comparison.remarks.map { "  remark: \($0)" }
        return lines
    }

    private static func asked(_ asked: Comparison.Asked) -> String {
        let with = asked.with.isEmpty ? "" : " with OLD's \(asked.with.joined(separator: ", "))"
        let doubts =
            asked.doubts.isEmpty
            ? "" : "; it may mean something else there: \(asked.doubts.joined(separator: ", "))"
        return "  OLD's \(asked.property.name)\(with), asked of NEW: \(word(asked.property.new))\(doubts)"
    }

    private static func word(_ verdict: Verdict?) -> String {
        switch verdict {
        case nil: "not stated"
        case .holds: "holds"
        case let verdict?: CheckReport.sentence(verdict)
        }
    }

    private static func extra(_ verb: String, _ extra: Comparison.Extra, lacking side: String) -> [String] {
        switch extra {
        case .none:
            let whole = side == "OLD" ? "NEW" : "OLD"
            return ["  \(verb) nothing: whatever \(whole) shows in this scope, \(side) can show too"]
        case .inconclusive(let reason): return [EscapedText.visible("  \(verb): inconclusive, \(reason)")]
        case .some(let behaviours):
            return behaviours.flatMap { behaviour(verb, $0, lacking: side) }
        }
    }

    private static func behaviour(
        _ verb: String, _ behaviour: Comparison.Behaviour, lacking side: String
    ) -> [String] {
        var lines = ["  \(verb):  \(behaviour.observations.last ?? "")"]
        if behaviour.observations.count > 1 { lines.append("    after") }
        lines += behaviour.observations.dropLast().enumerated().map { "      \($0 + 1)  \($1)" }
        if !behaviour.alternatives.isEmpty {
            lines.append("    where \(side) shows only")
            lines += behaviour.alternatives.map { "      \($0)" }
        }
        lines = lines.map(EscapedText.visible)
        if let run = behaviour.run {
            lines += ["    in the run", ""] + RaceDiagram.columns(of: run).map { "    \($0)" } + [""]
        }
        return lines
    }
}
