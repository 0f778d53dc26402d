// SPDX-License-Identifier: MIT

/// Where the columns of a diagram begin.
struct DiagramColumns: Hashable {
    let starts: [Int]

    /// At least so many columns are left for the steps of the last lane.
    private static let lastWidthMin = 24
    private static let gap = 2

    /// The columns that break the fewest steps; among those, the widest. `nil` where the titles do not fit.
    ///
    /// A step may run on into the columns right of its own, for nothing else stands on its line. So columns
    /// can be much
    /// narrower than the steps, and only the last ones need room.
    static func best(titles: [String], steps: [(column: Int, units: [String])]) -> DiagramColumns? {
        let lengths = steps.map { step in step.units.reduce(0) { $0 + $1.count } }
        let natural = titles.indices.map { column in
            let own = zip(steps, lengths).filter { $0.0.column == column }.map(\.1)
            return max(own.max() ?? 0, RaceDiagram.dashCount(titles[column])) + gap
        }
        var best: (columns: DiagramColumns, lineCount: Int)?
        for widthMax in (6...40).reversed() {
            var starts: [Int] = []
            var next = RaceDiagram.indent
            for (title, width) in zip(titles, natural) {
                starts.append(next)
                next += max(RaceDiagram.dashCount(title) + gap, min(width, widthMax))
            }
            let lastTitle = titles.last.map(RaceDiagram.dashCount) ?? 0
            guard let last = starts.last, last + max(lastWidthMin, lastTitle) <= RaceDiagram.columnsMax
            else { continue }
            let lineCount = zip(steps, lengths).reduce(0) { sum, step in
                let room = RaceDiagram.columnsMax - starts[step.0.column]
                let further = max(0, step.1 - room)
                let roomBelow = room - RaceDiagram.continuationIndent
                return sum + 1 + (further + roomBelow - 1) / roomBelow
            }
            if let found = best, found.lineCount <= lineCount { continue }
            best = (DiagramColumns(starts: starts), lineCount)
        }
        return best?.columns
    }
}
