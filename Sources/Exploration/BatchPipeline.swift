import Foundation
import TransitionSystem

/// A ring of batches between the search, which gives them out and takes them back in the same order, and the
/// threads that expand them in any. The ring bounds the batches in flight, and so their memory.
///
/// Batches are numbered as they are submitted. `taken <= claimed <= submitted <= taken + ring size`: those
/// below `taken` are the search's again, those below `claimed` are being expanded or done, those below
/// `submitted` wait for a thread.
///
/// `@unchecked`: all variables are read and written under the lock; batches are passed on as `Batch`
/// describes.
final class BatchPipeline: @unchecked Sendable {
    private let condition = NSCondition()
    private let ring: [Batch]
    private var isExpanded: [Bool]
    private var submitted = 0
    private var claimed = 0
    private var taken = 0
    private var idleWorkers = 0
    private var searchWaits = false
    private var isClosed = false

    /// - Parameter batches: at least one.
    init(batches: [Batch]) {
        precondition(!batches.isEmpty)
        ring = batches
        isExpanded = Array(repeating: false, count: batches.count)
    }

    /// Submits batches until the ring is full or there is no more to do. Waits until half the ring is free,
    /// so that threads are woken once for many batches.
    ///
    /// - Parameter assign: gives a batch its states; false if there are none left.
    func refill(_ assign: (Batch) -> Bool) {
        condition.lock()
        defer { condition.unlock() }
        guard 2 * (submitted - taken) <= ring.count else { return }
        while submitted - taken < ring.count, assign(ring[submitted % ring.count]) {
            isExpanded[submitted % ring.count] = false
            submitted += 1
        }
        if idleWorkers > 0, claimed < submitted { condition.broadcast() }
    }

    /// The oldest batch, expanded. While others expand it, the caller's thread expands later ones.
    func oldestExpanded(helpingWith expander: any StateExpander) -> Batch {
        condition.lock()
        defer { condition.unlock() }
        assert(taken < submitted)
        while !isExpanded[taken % ring.count] {
            if claimed < submitted {
                expandOne(with: expander)
            } else {
                searchWaits = true
                condition.wait()
                searchWaits = false
            }
        }
        return ring[taken % ring.count]
    }

    /// Gives the oldest batch back to the ring.
    func takeOldest() {
        condition.lock()
        defer { condition.unlock() }
        assert(isExpanded[taken % ring.count])
        taken += 1
    }

    /// What a thread beside the search does, until `close`.
    func work(with expander: any StateExpander) {
        condition.lock()
        defer { condition.unlock() }
        while true {
            while claimed == submitted, !isClosed {
                idleWorkers += 1
                condition.wait()
                idleWorkers -= 1
            }
            if isClosed { return }
            expandOne(with: expander)
        }
    }

    /// Batches not claimed yet are dropped; those claimed end in peace.
    func close() {
        condition.lock()
        defer { condition.unlock() }
        isClosed = true
        condition.broadcast()
    }

    /// Called and returns with the lock held; it is free while the batch is expanded.
    private func expandOne(with expander: any StateExpander) {
        assert(claimed < submitted)
        let number = claimed
        claimed += 1
        condition.unlock()
        ring[number % ring.count].expand(with: expander)
        condition.lock()
        isExpanded[number % ring.count] = true
        if searchWaits, number == taken { condition.broadcast() }
    }
}
