// SPDX-License-Identifier: MIT

package import Diagnostics
package import SpecLanguage

/// A typed spec as processes, control graphs and a state layout: what the interpreter runs and exporters
/// read.
package final class TransitionSystem: Sendable {
    /// One process for one value of its parameters.
    package struct Instance: Sendable {
        package let process: Int
        /// Values of the process's parameters.
        package let arguments: [Value]
        /// "CPU 0"
        package let title: String
    }

    package let spec: TypedSpec
    package let conditions: [StateCondition]
    /// One for each process declaration. Never changed after the system is made.
    nonisolated(unsafe) package let graphs: [ControlGraph]
    nonisolated(unsafe) package let initializations: [ControlGraph]
    package let instances: [Instance]
    package let layout: StateLayout
    /// Cell of each variable by number: state variables from 0, locals from their instance's first local
    /// cell; -1 for others.
    package let stateOffsets: [Int]
    package let localOffsets: [[Int]]
    /// The same for each `init` block; its locals lie after all other cells.
    package let initializationOffsets: [[Int]]
    package let initializationCellsMax: Int
    /// One above the largest variable number.
    package let variableCount: Int

    /// - Throws: what makes the spec too large to explore.
    package init(_ spec: TypedSpec) throws(TooLarge) {
        self.spec = spec
        conditions = StateCondition.all(of: spec)
        var cellCount = 0
        var offsets: [Int: Int] = [:]
        let instances = Self.instances(of: spec)
        for state in spec.stateVariables {
            let variable = state.variable
            guard CellCoding.count(variable.type) + cellCount <= StateLayout.cellsMax else {
                throw TooLarge(
                    what: "the state variable '\(variable.name)' makes the state larger than "
                        + "\(StateLayout.cellsMax) scalars", span: variable.span)
            }
            offsets[variable.number] = cellCount
            cellCount += CellCoding.count(variable.type)
        }
        (graphs, initializations) = try Self.graphs(of: spec)
        let highest =
            ((graphs + initializations).flatMap(\.variables) + spec.stateVariables.map(\.variable))
            .map(\.number).max() ?? 0
        variableCount = highest + 1
        stateOffsets = (0...highest).map { offsets[$0] ?? -1 }
        for graph in graphs + initializations { try Self.checkLocals(of: graph) }
        let locals = graphs.map { Locals($0, instances: instances.count) }
        localOffsets = locals.map { locals in (0...highest).map { locals.offsets[$0] ?? -1 } }
        let initializationLocals = initializations.map { Locals($0, instances: instances.count) }
        initializationOffsets = initializationLocals.map { locals in
            (0...highest).map { locals.offsets[$0] ?? -1 }
        }
        initializationCellsMax = initializationLocals.map(\.cellCount).max() ?? 0
        guard instances.count <= 64, locals.allSatisfy({ $0.cellCount <= StateLayout.cellsMax }) else {
            throw TooLarge(what: "there are more than 64 process instances", span: spec.processes.first?.span)
        }
        self.instances = instances
        layout = StateLayout(
            stateShapes: spec.stateVariables.map {
                PackedShape(of: $0.variable.type, instances: instances.count)
            },
            instances: instances.map { instance in
                let own = locals[instance.process]
                return StateLayout.InstanceNeeds(
                    localCells: own.cellCount, locationCount: own.graph.locations.count,
                    live: own.graph.liveVariables.map { $0.map(own.cellAndShape) })
            })
    }

    /// The control graphs of the processes and of the `init` blocks, whatever the scope is.
    package static func graphs(
        of spec: TypedSpec
    ) throws(TooLarge) -> (processes: [ControlGraph], initializations: [ControlGraph]) {
        let firstHiddenNumber = Self.highestVariableNumber(in: spec) + 1
        do {
            let processes = try spec.processes.map { process throws(Lowering.TooLarge) in
                try Lowering.graph(
                    of: process.body, owner: process.name, parameters: process.parameters,
                    firstHiddenNumber: firstHiddenNumber)
            }
            let initializations = try spec.initialization.map { block throws(Lowering.TooLarge) in
                try Lowering.graph(
                    of: block, owner: "init", parameters: [], firstHiddenNumber: firstHiddenNumber)
            }
            return (processes, initializations)
        } catch {
            throw TooLarge(
                what: "the operations, inlined, have more than \(ControlGraph.nodesMax) points", span: nil)
        }
    }

    /// The scope is too large to enumerate; a mistake of the spec or its settings.
    package struct TooLarge: Error {
        package let what: String
        package let span: Span?
    }

    private static func highestVariableNumber(in spec: TypedSpec) -> Int {
        var seen: Set<ObjectIdentifier> = []
        let blocks = spec.processes.map(\.body) + spec.initialization
        let inBlocks = blocks.map { $0.highestVariableNumber(&seen) }
        let named = spec.stateVariables.map(\.variable) + spec.processes.flatMap(\.parameters)
        return (inBlocks + named.map(\.number)).max() ?? 0
    }

    /// Sizes come from the author's constants: they are added up before anything is laid out.
    private static func checkLocals(of graph: ControlGraph) throws(TooLarge) {
        var sum = 0
        for variable in graph.variables {
            sum += CellCoding.count(variable.type)
            guard sum <= StateLayout.cellsMax else {
                throw TooLarge(
                    what:
                        "'\(variable.name)' makes the locals of a process larger than \(StateLayout.cellsMax) scalars",
                    span: variable.span)
            }
            guard !variable.type.holdsList else {
                throw TooLarge(
                    what: "'\(variable.name)' is a list, which only constants and functions can have",
                    span: variable.span)
            }
        }
    }

    private struct Locals {
        let graph: ControlGraph
        private(set) var offsets: [Int: Int] = [:]
        private(set) var cellCount = 0
        private let instances: Int

        init(_ graph: ControlGraph, instances: Int) {
            self.graph = graph
            self.instances = instances
            for variable in graph.variables {
                offsets[variable.number] = cellCount
                cellCount += CellCoding.count(variable.type)
            }
        }

        func cellAndShape(_ variable: Variable) -> (cell: Int, shape: PackedShape) {
            guard let start = offsets[variable.number] else {
                preconditionFailure("a live variable is mentioned in the graph")
            }
            return (start, PackedShape(of: variable.type, instances: instances))
        }
    }

    /// Every process with every combination of its parameters' values, in order.
    private static func instances(of spec: TypedSpec) -> [Instance] {
        var instances: [Instance] = []
        for (number, process) in spec.processes.enumerated() {
            var combinations: [[Value]] = [[]]
            for parameter in process.parameters {
                let count = min(parameter.type.indexCount ?? 1, 65)
                combinations = combinations.prefix(65).flatMap { prefix in
                    (0..<count).map { prefix + [parameter.type.value(ordinal: Int128($0))] }
                }
            }
            for arguments in combinations.prefix(65) {
                let names = zip(arguments, process.parameters).map { ValueText.short($0, $1.type) }
                let suffix = combinations.count > 1 ? " " + names.joined(separator: ",") : ""
                instances.append(
                    Instance(process: number, arguments: arguments, title: process.lane + suffix))
            }
        }
        return instances
    }
}
