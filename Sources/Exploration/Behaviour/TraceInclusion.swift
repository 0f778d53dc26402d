// SPDX-License-Identifier: MIT

/// Whether everything that can be observed from some nodes of a graph can be observed from others: words of labels, of edges
/// and of sights, hidden edges left out.
///
/// Explores pairs of a node of the one side and the set of nodes of the other that the same word leads to. A pair is left out
/// where the node itself is in the set, and where the same node was met with a part of the set.
package struct TraceInclusion {
    /// A word that the other side does not have.
    package struct Difference: Hashable, Sendable {
        /// All but the last can be observed there too.
        package let word: [Int32]
        /// What can be observed there instead of the last, ascending.
        package let alternatives: [Int32]
    }

    package enum Outcome: Sendable {
        /// With the shortest word of each kind that was found; none: everything is included.
        case decided([Difference])
        /// More pairs than allowed were met before a difference was.
        case tooLarge
    }

    package struct Limits: Sendable {
        /// Pairs of a node and a set.
        package var pairsMax: Int
        /// Members of all sets together.
        package var membersMax: Int
        /// Differences of so many kinds.
        package var kindsMax: Int
        /// Pairs that are looked at, as a multiple of those up to the first difference, for further ones.
        package var effort: Int

        package init(
            pairsMax: Int = 1 << 20, membersMax: Int = 1 << 26, kindsMax: Int = 4, effort: Int = 4
        ) {
            self.pairsMax = pairsMax
            self.membersMax = membersMax
            self.kindsMax = kindsMax
            self.effort = effort
        }
    }

    private let graph: LabelledGraph
    private let limits: Limits
    /// What labels have in common: one difference of each is shown.
    private let kind: (Int32) -> Int32
    /// Whether pairs with the node in the set are left out; tests of the rest of it switch it off.
    private let usesIdentity: Bool

    package init(
        _ graph: LabelledGraph, limits: Limits = Limits(), usesIdentity: Bool = true,
        kind: @escaping (Int32) -> Int32 = { $0 }
    ) {
        self.graph = graph
        self.limits = limits
        self.usesIdentity = usesIdentity
        self.kind = kind
    }

    package func compare(_ nodes: [Int32], with others: [Int32]) -> Outcome {
        var search = Search(graph: graph, limits: limits, usesIdentity: usesIdentity, kind: kind)
        return search.run(Set(nodes).sorted(), others)
    }

    // MARK: -

    private struct Pair {
        let node: Int32
        let set: Int32
        let parent: Int32
        /// Observed on the way from the parent.
        let label: Int32
    }

    private struct Search {
        let graph: LabelledGraph
        let limits: Limits
        let usesIdentity: Bool
        let kind: (Int32) -> Int32
        var sets = NodeSets()
        var pairs: [Pair] = []
        /// By node: sets that it was met with, none part of another.
        var met: [Int32: [Int32]] = [:]
        /// Pairs to look at after so many observations; hidden steps stay in a level.
        var level: [Int32] = []
        var nextLevel: [Int32] = []
        var differences: [Difference] = []
        var kinds: Set<Int32> = []

        mutating func run(_ nodes: [Int32], _ others: [Int32]) -> Outcome {
            let start = sets.closure(of: others, in: graph)
            for node in nodes {
                add(node, start, parent: -1, label: LabelledGraph.hidden, isHidden: true)
            }
            var pairsMax = limits.pairsMax
            while !level.isEmpty {
                var index = 0
                while index < level.count {
                    expand(level[index])
                    index += 1
                    if differences.count >= limits.kindsMax { return .decided(differences) }
                    if differences.count == 1, pairsMax == limits.pairsMax {
                        pairsMax = min(pairsMax, 1000 + limits.effort * pairs.count)
                    }
                    if pairs.count > pairsMax || sets.memberCount > limits.membersMax {
                        return differences.isEmpty ? .tooLarge : .decided(differences)
                    }
                }
                level = nextLevel
                nextLevel = []
            }
            return .decided(differences)
        }

        private mutating func expand(_ number: Int32) {
            let pair = pairs[Int(number)]
            let node = Int(pair.node)
            for sight in graph.sights[node] {
                let set = sets.looking(at: sight, from: pair.set, in: graph)
                follow(sight, to: pair.node, set, from: number, isSight: true)
            }
            for edge in graph.edges[node] {
                if edge.label == LabelledGraph.hidden {
                    add(edge.target, pair.set, parent: number, label: edge.label, isHidden: true)
                } else {
                    let set = sets.taking(edge.label, from: pair.set, in: graph)
                    follow(edge.label, to: edge.target, set, from: number, isSight: false)
                }
            }
        }

        private mutating func follow(
            _ label: Int32, to node: Int32, _ set: Int32, from parent: Int32, isSight: Bool
        ) {
            guard sets.isEmpty(set) else {
                return add(node, set, parent: parent, label: label, isHidden: false)
            }
            let before = word(to: parent)
            // What else is not possible after the same word says the same.
            guard !differences.contains(where: { $0.word.dropLast() == before[...] }),
                kinds.insert(kind(label)).inserted
            else { return }
            let here = pairs[Int(parent)].set
            differences.append(
                Difference(word: before + [label], alternatives: sets.labels(of: here, in: graph)))
        }

        private mutating func add(
            _ node: Int32, _ set: Int32, parent: Int32, label: Int32, isHidden: Bool
        ) {
            if usesIdentity, sets.contains(node, in: set) { return }
            let known = met[node] ?? []
            if known.contains(where: { sets.isPart($0, of: set) }) { return }
            met[node] = known.filter { !sets.isPart(set, of: $0) } + [set]
            let number = Int32(pairs.count)
            pairs.append(Pair(node: node, set: set, parent: parent, label: label))
            if isHidden { level.append(number) } else { nextLevel.append(number) }
        }

        private func word(to number: Int32) -> [Int32] {
            var word: [Int32] = []
            var number = number
            while number >= 0 {
                let pair = pairs[Int(number)]
                if pair.label != LabelledGraph.hidden { word.append(pair.label) }
                number = pair.parent
            }
            return word.reversed()
        }
    }
}
