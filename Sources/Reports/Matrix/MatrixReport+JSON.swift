// SPDX-License-Identifier: MIT

import Findings

extension MatrixReport {
    /// Grows when a member changes its meaning or goes.
    static let jsonVersion = 1

    package static func json(_ table: MatrixTable) -> JSONValue {
        .object([
            .init("version", .integer(Int128(jsonVersion))),
            .init("matrix", .string(table.name)),
            .init("spec", .string(table.spec)),
            .init("rows", .array(table.rows.map(heading))),
            .init("columns", .array(table.columns.map(heading))),
            .init("properties", .array(table.properties.map { .string($0) })),
            .init("cells", .array(table.places.map { cell($0, in: table) })),
            .init("explorations", .integer(Int128(table.explorationCount))),
            .init("states", .integer(Int128(table.stateCount))),
        ])
    }

    private static func heading(_ heading: MatrixTable.Heading) -> JSONValue {
        .object([.init("name", .string(heading.name)), .init("title", .string(heading.title))])
    }

    private static func cell(_ place: MatrixTable.Place, in table: MatrixTable) -> JSONValue {
        let cell = table[place]
        var members: [JSONValue.Member] = [
            .init("row", .string(table.rows[place.row].name)),
            .init("column", .string(table.columns[place.column].name)),
            .init("property", .string(table.properties[place.property])),
            .init("verdict", .string(cell.finding.word)),
            .init("expected", .bool(cell.isExpected)),
        ]
        switch cell.finding {
        case .holds: break
        case .violated(let violation, let trace):
            members += [
                .init("kind", .string(violation.kind.rawValue)),
                .init("steps", violation.run.map { .integer(Int128($0.steps.count)) } ?? .null),
                .init("explanation", .array(violation.explanation.map { .string($0) })),
                .init("trace", .optional(trace)),
            ]
        case .notApplicable(let reason), .inconclusive(let reason):
            members.append(.init("reason", .string(reason)))
        }
        return .object(members)
    }
}
