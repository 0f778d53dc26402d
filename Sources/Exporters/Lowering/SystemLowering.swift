// SPDX-License-Identifier: MIT

import Core
import Diagnostics
import SpecLanguage
import TransitionSystem

/// A transition system as an export model.
struct SystemLowering {
    private let system: TransitionSystem
    private let state: [Int: Storage]
    private let processes: [ProcessVariables]
    private let translator: CoreTranslator

    init(_ system: TransitionSystem) throws(ExportRefusal) {
        self.system = system
        translator = CoreTranslator(system.spec)
        let spec = system.spec
        if let liveness = spec.liveness.first {
            throw ExportRefusal(
                "'\(liveness.name)' is a liveness property: only invariants, assertions, deadlocks and "
                    + "reachability are exported", at: liveness.span, help: "export a check without it")
        }
        let maker = StorageMaker(role: .state, instanceCount: system.instances.count)
        state = Dictionary(
            uniqueKeysWithValues: spec.stateVariables.map {
                ($0.variable.number, maker.make($0.variable.name, $0.variable.type))
            })
        var processes: [ProcessVariables] = []
        for number in spec.processes.indices {
            processes.append(try ProcessVariables(system, process: number))
        }
        self.processes = processes
    }

    func lower() throws -> ExportModel {
        let (state, spec) = (state, system.spec)
        let locate: CodeBuilder.Locate = { variable in state[variable.number].map { ($0, []) } }
        var rules: [ExportModel.Rule] = []
        for process in processes where process.count > 0 {
            for location in process.graph.locations.indices {
                let lowering = try StepLowering(
                    process, location: location, instanceCount: system.instances.count, translator,
                    locateState: locate)
                try lowering.lower()
                rules += lowering.rules
            }
        }
        let properties = PropertyLowering(system, processes, translator, locate)
        return ExportModel(
            title: spec.title, notes: spec.constants.map { "\($0.name) = \(Self.text($0.value, $0.type))" },
            variables: variables,
            locations: processes.map { process in
                (process.location, process.graph.locations.enumerated().map { Self.name($1, $0) })
            }, starts: try starts(), rules: rules,
            properties: try spec.invariants.map { try properties.property($0, .invariant) }
                + [try properties.deadlock()]
                + spec.reachables.map { try properties.property($0, .reachable) })
    }

    private static func text(_ value: Value, _ type: SpecType) -> String {
        switch value {
        case .number, .bool, .token, .none: ValueText.short(value, type)
        case .record, .array, .set, .queue, .interval, .list, .lock: "(\(type.description))"
        }
    }

    static func name(_ node: ControlNode, _ number: Int) -> String {
        guard number > 0 else { return "between two rounds" }
        switch node.kind {
        case .acquire(let target, _): return "\(node.owner): waits for the lock '\(target.variable.name)'"
        case .await: return "\(node.owner): waits for a condition"
        case .boundary(let label?, _): return "\(node.owner): \(label)"
        case .boundary(nil, _), .pending, .finish, .release, .assign, .discard, .mutate, .enter, .branch,
            .bind,
            .fault, .choose, .assert, .loopBegin, .loopNext:
            return "\(node.owner): step"
        }
    }

    private var variables: [ExportVariable] {
        stateVariables
            + processes.flatMap { process in
                [process.location]
                    + process.state.sorted { $0.key < $1.key }.flatMap(\.value.variables)
            }
    }

    // MARK: Initial states

    private static let startsMax = 4096

    /// What the interpreter starts from; between two rounds no process has locals.
    private func starts() throws -> [ExportModel.Start] {
        let expander = Interpreter(system).makeExpander()
        let buffer = ExpansionBuffer(for: Interpreter(system))
        expander.appendInitialStates(to: buffer)
        let words = system.layout.wordCount
        guard buffer.successorCount > 0 else {
            throw ExportRefusal(
                "there is no initial state: 'iommu-check check' tells why",
                at: system.spec.processes.first?.span)
        }
        let cells = UnsafeMutablePointer<UInt64>.allocate(capacity: system.layout.cellCount + 1)
        defer { cells.deallocate() }
        var known: Set<[UInt64]> = []
        var result: [ExportModel.Start] = []
        for number in 0..<buffer.successorCount {
            let packed = buffer.successors + number * words
            guard known.insert(Array(UnsafeBufferPointer(start: packed, count: words))).inserted else {
                continue
            }
            guard known.count <= Self.startsMax else {
                throw ExportRefusal("more than \(Self.startsMax) initial states cannot be exported")
            }
            let values = scalars(of: packed, cells)
            result.append(ExportModel.Start(values: values))
        }
        return result
    }

    /// The scalars of the state variables of a packed state that are not zero.
    ///
    /// - Parameter cells: room for the unpacked state.
    private func scalars(
        of packed: UnsafePointer<UInt64>, _ cells: UnsafeMutablePointer<UInt64>
    ) -> [(variable: ExportVariable, indices: [Int], value: Int128)] {
        system.layout.unpack(packed, into: cells)
        var values: [(variable: ExportVariable, indices: [Int], value: Int128)] = []
        for variable in system.spec.stateVariables.map(\.variable) {
            guard let storage = state[variable.number] else { continue }
            let value = CellCoding.decode(
                variable.type, UnsafePointer(cells + system.stateOffsets[variable.number]))
            storage.appendScalars(of: value, variable.type, [], to: &values)
        }
        return values
    }

    /// Variables that hold the spec's state, without locals and locations.
    var stateVariables: [ExportVariable] {
        system.spec.stateVariables.flatMap { state[$0.variable.number]?.variables ?? [] }
    }

    /// All scalars of `stateVariables` in a packed state, in order.
    func stateScalars(of packed: UnsafePointer<UInt64>) -> [Int128] {
        let cells = UnsafeMutablePointer<UInt64>.allocate(capacity: system.layout.cellCount + 1)
        defer { cells.deallocate() }
        var first: [ExportVariable: Int] = [:]
        var count = 0
        for variable in stateVariables {
            first[variable] = count
            count += variable.count
        }
        var result = [Int128](repeating: 0, count: count)
        for (variable, indices, value) in scalars(of: packed, cells) {
            let place = zip(indices, variable.dimensions).reduce(0) { $0 * $1.1 + $1.0 }
            result[(first[variable] ?? 0) + place] = value
        }
        return result
    }
}

extension Storage {
    /// The scalars of a value that are not zero.
    fileprivate func appendScalars(
        of value: Value, _ type: SpecType, _ indices: [Int],
        to scalars: inout [(variable: ExportVariable, indices: [Int], value: Int128)]
    ) {
        func append(_ variable: ExportVariable, _ indices: [Int], _ number: Int128) {
            if number != 0 { scalars.append((variable, indices, number)) }
        }
        switch (self, type, value) {
        case (.number(let variable, _), .lock, .lock(let holder)): append(variable, indices, Int128(holder))
        case (.number(let variable, _), _, _): append(variable, indices, type.ordinal(of: value))
        case (.truth(let variable), _, _): append(variable, indices, value == .bool(true) ? 1 : 0)
        case (.code, _, .none), (.optional, _, .none): break
        case (.code(let variable, _), .optional(let wrapped), _):
            append(variable, indices, wrapped.ordinal(of: value) + 1)
        case (.optional(let present, let inner), .optional(let wrapped), _):
            append(present, indices, 1)
            inner.appendScalars(of: value, wrapped, indices, to: &scalars)
        case (.record(let parts), .structure(_, let fields), .record(let values)):
            for (number, part) in parts.enumerated() {
                part.appendScalars(of: values[number], fields[number].type, indices, to: &scalars)
            }
        case (.array(_, let part), .array(_, let element), .array(let values)):
            for (number, value) in values.enumerated() {
                part.appendScalars(of: value, element, indices + [number], to: &scalars)
            }
        case (.set(let variable, let count), .set(let element), .set(let members)):
            for ordinal in 0..<count where members.contains(Int128(ordinal) + Core.Number(element).lower) {
                append(variable, indices + [ordinal], 1)
            }
        case (.record(let parts), .queue(let element, _), .queue(let values)):
            guard case .number(let count, _) = parts[Core.Queue.count],
                case .array(_, let part) = parts[Core.Queue.elements]
            else { preconditionFailure("a queue is a count and elements") }
            append(count, indices, Int128(values.count))
            for (number, value) in values.enumerated() {
                part.appendScalars(of: value, element, indices + [number], to: &scalars)
            }
        case (.code, _, _), (.optional, _, _), (.record, _, _), (.array, _, _), (.set, _, _):
            preconditionFailure("the value has the type of its place")
        }
    }
}
