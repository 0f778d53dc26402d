// SPDX-License-Identifier: MIT

package import Findings
package import SpecLanguage

/// Values for readers.
package enum ValueText {
    /// One word where possible: `3`, `live`, `frame_1`, `none`, `{frame: 1, writable: true}`.
    package static func short(_ value: Value, _ type: SpecType) -> String {
        switch (type, value) {
        case (_, .none): "none"
        case (.optional(let wrapped), _): short(value, wrapped)
        case (.enumeration(_, let cases), .token(let ordinal)): cases[ordinal]
        case (.symmetric(let name, _), .token(let ordinal)): "\(name.lowercased())_\(ordinal)"
        case (_, .bool(let flag)): flag ? "true" : "false"
        case (_, .number(let number)): "\(number)"
        case (_, .token(let ordinal)): "\(ordinal)"
        case (.structure(_, let fields), .record(let values)):
            "{" + zip(fields, values).map { "\($0.name): \(short($1, $0.type))" }.joined(separator: ", ")
                + "}"
        case (.array(_, let element), .array(let values)), (.list(let element), .list(let values)),
            (.queue(let element, _), .queue(let values)):
            "[" + values.map { short($0, element) }.joined(separator: ", ") + "]"
        case (.set(let element), .set(let set)):
            "{" + set.ranges.map { rangeText($0, element) }.joined(separator: ", ") + "}"
        case (_, .interval(let first, let last)): "\(first) ... \(last)"
        case (_, .lock(let holder)): holder == 0 ? "free" : "held"
        case (_, .array), (_, .list),
            (_, .queue), (_, .record), (_, .set):
            "?"
        }
    }

    private static func rangeText(_ range: ClosedRange<Int128>, _ element: SpecType) -> String {
        func name(_ member: Int128) -> String {
            short(element.value(ordinal: member - CellCoding.memberBase(element)), element)
        }
        if range.lowerBound == range.upperBound { return name(range.lowerBound) }
        if element.isNumeric { return "\(range.lowerBound) ... \(range.upperBound)" }
        return range.map(name).joined(separator: ", ")
    }

    /// The value as findings carry it.
    ///
    /// - Parameter holders: titles of the process instances, for locks.
    package static func observed(_ value: Value, _ type: SpecType, holders: [String]) -> ObservedValue {
        switch (type, value) {
        case (_, .none): .none
        case (.optional(let wrapped), _): observed(value, wrapped, holders: holders)
        case (_, .bool(let flag)): .bool(flag)
        case (_, .number(let number)): .integer(number)
        case (.structure(_, let fields), .record(let values)):
            .record(
                zip(fields, values).map {
                    ObservedField(name: $0.name, value: observed($1, $0.type, holders: holders))
                })
        case (.array(let index, let element), .array(let values)):
            .map(
                values.enumerated().map { ordinal, part in
                    ObservedEntry(
                        key: observed(index.value(ordinal: Int128(ordinal)), index, holders: holders),
                        value: observed(part, element, holders: holders))
                })
        case (.set(let element), .set(let set)):
            .set(
                set.members.map {
                    observed(
                        element.value(ordinal: $0 - CellCoding.memberBase(element)), element, holders: holders
                    )
                })
        case (.queue(let element, _), .queue(let values)), (.list(let element), .list(let values)):
            .list(values.map { observed($0, element, holders: holders) })
        case (_, .interval(let first, let last)): .list([.integer(first), .integer(last)])
        case (_, .lock(let holder)): .name(holder == 0 ? "free" : holders[holder - 1])
        case (_, .array), (_, .list),
            (_, .queue), (_, .record), (_, .set), (_, .token):
            .name(short(value, type))
        }
    }
}
