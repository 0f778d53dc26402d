// SPDX-License-Identifier: MIT

import Testing
import TransitionSystem

@testable import Exporters

/// Explores an export model by running its rules, and counts what the interpreter counts of the system it was
/// made of.
struct ModelRun {
    /// What is found in all reachable states.
    struct Found: Equatable {
        var stateCount = 0
        var transitionCount = 0
        var failureCount = 0
        /// States in which an invariant does not hold; in which there is a deadlock.
        var violatedCount = 0
        var deadlockCount = 0
        /// By reachability property: states in which it holds.
        var reachableCounts: [Int] = []
    }

    private let model: ExportModel

    init(_ model: ExportModel) { self.model = model }

    private func scalars(_ state: [[Int128]]) -> [ExportVariable: [Int128]] {
        Dictionary(uniqueKeysWithValues: zip(model.variables, state))
    }

    /// - Returns: `nil` where there are more states than that.
    func explore(statesMax: Int) throws -> Found? {
        var seen: Set<[[Int128]]> = []
        var waiting: [[[Int128]]] = []
        for start in model.starts {
            var values = Dictionary(
                uniqueKeysWithValues: model.variables.map { ($0, [Int128](repeating: 0, count: $0.count)) })
            for (variable, indices, value) in start.values {
                let place = zip(indices, variable.dimensions).reduce(0) { $0 * $1.1 + $1.0 }
                values[variable]?[place] = value
            }
            let state = model.variables.map { values[$0] ?? [] }
            if seen.insert(state).inserted { waiting.append(state) }
        }
        var found = Found()
        found.reachableCounts = model.properties.filter { $0.kind == .reachable }.map { _ in 0 }
        var place = 0
        while place < waiting.count {
            if seen.count > statesMax { return nil }
            let state = waiting[place]
            place += 1
            try judge(state, &found)
            for rule in model.rules {
                for next in try successors(of: state, rule, &found) where seen.insert(next).inserted {
                    waiting.append(next)
                }
            }
        }
        found.stateCount = seen.count
        return found
    }

    private func judge(_ state: [[Int128]], _ found: inout Found) throws {
        var (isViolated, reachable) = (false, 0)
        for property in model.properties {
            var run = ConcreteRun(scalars(state))
            let holds =
                switch try run.run(property.statements) {
                case .finished: try run.truth(property.value)
                case .error: property.valueOnError
                case .impossible: throw ConcreteRun.Broken(description: "a property requires something")
                }
            switch property.kind {
            case .invariant: if !holds { isViolated = true }
            case .deadlock: if !holds { found.deadlockCount += 1 }
            case .reachable:
                if holds { found.reachableCounts[reachable] += 1 }
                reachable += 1
            }
        }
        if isViolated { found.violatedCount += 1 }
    }

    private func successors(
        of state: [[Int128]], _ rule: ExportModel.Rule, _ found: inout Found
    ) throws -> [[[Int128]]] {
        var result: [[[Int128]]] = []
        for combination in 0..<rule.parameterCombinations {
            var (rest, binders) = (combination, [Binder: Int128]())
            for binder in rule.parameters {
                binders[binder] = Int128(rest % binder.count)
                rest /= binder.count
            }
            var run = ConcreteRun(scalars(state), binders)
            guard try run.truth(rule.guardTerm) else { continue }
            switch try run.run(rule.body) {
            case .finished:
                found.transitionCount += 1
                result.append(model.variables.map { run.scalars[$0] ?? [] })
            case .error:
                found.transitionCount += 1
                found.failureCount += 1
            case .impossible: break
            }
        }
        return result
    }

    // MARK: The interpreter

    static func interpreted(_ system: TransitionSystem, statesMax: Int) -> Found? {
        let model = Interpreter(system)
        let expander = model.makeExpander()
        let buffer = ExpansionBuffer(for: model)
        var seen: Set<[UInt64]> = []
        var waiting: [[UInt64]] = []
        func note() {
            for number in 0..<buffer.successorCount {
                let start = buffer.successors + number * buffer.wordsPerState
                let state = Array(UnsafeBufferPointer(start: start, count: buffer.wordsPerState))
                if seen.insert(state).inserted { waiting.append(state) }
            }
        }
        expander.appendInitialStates(to: buffer)
        note()
        var found = Found()
        var place = 0
        while place < waiting.count {
            if seen.count > statesMax { return nil }
            buffer.beginBatch()
            waiting[place].withUnsafeBufferPointer { words in
                if let start = words.baseAddress { expander.expand(start, count: 1, into: buffer) }
            }
            place += 1
            for finding in buffer.findings {
                switch finding.kind {
                case .invariant: found.violatedCount += 1
                case .deadlock: found.deadlockCount += 1
                case .failingTransition: found.failureCount += 1
                case .failingCondition, .limit:
                    Issue.record("no condition of these models fails, and no limit is reached")
                }
            }
            note()
        }
        found.stateCount = seen.count
        found.transitionCount = Int(buffer.transitionCount)
        found.reachableCounts = buffer.reachableCounts.map { Int($0) }
        return found
    }
}
