// SPDX-License-Identifier: MIT

import TransitionSystem

/// Looks for a fair endless run that breaks a liveness property: the emptiness test of a Büchi automaton for the
/// negated property, with fairness (Emerson and Lei, 1987; the removal of states in which a strong constraint is
/// enabled but never met is that of Streett automata).
///
/// A run that breaks the property goes through phases: before the obligation, after it, and for most goals a last phase
/// in which the condition never holds any more. What is reachable in the last phase is searched for strongly
/// connected components in which a run can stay for ever and be fair. A state without transitions is one too: there
/// the run stays for ever.
///
/// The result is deterministic: the loop begins as few steps from an initial state as possible; of equally near states the
/// one with the lowest number is taken.
package struct LassoSearch {
    private let graph: FairGraph
    private let property: LivenessProperty
    /// By state.
    private let premise: [Bool]
    private let condition: [Bool]
    private let isInitial: Range<Int>
    private let limits: LivenessLimits

    package init(
        _ graph: FairGraph, _ property: LivenessProperty, limits: LivenessLimits = LivenessLimits()
    ) throws(FairGraph.Failure) {
        self.graph = graph
        self.property = property
        self.limits = limits
        isInitial = 0..<graph.initialCount
        var premise: [Bool] = []
        var condition: [Bool] = []
        for state in 0..<graph.stateCount {
            try limits.check(now: state)
            premise.append(graph.withState(state) { graph.model.holds(property.premise, in: $0) })
            condition.append(graph.withState(state) { graph.model.holds(property.condition, in: $0) })
        }
        self.premise = premise
        self.condition = condition
    }

    /// States in which the obligation arises.
    package var owedCount: Int {
        (property.arisesAnywhere ? 0..<graph.stateCount : isInitial).count { premise[$0] }
    }

    /// - Returns: `nil` if every fair run has the property.
    package func run() throws(FairGraph.Failure) -> Lasso? {
        let ways = try findWays()
        let last = phaseCount - 1
        let reached = (0..<graph.stateCount).filter { ways.isReached(last, $0) }
        let components = FairComponents(graph, constraints: property.constraints, limits)
        var best: (steps: Int, state: Int, component: [Int])?
        for component in try components.find(in: reached, mustVisit: mustVisit) {
            for state in component {
                let steps = ways.steps(last, state)
                if let known = best, (known.steps, known.state) <= (steps, state) { continue }
                best = (steps, state, component)
            }
        }
        guard let best else { return nil }
        let stem = ways.way(to: best.state, in: last)
        let cycle = try FairCycle(
            graph, component: best.component, constraints: property.constraints, limits: limits,
            mustVisit: mustVisit
        ).edges(from: best.state)
        return lasso(stem, cycle)
    }

    private func lasso(_ stem: PhasedWays.Way, _ cycle: [Int]) -> Lasso {
        var states = [stem.start]
        for edge in stem.edges + cycle { states.append(graph.target(edge)) }
        let sources = states.dropLast()
        // The first obligation on the way that is not met, where there are several.
        let owed = (0...stem.owedFrom).first { index in
            premise[states[index]] && (property.arisesAnywhere || index == 0)
                && (property.goal != .eventually || !states[index...].contains { condition[$0] })
        }
        return Lasso(
            states: states.map(graph.state),
            transitions: zip(sources, stem.edges + cycle).map { $1 - graph.edges(of: $0).lowerBound },
            loopStart: stem.edges.count, owedFrom: owed ?? stem.owedFrom)
    }

    // MARK: Phases

    private var phaseCount: Int {
        switch property.goal {
        case .eventually, .eventuallyAlways: 2
        case .alwaysEventually, .always: 3
        }
    }

    /// Whether a run in this phase can be in this state.
    private func canBe(in phase: Int, at state: Int) -> Bool {
        switch (phase, property.goal) {
        case (0, _): property.arisesAnywhere || isInitial.contains(state)
        case (1, .eventually), (2, .alwaysEventually): !condition[state]
        default: true
        }
    }

    /// Whether the phase can end and the next begin in this state.
    private func canAdvance(from phase: Int, at state: Int) -> Bool {
        switch (phase, property.goal) {
        case (0, .eventually): premise[state] && !condition[state]
        case (0, _): premise[state]
        default: !condition[state]
        }
    }

    /// A state that the loop has to visit.
    private func mustVisit(_ state: Int) -> Bool {
        if case .eventuallyAlways = property.goal { !condition[state] } else { true }
    }

    /// Breadth first over pairs of a phase and a state.
    private func findWays() throws(FairGraph.Failure) -> PhasedWays {
        var ways = PhasedWays(graph, phaseCount: phaseCount)
        func enter(_ phase: Int, _ state: Int, from source: Int?, edge: Int?) {
            guard canBe(in: phase, at: state), ways.add(phase, state, from: source, edge: edge) else {
                return
            }
            if phase + 1 < phaseCount, canAdvance(from: phase, at: state) {
                enter(phase + 1, state, from: ways.node(phase, state), edge: nil)
            }
        }
        for state in isInitial { enter(0, state, from: nil, edge: nil) }
        var count = 0
        while let (phase, state) = ways.next() {
            count += 1
            try limits.check(now: count)
            if phase == 0, !property.arisesAnywhere { continue }
            for edge in graph.edges(of: state) {
                enter(phase, graph.target(edge), from: ways.node(phase, state), edge: edge)
            }
        }
        return ways
    }
}

/// Shortest ways to pairs of a phase and a state.
private struct PhasedWays {
    struct Way {
        let start: Int
        let edges: [Int]
        /// Index of the state in which phase 1 begins.
        let owedFrom: Int
    }

    private static let none = UInt32.max

    private let graph: FairGraph
    private let stateCount: Int
    /// By node: where it was found from, and along which edge (none: the phase changed there); its steps.
    private var sources: [UInt32]
    private var edges: [Int]
    private var distances: [UInt32]
    private var queue: [UInt32] = []
    private var head = 0

    init(_ graph: FairGraph, phaseCount: Int) {
        self.graph = graph
        stateCount = graph.stateCount
        sources = Array(repeating: Self.none, count: phaseCount * stateCount)
        edges = Array(repeating: -1, count: phaseCount * stateCount)
        distances = sources
    }

    func node(_ phase: Int, _ state: Int) -> Int { phase * stateCount + state }

    func isReached(_ phase: Int, _ state: Int) -> Bool { distances[node(phase, state)] != Self.none }

    func steps(_ phase: Int, _ state: Int) -> Int { Int(distances[node(phase, state)]) }

    /// - Returns: whether it is new.
    mutating func add(_ phase: Int, _ state: Int, from source: Int?, edge: Int?) -> Bool {
        let node = node(phase, state)
        guard distances[node] == Self.none else { return false }
        let before = source.map { distances[$0] } ?? 0
        distances[node] = edge == nil ? before : before + 1
        sources[node] = source.map { UInt32($0) } ?? Self.none
        edges[node] = edge ?? -1
        queue.append(UInt32(node))
        return true
    }

    mutating func next() -> (phase: Int, state: Int)? {
        guard head < queue.count else { return nil }
        defer { head += 1 }
        let node = Int(queue[head])
        return (node / stateCount, node % stateCount)
    }

    func way(to state: Int, in phase: Int) -> Way {
        var node = node(phase, state)
        var way: [Int] = []
        var stepsBeforeOwed = Int(distances[node])
        while true {
            if node / stateCount >= 1 { stepsBeforeOwed = Int(distances[node]) }
            if edges[node] >= 0 { way.append(edges[node]) }
            guard sources[node] != Self.none else { break }
            node = Int(sources[node])
        }
        return Way(start: node % stateCount, edges: way.reversed(), owedFrom: stepsBeforeOwed)
    }
}
