// SPDX-License-Identifier: MIT

import Exploration
import Testing
import TransitionSystem

/// On seeded random graphs: what the explorer says is what the oracle says, with any number of threads.
@Suite struct ThreadTests {
    private static let threadCounts = [1, 2, 3, 8]

    /// All of a result that must not depend on threads.
    private struct Summary: Hashable {
        let outcome: ExplorationResult.Outcome
        let counts: [UInt64]
        let states: Int
        let depth: Int
        let bytes: Int

        init(_ result: ExplorationResult) {
            outcome = result.outcome
            counts =
                [result.transitionCount, result.quiescentCount, result.ignoredFindingCount]
                + result.operationCounts + result.premiseCounts + result.reachableCounts
            states = result.stateCount
            depth = result.depth
            bytes = result.bytesPeak
        }
    }

    /// The result that all numbers of threads agree on.
    private func explore(
        _ graph: RandomGraph, _ change: (inout ExplorationOptions) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ExplorationResult {
        let model = graph.model
        let results = Self.threadCounts.map { threads in
            var options = ExplorationOptions()
            options.threads = threads
            change(&options)
            return Explorer(model: model, options: options).run()
        }
        let summaries = Set(results.map(Summary.init))
        #expect(summaries.count == 1, "threads differ: \(summaries)", sourceLocation: sourceLocation)
        return try #require(results.first)
    }

    @Test(arguments: UInt64(0)..<12)
    func visitsWhatTheOracleVisits(seed: UInt64) throws {
        let words = Int(seed % 5) + 1
        let graph = RandomGraph(seed: seed, nodes: 200 * Int(seed + 1), words: words, degree: 4)
        let oracle = Oracle(graph)
        let result = try explore(graph)
        #expect(result.outcome == .exhausted)
        #expect(result.stateCount == oracle.order.count)
        #expect(result.transitionCount == UInt64(oracle.transitions()))
        #expect(result.depth == oracle.depth)
        #expect(result.operationCounts == [UInt64(oracle.transitions())])
        #expect(result.premiseCounts == [0, UInt64(oracle.order.filter { graph.premises[$0] }.count), 0, 0])
        #expect(result.reachableCounts == [UInt64(oracle.order.filter { $0 % 7 == 0 }.count)])
        #expect(result.quiescentCount == UInt64(oracle.order.filter { graph.successors[$0].isEmpty }.count))
    }

    /// From few findings to many in each level.
    @Test(arguments: UInt64(0)..<60)
    func findsTheFirst(seed: UInt64) throws {
        let rate = [1, 2, 4, 20, 300][Int(seed % 5)]
        let graph = RandomGraph(
            seed: 100 + seed, nodes: 3000, words: Int(seed % 3) + 1, degree: 3, findingsPerThousand: rate)
        let oracle = Oracle(graph)
        let result = try explore(graph)
        if let (_, expected) = oracle.first() {
            #expect(result.outcome == .violated(expected))
        } else {
            #expect(result.outcome == .exhausted)
        }
    }

    /// Findings that are no targets are passed over, whatever stands beside them.
    @Test(arguments: UInt64(0)..<20)
    func findsTheFirstTarget(seed: UInt64) throws {
        let targets: [ExpansionFinding.Kind] = [
            .deadlock, .invariant(2), .failingTransition(1), .failingTransition(9),
        ]
        let target = targets[Int(seed % 4)]
        let graph = RandomGraph(seed: 200 + seed, nodes: 3000, words: 1, degree: 3, findingsPerThousand: 5)
        let oracle = Oracle(graph)
        let result = try explore(graph) { $0.isTarget = { kind, _ in kind == target } }
        if let (_, expected) = oracle.first(where: { $0 == target }) {
            #expect(result.outcome == .violated(expected))
        } else {
            #expect(result.outcome == .exhausted)
            #expect(result.stateCount == oracle.order.count)
            let findings = oracle.order.reduce(0) { $0 + graph.findings[$1].count }
            #expect(result.ignoredFindingCount == UInt64(findings))
        }
    }

    @Test func targetsSeeTheState() throws {
        let graph = RandomGraph(seed: 300, nodes: 2000, words: 2, degree: 3, findingsPerThousand: 100)
        let oracle = Oracle(graph)
        let (_, first) = try #require(oracle.first())
        let wanted = try #require(first.trace.last)
        let result = try explore(graph) {
            $0.isTarget = { kind, state in kind == first.kind && state == wanted }
        }
        #expect(result.outcome == .violated(first))
    }

    /// A depth limit: everything up to it is checked, nothing beyond it is visited.
    @Test(arguments: UInt64(0)..<20)
    func checksExactlyUpToTheDepthLimit(seed: UInt64) throws {
        let graph = RandomGraph(seed: 400 + seed, nodes: 1500, words: 1, degree: 3, findingsPerThousand: 1)
        let oracle = Oracle(graph)
        let first = oracle.first()
        for limit in 0...(oracle.depth + 1) {
            let result = try explore(graph) { $0.maximumDepth = limit }
            if let first, first.0 <= limit {
                #expect(result.outcome == .violated(first.1))
                continue
            }
            if limit >= oracle.depth {
                #expect(result.outcome == .exhausted)
            } else {
                #expect(result.outcome == .stopped(.depth, completedDepth: limit))
            }
            #expect(result.depth == min(limit, oracle.depth))
            #expect(result.stateCount == oracle.states(upTo: limit).count)
            #expect(result.transitionCount == UInt64(oracle.transitions(upTo: limit)))
        }
    }

    /// A limit on states: the depth said to be complete is the greatest whose states all found room.
    @Test(arguments: UInt64(0)..<20)
    func completesTheDepthThatFits(seed: UInt64) throws {
        let graph = RandomGraph(seed: 500 + seed, nodes: 1500, words: 1, degree: 3, findingsPerThousand: 1)
        let oracle = Oracle(graph)
        let first = oracle.first()
        for limit in stride(from: 0, to: oracle.order.count + 200, by: 97) {
            let result = try explore(graph) { $0.maximumStates = limit }
            let completed = (0...oracle.depth).last { oracle.states(upTo: $0).count <= limit }
            if let first, let completed, first.0 <= completed {
                #expect(result.outcome == .violated(first.1))
            } else if limit >= oracle.order.count {
                #expect(result.outcome == .exhausted)
            } else {
                #expect(result.outcome == .stopped(.states, completedDepth: completed))
                #expect(result.stateCount == limit)
            }
        }
    }
}
