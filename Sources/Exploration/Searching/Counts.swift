// SPDX-License-Identifier: MIT

import TransitionSystem

/// Sums over batches.
struct Counts {
    private(set) var transitions: UInt64 = 0
    private(set) var operations: [UInt64]
    private(set) var premises: [UInt64]
    private(set) var reachables: [UInt64]
    private(set) var quiescent: UInt64 = 0

    init(for model: any SuccessorFunction) {
        operations = Array(repeating: 0, count: model.operationCount)
        premises = Array(repeating: 0, count: model.invariantCount)
        reachables = Array(repeating: 0, count: model.reachableCount)
    }

    init(_ record: SearchRecord) {
        transitions = record.transitions
        operations = record.operations
        premises = record.premises
        reachables = record.reachables
        quiescent = record.quiescent
    }

    /// Moves the buffer's counts here.
    mutating func take(from buffer: ExpansionBuffer) {
        transitions += buffer.transitionCount
        buffer.transitionCount = 0
        Self.move(&buffer.operationCounts, to: &operations)
        Self.move(&buffer.premiseCounts, to: &premises)
        Self.move(&buffer.reachableCounts, to: &reachables)
        quiescent += Self.quiescentSources(of: buffer)
    }

    /// Initial states are no transitions, but operations may be entered on the way to them.
    mutating func takeInitial(from buffer: ExpansionBuffer) {
        buffer.transitionCount = 0
        Self.move(&buffer.operationCounts, to: &operations)
    }

    /// What an expansion counted is not of the search.
    mutating func forget(_ buffer: ExpansionBuffer) {
        buffer.transitionCount = 0
        for k in operations.indices { buffer.operationCounts[k] = 0 }
        for k in premises.indices { buffer.premiseCounts[k] = 0 }
        for k in reachables.indices { buffer.reachableCounts[k] = 0 }
    }

    mutating func add(_ other: Counts) {
        transitions += other.transitions
        quiescent += other.quiescent
        for k in operations.indices { operations[k] += other.operations[k] }
        for k in premises.indices { premises[k] += other.premises[k] }
        for k in reachables.indices { reachables[k] += other.reachables[k] }
    }

    private static func move(_ part: inout [UInt64], to sum: inout [UInt64]) {
        assert(part.count == sum.count)
        for k in part.indices {
            sum[k] += part[k]
            part[k] = 0
        }
    }

    private static func quiescentSources(of buffer: ExpansionBuffer) -> UInt64 {
        var start = 0
        var count: UInt64 = 0
        for end in buffer.sourceEnds {
            if end == start { count += 1 }
            start = end
        }
        if buffer.findings.isEmpty { return count }
        // Sources with a finding and no successor are few, if there are any.
        let found = Set(buffer.findings.map(\.source)).filter { source in
            buffer.sourceEnds[source] == (source == 0 ? 0 : buffer.sourceEnds[source - 1])
        }
        return count - UInt64(found.count)
    }
}
