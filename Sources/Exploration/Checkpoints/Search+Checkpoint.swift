// SPDX-License-Identifier: MIT

import Synchronization
import TransitionSystem

extension Search {
    /// Writes the search down. Call it between batches of states.
    func save(to checkpoint: Checkpoint) {
        guard let table else { return }
        do throws(Checkpoint.Failure) {
            var writer = try CheckpointWriter(path: checkpoint.path)
            try writer.append(CheckpointWriter.magic)
            let record = record(of: table)
            let identity = Array(checkpoint.identity.utf8)
            try writer.append([UInt64(identity.count), UInt64(record.words.count)])
            try writer.append(record.words)
            try writer.append(identity)
            writer.pad()
            try writer.append(
                UnsafeRawBufferPointer(
                    start: table.memory.base, count: record.bucketEnd * table.format.bucketBytes))
            for isFound in [false, true] {
                let isWhole = try frontier.forEachBlock { (isOfNext, bytes) throws(Checkpoint.Failure) in
                    if isOfNext == isFound { try writer.append(bytes) }
                }
                guard isWhole else { throw Checkpoint.Failure("states on disk cannot be read back") }
            }
            try writer.commit()
            checkpointFailure = nil
        } catch {
            checkpointFailure = error.reason
        }
        lastSave = .now
    }

    private func record(of table: StateTable) -> SearchRecord {
        var counts = Counts(for: model)
        for worker in pool.workers { counts.add(worker.counts) }
        var record = SearchRecord()
        record.wordsPerState = table.format.wordsPerState
        record.bitsPerState = model.bitsPerState
        record.capacity = table.capacity
        record.bucketEnd = table.bucketEnd()
        record.stateCount = table.count
        record.depth = depth
        record.countUpToLevel = countUpToLevel
        record.waitingCount = frontier.currentCount.load(ordering: .relaxed)
        record.foundCount = frontier.foundCount
        record.ignoredFindingCount = Int(pool.workers.reduce(0) { $0 + $1.ignoredFindingCount })
        record.transitions = counts.transitions
        record.quiescent = counts.quiescent
        record.operations = counts.operations
        record.premises = counts.premises
        record.reachables = counts.reachables
        return record
    }

    /// Takes up a search within the level that was being expanded.
    ///
    /// - Returns: whether there was memory for it.
    func restore(_ saved: SavedSearch, into table: StateTable) -> Bool {
        let record = saved.record
        // A checkpoint's identity says its model, if nobody has tampered with it.
        guard record.wordsPerState == table.format.wordsPerState, record.bitsPerState == model.bitsPerState,
            record.operations.count == model.operationCount, record.premises.count == model.invariantCount,
            record.reachables.count == model.reachableCount,
            table.restore(
                capacity: record.capacity, bucketEnd: record.bucketEnd, count: record.stateCount,
                { saved.readTable(into: $0, count: record.bucketEnd * table.format.bucketBytes) }),
            frontier.restore(count: record.waitingCount, { saved.readStates(into: $0, first: $1, count: $2) })
        else { return false }
        frontier.advance()
        guard
            frontier.restore(
                count: record.foundCount,
                { saved.readStates(into: $0, first: record.waitingCount + $1, count: $2) })
        else { return false }
        depth = record.depth
        countUpToLevel = record.countUpToLevel
        pool.workers[0].counts = Counts(record)
        pool.workers[0].ignoredFindingCount = UInt64(record.ignoredFindingCount)
        signals.states.store(record.stateCount, ordering: .relaxed)
        signals.expanded.store(
            record.stateCount - record.waitingCount - record.foundCount, ordering: .relaxed)
        signals.transitions.store(record.transitions, ordering: .relaxed)
        return true
    }
}
