// SPDX-License-Identifier: MIT

import TransitionSystem

/// Part of a control graph within one step, with what ends it: where branches join again, and which nodes lie on
/// circles. Joins and circles are what a language without jumps needs to say the same.
final class StepScope {
    enum Sink {
        /// A location, or the end of the round.
        case arrival
        /// Leaves the loop whose body this is by its exit of this number, from 1.
        case exit(Int)
        /// Back to the head of the loop.
        case back
    }

    private let sinks: (ControlNode) -> Sink?
    private(set) var nodes: [ControlNode] = []
    private var joins: [Int: ControlNode] = [:]
    private var circular: Set<Int> = []

    /// - Parameter entry: is left even if it is a sink: the head of a loop.
    init(from entry: ControlNode, sinks: @escaping (ControlNode) -> Sink?) {
        self.sinks = sinks
        var seen: Set<Int> = [entry.number]
        var waiting = [entry]
        while let node = waiting.popLast() {
            nodes.append(node)
            for next in node.successors where sinks(next) == nil && seen.insert(next.number).inserted {
                waiting.append(next)
            }
        }
        findJoins(from: entry)
        for node in nodes where sinks(node) == nil && reaches(node, from: node.successors) {
            circular.insert(node.number)
        }
    }

    static func ofStep(from entry: ControlNode) -> StepScope {
        StepScope(from: entry) { node in
            if case .finish = node.kind { return .arrival }
            return node.isLocation ? .arrival : nil
        }
    }

    func sink(_ node: ControlNode) -> Sink? { sinks(node) }

    /// Where all that follows the node meets again; `nil` if it does not.
    func join(after node: ControlNode) -> ControlNode? { joins[node.number] }

    func isCircular(_ node: ControlNode) -> Bool { circular.contains(node.number) }

    /// The circle that a node lies on.
    func circle(of head: ControlNode) -> Set<Int> {
        Set(
            nodes.filter {
                circular.contains($0.number) && reaches(head, from: [$0]) && reaches($0, from: [head])
            }
            .map(\.number))
    }

    /// Nodes from one on, up to the stop.
    func nodes(from start: ControlNode, stop: ControlNode?) -> [ControlNode] {
        var seen: Set<Int> = [start.number]
        var found: [ControlNode] = []
        var waiting = [start]
        while let node = waiting.popLast() {
            if node.number == stop?.number { continue }
            found.append(node)
            for next in node.successors where sinks(next) == nil && seen.insert(next.number).inserted {
                waiting.append(next)
            }
        }
        return found
    }

    private func reaches(_ goal: ControlNode, from starts: [ControlNode]) -> Bool {
        var seen: Set<Int> = []
        var waiting = starts
        while let node = waiting.popLast() {
            if sinks(node) != nil { continue }
            if node.number == goal.number { return true }
            if seen.insert(node.number).inserted { waiting += node.successors }
        }
        return false
    }

    // MARK: Joins

    /// Immediate post-dominators (Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm), the virtual end being
    /// number 0 of the order.
    private func findJoins(from entry: ControlNode) {
        var predecessors: [Int: [Int]] = [:]
        let end = -1
        for node in nodes {
            let next = Set(node.successors.map { sinks($0) == nil ? $0.number : end })
            for number in next { predecessors[number, default: []].append(node.number) }
        }
        var order: [Int] = []
        var seen: Set<Int> = [end]
        var stack: [(number: Int, next: Int)] = [(end, 0)]
        while let (number, next) = stack.last {
            let before = predecessors[number] ?? []
            if next < before.count {
                stack[stack.count - 1].next += 1
                if seen.insert(before[next]).inserted { stack.append((before[next], 0)) }
            } else {
                order.append(number)
                stack.removeLast()
            }
        }
        order.reverse()
        let rank = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($0.element, $0.offset) })
        let byNumber = Dictionary(uniqueKeysWithValues: nodes.map { ($0.number, $0) })
        var above = [Int?](repeating: nil, count: order.count)
        above[0] = 0
        var changed = true
        while changed {
            changed = false
            for place in order.indices.dropFirst() {
                guard let node = byNumber[order[place]] else { continue }
                var found: Int?
                for next in node.successors {
                    guard let other = rank[sinks(next) == nil ? next.number : end], above[other] != nil else {
                        continue
                    }
                    found = found.map { Self.meet($0, other, above) } ?? other
                }
                if found != above[place] {
                    above[place] = found
                    changed = true
                }
            }
        }
        for place in order.indices.dropFirst() {
            if let join = above[place], join != 0 { joins[order[place]] = byNumber[order[join]] }
        }
    }

    private static func meet(_ first: Int, _ second: Int, _ above: [Int?]) -> Int {
        var (a, b) = (first, second)
        while a != b {
            while a > b { a = above[a] ?? 0 }
            while b > a { b = above[b] ?? 0 }
        }
        return a
    }
}
