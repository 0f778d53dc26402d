// SPDX-License-Identifier: MIT

import Findings

extension ComparisonReport {
    /// Grows when a member changes its meaning or goes.
    static let jsonVersion = 1

    package static func json(
        _ comparisons: [Comparison], old: String, new: String, unpaired: [String] = []
    ) -> JSONValue {
        .object([
            .init("version", .integer(Int128(jsonVersion))),
            .init("old", .string(old)),
            .init("new", .string(new)),
            .init("relation", .string(Comparison.Relation.all(comparisons.map(\.relation)).rawValue)),
            .init("comparisons", .array(comparisons.map(value))),
            .init("notCompared", strings(unpaired)),
        ])
    }

    private static func value(_ comparison: Comparison) -> JSONValue {
        .object([
            .init("title", .string(comparison.title)),
            .init("oldProgram", .string(comparison.oldProgram)),
            .init("newProgram", .string(comparison.newProgram)),
            .init("relation", .string(comparison.relation.rawValue)),
            .init("scopeDifferences", strings(comparison.scopeDifferences)),
            .init("properties", .array(comparison.properties.map(property))),
            .init("asked", .array(comparison.asked.map(asked))),
            .init("doubtful", strings(comparison.doubtful)),
            .init("notAsked", strings(comparison.notAsked)),
            .init("remarks", strings(comparison.remarks)),
            .init("adds", extra(comparison.adds)),
            .init("removes", extra(comparison.removes)),
            .init("oldStates", .integer(Int128(comparison.oldStates))),
            .init("newStates", .integer(Int128(comparison.newStates))),
        ])
    }

    private static func property(_ property: Comparison.Property) -> JSONValue {
        .object(members(of: property))
    }

    private static func asked(_ asked: Comparison.Asked) -> JSONValue {
        .object(
            members(of: asked.property) + [
                .init("with", strings(asked.with)), .init("doubts", strings(asked.doubts)),
            ])
    }

    private static func members(of property: Comparison.Property) -> [JSONValue.Member] {
        [
            .init("name", .string(property.name)),
            .init("old", .optional(property.old?.word)),
            .init("new", .optional(property.new?.word)),
            .init("broken", .bool(property.isBroken)),
        ]
    }

    private static func extra(_ extra: Comparison.Extra) -> JSONValue {
        switch extra {
        case .none: .array([])
        case .inconclusive(let reason): .object([.init("inconclusive", .string(reason))])
        case .some(let behaviours):
            .array(
                behaviours.map { behaviour in
                    .object([
                        .init("observations", strings(behaviour.observations)),
                        .init("alternatives", strings(behaviour.alternatives)),
                        .init(
                            "steps",
                            strings(
                                (behaviour.run?.steps ?? []).map { step in
                                    "\(behaviour.run?.lanes[step.lane].title ?? ""): \(step.action)"
                                })),
                    ])
                })
        }
    }

    private static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
