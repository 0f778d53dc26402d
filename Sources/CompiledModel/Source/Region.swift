// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

/// Part of a control graph that becomes one Swift function: from a start to where control rests, chooses or enters an
/// operation. Chosen arms and entered operations are regions of their own, so that they can be called.
struct Region {
    enum Start: Hashable {
        /// Leaves the location of this number, if it lets go.
        case leave(location: Int)
        /// Runs the node of this number; `waits`: control has just left a location, so a choice without an enabled arm
        /// waits.
        case run(node: Int, waits: Bool)
    }

    let start: ControlNode
    /// Nodes that more than one node of the region leads to, and loop heads: blocks of a switch, by number.
    let blocks: [Int: Int]
    /// In the order of their numbers in `blocks`.
    let blockNodes: [ControlNode]
    let hasLoop: Bool
    let nodes: [ControlNode]

    init(from start: ControlNode) {
        self.start = start
        var predecessors: [Int: Int] = [:]
        var nodes: [Int: ControlNode] = [start.number: start]
        var waiting = [start]
        while let node = waiting.popLast() {
            for next in Self.inner(of: node) {
                predecessors[next.number, default: 0] += 1
                if nodes.updateValue(next, forKey: next.number) == nil { waiting.append(next) }
            }
        }
        self.nodes = nodes.values.sorted { $0.number < $1.number }
        blockNodes = nodes.values
            .filter {
                (predecessors[$0.number] ?? 0) > ($0.number == start.number ? 0 : 1) && !Self.isSmallEnd($0)
            }
            .sorted { $0.number < $1.number }
        blocks = Dictionary(
            uniqueKeysWithValues: blockNodes.enumerated().map { ($0.element.number, $0.offset + 1) })
        hasLoop = blockNodes.contains { Self.reachesItself($0, through: Self.inner) }
    }

    /// Where control goes without leaving the region.
    static func inner(of node: ControlNode) -> [ControlNode] {
        switch node.kind {
        case .pending, .finish, .boundary, .acquire, .await, .choose, .fault, .enter: []
        case .assert, .assign, .bind, .branch, .discard, .loopBegin, .loopNext, .mutate, .release:
            node.successors
        }
    }

    /// Ends that are shorter to write twice than to jump to.
    private static func isSmallEnd(_ node: ControlNode) -> Bool {
        switch node.kind {
        case .finish, .boundary, .acquire, .await: true
        case .assert, .assign, .bind, .branch, .choose, .discard, .enter, .fault, .loopBegin, .loopNext,
            .mutate, .pending, .release:
            false
        }
    }

    static func reachesItself(_ node: ControlNode, through successors: (ControlNode) -> [ControlNode]) -> Bool
    {
        var seen: Set<Int> = []
        var waiting = successors(node)
        while let next = waiting.popLast() {
            if next.number == node.number { return true }
            if seen.insert(next.number).inserted { waiting += successors(next) }
        }
        return false
    }

    /// Where control goes within one step.
    static func withinStep(_ node: ControlNode) -> [ControlNode] { node.isLocation ? [] : node.successors }
}
