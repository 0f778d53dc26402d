// SPDX-License-Identifier: MIT

package import Findings

/// The verdict on each property of each row in each column.
package struct MatrixTable: Sendable {
    /// A row or column.
    package struct Heading: Sendable {
        package let name: String
        package let title: String

        package init(name: String, title: String) {
            self.name = name
            self.title = title
        }
    }

    package struct Cell: Sendable {
        package enum Finding: Sendable {
            case holds
            /// With the file of its run, if it was written.
            case violated(Violation, trace: String?)
            case notApplicable(String)
            case inconclusive(String)
        }

        package let finding: Finding
        /// Whether that is what the matrix says.
        package let isExpected: Bool

        package init(_ finding: Finding, isExpected: Bool = true) {
            self.finding = finding
            self.isExpected = isExpected
        }
    }

    /// Of the matrix.
    package let name: String
    /// Path of its spec.
    package let spec: String
    package let rows: [Heading]
    package let columns: [Heading]
    package let properties: [String]
    /// By row, column, property.
    package let cells: [[[Cell]]]
    package let explorationCount: Int
    /// Of all explorations together.
    package let stateCount: UInt64

    package init(
        name: String, spec: String, rows: [Heading], columns: [Heading], properties: [String],
        cells: [[[Cell]]], explorationCount: Int, stateCount: UInt64
    ) {
        self.name = name
        self.spec = spec
        self.rows = rows
        self.columns = columns
        self.properties = properties
        self.cells = cells
        self.explorationCount = explorationCount
        self.stateCount = stateCount
    }
}

extension MatrixTable {
    /// Where a cell is.
    struct Place: Hashable {
        let row: Int
        let column: Int
        let property: Int
    }

    /// Row by row, property by property, as the table is read.
    var places: [Place] {
        rows.indices.flatMap { row in
            properties.indices.flatMap { property in
                columns.indices.map { Place(row: row, column: $0, property: property) }
            }
        }
    }

    subscript(place: Place) -> Cell { cells[place.row][place.column][place.property] }

    /// What is violated, with its place in the table.
    var violations: [(place: Place, violation: Violation, trace: String?)] {
        places.compactMap { place in
            if case .violated(let violation, let trace) = self[place].finding {
                (place, violation, trace)
            } else {
                nil
            }
        }
    }

    /// Reasons for what is not applicable or inconclusive, each once, in the order of the table.
    var reasons: [String] {
        var seen: Set<String> = []
        return places.compactMap { self[$0].finding.reason }.filter { seen.insert($0).inserted }
    }

    /// `state of 2011 on ARM`
    func title(row: Int, column: Int) -> String { "\(rows[row].title) on \(columns[column].title)" }

    /// What a row in a column comes to.
    struct Summary {
        var holding = 0
        var inapplicable = 0
        var inconclusive = 0
        var violated: [Place] = []
        var isExpected = true
    }

    func summary(row: Int, column: Int) -> Summary {
        var summary = Summary()
        for property in properties.indices {
            let place = Place(row: row, column: column, property: property)
            switch self[place].finding {
            case .holds: summary.holding += 1
            case .violated: summary.violated.append(place)
            case .notApplicable: summary.inapplicable += 1
            case .inconclusive: summary.inconclusive += 1
            }
            if !self[place].isExpected { summary.isExpected = false }
        }
        return summary
    }

    /// `12 hold; 3 explorations of …`
    var totals: String {
        let all = places.map { self[$0] }
        func count(_ fits: (Cell.Finding) -> Bool) -> Int { all.count { fits($0.finding) } }
        var parts = [
            "\(count { if case .holds = $0 { true } else { false } }) hold",
            "\(count { if case .violated = $0 { true } else { false } }) violated",
            "\(count { if case .notApplicable = $0 { true } else { false } }) not applicable",
        ]
        let inconclusive = count { if case .inconclusive = $0 { true } else { false } }
        if inconclusive > 0 { parts.append("\(inconclusive) inconclusive") }
        let unexpected = all.count { !$0.isExpected }
        if unexpected > 0 { parts.append("\(unexpected) NOT as expected") }
        return parts.joined(separator: ", ")
            + "; \(Numbers.counted(UInt64(explorationCount), "exploration")), "
            + Numbers.counted(stateCount, "state")
    }
}

extension MatrixTable.Cell.Finding {
    /// Of what was not found out.
    var reason: String? {
        switch self {
        case .holds, .violated: nil
        case .notApplicable(let reason), .inconclusive(let reason): reason
        }
    }

    /// As JSON names it.
    var word: String {
        switch self {
        case .holds: "holds"
        case .violated: "violated"
        case .notApplicable: "not applicable"
        case .inconclusive: "inconclusive"
        }
    }
}

extension Violation {
    /// `7 steps`; of what has no run, what it is.
    var extent: String {
        guard let run else { return kind.rawValue }
        return Numbers.counted(UInt64(run.loopStart ?? run.steps.count), "step")
            + (run.loopStart == nil ? "" : ", then for ever")
    }
}
