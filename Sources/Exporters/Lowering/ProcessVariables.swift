// SPDX-License-Identifier: MIT

import Core
import SpecLanguage
import TransitionSystem

/// Variables of one process declaration: where its instances rest, and their locals. Each has one element an instance.
struct ProcessVariables {
    let graph: ControlGraph
    let process: Typed.Process
    /// Of its first instance, among all.
    let firstInstance: Int
    let count: Int
    let mode: LoweringMode
    let location: ExportVariable
    /// Locals that are live between two steps, by number of the spec's variable.
    private(set) var state: [Int: Storage] = [:]
    /// Locals that are not, by number.
    private(set) var temporary: [Int: Storage] = [:]

    init(_ system: TransitionSystem, process number: Int) throws(ExportRefusal) {
        let own = system.instances.indices.filter { system.instances[$0].process == number }
        try self.init(
            system.spec.processes[number], graph: system.graphs[number], firstInstance: own.first ?? 0,
            count: own.count, instanceCount: system.instances.count)
    }

    /// - Parameter instanceCount: of all processes.
    init(
        _ process: Typed.Process, graph: ControlGraph, firstInstance: Int, count: Int, instanceCount: Int,
        mode: LoweringMode = .enumerated
    ) throws(ExportRefusal) {
        self.graph = graph
        self.process = process
        self.firstInstance = firstInstance
        self.count = count
        self.mode = mode
        // Murphi and Promela need a range of two values; in a proof the second would be a location that does not exist.
        let lastLocation = mode == .symbolic ? graph.locations.count - 1 : max(1, graph.locations.count - 1)
        location = ExportVariable(
            name: process.name + "_at", role: .state, upper: Int128(lastLocation),
            dimensions: [count], comment: "where each \(process.name) rests")
        let live = Set(graph.liveVariables.flatMap { $0 }.map(\.number))
        let parameters = Set(process.parameters.map(\.number))
        for variable in graph.variables where !parameters.contains(variable.number) {
            let isLive = live.contains(variable.number)
            if isLive {
                switch Core.Kind(variable.type) {
                case .number(.integer), .record(.interval, _):
                    throw ExportRefusal(
                        "'\(variable.name)' holds numbers without bounds between two steps and cannot be exported",
                        at: variable.span, help: "give it the type of a range: 'let name: 0 ..< 8 = …'")
                case .number, .truth, .record, .array, .set, .lock, nil: break
                }
            }
            if case .integer = variable.type, variable.isMutable {
                throw ExportRefusal(
                    "'\(variable.name)' is a number without bounds that changes, and cannot be exported",
                    at: variable.span, help: "give it the type of a range: 'var name: 0 ..< 8 = …'")
            }
            let maker = StorageMaker(
                role: isLive ? .state : .temporary, instanceCount: instanceCount)
            let name = isLive ? process.name + "_" + variable.name : variable.name
            let storage = maker.make(name, variable.type, dimensions: isLive ? [count] : [])
            if isLive { state[variable.number] = storage } else { temporary[variable.number] = storage }
        }
    }

    /// Values of the process's parameters, of the instance of this number among those of the process.
    func parameters(of instance: Term) -> [Int: Operand] {
        var values: [Int: Operand] = [:]
        var stride = count
        for parameter in process.parameters {
            let size = parameter.type.indexCount ?? 1
            stride /= max(1, size)
            let ordinal = Term.remainder(.divide(instance, .constant(max(1, stride))), .constant(size))
            if let kind = Core.Kind(parameter.type) {
                values[parameter.number] = .value(ordinal: ordinal, of: kind)
            }
        }
        return values
    }

    func locate(_ variable: Core.Variable, instance: Term) -> (storage: Storage, indices: [Term])? {
        if let storage = state[variable.number] { return (storage, [instance]) }
        return temporary[variable.number].map { ($0, []) }
    }
}
