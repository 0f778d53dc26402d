// SPDX-License-Identifier: MIT

package import Diagnostics
import Findings

/// Reads what `RaceDiagram` writes: on its own or in the middle of other text, also indented, quoted as
/// mail programs do
/// (`> `), with tabs for blanks, or with the line ends of other systems.
package struct RaceDiagramReader {
    package static let bytesMax = 4 << 20
    /// So many headings are looked at: a bound on the time for texts made of nothing else.
    private static let placesMax = 64

    /// The first diagram of the text. Without a run there is at least one error.
    package static func read(
        _ source: SourceFile, id: SourceFileID
    ) -> (run: RecordedRun?, diagnostics: [Diagnostic]) {
        if let diagnostic = unreadable(source, id: id) { return (nil, [diagnostic]) }
        let reader = RaceDiagramReader(id: id, lines: DiagramLine.all(of: source))
        let places = reader.lines.indices.lazy.compactMap(reader.header(at:)).prefix(placesMax)
        if places.isEmpty { return (nil, [reader.noDiagram()]) }
        // A heading underlined with dashes looks like the header of a diagram. The first place where all of
        // one can be
        // read is it; if there is none, the place where most could be read tells what is wrong.
        var furthest: DiagramFailure?
        for place in places {
            do throws(DiagramFailure) {
                let run = try reader.readDiagram(place)
                return (run, [])
            } catch {
                if let found = furthest, found.progress >= error.progress { continue }
                furthest = error
            }
        }
        return (nil, furthest.map { [$0.diagnostic] } ?? [reader.noDiagram()])
    }

    let id: SourceFileID
    let lines: [DiagramLine]

    /// The header of a diagram: titles, and the columns in which they stand.
    struct Header {
        let titles: [String]
        let starts: [Int]
        /// Index of the line of dashes.
        let line: Int
    }

    /// Why a place that looks like a diagram is none, or a damaged one.
    struct DiagramFailure: Error {
        let diagnostic: Diagnostic
        /// How much of a diagram could be read up to there.
        let progress: Int
    }

    private static func unreadable(_ source: SourceFile, id: SourceFileID) -> Diagnostic? {
        let start = Span(file: id, start: 0, end: 0)
        if source.bytes.isEmpty {
            return Diagnostic("empty-file", "the file is empty", at: start, help: hint)
        }
        if source.bytes.count > bytesMax {
            return Diagnostic(
                "file-too-large",
                "a diagram has at most \(bytesMax) bytes, this file has \(source.bytes.count)",
                at: start, help: hint)
        }
        if let offset = source.bytes.firstIndex(of: 0) {
            return Diagnostic(
                "binary-file", "this is not a text file: byte \(offset) is zero",
                at: Span(file: id, start: offset, end: offset + 1), help: hint)
        }
        return nil
    }

    static let hint = "give a diagram that 'iommu-check check' printed, or a trace file ending in .itf.json"

    private func noDiagram() -> Diagnostic {
        Diagnostic(
            "no-diagram", "there is no diagram in this text: no line of lane titles with dashes below",
            at: Span(file: id, start: 0, end: 0), help: Self.hint)
    }

    // MARK: Header

    /// The header whose line of dashes is line `index`.
    private func header(at index: Int) -> Header? {
        guard index > 0 else { return nil }
        let dashes = lines[index].words(gap: 1)
        guard !dashes.isEmpty, dashes.allSatisfy({ $0.text.allSatisfy { $0 == "-" } }) else { return nil }
        // A first line copied from its first letter on has lost its indent: the titles' order is enough.
        let titles = lines[index - 1].words(gap: 2).map(\.text)
        guard titles.count == dashes.count,
            zip(titles, dashes).allSatisfy({ RaceDiagram.dashCount($0) == $1.text.count })
        else { return nil }
        return Header(titles: titles, starts: dashes.map(\.column), line: index)
    }

    private func readDiagram(_ header: Header) throws(DiagramFailure) -> RecordedRun {
        var next = header.line + 1
        let steps = try readSteps(header, from: &next)
        while next < lines.count, lines[next].isBlank { next += 1 }
        let entries = try readEntries(header, stepCount: steps.count, from: &next)
        return try run(header, steps, entries, end: next)
    }

    // MARK: Steps

    /// A step or a value: its pieces, and the index of its first line.
    private struct Entry {
        var pieces: [String]
        let line: Int
    }

    private func readSteps(
        _ header: Header, from next: inout Int
    ) throws(DiagramFailure) -> [(lane: Int, entry: Entry)] {
        var steps: [(lane: Int, entry: Entry)] = []
        while next < lines.count, !lines[next].isBlank {
            let line = lines[next]
            if line.column == header.starts.first, line.text.hasPrefix(RaceDiagram.loopMarkStart) {
                // `Loop:` says it again.
            } else if let lane = header.starts.firstIndex(of: line.column) {
                steps.append((lane, Entry(pieces: [line.text], line: next)))
            } else if let last = steps.last,
                line.column == header.starts[last.lane] + RaceDiagram.continuationIndent
            {
                steps[steps.count - 1].entry.pieces.append(line.text)
            } else {
                throw failure(
                    "bad-diagram-line", "no lane begins in the column of this step", line: next,
                    progress: steps.count,
                    help:
                        "each step begins below the first letter of its lane's title; use the text as it was printed"
                )
            }
            next += 1
        }
        return steps
    }

    private func unescaped(_ text: String, line: Int, progress: Int) throws(DiagramFailure) -> String {
        guard let result = EscapedText.unescape(text) else {
            throw failure(
                "bad-diagram-line", "there is a backslash here that stands for nothing", line: line,
                progress: progress,
                help: "a backslash is written as two; a line that ends in one goes on in the next")
        }
        return result
    }

    // MARK: The lines below the steps

    private func readEntries(
        _ header: Header, stepCount: Int, from next: inout Int
    ) throws(DiagramFailure) -> [DiagramKey: [String]] {
        let keyColumn = header.starts.first ?? 0
        let valueColumn = keyColumn + RaceDiagram.keyWidth
        var entries: [DiagramKey: [Entry]] = [:]
        var current: DiagramKey?
        while next < lines.count, !lines[next].isBlank {
            let line = lines[next]
            if line.column == keyColumn {
                // Behind the last line there may be any text.
                guard current != .steps, let (key, value) = line.entry(valueColumn: valueColumn) else {
                    break
                }
                entries[key, default: []].append(Entry(pieces: [value], line: next))
                current = key
            } else if let current, line.column == valueColumn {
                entries[current]?.append(Entry(pieces: [line.text], line: next))
            } else if let current, line.column == valueColumn + RaceDiagram.continuationIndent {
                let last = (entries[current]?.count ?? 1) - 1
                entries[current]?[last].pieces.append(line.text)
            } else {
                break
            }
            next += 1
        }
        var result: [DiagramKey: [String]] = [:]
        for (key, values) in entries.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for value in values {
                let text = WrappedText.joined(value.pieces)
                let progress = stepCount + entries.count
                result[key, default: []].append(try unescaped(text, line: value.line, progress: progress))
            }
        }
        return result
    }

    // MARK: The run

    private func run(
        _ header: Header, _ steps: [(lane: Int, entry: Entry)], _ entries: [DiagramKey: [String]], end: Int
    ) throws(DiagramFailure) -> RecordedRun {
        let progress = steps.count + 10 * entries.count
        for key in [DiagramKey.breaks, .spec, .check, .steps] where entries[key] == nil {
            throw failure(
                "truncated-diagram", "the diagram ends before its line '\(key.rawValue):'",
                line: min(end, lines.count - 1), progress: progress,
                help: "copy all of it, from the lanes' titles to the line 'Steps:'")
        }
        func value(_ key: DiagramKey) -> String? { entries[key]?.first }
        guard value(.steps) == String(steps.count) else {
            throw failure(
                "truncated-diagram",
                "the diagram has \(steps.count) steps and says that it has \(value(.steps) ?? "none")",
                line: min(end, lines.count) - 1, progress: progress,
                help: "steps are missing or were added; use the text as it was printed")
        }
        guard let breaks = value(.breaks), let (property, kind) = Self.property(breaks) else {
            throw failure(
                "bad-diagram-line", "the line 'Breaks:' names a property and, in parentheses, its kind",
                line: header.line, progress: progress,
                help: "the kinds are " + Violation.Kind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        var recorded: [RecordedRun.Step] = []
        for step in steps {
            recorded.append(try self.step(header, step, progress: progress))
        }
        let settings = (entries[.set] ?? []).map { text in
            let parts = text.split(separator: " = ", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            return ObservedField(
                name: parts[0], value: ObservedValue(setting: parts.count > 1 ? parts[1] : ""))
        }
        let source = RunSource(
            spec: value(.spec) ?? "", check: value(.check) ?? "", settings: settings,
            platform: value(.platform),
            group: value(.group))
        return RecordedRun(
            source: source, kind: kind, property: property, steps: recorded,
            loopStart: value(.loop).flatMap { $0.split(separator: " ").last.flatMap { Int($0) } })
    }

    private func step(
        _ header: Header, _ step: (lane: Int, entry: Entry), progress: Int
    ) throws(DiagramFailure) -> RecordedRun.Step {
        var title = header.titles[step.lane]
        var action = WrappedText.joined(step.entry.pieces)
        if title == RaceDiagram.listTitle {
            guard let colon = action.firstIndex(of: ":") else {
                throw failure(
                    "bad-diagram-line", "this step does not name its lane", line: step.entry.line,
                    progress: progress,
                    help: "each step is written 'lane: action'")
            }
            title = String(action[..<colon])
            action = String(action[colon...].dropFirst(2))
        }
        return RecordedRun.Step(
            laneTitle: try unescaped(title, line: step.entry.line, progress: progress),
            action: try unescaped(action, line: step.entry.line, progress: progress))
    }

    /// `no_stale_dma (invariant)`
    private static func property(_ text: String) -> (String, Violation.Kind)? {
        guard text.hasSuffix(")"), let open = text.lastIndex(of: "("), open > text.startIndex,
            let kind = Violation.Kind(rawValue: String(text[text.index(after: open)...].dropLast()))
        else { return nil }
        return (String(text[..<open].dropLast()), kind)
    }

    private func failure(
        _ name: String, _ message: String, line: Int, progress: Int, help: String
    ) -> DiagramFailure {
        let span = lines.indices.contains(line) ? lines[line].span(id) : Span(file: id, start: 0, end: 0)
        return DiagramFailure(diagnostic: Diagnostic(name, message, at: span, help: help), progress: progress)
    }
}
