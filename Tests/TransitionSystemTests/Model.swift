// SPDX-License-Identifier: MIT

import CheckerTesting
import Findings
import SpecLanguage
import TransitionSystem

/// A spec text, ready to run; and a breadth-first search over it that keeps everything.
final class Model {
    let spec: TypedSpec
    let system: TransitionSystem
    let teller: Storyteller

    /// - Parameter text: declarations; the module's head is added.
    init(_ text: String) throws {
        let (spec, sources) = try StandaloneSpec.typed(text)
        self.spec = spec
        do {
            system = try TransitionSystem(spec)
        } catch {
            throw StandaloneSpec.Rejected(description: error.what, ids: ["state-too-large"])
        }
        teller = Storyteller(system, sources: sources)
    }

    struct Exploration {
        /// In the order found.
        var states: [[UInt64]] = []
        var depth = 0
        var transitionCount = 0
        var findings: [(state: [UInt64], kind: ExpansionFinding.Kind)] = []
        var operationCounts: [UInt64] = []
        var premiseCounts: [UInt64] = []
        var reachableCounts: [UInt64] = []
        /// By state: where its transitions lead.
        var successors: [[UInt64]: [[UInt64]]] = [:]
    }

    /// Visits every reachable state.
    func explore(statesMax: Int = 200_000) -> Exploration {
        let interpreter = Interpreter(system)
        let expander = interpreter.makeExpander()
        let buffer = ExpansionBuffer(for: interpreter)
        var found = Exploration()
        var seen: Set<[UInt64]> = []
        func collect() -> [[UInt64]] {
            (0..<buffer.successorCount).map { number in
                let start = buffer.successors + number * buffer.wordsPerState
                return Array(UnsafeBufferPointer(start: start, count: buffer.wordsPerState))
            }
        }
        buffer.beginBatch()
        expander.appendInitialStates(to: buffer)
        var level = collect().filter { seen.insert($0).inserted }
        while !level.isEmpty, seen.count < statesMax {
            var next: [[UInt64]] = []
            for state in level {
                found.states.append(state)
                buffer.beginBatch()
                state.withUnsafeBufferPointer { words in
                    if let base = words.baseAddress { expander.expand(base, count: 1, into: buffer) }
                }
                let targets = collect()
                found.successors[state] = targets
                found.findings += buffer.findings.map { (state, $0.kind) }
                next += targets.filter { seen.insert($0).inserted }
            }
            level = next
            if !level.isEmpty { found.depth += 1 }
        }
        found.transitionCount = Int(buffer.transitionCount)
        found.operationCounts = buffer.operationCounts
        found.premiseCounts = buffer.premiseCounts
        found.reachableCounts = buffer.reachableCounts
        return found
    }

    /// Ids of all run-time errors that some reachable state can run into (for assertions, the name),
    /// without repetition.
    func errors() -> [String] {
        var ids: [String] = []
        for (state, kind) in explore().findings {
            guard case .failingTransition(let number) = kind else { continue }
            guard case .failure(let error) = teller.transitions(of: state)[number].result else {
                ids.append("the story differs from the exploration")
                continue
            }
            var id = error.cause.name
            if case .assertion = error.cause { id = "assertion " + id }
            if !ids.contains(id) { ids.append(id) }
        }
        return ids
    }

    /// The values that a state variable takes in the reachable states, as text, sorted.
    func values(of name: String) -> [String] {
        var texts: Set<String> = []
        for state in explore().states {
            for field in teller.observe(state) where field.name == name {
                texts.insert(Storyteller.text(field.value))
            }
        }
        return texts.sorted()
    }

    /// All runs of one step: labels of the transitions of the first initial state.
    func actions(after path: [String] = []) throws -> [String] {
        var state = try teller.initialStates()[0]
        for action in path {
            let found = teller.transitions(of: state).first { $0.action == action }
            guard case .state(let next)? = found?.result else {
                throw StandaloneSpec.Rejected(
                    description: "no '\(action)' among \(teller.transitions(of: state).map(\.action))",
                    ids: [])
            }
            state = next
        }
        return teller.transitions(of: state).map(\.action)
    }
}
