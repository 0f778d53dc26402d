// SPDX-License-Identifier: MIT

package import Findings

/// A run in the Informal Trace Format, which Apalache, Quint, their viewers and the PyPI package itf-py read
/// (Apalache ADR-015). Files end in `.itf.json`.
///
/// - State 0 is the initial state. The step that leads to state i is in state i: what it does in the
///   variable `action`, who
///   does it in `lane`. (Both empty in state 0. If the spec itself has a variable `action`, ours is
/// `action_`; `#meta`
///   has both names.)
/// - Integers are `{"#bigint": "…"}`, enum cases and symmetric elements strings, structs records, arrays
///   maps.
/// - An absent optional is the variant `{"tag": "Nothing", "value": "U_OF_UNIT"}` (Apalache's empty
///   value); a present one is the value itself, as in reports. Not
///   `None`: itf-py turns tags into class names, which Python does not allow `None` to be.
/// - A struct with a field that Python keeps for itself is a map from names, for the same reason.
/// - A last step that failed half-way leads to no state: the state before it stands there again, and its
///   `#meta` says
///   `"failed": true`.
package enum ITFTrace {
    /// Of the members of `#meta` that are ours.
    static let version = 1

    package static func json(of run: Run, breaking violation: Violation) -> JSONValue {
        let names = run.initialState.map(\.name)
        let action = unused("action", names)
        let lane = unused("lane", names)
        var states = [
            state(index: 0, isFailed: false, fields: run.initialState, [(action, ""), (lane, "")])
        ]
        var fields = run.initialState
        for (index, step) in run.steps.enumerated() {
            let isFailed = step.state.isEmpty && !run.initialState.isEmpty
            if !isFailed { fields = step.state }
            let own = [(action, step.action), (lane, run.lanes[step.lane].title)]
            states.append(state(index: index + 1, isFailed: isFailed, fields: fields, own))
        }
        var members: [JSONValue.Member] = [
            .init("#meta", meta(run, violation, action: action, lane: lane)),
            .init("params", .array([])),
            .init("vars", .array((names + [action, lane]).map { .string($0) })),
            .init("states", .array(states)),
        ]
        if let loopStart = run.loopStart { members.append(.init("loop", .integer(Int128(loopStart)))) }
        return .object(members)
    }

    private static func unused(_ name: String, _ names: [String]) -> String {
        var name = name
        while names.contains(name) { name += "_" }
        return name
    }

    private static func meta(_ run: Run, _ violation: Violation, action: String, lane: String) -> JSONValue {
        .object([
            .init("format", .string("ITF")),
            .init("format-description", .string("https://apalache-mc.org/docs/adr/015adr-trace.html")),
            .init("source", .string("iommu-check")),
            .init("version", .integer(Int128(version))),
            .init("spec", .string(run.source.spec)),
            .init("check", .string(run.source.check)),
            .init(
                "settings",
                .array(
                    run.source.settings.map {
                        .object([.init("name", .string($0.name)), .init("value", .string($0.value.text))])
                    })),
            .init("platform", .optional(run.source.platform)),
            .init("group", .optional(run.source.group)),
            .init("property", .string(violation.property)),
            .init("kind", .string(violation.kind.rawValue)),
            .init("place", .string(violation.place)),
            .init("explanation", .array(violation.explanation.map { .string($0) })),
            .init("lanes", .array(run.lanes.map { .string($0.title) })),
            .init("action", .string(action)),
            .init("lane", .string(lane)),
        ])
    }

    private static func state(
        index: Int, isFailed: Bool, fields: [ObservedField], _ own: [(name: String, value: String)]
    ) -> JSONValue {
        var meta: [JSONValue.Member] = [.init("index", .integer(Int128(index)))]
        if isFailed { meta.append(.init("failed", .bool(true))) }
        return .object(
            [.init("#meta", .object(meta))] + own.map { .init($0.name, .string($0.value)) }
                + fields.map { .init($0.name, expression($0.value)) })
    }

    // MARK: Values

    private static func expression(_ value: ObservedValue) -> JSONValue {
        switch value {
        case .bool(let flag): .bool(flag)
        case .integer(let number): .object([.init("#bigint", .string(String(number)))])
        case .name(let name): .string(name)
        case .none: .object([.init("tag", .string("Nothing")), .init("value", .string("U_OF_UNIT"))])
        case .record(let fields): record(fields)
        case .map(let entries):
            .object([
                .init("#map", .array(entries.map { .array([expression($0.key), expression($0.value)]) }))
            ])
        case .set(let members): .object([.init("#set", .array(members.map(expression)))])
        case .list(let elements): .array(elements.map(expression))
        }
    }

    private static func record(_ fields: [ObservedField]) -> JSONValue {
        let names = fields.map(\.name)
        let isVariant = Set(names) == ["tag", "value"]
        if isVariant || names.contains(where: { $0.hasPrefix("_") || pythonKeywords.contains($0) }) {
            return expression(
                .map(fields.map { ObservedEntry(key: .name($0.name), value: $0.value) }))
        }
        return .object(fields.map { .init($0.name, expression($0.value)) })
    }

    private static let pythonKeywords: Set<String> = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
        "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
        "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ]
}
