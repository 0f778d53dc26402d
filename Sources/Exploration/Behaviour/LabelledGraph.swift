// SPDX-License-Identifier: MIT

/// A graph whose edges are labelled, and whose nodes show something: what is left of a system when only what can be observed of
/// it counts.
package struct LabelledGraph: Sendable {
    package struct Edge: Hashable, Sendable {
        /// `LabelledGraph.hidden`, or what is observed when it is taken.
        package let label: Int32
        package let target: Int32

        package init(label: Int32, target: Int32) {
            self.label = label
            self.target = target
        }
    }

    /// Nothing is observed.
    package static let hidden: Int32 = -1

    /// By node; each once, ascending.
    package private(set) var edges: [[Edge]] = []
    /// By node: labels that may be observed as long as one is there; ascending.
    package private(set) var sights: [[Int32]] = []

    package init() {}

    package var count: Int { edges.count }

    /// - Returns: its number.
    package mutating func addNode(sights: [Int32]) -> Int32 {
        edges.append([])
        self.sights.append(Array(Set(sights)).sorted())
        return Int32(edges.count - 1)
    }

    package mutating func setEdges(_ edges: [Edge], from node: Int32) {
        self.edges[Int(node)] = Array(Set(edges)).sorted { ($0.label, $0.target) < ($1.label, $1.target) }
    }
}
