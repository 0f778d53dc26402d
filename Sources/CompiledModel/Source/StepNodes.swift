// SPDX-License-Identifier: MIT

import Core
import SpecLanguage
import TransitionSystem

/// A control graph in the Core: its nodes, how its locations are left, and what lives at them.
struct StepNodes {
    private var nodes: [Int: Core.Node] = [:]
    private var departures: [Int: Core.Departure] = [:]
    private var liveAtNodes: [Int: [Core.Variable]] = [:]
    private var liveAtLocations: [[Core.Variable]] = []

    init(of graph: ControlGraph, _ translator: CoreTranslator) throws(CoreRefusal) {
        func translated(_ variables: [Variable]) throws(CoreRefusal) -> [Core.Variable] {
            var result: [Core.Variable] = []
            for variable in variables { result.append(try translator.variable(variable)) }
            return result
        }
        for node in graph.entry.reachable {
            nodes[node.number] = try translator.node(node)
            departures[node.number] = try translator.departure(from: node)
            liveAtNodes[node.number] = try translated(graph.liveVariables(at: node))
        }
        for variables in graph.liveVariables { liveAtLocations.append(try translated(variables)) }
    }

    subscript(_ node: ControlNode) -> Core.Node {
        guard let known = nodes[node.number] else { preconditionFailure("a node of another graph") }
        return known
    }

    func departure(from location: ControlNode) -> Core.Departure { departures[location.number] ?? .start }

    func live(at node: ControlNode) -> [Core.Variable] { liveAtNodes[node.number] ?? [] }

    func live(atLocation location: Int) -> [Core.Variable] { liveAtLocations[location] }
}
