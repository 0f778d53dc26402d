// SPDX-License-Identifier: MIT

import TransitionSystem

/// A loop within a fair component that is fair itself.
struct FairCycle {
    private let graph: FairGraph
    private let members: Set<Int>
    private let constraints: UInt64
    private let limits: LivenessLimits
    private let mustVisit: (Int) -> Bool

    init(
        _ graph: FairGraph, component: [Int], constraints: UInt64, limits: LivenessLimits,
        mustVisit: @escaping (Int) -> Bool
    ) {
        self.graph = graph
        members = Set(component)
        self.constraints = constraints
        self.limits = limits
        self.mustVisit = mustVisit
    }

    /// Edges from a state back to it; none where no edge leads out of it.
    func edges(from start: Int) throws(FairGraph.Failure) -> [Int] {
        if graph.edges(of: start).isEmpty { return [] }
        let shortest = try way(from: start) { graph.target($0) == start }
        if let shortest, isFair(shortest, from: start) { return shortest }
        return try visitingAll(from: start)
    }

    /// Meets one demand after the other, the nearest first, and goes back.
    private func visitingAll(from start: Int) throws(FairGraph.Failure) -> [Int] {
        var demands = demands()
        var edges: [Int] = []
        var state = start
        func meet(at state: Int) { demands.removeAll { $0.isMet(at: state, graph) } }
        meet(at: start)
        while !demands.isEmpty {
            let open = demands
            guard
                let next = try way(
                    from: state,
                    until: { edge in
                        open.contains { $0.isMet(by: edge, graph) || $0.isMet(at: graph.target(edge), graph) }
                    })
            else { preconditionFailure("a component meets its own demands") }
            for edge in next {
                demands.removeAll { $0.isMet(by: edge, graph) }
                meet(at: graph.target(edge))
            }
            edges += next
            state = graph.target(next[next.count - 1])
        }
        if state != start || edges.isEmpty {
            guard let back = try way(from: state, until: { graph.target($0) == start }) else {
                preconditionFailure("a component is strongly connected")
            }
            edges += back
        }
        return edges
    }

    // MARK: What a loop has to do

    private enum Demand {
        case take(UInt64)
        case beWithout(UInt64)
        case visit((Int) -> Bool)

        func isMet(by edge: Int, _ graph: FairGraph) -> Bool {
            if case .take(let constraint) = self { graph.satisfied(edge) & constraint != 0 } else { false }
        }

        func isMet(at state: Int, _ graph: FairGraph) -> Bool {
            switch self {
            case .take: false
            case .beWithout(let constraint): graph.enabled(state) & constraint == 0
            case .visit(let isWanted): isWanted(state)
            }
        }
    }

    /// For each constraint: a transition of it, if the component has one; else a state in which it is disabled.
    private func demands() -> [Demand] {
        var satisfied: UInt64 = 0
        for state in members {
            for edge in graph.edges(of: state) where members.contains(graph.target(edge)) {
                satisfied |= graph.satisfied(edge)
            }
        }
        var demands: [Demand] = [.visit(mustVisit)]
        for number in 0..<64 {
            let constraint: UInt64 = 1 << UInt64(number)
            if constraints & constraint == 0 { continue }
            demands.append(satisfied & constraint != 0 ? .take(constraint) : .beWithout(constraint))
        }
        return demands
    }

    /// Whether going round for ever is fair.
    private func isFair(_ cycle: [Int], from start: Int) -> Bool {
        let states = [start] + cycle.map(graph.target)
        guard states.contains(where: mustVisit) else { return false }
        let satisfied = cycle.reduce(UInt64(0)) { $0 | graph.satisfied($1) }
        let missing = constraints & ~satisfied
        let always = states.reduce(UInt64.max) { $0 & graph.enabled($1) }
        let sometimes = states.reduce(UInt64(0)) { $0 | graph.enabled($1) }
        let strong = graph.withState(start) { graph.model.lockWaits(in: $0) }
        return missing & always == 0 && missing & strong & sometimes == 0
    }

    // MARK: Ways

    /// The shortest way within the component whose last edge is such; at least one edge.
    private func way(
        from start: Int, until isLast: (Int) -> Bool
    ) throws(FairGraph.Failure) -> [Int]? {
        var found: [Int: Int] = [:]
        var queue = [start]
        var head = 0
        while head < queue.count {
            let state = queue[head]
            head += 1
            try limits.check(now: head)
            for edge in graph.edges(of: state) where members.contains(graph.target(edge)) {
                if isLast(edge) {
                    var way = [edge]
                    var source = state
                    while source != start, let before = found[source] {
                        way.append(before)
                        source = sourceOf(before)
                    }
                    return way.reversed()
                }
                let target = graph.target(edge)
                if target == start || found[target] != nil { continue }
                found[target] = edge
                queue.append(target)
            }
        }
        return nil
    }

    /// The state out of which an edge leads.
    private func sourceOf(_ edge: Int) -> Int {
        var (low, high) = (0, graph.stateCount - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if graph.edgeStarts[middle] <= edge { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
