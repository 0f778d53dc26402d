// SPDX-License-Identifier: MIT

import Exploration
import Testing
import TransitionSystem

/// The search for fair endless runs against an oracle that tries all sets of states.
@Suite struct LivenessTests {
    static func random(seed: UInt64, states: Int) -> (FairGraphModel, LivenessProperty) {
        var random = SeededNumbers(seed: seed)
        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        let constraintCount = Int.random(in: 0...3, using: &random)
        let degree = Int.random(in: 1...3, using: &random)
        let edges = (0..<states).map { _ -> [FairGraphModel.Edge] in
            (0..<Int.random(in: 0...degree, using: &random)).map { _ in
                let satisfied = (0..<constraintCount).reduce(UInt64(0)) {
                    chance(30) ? $0 | 1 << UInt64($1) : $0
                }
                return .init(target: Int.random(in: 0..<states, using: &random), satisfied: satisfied)
            }
        }
        let goalShare = Int.random(in: 10...70, using: &random)
        let conditions = [(0..<states).map { _ in chance(50) }, (0..<states).map { _ in chance(goalShare) }]
        let strong = (0..<constraintCount).reduce(UInt64(0)) { chance(40) ? $0 | 1 << UInt64($1) : $0 }
        let model = FairGraphModel(
            edges: edges, initial: chance(30) ? [0, 1] : [0], conditions: conditions,
            constraintCount: constraintCount, strong: strong)
        let goals: [LivenessProperty.Goal] = [.eventually, .alwaysEventually, .eventuallyAlways, .always]
        let property = LivenessProperty(
            arisesAnywhere: chance(60), premise: 0, condition: 1,
            goal: goals[Int.random(in: 0..<4, using: &random)],
            constraints: (1 << UInt64(constraintCount)) - 1)
        return (model, property)
    }

    @Test(arguments: 0..<8)
    func findsWhatTheOracleFinds(part: Int) throws {
        var (broken, kept) = (0, 0)
        for number in 0..<300 {
            let seed = UInt64(part * 1000 + number)
            let (model, property) = Self.random(seed: seed, states: 2 + number % 5)
            let graph = try FairGraph(model, limits: LivenessLimits())
            let lasso = try LassoSearch(graph, property).run()
            let oracle = LassoOracle(model, property)
            #expect((lasso != nil) == oracle.isBroken, "seed \(seed)")
            if let lasso {
                broken += 1
                #expect(oracle.problem(with: lasso) == nil, "seed \(seed)")
                #expect(try LassoSearch(graph, property).run() == lasso)
            } else {
                kept += 1
            }
        }
        #expect(broken > 60 && kept > 30)
    }

    private func property(_ goal: LivenessProperty.Goal, constraints: UInt64) -> LivenessProperty {
        LivenessProperty(
            arisesAnywhere: true, premise: 0, condition: 1, goal: goal, constraints: constraints)
    }

    /// Two states; a lock that is free again and again. Weak fairness lets the waiter wait for ever.
    @Test(arguments: [false, true])
    func strongFairnessGetsTheLock(isStrong: Bool) throws {
        let model = FairGraphModel(
            edges: [
                [.init(target: 1, satisfied: 0), .init(target: 2, satisfied: 1)],
                [.init(target: 0, satisfied: 0)], [.init(target: 2, satisfied: 0)],
            ],
            initial: [0], conditions: [[true, true, true], [false, false, true]], constraintCount: 1,
            strong: isStrong ? 1 : 0)
        let graph = try FairGraph(model, limits: LivenessLimits())
        let lasso = try LassoSearch(graph, property(.eventually, constraints: 1)).run()
        #expect((lasso == nil) == isStrong)
        if let lasso { #expect((lasso.states.count, lasso.loopStart) == (3, 0)) }
    }

    @Test func whatCannotMoveStays() throws {
        let model = FairGraphModel(
            edges: [[.init(target: 1, satisfied: 0)], []], initial: [0],
            conditions: [[true, true], [false, false]], constraintCount: 0, strong: 0)
        let graph = try FairGraph(model, limits: LivenessLimits())
        let lasso = try #require(try LassoSearch(graph, property(.eventually, constraints: 0)).run())
        #expect((lasso.states, lasso.loopStart, lasso.owedFrom) == ([[0], [1]], 1, 0))
    }

    @Test func limitsAreRespected() {
        let chain = (0..<5000).map { [FairGraphModel.Edge(target: min($0 + 1, 4999), satisfied: 0)] }
        let model = FairGraphModel(
            edges: chain, initial: [0], conditions: [], constraintCount: 0, strong: 0)
        #expect(throws: FairGraph.Failure.memory) {
            try FairGraph(model, limits: LivenessLimits(memoryLimit: 10_000))
        }
        #expect(throws: FairGraph.Failure.time) {
            try FairGraph(model, limits: LivenessLimits(deadline: .now))
        }
    }
}

/// By definition: the states that an endless run visits again and again are a set within which it can go from each to
/// each; all such sets are tried.
private struct LassoOracle {
    let model: FairGraphModel
    let property: LivenessProperty
    let count: Int

    init(_ model: FairGraphModel, _ property: LivenessProperty) {
        self.model = model
        self.property = property
        count = model.edges.count
    }

    private func premise(_ state: Int) -> Bool { model.conditions[property.premise][state] }
    private func condition(_ state: Int) -> Bool { model.conditions[property.condition][state] }

    /// States reachable from some of these by ways that stay where `isAllowed`.
    private func reachable(from start: Set<Int>, _ isAllowed: (Int) -> Bool = { _ in true }) -> Set<Int> {
        var found = start.filter(isAllowed)
        var changed = true
        while changed {
            changed = false
            for state in found {
                for edge in model.edges[state] where isAllowed(edge.target) {
                    if found.insert(edge.target).inserted { changed = true }
                }
            }
        }
        return found
    }

    var isBroken: Bool {
        let all = reachable(from: Set(model.initial))
        let owed = (property.arisesAnywhere ? all : Set(model.initial)).filter(premise)
        return (1..<1 << count).contains { bits in
            let set = Set((0..<count).filter { bits >> $0 & 1 != 0 })
            guard canStay(in: set) else { return false }
            switch property.goal {
            case .eventually:
                return set.allSatisfy { !condition($0) }
                    && !set.isDisjoint(with: reachable(from: owed) { !condition($0) })
            case .alwaysEventually:
                return set.allSatisfy { !condition($0) } && !set.isDisjoint(with: reachable(from: owed))
            case .eventuallyAlways:
                return set.contains { !condition($0) } && !set.isDisjoint(with: reachable(from: owed))
            case .always:
                let bad = reachable(from: owed).filter { !condition($0) }
                return !set.isDisjoint(with: reachable(from: bad))
            }
        }
    }

    private func canStay(in set: Set<Int>) -> Bool {
        if set.count == 1, let state = set.first, model.edges[state].isEmpty { return true }
        let inner = set.flatMap { state in model.edges[state].filter { set.contains($0.target) } }
        guard !inner.isEmpty else { return false }
        for state in set where reachable(from: [state], set.contains) != set { return false }
        return isFair(states: set, taken: inner.reduce(0) { $0 | $1.satisfied })
    }

    private func isFair(states: Set<Int>, taken: UInt64) -> Bool {
        (0..<model.constraintCount).allSatisfy { number in
            let bit: UInt64 = 1 << UInt64(number)
            if property.constraints & bit == 0 || taken & bit != 0 { return true }
            let disabled = states.filter { model.enabled($0) & bit == 0 }
            return model.strong & bit != 0 ? disabled.count == states.count : !disabled.isEmpty
        }
    }

    /// What is wrong with a lasso, if anything is.
    func problem(with lasso: Lasso) -> String? {
        let states = lasso.states.map { Int($0[0]) }
        guard model.initial.contains(states[0]) else { return "not initial" }
        guard states.last == states[lasso.loopStart] else { return "not closed" }
        var taken: UInt64 = 0
        for (step, number) in lasso.transitions.enumerated() {
            let edge = model.edges[states[step]][number]
            guard edge.target == states[step + 1] else { return "no step" }
            if step >= lasso.loopStart { taken |= edge.satisfied }
        }
        let loop = states[lasso.loopStart...]
        if lasso.loopStart == lasso.transitions.count, !model.edges[states[lasso.loopStart]].isEmpty {
            return "stays though it could move"
        }
        guard isFair(states: Set(loop), taken: taken) else { return "not fair" }
        guard property.arisesAnywhere || lasso.owedFrom == 0, premise(states[lasso.owedFrom]) else {
            return "not owed"
        }
        let rest = states[lasso.owedFrom...]
        let isBroken =
            switch property.goal {
            case .eventually: rest.allSatisfy { !condition($0) } && loop.allSatisfy { !condition($0) }
            case .alwaysEventually: loop.allSatisfy { !condition($0) }
            case .eventuallyAlways: loop.contains { !condition($0) }
            case .always: rest.contains { !condition($0) } || loop.contains { !condition($0) }
            }
        return isBroken ? nil : "met"
    }
}

private struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
