// SPDX-License-Identifier: MIT

import CMemory
import Synchronization

/// Pieces of work that any threads take, each one once.
final class SharedWork: Sendable {
    private let count: Int
    private let next = Atomic<Int>(0)
    private let done = Atomic<Int>(0)
    private let body: @Sendable (Int) -> Void

    /// - Parameter body: does a piece, by number.
    init(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        self.count = count
        self.body = body
    }

    /// Does pieces until none is left to take.
    func help() {
        while true {
            let piece = next.add(1, ordering: .relaxed).oldValue
            guard piece < count else { return }
            body(piece)
            done.add(1, ordering: .releasing)
        }
    }

    /// All pieces are done when this returns, and what they wrote is seen.
    func finish() {
        help()
        while done.load(ordering: .acquiring) < count { cmemory_pause() }
    }
}
