// SPDX-License-Identifier: MIT

import SpecLanguage

/// Where the state of a spec lies when it is run at full width: scalars in words, arrays in hash tables, sets
/// in sorted ranges.
struct SparseLayout {
    enum Place {
        /// First word among the globals.
        case global(Int)
        case table(Int)
        case sets(Int)
    }

    struct Table {
        let variable: Variable
        /// Types of the indices, outermost first.
        let indices: [SpecType]
        let element: SpecType
        let keyCount: Int
        let defaultValue: [UInt64]
    }

    struct Sets {
        let variable: Variable
        let indices: [SpecType]
        let element: SpecType
        let keyCount: Int
    }

    /// By the state variable's number.
    var places: [Int: Place] = [:]
    var globals: [(variable: Variable, start: Int)] = []
    var globalDefaults: [UInt64] = []
    var tables: [Table] = []
    var sets: [Sets] = []

    init(_ spec: TypedSpec) throws(NotRunnable) {
        for state in spec.stateVariables {
            let variable = state.variable
            var indices: [SpecType] = []
            var type = variable.type
            while case .array(let index, let element) = type {
                indices.append(index)
                type = element
            }
            let keyCount = indices.count
            for index in indices where try WordCoding.count(index, at: variable.span) != 1 {
                throw NotRunnable("'\(index.description)' does not index a table here", at: variable.span)
            }
            if case .set(let element) = type {
                switch element {
                case .bits(_, let width) where width <= 64: break
                case .range(_, let lower, _) where lower >= 0: break
                case .enumeration, .symmetric, .bool: break
                case .absent, .array, .bits, .erroneous, .integer, .interval, .list, .lock, .optional, .queue,
                    .range, .set, .structure, .void:
                    throw NotRunnable(
                        "a set of '\(element.description)' is not kept over a log", at: variable.span)
                }
                places[variable.number] = .sets(sets.count)
                sets.append(
                    Sets(variable: variable, indices: indices, element: element, keyCount: keyCount))
                continue
            }
            let words = try WordCoding.defaultWords(type, at: variable.span)
            if indices.isEmpty {
                places[variable.number] = .global(globalDefaults.count)
                globals.append((variable, globalDefaults.count))
                globalDefaults += words
            } else {
                places[variable.number] = .table(tables.count)
                tables.append(
                    Table(
                        variable: variable, indices: indices, element: type, keyCount: keyCount,
                        defaultValue: words))
            }
        }
    }
}
