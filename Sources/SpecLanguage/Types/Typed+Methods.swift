// SPDX-License-Identifier: MIT

extension Typed {
    /// Read-only methods of the built-in types, by the type that they belong to. Axioms and representations:
    /// Documentation/language.md, 'Sets'.
    package enum Method: Hashable, Sendable {
        case set(SetMethod)
        case queue(QueueMethod)
        case range(RangeMethod)
        /// Number of elements of a list.
        case listCount
    }

    package enum SetMethod: String, Hashable, Sendable, CaseIterable {
        case contains
        case containsAll = "contains_all"
        case isDisjoint = "is_disjoint"
        case isEmpty = "is_empty"
        case count
        case highestRun = "highest_run"
        case lowestRun = "lowest_run"
    }

    package enum QueueMethod: String, Hashable, Sendable, CaseIterable {
        case contains
        case isEmpty = "is_empty"
        case isFull = "is_full"
        case count
        case front
    }

    package enum RangeMethod: String, Hashable, Sendable, CaseIterable {
        case contains
        case overlaps
        case isEmpty = "is_empty"
    }

    /// Methods that change their base, by the type that they belong to; statements only.
    package enum Mutation: Hashable, Sendable {
        case set(SetMutation)
        case queue(QueueMutation)
    }

    package enum SetMutation: String, Hashable, Sendable, CaseIterable {
        /// A member or a range.
        case insert
        /// A member or a range.
        case remove
        case clear
    }

    package enum QueueMutation: String, Hashable, Sendable, CaseIterable {
        case push
        case pop
        case clear
    }
}

extension Typed.Method {
    /// As it is written.
    package var name: String {
        switch self {
        case .set(let method): method.rawValue
        case .queue(let method): method.rawValue
        case .range(let method): method.rawValue
        case .listCount: "count"
        }
    }
}

extension Typed.Mutation {
    /// As it is written.
    package var name: String {
        switch self {
        case .set(let mutation): mutation.rawValue
        case .queue(let mutation): mutation.rawValue
        }
    }

    /// Whether a method of some type that changes its base has this name.
    static func isNamed(_ name: String) -> Bool {
        Typed.SetMutation(rawValue: name) != nil || Typed.QueueMutation(rawValue: name) != nil
    }
}
