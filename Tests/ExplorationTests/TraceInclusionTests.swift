// SPDX-License-Identifier: MIT

import CheckerTesting
import Testing

@testable import Exploration

/// Words of observations, compared with trying all of them.
@Suite struct TraceInclusionTests {
    /// Whether a label is a sight: it can be observed again and again.
    private static let firstSight: Int32 = 10

    private static func randomGraph(seed: UInt64, nodes: Int, labels: Int32) -> LabelledGraph {
        var random = SeededNumbers(seed: seed)
        var graph = LabelledGraph()
        for _ in 0..<nodes {
            let sights = (0..<2).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
            _ = graph.addNode(sights: sights.map { firstSight + Int32($0) })
        }
        for node in 0..<Int32(nodes) {
            let count = Int.random(in: 0...3, using: &random)
            graph.setEdges(
                (0..<count).map { _ in
                    let label = Int32.random(in: -1..<labels, using: &random)
                    return .init(label: label, target: Int32.random(in: 0..<Int32(nodes), using: &random))
                }, from: node)
        }
        return graph
    }

    /// The shortest word of one node that another does not have: both sides as sets, all pairs of sets.
    private static func shortestDifference(_ graph: LabelledGraph, _ one: Int32, _ other: Int32) -> Int? {
        struct Pair: Hashable {
            let one: Set<Int32>
            let other: Set<Int32>
        }
        let start = Pair(one: closure([one], graph), other: closure([other], graph))
        var level: [Pair] = [start]
        var seen: Set<Pair> = [start]
        var length = 0
        while !level.isEmpty {
            if level.contains(where: { $0.other.isEmpty }) { return length }
            var next: [Pair] = []
            for pair in level {
                for label in labels(pair.one, graph) {
                    let after = Pair(
                        one: successors(pair.one, label, graph), other: successors(pair.other, label, graph))
                    if !after.one.isEmpty, seen.insert(after).inserted { next.append(after) }
                }
            }
            level = next
            length += 1
        }
        return nil
    }

    private static func closure(_ nodes: Set<Int32>, _ graph: LabelledGraph) -> Set<Int32> {
        var all = nodes
        while true {
            let more = all.flatMap { node in
                graph.edges[Int(node)].filter { $0.label == LabelledGraph.hidden }.map(\.target)
            }
            let size = all.count
            all.formUnion(more)
            if all.count == size { return all }
        }
    }

    private static func labels(_ nodes: Set<Int32>, _ graph: LabelledGraph) -> Set<Int32> {
        Set(
            nodes.flatMap { graph.edges[Int($0)].map(\.label) + graph.sights[Int($0)] }
        ).subtracting([LabelledGraph.hidden])
    }

    private static func successors(
        _ nodes: Set<Int32>, _ label: Int32, _ graph: LabelledGraph
    ) -> Set<Int32> {
        var targets = Set(nodes.filter { graph.sights[Int($0)].contains(label) })
        for node in nodes {
            targets.formUnion(graph.edges[Int(node)].filter { $0.label == label }.map(\.target))
        }
        return closure(targets, graph)
    }

    private static func has(_ word: [Int32], _ node: Int32, _ graph: LabelledGraph) -> Bool {
        var nodes = closure([node], graph)
        for label in word { nodes = successors(nodes, label, graph) }
        return !nodes.isEmpty
    }

    /// With and without what saves time, on the graph and on its quotient.
    @Test func agreesWithTryingAllWords() throws {
        var included = 0
        var different = 0
        for seed in UInt64(1)...600 {
            let graph = Self.randomGraph(seed: seed, nodes: 3 + Int(seed % 6), labels: 1 + Int32(seed % 3))
            let expected = Self.shortestDifference(graph, 0, 1)
            if expected == nil { included += 1 } else { different += 1 }
            let quotient = BranchingQuotient(graph)
            for (graph, one, other) in [
                (graph, 0, 1), (quotient.graph, quotient.classes[0], quotient.classes[1]),
            ] as [(LabelledGraph, Int32, Int32)] {
                #expect(Self.shortestDifference(graph, one, other) == expected, "seed \(seed)")
                for usesIdentity in [true, false] {
                    let outcome = TraceInclusion(graph, usesIdentity: usesIdentity)
                        .compare([one], with: [other])
                    guard case .decided(let differences) = outcome else {
                        Issue.record("seed \(seed): too large")
                        continue
                    }
                    #expect(differences.first?.word.count == expected, "seed \(seed)")
                    for difference in differences {
                        #expect(Self.has(difference.word, one, graph), "seed \(seed)")
                        #expect(!Self.has(difference.word, other, graph), "seed \(seed)")
                        #expect(Self.has(difference.word.dropLast(), other, graph), "seed \(seed)")
                    }
                }
            }
        }
        #expect(included > 50 && different > 50)
    }

    /// Hidden steps, also for ever, are not observed; a choice that is made early is a different graph, and the same words.
    @Test func hiddenStepsMakeNoDifference() {
        var graph = LabelledGraph()
        for _ in 0..<8 { _ = graph.addNode(sights: []) }
        let hidden = LabelledGraph.hidden
        // 0: a, then b or c. 3: hidden, to and fro; a to b, a to c.
        graph.setEdges([.init(label: 0, target: 1)], from: 0)
        graph.setEdges([.init(label: 1, target: 2), .init(label: 2, target: 2)], from: 1)
        graph.setEdges([.init(label: hidden, target: 4)], from: 3)
        graph.setEdges(
            [.init(label: hidden, target: 3), .init(label: 0, target: 5), .init(label: 0, target: 6)], from: 4
        )
        graph.setEdges([.init(label: 1, target: 7)], from: 5)
        graph.setEdges([.init(label: 2, target: 7)], from: 6)
        for (one, other) in [(0, 3), (3, 0)] as [(Int32, Int32)] {
            guard case .decided(let differences) = TraceInclusion(graph).compare([one], with: [other]) else {
                Issue.record("too large")
                continue
            }
            #expect(differences.isEmpty)
        }
        let quotient = BranchingQuotient(graph)
        #expect(quotient.classes[3] == quotient.classes[4])
        #expect(quotient.classes[0] != quotient.classes[3])
    }

    @Test func tooManyPairsAreNoAnswer() {
        let graph = Self.randomGraph(seed: 5, nodes: 40, labels: 2)
        let outcome = TraceInclusion(graph, limits: .init(pairsMax: 0)).compare([0], with: [0, 1])
        if case .decided(let differences) = outcome { #expect(differences.isEmpty) }
        guard
            case .tooLarge = TraceInclusion(graph, limits: .init(pairsMax: 0), usesIdentity: false)
                .compare([0], with: Array(0..<40))
        else {
            Issue.record("it ought to be too large")
            return
        }
    }
}
