// SPDX-License-Identifier: MIT

import Core
import Diagnostics
import SpecLanguage
import TransitionSystem

/// A spec whose types may have any number of values, as rules and terms: what proofs about steps are made of.
struct InductionModel {
    struct Transition {
        let rule: ExportModel.Rule
        let title: String
        /// What the parameters are: constants of which only their types are known.
        let parameters: [Binder: Term]
    }

    let spec: TypedSpec
    let processes: [ProcessVariables]
    let transitions: [Transition]
    /// Functions whose contracts stand for them.
    let relied: [Typed.Function]
    /// Whether an initial state is made by a function of which only the contract is known.
    let startsByContract: Bool
    /// The ways to make an initial state: the `init` blocks, one after the other.
    private let starts: [[Transition]]
    private let initialStatements: [ExportStatement]
    /// Of the `init` blocks.
    private let initialVariables: [ExportVariable]
    /// Where each state variable's cells are.
    let storage: [Int: Storage]
    private let instanceCount: Int
    private let translator: CoreTranslator

    init(_ spec: TypedSpec) throws {
        self.spec = spec
        let translator = CoreTranslator(spec)
        self.translator = translator
        let graphs = try TransitionSystem.graphs(of: spec)
        var first = 0
        var counts: [Int] = []
        for process in spec.processes {
            let sizes = process.parameters.map { $0.type.indexCount ?? 0 }
            let count = sizes.reduce(1) { product, size in
                let (result, overflow) = product.multipliedReportingOverflow(by: size)
                return overflow ? Int.max : result
            }
            guard count <= 1 << 57 else {
                throw ExportRefusal(
                    "'\(process.name)' has instances for several unbounded types, or for 2^57 values",
                    at: process.span)
            }
            counts.append(count)
        }
        guard spec.processes.count <= 32 else { throw ExportRefusal("there are more than 32 processes") }
        let total = counts.reduce(0, +)
        instanceCount = total
        let maker = StorageMaker(role: .state, instanceCount: total)
        let storage = Dictionary(
            uniqueKeysWithValues: spec.stateVariables.map {
                ($0.variable.number, maker.make($0.variable.name, $0.variable.type))
            })
        self.storage = storage
        let locate: CodeBuilder.Locate = { variable in storage[variable.number].map { ($0, []) } }
        var processes: [ProcessVariables] = []
        var transitions: [Transition] = []
        var relied: [Typed.Function] = []
        func note(_ functions: [Typed.Function]) {
            for function in functions where !relied.contains(where: { $0 === function }) {
                relied.append(function)
            }
        }
        for (number, process) in spec.processes.enumerated() {
            let variables = try ProcessVariables(
                process, graph: graphs.processes[number], firstInstance: first, count: counts[number],
                instanceCount: total, mode: .symbolic)
            first += counts[number]
            processes.append(variables)
            for location in variables.graph.locations.indices {
                let lowering = try StepLowering(
                    variables, location: location, instanceCount: total, translator, locateState: locate)
                try lowering.lower()
                note(lowering.relied)
                let ambiguous = Dictionary(grouping: lowering.rules) { $0.operations }
                for rule in lowering.rules {
                    var title = Self.title(rule, variables)
                    if ambiguous[rule.operations]?.count ?? 0 > 1, !rule.choices.isEmpty {
                        title += ", " + rule.choices.joined(separator: ", ")
                    }
                    transitions.append(Self.transition(rule, title))
                }
            }
        }
        self.processes = processes
        self.transitions = transitions
        let ofSteps = relied
        relied = []
        var starts: [[Transition]] = [[]]
        var initialVariables: [ExportVariable] = []
        for (number, graph) in graphs.initializations.enumerated() {
            let process = Typed.Process(
                name: "init \(number)", parameters: [], lane: "init", body: spec.initialization[number],
                documentation: "", span: spec.initialization[number].statements.first?.span ?? Self.nowhere)
            let variables = try ProcessVariables(
                process, graph: graph, firstInstance: 0, count: 1, instanceCount: total, mode: .symbolic)
            initialVariables += [variables.location] + variables.state.values.flatMap(\.variables)
            let lowering = try StepLowering(
                variables, location: 0, instanceCount: total, translator, locateState: locate)
            try lowering.lower()
            note(lowering.relied)
            let ways = lowering.rules.map { Self.transition($0, "init") }
            starts = starts.flatMap { before in ways.map { before + [$0] } }
            guard starts.count <= 256 else { throw ExportRefusal("there are too many ways to begin") }
        }
        self.starts = starts
        self.initialVariables = initialVariables
        let builder = CodeBuilder(translator, instanceCount: total, mode: .symbolic, locate: locate)
        for state in spec.stateVariables {
            guard let initial = state.initial, let storage = storage[state.variable.number] else { continue }
            let value = try builder.refusing { () throws(CoreRefusal) in
                try translator.expression(initial, as: state.variable.type)
            }
            let operand = try builder.operand(value)
            builder.emit(storage.write(operand, []))
        }
        initialStatements = builder.statements
        note(builder.relied)
        startsByContract = !relied.isEmpty
        let ofStarts = relied
        relied = ofSteps
        note(ofStarts)
        self.relied = relied
        guard !starts.isEmpty else { throw ExportRefusal("there is no way to begin") }
    }

    private static let nowhere = Span(file: SourceFileID(index: 0), start: 0, end: 0)

    private static func transition(_ rule: ExportModel.Rule, _ title: String) -> Transition {
        let parameters = Dictionary(
            rule.parameters.map { ($0, GroundFormulas.constant($0)) }, uniquingKeysWith: { first, _ in first }
        )
        return Transition(rule: rule, title: title, parameters: parameters)
    }

    private static func title(_ rule: ExportModel.Rule, _ process: ProcessVariables) -> String {
        let place = SystemLowering.name(process.graph.locations[rule.location], rule.location)
        let entered = rule.operations.joined(separator: ", ")
        if rule.location == 0 { return entered.isEmpty ? "a round of '\(process.process.name)'" : entered }
        return entered.isEmpty ? "from '\(place)'" : "from '\(place)': \(entered)"
    }

    // MARK: States

    /// The state before any step: what variables hold is what `Term.read` of them says.
    func state(before transition: Transition) -> SymbolicState { SymbolicState([:], transition.parameters) }

    /// Runs a step; the state is what it leads to, where it is possible and does not fail.
    func run(_ transition: Transition, _ state: inout SymbolicState) throws(ExportRefusal) {
        try state.require(transition.rule.guardTerm)
        try state.run(transition.rule.body)
    }

    /// The state that each way of beginning makes, and what must hold for it to do so.
    func initialStates() throws -> [(state: SymbolicState, condition: Term)] {
        var zeros: [ExportVariable: SymbolicState.Content] = [:]
        let variables =
            storage.values.flatMap(\.variables)
            + processes.flatMap { [$0.location] + $0.state.values.flatMap(\.variables) } + initialVariables
        for variable in variables { zeros[variable] = { _ in variable.isBoolean ? .no : .constant(0) } }
        return try starts.map { way in
            var binders: [Binder: Term] = [:]
            for block in way { binders.merge(block.parameters) { first, _ in first } }
            var state = SymbolicState(zeros, binders)
            try state.run(initialStatements)
            for block in way { try run(block, &state) }
            // That no check fails is not assumed: some are made here that a run would not come to.
            return (state, state.isPossible)
        }
    }

    /// Whether a property holds in a state; what cannot be evaluated does not.
    func holds(_ property: Typed.Property, in state: SymbolicState) throws -> Term {
        let storage = storage
        let builder = CodeBuilder(translator, instanceCount: instanceCount, mode: .symbolic) { variable in
            storage[variable.number].map { ($0, []) }
        }
        let condition = try builder.refusing { () throws(CoreRefusal) in
            try translator.expression(property.condition)
        }
        let value = try builder.truth(condition)
        if let function = builder.relied.first {
            throw ExportRefusal(
                "'\(property.name)' calls '\(function.name)', of which only the contract is known",
                at: property.span)
        }
        var state = state
        state.beginStep()
        try state.run(builder.statements)
        return .and(!state.fails, try state.evaluate(value))
    }

    /// What a function says of a value, where that is one term.
    func answer(of function: Typed.Function, to value: Operand) -> Term? {
        let storage = storage
        let builder = CodeBuilder(translator, instanceCount: instanceCount, mode: .symbolic) { variable in
            storage[variable.number].map { ($0, []) }
        }
        builder.frames[function.parameters[0].number] = value
        guard let value = function.definition.expression, let result = try? translator.expression(value),
            let term = try? builder.truth(result), builder.statements.isEmpty
        else { return nil }
        return term
    }
}
