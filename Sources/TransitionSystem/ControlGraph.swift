// SPDX-License-Identifier: MIT

import Diagnostics
package import SpecLanguage

/// The control graph of one process declaration (or of one `init` block), its locations, and which locals
/// live at each.
package final class ControlGraph {
    package let entry: ControlNode
    /// Location 0 is the start of a round (`entry`); the others are the location nodes, in order of number.
    package let locations: [ControlNode]
    /// For each location, the locals whose values are still needed, by number.
    package let liveVariables: [[Variable]]
    /// All variables with `.operation` storage that the graph mentions, by number.
    package let variables: [Variable]
    private let locationNumbers: [Int: Int]
    private let analysis: Liveness

    /// Inlining may not grow beyond this.
    static let nodesMax = 100_000

    init(entry: ControlNode, nodes: [ControlNode], parameters: [Variable]) {
        self.entry = entry
        let reachable = Self.reachable(from: entry)
        locations = [entry] + reachable.filter(\.isLocation)
        var numbers: [Int: Int] = [:]
        for (number, node) in locations.enumerated().dropFirst() { numbers[node.number] = number }
        locationNumbers = numbers
        let analysis = Liveness(nodes: reachable)
        self.analysis = analysis
        variables = (analysis.variables + parameters).reduce(into: [Int: Variable]()) { $0[$1.number] = $1 }
            .values.sorted { $0.number < $1.number }
        let constant = Set(parameters.map(\.number))
        liveVariables =
            [[]]
            + locations.dropFirst().map { node in
                analysis.liveIn(node).filter { !constant.contains($0.number) }
            }
    }

    package func locationNumber(of node: ControlNode) -> Int {
        guard let number = locationNumbers[node.number] else { preconditionFailure("not a location") }
        return number
    }

    /// Locals and parameters of the process whose values are needed from this node on, by number.
    package func liveVariables(at node: ControlNode) -> [Variable] { analysis.liveIn(node) }

    private static func reachable(from entry: ControlNode) -> [ControlNode] {
        var seen: [Int: ControlNode] = [entry.number: entry]
        var waiting = [entry]
        while let node = waiting.popLast() {
            for next in node.successors where seen.updateValue(next, forKey: next.number) == nil {
                waiting.append(next)
            }
        }
        return seen.values.sorted { $0.number < $1.number }
    }
}
