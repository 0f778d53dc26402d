// SPDX-License-Identifier: MIT

import CMemory
import Glibc
import Synchronization

/// Lets threads insert together without a lock, and one alone grow the table: who inserts passes the gate once for some
/// hundred states; who grows closes it and waits until all are out. Those who wait meanwhile help where there is work to
/// share.
final class GrowthGate: Sendable {
    /// A line of the cache for each thread, so that passing costs nothing but a store.
    private struct Lane: ~Copyable, Sendable {
        let isInside = Atomic<Bool>(false)
        let padding = (0, 0, 0, 0, 0, 0, 0)
    }

    private let lanes: [LaneBox]
    private let isClosed = Atomic<Bool>(false)
    private let keeper = Mutex(())
    private let work = Mutex<SharedWork?>(nil)
    private let hasWork = Atomic<Bool>(false)

    private final class LaneBox: Sendable {
        let lane = Lane()
    }

    init(threads: Int) { lanes = (0..<threads).map { _ in LaneBox() } }

    var isShared: Bool { lanes.count > 1 }

    func enter(_ thread: Int) {
        guard isShared else { return }
        while true {
            lanes[thread].lane.isInside.store(true, ordering: .sequentiallyConsistent)
            if !isClosed.load(ordering: .sequentiallyConsistent) { return }
            lanes[thread].lane.isInside.store(false, ordering: .releasing)
            while isClosed.load(ordering: .acquiring) { helpOrYield() }
        }
    }

    func leave(_ thread: Int) {
        guard isShared else { return }
        lanes[thread].lane.isInside.store(false, ordering: .releasing)
    }

    /// Runs `body` while nobody is inside. The caller must be outside.
    func alone(_ body: () -> Void) {
        guard isShared else { return body() }
        while true {
            let isDone: Void? = keeper.withLockIfAvailable { _ in
                isClosed.store(true, ordering: .sequentiallyConsistent)
                for box in lanes {
                    while box.lane.isInside.load(ordering: .sequentiallyConsistent) { cmemory_pause() }
                }
                body()
                isClosed.store(false, ordering: .releasing)
            }
            if isDone != nil { return }
            helpOrYield()
        }
    }

    /// For who is alone: has `work` done, also by those who wait.
    func share(_ work: SharedWork) {
        self.work.withLock { $0 = work }
        hasWork.store(true, ordering: .releasing)
        work.finish()
        hasWork.store(false, ordering: .relaxed)
        self.work.withLock { $0 = nil }
    }

    private func helpOrYield() {
        if hasWork.load(ordering: .acquiring), let work = work.withLock({ $0 }) { work.help() }
        sched_yield()
    }
}
