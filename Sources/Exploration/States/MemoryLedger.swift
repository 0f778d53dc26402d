// SPDX-License-Identifier: MIT

import Synchronization

/// What everything that grows takes of memory, and the most it may.
final class MemoryLedger: Sendable {
    let limit: Int
    private let used = Atomic<Int>(0)
    private let most = Atomic<Int>(0)

    init(limit: Int) { self.limit = max(0, limit) }

    var byteCount: Int { used.load(ordering: .relaxed) }
    var peak: Int { most.load(ordering: .relaxed) }

    /// - Parameter isForced: whatever the limit is.
    /// - Returns: false, and nothing is reserved, where the limit does not allow it.
    func reserve(_ bytes: Int, isForced: Bool = false) -> Bool {
        let total = used.add(bytes, ordering: .relaxed).newValue
        guard total <= limit || isForced else {
            used.subtract(bytes, ordering: .relaxed)
            return false
        }
        most.max(total, ordering: .relaxed)
        return true
    }

    func release(_ bytes: Int) { used.subtract(bytes, ordering: .relaxed) }
}
