// SPDX-License-Identifier: MIT

/// Nodes of a graph that nobody outside can tell apart, whatever is done, are one: branching bisimulation, by refining a
/// partition with signatures (Blom and van de Pol, 2009).
///
/// Which words of observations there are from a node does not change by it.
package struct BranchingQuotient: Sendable {
    /// One node for each class.
    package let graph: LabelledGraph
    /// The class of each node.
    package let classes: [Int32]

    package init(_ graph: LabelledGraph) {
        let order = SilentOrder(graph)
        var blocks = Self.initialBlocks(graph)
        var count = Set(blocks).count
        var signatures: [[LabelledGraph.Edge]] = []
        while true {
            signatures = Self.signatures(graph, blocks, order)
            var numbers: [Key: Int32] = [:]
            var next = blocks
            for node in blocks.indices {
                let key = Key(block: blocks[node], signature: signatures[node])
                if let known = numbers[key] {
                    next[node] = known
                } else {
                    next[node] = Int32(numbers.count)
                    numbers[key] = next[node]
                }
            }
            blocks = next
            if numbers.count == count { break }
            count = numbers.count
        }
        var quotient = LabelledGraph()
        var isMade = [Bool](repeating: false, count: count)
        var first: [Int] = []
        // Blocks are numbered in the order of their first nodes.
        for node in blocks.indices where !isMade[Int(blocks[node])] {
            isMade[Int(blocks[node])] = true
            _ = quotient.addNode(sights: graph.sights[node])
            first.append(node)
        }
        signatures = Self.signatures(graph, blocks, order)
        for (block, node) in first.enumerated() { quotient.setEdges(signatures[node], from: Int32(block)) }
        self.graph = quotient
        classes = blocks
    }

    private struct Key: Hashable {
        let block: Int32
        let signature: [LabelledGraph.Edge]
    }

    /// Nodes that show the same.
    private static func initialBlocks(_ graph: LabelledGraph) -> [Int32] {
        var numbers: [[Int32]: Int32] = [:]
        return graph.sights.map { sights in
            if let known = numbers[sights] { return known }
            let number = Int32(numbers.count)
            numbers[sights] = number
            return number
        }
    }

    /// What each node can do next: labels and where they lead, also behind hidden steps that stay in the block.
    private static func signatures(
        _ graph: LabelledGraph, _ blocks: [Int32], _ order: SilentOrder
    ) -> [[LabelledGraph.Edge]] {
        var signatures = [[LabelledGraph.Edge]](repeating: [], count: graph.count)
        for component in order.components {
            var signature: Set<LabelledGraph.Edge> = []
            for node in component {
                for edge in graph.edges[Int(node)] {
                    let block = blocks[Int(edge.target)]
                    if edge.label == LabelledGraph.hidden, block == blocks[Int(node)] {
                        // Those of the same component are still empty here.
                        signature.formUnion(signatures[Int(edge.target)])
                    } else {
                        signature.insert(.init(label: edge.label, target: block))
                    }
                }
            }
            let sorted = signature.sorted { ($0.label, $0.target) < ($1.label, $1.target) }
            for node in component { signatures[Int(node)] = sorted }
        }
        return signatures
    }
}

/// Nodes that reach each other by hidden steps on which nothing changes that is seen; those that are reached come first
/// (Tarjan's algorithm, without recursion).
private struct SilentOrder {
    private(set) var components: [[Int32]] = []

    init(_ graph: LabelledGraph) {
        var index = [Int32](repeating: -1, count: graph.count)
        var low = index
        var isOnStack = [Bool](repeating: false, count: graph.count)
        var stack: [Int32] = []
        var path: [(node: Int32, edge: Int)] = []
        var next: Int32 = 0
        func enter(_ node: Int32) {
            index[Int(node)] = next
            low[Int(node)] = next
            next += 1
            stack.append(node)
            isOnStack[Int(node)] = true
            path.append((node, 0))
        }
        for root in 0..<Int32(graph.count) where index[Int(root)] < 0 {
            enter(root)
            while let (node, edge) = path.last {
                let edges = graph.edges[Int(node)]
                if edge < edges.count {
                    path[path.count - 1].edge += 1
                    let target = edges[edge].target
                    guard edges[edge].label == LabelledGraph.hidden,
                        graph.sights[Int(target)] == graph.sights[Int(node)]
                    else { continue }
                    if index[Int(target)] < 0 {
                        enter(target)
                    } else if isOnStack[Int(target)] {
                        low[Int(node)] = min(low[Int(node)], index[Int(target)])
                    }
                    continue
                }
                path.removeLast()
                if let (parent, _) = path.last {
                    low[Int(parent)] = min(low[Int(parent)], low[Int(node)])
                }
                guard low[Int(node)] == index[Int(node)] else { continue }
                var component: [Int32] = []
                while let top = stack.popLast() {
                    isOnStack[Int(top)] = false
                    component.append(top)
                    if top == node { break }
                }
                components.append(component)
            }
        }
    }
}
