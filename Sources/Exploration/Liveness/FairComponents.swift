// SPDX-License-Identifier: MIT

import TransitionSystem

/// Strongly connected sets of states in which a run can go on for ever and be fair.
struct FairComponents {
    private let graph: FairGraph
    private let constraints: UInt64
    private let limits: LivenessLimits

    init(_ graph: FairGraph, constraints: UInt64, _ limits: LivenessLimits) {
        self.graph = graph
        self.constraints = constraints
        self.limits = limits
    }

    /// All maximal ones within the given states, in a fixed order.
    ///
    /// - Parameter mustVisit: at least one state of a component has to be such.
    func find(in states: [Int], mustVisit: (Int) -> Bool) throws(FairGraph.Failure) -> [[Int]] {
        var found: [[Int]] = []
        var waiting = [states]
        let search = ComponentSearch(graph, limits)
        while let states = waiting.popLast() {
            for component in try search.components(of: states) where component.contains(where: mustVisit) {
                switch judge(component, search) {
                case .fair: found.append(component)
                case .unfair: break
                case .fairWithout(let unmet):
                    let rest = component.filter { graph.enabled($0) & unmet == 0 }
                    if !rest.isEmpty { waiting.append(rest) }
                }
            }
        }
        return found
    }

    private enum Judgement {
        case fair
        case unfair
        /// Some part may be fair in which these constraints are never enabled.
        case fairWithout(UInt64)
    }

    /// A run that visits all of a strongly connected component again and again takes each of its edges again and again.
    private func judge(_ component: [Int], _ search: ComponentSearch) -> Judgement {
        var satisfied: UInt64 = 0
        var enabledAlways = UInt64.max
        var enabledSometimes: UInt64 = 0
        for state in component {
            let enabled = graph.enabled(state)
            enabledAlways &= enabled
            enabledSometimes |= enabled
            for edge in graph.edges(of: state) where search.areTogether(state, graph.target(edge)) {
                satisfied |= graph.satisfied(edge)
            }
        }
        let missing = constraints & ~satisfied
        if missing & enabledSometimes == 0 { return .fair }
        // An instance that never moves here is at one place in all states.
        let strong = graph.withState(component[0]) { graph.model.lockWaits(in: $0) }
        if missing & ~strong & enabledAlways != 0 { return .unfair }
        let unmet = missing & strong & enabledSometimes
        return unmet == 0 ? .fair : .fairWithout(unmet)
    }
}

/// Tarjan's algorithm, without recursion, within a set of states. Its memory is used again for the next set.
private final class ComponentSearch {
    private static let unseen = UInt32.max

    private let graph: FairGraph
    /// By state: the set in which it is looked at; each set has a number of its own.
    private var sets: [UInt32]
    private var setNumber: UInt32 = 0
    /// By state: order of the first visit, and the lowest that it leads back to.
    private var numbers: [UInt32]
    private var lowest: [UInt32]
    /// By state: its component; unlike all others, also those of other sets.
    private var componentNumbers: [UInt32]
    private var componentCount: UInt32 = 0
    private var visitedCount: UInt32 = 0
    private var stack: [Int] = []
    private var found: [[Int]] = []

    private let limits: LivenessLimits
    private var count = 0

    init(_ graph: FairGraph, _ limits: LivenessLimits) {
        self.graph = graph
        self.limits = limits
        sets = Array(repeating: 0, count: graph.stateCount)
        numbers = Array(repeating: Self.unseen, count: graph.stateCount)
        lowest = numbers
        componentNumbers = numbers
    }

    /// Those in which a run can stay: with an edge inside, or a state out of which no edge leads.
    func components(of states: [Int]) throws(FairGraph.Failure) -> [[Int]] {
        setNumber += 1
        visitedCount = 0
        found = []
        for state in states {
            sets[state] = setNumber
            numbers[state] = Self.unseen
            componentNumbers[state] = Self.unseen
        }
        for state in states where numbers[state] == Self.unseen { try visit(state) }
        return found.filter(canStay)
    }

    func areTogether(_ one: Int, _ other: Int) -> Bool {
        sets[one] == sets[other] && componentNumbers[one] == componentNumbers[other]
    }

    private func canStay(_ component: [Int]) -> Bool {
        guard component.count == 1 else { return true }
        let edges = graph.edges(of: component[0])
        return edges.isEmpty || edges.contains { graph.target($0) == component[0] }
    }

    private func begin(_ state: Int) {
        numbers[state] = visitedCount
        lowest[state] = visitedCount
        visitedCount += 1
        stack.append(state)
    }

    private func visit(_ root: Int) throws(FairGraph.Failure) {
        begin(root)
        var path = [(state: root, edge: graph.edges(of: root).lowerBound)]
        while let (state, edge) = path.last {
            count += 1
            try limits.check(now: count)
            if edge < graph.edges(of: state).upperBound {
                path[path.count - 1].edge += 1
                let target = graph.target(edge)
                guard sets[target] == setNumber else { continue }
                if numbers[target] == Self.unseen {
                    begin(target)
                    path.append((target, graph.edges(of: target).lowerBound))
                } else if componentNumbers[target] == Self.unseen {
                    lowest[state] = min(lowest[state], numbers[target])
                }
                continue
            }
            path.removeLast()
            if let (parent, _) = path.last { lowest[parent] = min(lowest[parent], lowest[state]) }
            if lowest[state] == numbers[state] { close(state) }
        }
    }

    private func close(_ root: Int) {
        var component: [Int] = []
        while let state = stack.popLast() {
            componentNumbers[state] = componentCount
            component.append(state)
            if state == root { break }
        }
        componentCount += 1
        found.append(component.sorted())
    }
}
