// SPDX-License-Identifier: MIT

import TransitionSystem

/// One thread's way into a compiled model.
final class CompiledExpander: StateExpander {
    private let expand: CompiledExpand
    private let interpreting: any StateExpander
    private let wordsPerState: Int
    private let isReduced: Bool
    /// Counts of one call, added to the buffer's when it has gone well: operations, then premises, then reachables.
    private var counts: UnsafeMutablePointer<UInt64>
    private let operationCount: Int
    private let invariantCount: Int
    private let reachableCount: Int
    private var findings: UnsafeMutablePointer<Int>
    private var findingCapacity = 64
    private var sourceEnds: UnsafeMutablePointer<Int>
    private var sourceCapacity = 128
    /// The call in progress, for the callbacks.
    private var batch: UnsafeMutablePointer<CompiledBatch>?
    private var buffer: ExpansionBuffer?

    init(expand: @escaping CompiledExpand, interpreting: any StateExpander, model: Interpreter) {
        isReduced = model.reduction != nil
        self.expand = expand
        self.interpreting = interpreting
        wordsPerState = model.wordsPerState
        (operationCount, invariantCount) = (model.operationCount, model.invariantCount)
        reachableCount = model.reachableCount
        counts = .allocate(capacity: operationCount + invariantCount + reachableCount + 1)
        findings = .allocate(capacity: 3 * findingCapacity)
        sourceEnds = .allocate(capacity: sourceCapacity)
    }

    deinit {
        counts.deallocate()
        findings.deallocate()
        sourceEnds.deallocate()
    }

    func appendInitialStates(to buffer: ExpansionBuffer) { interpreting.appendInitialStates(to: buffer) }

    func expand(_ states: UnsafePointer<UInt64>, count: Int, into buffer: ExpansionBuffer) {
        var done = 0
        while done < count {
            done += run(states + done * wordsPerState, count: count - done, into: buffer)
            guard done < count else { return }
            // The next one is beyond the compiled model.
            interpreting.expand(states + done * wordsPerState, count: 1, into: buffer)
            done += 1
        }
    }

    /// - Returns: how many states were expanded.
    private func run(_ states: UnsafePointer<UInt64>, count: Int, into buffer: ExpansionBuffer) -> Int {
        let expanded = attempt(states, count: count, into: buffer)
        guard expanded < count else { return count }
        // Counts of the state that was left halfway are in: once more without it.
        let again = expanded == 0 ? 0 : attempt(states, count: expanded, into: buffer)
        precondition(again == expanded, "a compiled model is deterministic")
        return expanded
    }

    /// Expands the states, and adds the results to the buffer where all went well.
    private func attempt(_ states: UnsafePointer<UInt64>, count: Int, into buffer: ExpansionBuffer) -> Int {
        if count > sourceCapacity {
            sourceEnds.deallocate()
            sourceCapacity = count
            sourceEnds = .allocate(capacity: count)
        }
        counts.update(repeating: 0, count: operationCount + invariantCount + reachableCount)
        let before = buffer.successorCount
        var batch = CompiledBatch(
            successors: buffer.successors, count: before, capacity: buffer.capacity, failures: 0,
            findings: findings, findingCount: 0, findingCapacity: findingCapacity, operationCounts: counts,
            premiseCounts: counts + operationCount, reachableCounts: counts + operationCount + invariantCount,
            sourceEnds: sourceEnds, isReduced: isReduced ? 1 : 0, source: 0, outcomesBefore: 0,
            depth: 0, work: 0, isBeyond: 0,
            host: Unmanaged.passUnretained(self).toOpaque(), grow: Self.grow, growFindings: Self.growFindings)
        self.buffer = buffer
        let expanded = withUnsafeMutablePointer(to: &batch) { pointer in
            self.batch = pointer
            return expand(states, count, pointer)
        }
        self.batch = nil
        self.buffer = nil
        guard expanded == count else { return expanded }
        let firstSource = buffer.sourceIndex
        for number in 0..<batch.findingCount {
            let finding = findings + 3 * number
            buffer.findings.append(
                ExpansionFinding(source: firstSource + finding[0], kind: Self.kind(finding[1], finding[2])))
        }
        buffer.transitionCount += UInt64(batch.count - before + batch.failures)
        for number in 0..<operationCount { buffer.operationCounts[number] += counts[number] }
        for number in 0..<invariantCount { buffer.premiseCounts[number] += counts[operationCount + number] }
        for number in 0..<reachableCount {
            buffer.reachableCounts[number] += counts[operationCount + invariantCount + number]
        }
        buffer.finishSources(UnsafeBufferPointer(start: sourceEnds, count: count))
        return expanded
    }

    private static func kind(_ kind: Int, _ index: Int) -> ExpansionFinding.Kind {
        switch kind {
        case 0: .invariant(index)
        case 1: .deadlock
        case 3: .failingCondition(index)
        default: .failingTransition(index)
        }
    }

    // MARK: Callbacks of the compiled code

    private static let grow: @convention(c) (UnsafeMutableRawPointer) -> Void = { host in
        let expander = Unmanaged<CompiledExpander>.fromOpaque(host).takeUnretainedValue()
        guard let batch = expander.batch, let buffer = expander.buffer else { return }
        buffer.grow(keeping: batch.pointee.count)
        batch.pointee.successors = buffer.successors
        batch.pointee.capacity = buffer.capacity
    }

    private static let growFindings: @convention(c) (UnsafeMutableRawPointer) -> Void = { host in
        let expander = Unmanaged<CompiledExpander>.fromOpaque(host).takeUnretainedValue()
        guard let batch = expander.batch else { return }
        let larger = UnsafeMutablePointer<Int>.allocate(capacity: 6 * expander.findingCapacity)
        larger.update(from: expander.findings, count: 3 * expander.findingCapacity)
        expander.findings.deallocate()
        expander.findings = larger
        expander.findingCapacity *= 2
        batch.pointee.findings = larger
        batch.pointee.findingCapacity = expander.findingCapacity
    }
}
