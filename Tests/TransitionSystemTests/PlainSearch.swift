// SPDX-License-Identifier: MIT

import TransitionSystem

/// A breadth-first search over any successor function, written for clearness: all findings are passed over.
struct PlainSearch {
    private(set) var states: Set<[UInt64]> = []
    private(set) var depth = 0
    private(set) var transitionCount: UInt64 = 0
    /// What is found wrong, without where: `invariant 0`, `deadlock`, `failing`.
    private(set) var findings: Set<String> = []
    /// The least depth at which something is found wrong (a failing transition is a step itself).
    private(set) var shortest: Int?
    private(set) var reachableCounts: [UInt64] = []
    /// By state: the one it was found from.
    private(set) var parents: [[UInt64]: [UInt64]] = [:]
    private(set) var lastLevel: [[UInt64]] = []
    private(set) var isComplete = true
    /// States without a successor.
    private(set) var ends: Set<[UInt64]> = []

    init(_ model: any SuccessorFunction, statesMax: Int = 5000) { run(model, statesMax: statesMax) }

    private mutating func run(_ model: some SuccessorFunction, statesMax: Int) {
        let expander = model.makeExpander()
        let buffer = ExpansionBuffer(for: model)
        expander.appendInitialStates(to: buffer)
        var level = Self.successors(in: buffer).filter { states.insert($0).inserted }
        buffer.transitionCount = 0
        while !level.isEmpty {
            guard states.count <= statesMax else {
                isComplete = false
                return
            }
            lastLevel = level
            var next: [[UInt64]] = []
            for state in level {
                buffer.beginBatch()
                state.withUnsafeBufferPointer { words in
                    if let start = words.baseAddress { expander.expand(start, count: 1, into: buffer) }
                }
                for finding in buffer.findings { note(finding.kind) }
                if buffer.successorCount == 0 { ends.insert(state) }
                for successor in Self.successors(in: buffer) where states.insert(successor).inserted {
                    parents[successor] = state
                    next.append(successor)
                }
            }
            level = next
            if !level.isEmpty { depth += 1 }
        }
        transitionCount = buffer.transitionCount
        reachableCounts = buffer.reachableCounts
    }

    private mutating func note(_ kind: ExpansionFinding.Kind) {
        var at = depth
        switch kind {
        case .invariant(let index): findings.insert("invariant \(index)")
        case .deadlock: findings.insert("deadlock")
        case .failingTransition:
            findings.insert("failing")
            at += 1
        case .failingCondition(let index): findings.insert("condition \(index)")
        case .limit: findings.insert("limit")
        }
        shortest = min(shortest ?? at, at)
    }

    static func successors(in buffer: ExpansionBuffer) -> [[UInt64]] {
        (0..<buffer.successorCount).map { number in
            let start = buffer.successors + number * buffer.wordsPerState
            return Array(UnsafeBufferPointer(start: start, count: buffer.wordsPerState))
        }
    }

    /// The way to a state, from an initial one.
    func trace(to state: [UInt64]) -> [[UInt64]] {
        var trace = [state]
        while let last = trace.last, let parent = parents[last] { trace.append(parent) }
        return trace.reversed()
    }
}
