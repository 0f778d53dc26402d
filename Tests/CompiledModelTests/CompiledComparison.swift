// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import SpecLanguage
import Testing
import TransitionSystem

@testable import CompiledModel

/// Expands every reachable state of a spec twice, interpreted and compiled, and compares all that comes out.
enum CompiledComparison {
    static func system(_ text: String) throws -> TransitionSystem {
        try TransitionSystem(StandaloneSpec.typed(text).spec)
    }

    /// What one batch gave.
    private struct Content: Equatable {
        let successors: [UInt64]
        let sourceEnds: [Int]
        let transitionCount: UInt64
        let findings: [String]
        let counts: [[UInt64]]

        init(_ buffer: ExpansionBuffer) {
            successors = Array(
                UnsafeBufferPointer(
                    start: buffer.successors, count: buffer.successorCount * buffer.wordsPerState))
            sourceEnds = buffer.sourceEnds
            transitionCount = buffer.transitionCount
            findings = buffer.findings.map { "\($0)" }.sorted()
            counts = [buffer.operationCounts, buffer.premiseCounts, buffer.reachableCounts]
        }
    }

    /// What was found in all states.
    struct Found {
        var stateCount = 0
        var transitionCount = 0
        var failureCount = 0
        var violations: [Int: Int] = [:]
        var deadlockCount = 0
        var operationCounts: [UInt64] = []
        var premiseCounts: [UInt64] = []
        var reachableCounts: [UInt64] = []
    }

    /// - Parameters:
    ///   - batchSize: states expanded at once.
    ///   - statesMax: where there are more, those nearest to the initial ones are enough.
    static func run(_ text: String, batchSize: Int = 40, statesMax: Int = 20_000) throws -> Found {
        let system = try system(text)
        let compiler = try #require(SwiftCompiler(), "swiftc is not in PATH")
        let cache = try #require(ModelCache(folder: NSTemporaryDirectory() + "iommu-check-tests"))
        let plain = Interpreter(system)
        let found = try compare(
            plain, CompiledModel(plain, compiler: compiler, cache: cache), batchSize, statesMax)
        let reduced = Interpreter(system, reduction: AmpleLocations(system))
        _ = try compare(
            reduced, CompiledModel(reduced, compiler: compiler, cache: cache), batchSize, statesMax)
        return found
    }

    private static func compare(
        _ model: Interpreter, _ compiled: CompiledModel, _ batchSize: Int, _ statesMax: Int
    ) throws -> Found {
        let (first, second) = (ExpansionBuffer(for: model), ExpansionBuffer(for: compiled))
        let (interpreting, running) = (model.makeExpander(), compiled.makeExpander())
        let words = model.wordsPerState
        #expect(compiled.wordsPerState == words)
        var found = Found()
        var seen: Set<[UInt64]> = []
        var waiting: [[UInt64]] = []
        func note() {
            for number in 0..<first.successorCount {
                let state = Array(
                    UnsafeBufferPointer(start: first.successors + number * words, count: words))
                if seen.insert(state).inserted { waiting.append(state) }
            }
        }
        interpreting.appendInitialStates(to: first)
        running.appendInitialStates(to: second)
        #expect(Content(first) == Content(second))
        note()
        var place = 0
        while place < waiting.count, place < statesMax {
            let batch = waiting[place...].prefix(batchSize)
            place += batch.count
            first.beginBatch()
            second.beginBatch()
            let states = batch.flatMap { $0 }
            interpreting.expand(states, count: batch.count, into: first)
            running.expand(states, count: batch.count, into: second)
            try #require(Content(first) == Content(second))
            for finding in first.findings {
                switch finding.kind {
                case .invariant(let number): found.violations[number, default: 0] += 1
                case .deadlock: found.deadlockCount += 1
                case .failingTransition: found.failureCount += 1
                case .failingCondition, .limit:
                    Issue.record("no condition fails here, and no limit is reached")
                }
            }
            note()
        }
        found.stateCount = seen.count
        found.transitionCount = Int(first.transitionCount)
        found.operationCounts = first.operationCounts
        found.premiseCounts = first.premiseCounts
        found.reachableCounts = first.reachableCounts
        return found
    }
}
