// SPDX-License-Identifier: MIT

/// Sets of nodes, each once, closed under hidden edges, and what an observation makes of them.
struct NodeSets {
    /// Ascending.
    private var members: [[Int32]] = []
    private var numbers: [[Int32]: Int32] = [:]
    private var taken: [Step: Int32] = [:]
    private var looked: [Step: Int32] = [:]
    /// Of all sets.
    private(set) var memberCount = 0

    private struct Step: Hashable {
        let set: Int32
        let label: Int32
    }

    func isEmpty(_ set: Int32) -> Bool { members[Int(set)].isEmpty }

    func contains(_ node: Int32, in set: Int32) -> Bool {
        let nodes = members[Int(set)]
        var (low, high) = (0, nodes.count)
        while low < high {
            let middle = (low + high) / 2
            if nodes[middle] < node { low = middle + 1 } else { high = middle }
        }
        return low < nodes.count && nodes[low] == node
    }

    /// Whether all members of one set are members of the other.
    func isPart(_ set: Int32, of other: Int32) -> Bool {
        if set == other { return true }
        let (few, many) = (members[Int(set)], members[Int(other)])
        guard few.count <= many.count else { return false }
        var index = 0
        for node in few {
            while index < many.count, many[index] < node { index += 1 }
            if index == many.count || many[index] != node { return false }
        }
        return true
    }

    /// Where an edge with the label leads to, hidden ones before and behind it included.
    mutating func taking(_ label: Int32, from set: Int32, in graph: LabelledGraph) -> Int32 {
        let step = Step(set: set, label: label)
        if let known = taken[step] { return known }
        let targets = members[Int(set)].flatMap { node in
            graph.edges[Int(node)].lazy.filter { $0.label == label }.map(\.target)
        }
        let result = closure(of: targets, in: graph)
        taken[step] = result
        return result
    }

    /// Those where the sight is there, and where hidden edges lead from them.
    mutating func looking(at sight: Int32, from set: Int32, in graph: LabelledGraph) -> Int32 {
        let step = Step(set: set, label: sight)
        if let known = looked[step] { return known }
        let result = closure(
            of: members[Int(set)].filter { graph.sights[Int($0)].contains(sight) }, in: graph)
        looked[step] = result
        return result
    }

    mutating func closure(of nodes: [Int32], in graph: LabelledGraph) -> Int32 {
        var found = Set(nodes)
        var waiting = Array(found)
        while let node = waiting.popLast() {
            for edge in graph.edges[Int(node)] {
                guard edge.label == LabelledGraph.hidden else { break }
                if found.insert(edge.target).inserted { waiting.append(edge.target) }
            }
        }
        let sorted = found.sorted()
        if let known = numbers[sorted] { return known }
        let number = Int32(members.count)
        members.append(sorted)
        numbers[sorted] = number
        memberCount += sorted.count
        return number
    }

    /// What can be observed next.
    func labels(of set: Int32, in graph: LabelledGraph) -> [Int32] {
        var labels: Set<Int32> = []
        for node in members[Int(set)] {
            labels.formUnion(graph.sights[Int(node)])
            labels.formUnion(graph.edges[Int(node)].map(\.label))
        }
        return labels.subtracting([LabelledGraph.hidden]).sorted()
    }
}
