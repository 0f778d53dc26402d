// SPDX-License-Identifier: MIT

import Diagnostics
import Reports
import SpecLanguage

/// A `matrix` declaration with its names resolved: which programs it has.
struct MatrixPlan: Sendable {
    /// One row in one column.
    struct Cell: Sendable {
        let row: Int
        let column: Int
        let composition: Syntax.Composition
        /// Properties that are said to be violated.
        let expected: [Syntax.Name]
        /// Why there is nothing to ask.
        let exclusion: String?
    }

    let name: Syntax.Name
    let matrix: Syntax.Matrix
    /// Row by row.
    let cells: [Cell]

    /// - Throws: `BadInput` where there is no matrix, or what it says of its rows and columns is wrong.
    static func find(in loaded: LoadedSpec, named wanted: String?) throws(BadInput) -> MatrixPlan {
        let all = loaded.library.main.declarations.compactMap { declaration -> MatrixPlan? in
            guard case .matrix(let matrix) = declaration.kind else { return nil }
            return MatrixPlan(name: declaration.name, matrix: matrix)
        }
        guard let first = all.first else {
            throw BadInput(
                Diagnostic(
                    "no-matrix", "'\(loaded.path)' declares no matrix", at: nil,
                    help: "add 'matrix name { column … row … }', or name a spec that has one"))
        }
        let names = all.map(\.name.text)
        let listed = "'\(loaded.path)' declares: \(names.joined(separator: ", "))"
        guard let wanted else {
            guard all.count == 1 else {
                throw BadInput(
                    Diagnostic(
                        "unknown-matrix", "there are several matrices: name one", at: nil, help: listed))
            }
            try first.check(loaded)
            return first
        }
        guard let plan = all.first(where: { $0.name.text == wanted }) else {
            throw BadInput(
                Diagnostic(
                    "unknown-matrix", "there is no matrix '\(wanted)'", at: nil,
                    help: closestName(to: wanted, among: names).map { "did you mean '\($0)'?" } ?? listed))
        }
        try plan.check(loaded)
        return plan
    }

    private init(name: Syntax.Name, matrix: Syntax.Matrix) {
        self.name = name
        self.matrix = matrix
        cells = matrix.rows.indices.flatMap { row in
            matrix.columns.indices.map { Self.cell(matrix, row, $0) }
        }
    }

    /// What stands closer to the cell comes later: the matrix, the column, the row, the row in this column.
    private static func cell(_ matrix: Syntax.Matrix, _ row: Int, _ column: Int) -> Cell {
        let (rowPart, columnPart) = (matrix.rows[row], matrix.columns[column])
        let exceptions = rowPart.exceptions.filter { exception in
            exception.columns.isEmpty || exception.columns.contains { $0.text == columnPart.name.text }
        }
        var composition = Syntax.Composition()
        composition.use = rowPart.composition.use ?? matrix.composition.use
        composition.on = columnPart.composition.on
        let parts = [matrix.composition, columnPart.composition, rowPart.composition]
        composition.changes = parts.flatMap(\.changes) + exceptions.flatMap(\.changes)
        composition.settings = parts.flatMap(\.settings) + exceptions.flatMap(\.settings)
        let exclusion = matrix.exclusions.first {
            $0.speaks(of: rowPart.name.text, on: columnPart.name.text)
        }
        return Cell(
            row: row, column: column, composition: composition, expected: exceptions.flatMap(\.violated),
            exclusion: exclusion?.reason)
    }

    func exclusion(of property: String, in cell: Cell) -> String? {
        let column = matrix.columns[cell.column].name.text
        return matrix.exclusions.first { $0.speaks(of: property, on: column) }?.reason
    }

    /// `proposals/state_of_2011/gart`: how `check` and `replay` name a cell.
    func checkName(of cell: Cell) -> String {
        [name, matrix.rows[cell.row].name, matrix.columns[cell.column].name].map(\.text)
            .joined(separator: "/")
    }

    /// The cell as a check of its own.
    func check(of cell: Cell) -> CheckPlan {
        let expected = cell.expected.first.map {
            ExpectedVerdict.violates(property: $0.text, stepsMax: nil)
        }
        var plan = CheckPlan(
            name: checkName(of: cell), composition: cell.composition, expected: expected ?? .holds,
            hasExpectation: true, functions: [], isProof: false, span: matrix.rows[cell.row].name.span)
        plan.expectedName = cell.expected.first
        return plan
    }

    /// - Returns: `nil` where the name is not that of a cell.
    static func check(named wanted: String, in loaded: LoadedSpec) throws(BadInput) -> CheckPlan? {
        let parts = wanted.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let plan = try find(in: loaded, named: String(parts[0]))
        guard let cell = plan.cells.first(where: { plan.checkName(of: $0) == wanted }) else {
            let names = plan.cells.map(plan.checkName(of:))
            throw BadInput(
                Diagnostic(
                    "unknown-check", "'\(loaded.path)' has no matrix cell '\(wanted)'", at: nil,
                    help: closestName(to: wanted, among: names).map { "did you mean '\($0)'?" }
                        ?? "write MATRIX/ROW/COLUMN, as in '\(names.first ?? "")'"))
        }
        return plan.check(of: cell)
    }
}

// MARK: - Mistakes

extension MatrixPlan {
    private func check(_ loaded: LoadedSpec) throws(BadInput) {
        var diagnostics: [Diagnostic] = []
        if matrix.rows.isEmpty || matrix.columns.isEmpty {
            diagnostics.append(
                Diagnostic(
                    "empty-matrix", "'\(name.text)' has no \(matrix.rows.isEmpty ? "row" : "column")",
                    at: name.span, help: "add 'row name { with CHANGE }' and 'column name { on PLATFORM }'"))
        }
        diagnostics += Self.duplicates(matrix.rows, "rows") + Self.duplicates(matrix.columns, "columns")
        let columns = matrix.columns.map(\.name.text)
        let mentioned =
            matrix.rows.flatMap { $0.exceptions.flatMap(\.columns) } + matrix.exclusions.flatMap(\.columns)
        for name in mentioned where !columns.contains(name.text) {
            diagnostics.append(
                Diagnostic(
                    "unknown-column", "there is no column '\(name.text)'", at: name.span,
                    help: closestName(to: name.text, among: columns).map { "did you mean '\($0)'?" }
                        ?? "the columns are: \(columns.joined(separator: ", "))"))
        }
        guard diagnostics.isEmpty else { throw BadInput(diagnostics, sources: loaded.sources) }
    }

    private static func duplicates(_ headings: [Syntax.Matrix.Heading], _ what: String) -> [Diagnostic] {
        var seen: [String: Span] = [:]
        return headings.compactMap { heading in
            if let first = seen[heading.name.text] {
                return Diagnostic(
                    "duplicate-name", "two \(what) are named '\(heading.name.text)'", at: heading.name.span,
                    notes: [.init(message: "the other one", span: first)], help: "choose another name")
            }
            seen[heading.name.text] = heading.name.span
            return nil
        }
    }

    /// Properties that no program of the matrix has, where one must be meant.
    ///
    /// - Parameter known: of all cells.
    func unknownProperties(known: Set<String>) -> [Diagnostic] {
        let rows = Set(matrix.rows.map(\.name.text))
        let mentioned =
            matrix.properties + matrix.rows.flatMap { $0.exceptions.flatMap(\.violated) }
            + matrix.exclusions.flatMap(\.names).filter { !rows.contains($0.text) }
        return mentioned.filter { !known.contains($0.text) }.map { name in
            Diagnostic(
                "unknown-property", "no program of '\(self.name.text)' has a property '\(name.text)'",
                at: name.span,
                help: BuiltInFinding.help(forUnknown: name.text, declared: known))
        }
    }
}

extension Syntax.Matrix.Exclusion {
    fileprivate func speaks(of name: String, on column: String) -> Bool {
        names.contains { $0.text == name } && (columns.isEmpty || columns.contains { $0.text == column })
    }
}
