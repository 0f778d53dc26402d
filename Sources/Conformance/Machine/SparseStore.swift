// SPDX-License-Identifier: MIT

/// One state that a log allows: the scalar state variables, the tables and the sets of a spec.
final class SparseStore {
    /// Words of state variables that are no tables.
    var globals: [UInt64]
    let tables: [SparseTable]
    let sets: [SparseSets]

    init(_ layout: SparseLayout) {
        globals = layout.globalDefaults
        tables = layout.tables.map { SparseTable(keyCount: $0.keyCount, defaultValue: $0.defaultValue) }
        sets = layout.sets.map { SparseSets(keyCount: $0.keyCount) }
    }

    init(copying other: SparseStore) {
        globals = other.globals
        tables = other.tables.map { SparseTable(copying: $0) }
        sets = other.sets.map { SparseSets(copying: $0) }
    }

    /// Entries that differ from the default: what the state takes.
    var liveCount: Int { tables.reduce(0) { $0 + $1.count } + sets.reduce(0) { $0 + $1.count } }

    /// Whether two states are the same state.
    func isEqual(to other: SparseStore) -> Bool {
        guard globals == other.globals else { return false }
        for (left, right) in zip(tables, other.tables) {
            guard left.count == right.count else { return false }
            var isSame = true
            left.forEach { key, value in
                guard isSame else { return }
                guard let found = right.find(key) else {
                    isSame = false
                    return
                }
                for index in 0..<left.valueCount where found[index] != value[index] { isSame = false }
            }
            if !isSame { return false }
        }
        for (left, right) in zip(sets, other.sets) {
            guard left.count == right.count else { return false }
            var isSame = true
            left.forEach { key, set in
                guard isSame else { return }
                guard let found = right.find(key), found.count == set.count else {
                    isSame = false
                    return
                }
                for index in 0..<set.count where set[index] != found[index] { isSame = false }
            }
            if !isSame { return false }
        }
        return true
    }
}
