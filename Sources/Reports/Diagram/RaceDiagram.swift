// SPDX-License-Identifier: MIT

package import Findings

/// A run in the form kernel people draw races in commit messages: a column for each CPU, device and piece of
/// hardware, one step a line, time running down.
///
///       CPU 0                        device
///       -----                        ------
///       dma_map_page(page 2)
///                                    read(page 2)
///
///       Breaks:    isolation (invariant)
///       At:        Specs/properties/dma.spec:41:1
///       Because:   the device reads frame 1, which nobody mapped for it
///       Set:       PAGES = 8
///       Spec:      Specs/default_domain.spec
///       Check:     gart
///       Steps:     2
///
/// In an endless run the loop begins below a line of tildes, and `Loop:` says the same in words.
///
/// At most 75 columns of ASCII, ready to paste: each line is indented, so that neither git nor a mail
/// program takes one for
/// something else. A step too long for its column goes on below, two columns further in. `RaceDiagramReader`
/// reads it back.
package enum RaceDiagram {
    package static let columnsMax = 75
    /// Blanks before every line.
    static let indent = 2
    /// Distance of a continuation line from what it continues.
    static let continuationIndent = 2
    /// Columns from a key to its value.
    static let keyWidth = 11
    /// Title of the one column that holds all steps where there are too many lanes for a column each.
    static let listTitle = "lane: action"
    static let initialStateTitle = "(initial state)"

    package static func text(of run: Run, breaking violation: Violation) -> String {
        (columns(of: run) + [""] + trailer(run, violation)).joined(separator: "\n") + "\n"
    }

    /// The run alone: a column for each lane that takes part.
    static func columns(of run: Run) -> [String] {
        let used = run.lanes.indices.filter { lane in run.steps.contains { $0.lane == lane } }
        var steps = run.steps.map { step in
            (column: used.firstIndex(of: step.lane) ?? 0, units: EscapedText.units(step.action))
        }
        var titles = used.map { EscapedText.escape(run.lanes[$0].title, reserved: [":"]) }
        var columns = DiagramColumns.best(titles: titles, steps: steps)
        if titles.isEmpty {
            titles = [initialStateTitle]
            columns = DiagramColumns(starts: [indent])
        } else if columns == nil {
            steps = run.steps.map { (0, units(lane: run.lanes[$0.lane].title, action: $0.action)) }
            titles = [listTitle]
            columns = DiagramColumns(starts: [indent])
        }
        let starts = columns?.starts ?? [indent]
        var lines = header(titles: titles, starts: starts)
        for (index, step) in steps.enumerated() {
            if run.loopStart == index { lines.append(loopMark(again: true)) }
            lines += wrapped(step.units, at: starts[step.column], prefix: "")
        }
        if run.loopStart == steps.count { lines.append(loopMark(again: false)) }
        return lines
    }

    /// Stands where the loop of an endless run begins. No step begins with a tilde: it would be escaped.
    private static func loopMark(again: Bool) -> String {
        String(repeating: " ", count: indent) + loopMarkStart
            + (again ? " from here on again and again" : " nothing moves any more")
    }

    static let loopMarkStart = "~~~~"

    /// The reader splits at the first colon: a title's own colons are escaped.
    private static func units(lane: String, action: String) -> [String] {
        EscapedText.units(lane, reserved: [":"]) + [":", " "] + EscapedText.units(action)
    }

    private static func header(titles: [String], starts: [Int]) -> [String] {
        var titleLine = ""
        var dashLine = ""
        for (title, start) in zip(titles, starts) {
            titleLine = titleLine.padded(to: start) + title
            dashLine = dashLine.padded(to: start) + String(repeating: "-", count: dashCount(title))
        }
        return [titleLine, dashLine]
    }

    /// Three dashes alone on a line would end a commit message.
    static func dashCount(_ title: String) -> Int { max(4, title.count) }

    /// The lines of one step or value that begins in column `start`.
    private static func wrapped(_ units: [String], at start: Int, prefix: String) -> [String] {
        let next = start + continuationIndent
        let pieces = WrappedText.lines(units, first: columnsMax - start, next: columnsMax - next)
        return pieces.enumerated().map { index, piece in
            (index == 0 ? prefix : "").padded(to: index == 0 ? start : next) + piece
        }
    }

    // MARK: What it breaks, and how to run it again

    /// `Check` and `Steps` stand last: where they are missing, the text was cut.
    private static func trailer(_ run: Run, _ violation: Violation) -> [String] {
        let source = run.source
        var lines: [String] = []
        lines += entries(.breaks, ["\(violation.property) (\(violation.kind.rawValue))"])
        lines += entries(.at, [violation.place])
        lines += entries(.because, violation.explanation)
        lines += entries(.loop, run.loopStart.map { [loopText($0, stepCount: run.steps.count)] } ?? [])
        lines += entries(.platform, source.platform.map { [$0] } ?? [])
        lines += entries(.group, source.group.map { [$0] } ?? [])
        lines += entries(.set, source.settings.map { "\($0.name) = \($0.value.text)" })
        lines += entries(.spec, [source.spec])
        lines += entries(.check, [source.check])
        lines += entries(.steps, [String(run.steps.count)])
        return lines
    }

    /// The reader takes the last number.
    private static func loopText(_ start: Int, stepCount: Int) -> String {
        start == stepCount
            ? "none, nothing moves any more after step \(start)" : "back to the state after step \(start)"
    }

    private static func entries(_ key: DiagramKey, _ values: [String]) -> [String] {
        values.enumerated().flatMap { index, value in
            let prefix = index == 0 ? String(repeating: " ", count: indent) + key.rawValue + ":" : ""
            return wrapped(EscapedText.units(value), at: indent + keyWidth, prefix: prefix)
        }
    }
}
