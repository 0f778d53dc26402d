// SPDX-License-Identifier: MIT

package import Diagnostics
package import Findings
package import SpecLanguage

/// Tells what an exploration only counted: what a transition does, what a state holds, why a property fails.
package final class Storyteller {
    /// One transition of a state.
    package struct Transition {
        package enum Result {
            case state([UInt64])
            case failure(RunTimeError)
        }

        package let lane: Int
        /// Unique among the transitions of its lane in this state.
        package let action: String
        package let operations: [String]
        package let changes: [StateChange]
        package let result: Result
    }

    package let system: TransitionSystem
    private let expander: InterpretingExpander
    private let sources: SourceMap
    private var runner: StepRunner { expander.runner }

    package init(_ system: TransitionSystem, sources: SourceMap) {
        self.system = system
        self.sources = sources
        expander = InterpretingExpander(system)
        expander.runner.isRecording = true
        expander.runner.evaluator.isStoppable = false
    }

    /// One lane for each process instance.
    package var lanes: [Lane] { system.instances.map { Lane(title: $0.title) } }

    /// Packed initial states in order, or the run-time error that prevents them.
    package func initialStates() throws(RunTimeError) -> [[UInt64]] {
        let buffer = ExpansionBuffer(for: Interpreter(system))
        expander.appendInitialStates(to: buffer, isStoppable: true)
        if let failure = expander.initialFailure { throw failure }
        return (0..<buffer.successorCount).map { number in
            let start = buffer.successors + number * buffer.wordsPerState
            return Array(UnsafeBufferPointer(start: start, count: buffer.wordsPerState))
        }
    }

    /// State variables in declaration order.
    package func observe(_ packed: [UInt64]) -> [ObservedField] {
        let cells = expander.load(packed)
        return system.spec.stateVariables.map { state in
            let value = CellCoding.decode(
                state.variable.type, cells + system.stateOffsets[state.variable.number])
            return ObservedField(
                name: state.variable.name,
                value: ValueText.observed(value, state.variable.type, holders: system.instances.map(\.title)))
        }
    }

    // MARK: Transitions

    /// All transitions of a state, in the order in which the interpreter takes them.
    package func transitions(of packed: [UInt64]) -> [Transition] {
        var transitions: [Transition] = []
        for instance in system.instances.indices {
            let cells = expander.load(packed)
            let before = snapshot(cells)
            let location = runner.location(of: instance, in: cells)
            let isIdle = cells[system.layout.instances[instance].locationCell] == 0
            var seen: [String: Int] = [:]
            runner.runInstance(instance, cells) { outcome, after in
                let changes = self.changes(from: before, to: after)
                var action = self.action(at: isIdle ? nil : location, changes: changes)
                seen[action, default: 0] += 1
                if let count = seen[action], count > 1 { action += " #\(count)" }
                let result: Transition.Result
                switch outcome {
                case .arrived:
                    var words = [UInt64](repeating: 0, count: self.system.layout.wordCount)
                    words.withUnsafeMutableBufferPointer { words in
                        if let start = words.baseAddress { self.system.layout.pack(after, into: start) }
                    }
                    result = .state(words)
                case .failed(let error): result = .failure(error)
                }
                transitions.append(
                    Transition(
                        lane: instance, action: action, operations: self.enteredNames, changes: changes,
                        result: result))
            }
        }
        return transitions
    }

    private var enteredNames: [String] { runner.entered.map { system.spec.operations[$0].name } }

    /// One line: what a reader would say that the transition does.
    ///
    /// - Parameter location: where it starts; `nil` at the start of a round.
    private func action(at location: ControlNode?, changes: [StateChange]) -> String {
        var parts: [String] = []
        let calls = runner.events.compactMap { event -> String? in
            guard case .enter(let operation, let arguments) = event else { return nil }
            let texts = zip(operation.parameters, arguments).map {
                "\($0.name)=\(ValueText.short($1, $0.type))"
            }
            return "\(operation.name)(\(texts.joined(separator: ", ")))"
        }
        let locks = runner.events.compactMap { event -> String? in
            if case .lock(let name) = event { "lock \(name)" } else { nil }
        }
        if let location {
            if case .boundary(let label?, _) = location.kind {
                parts.append("\(location.owner): \(label)")
            } else if !locks.isEmpty {
                parts += locks
            } else if let call = calls.first {
                parts.append(call)
            } else if let change = changes.first {
                parts.append("\(location.owner): \(change.place) = \(Self.text(change.after))")
            } else {
                parts.append("\(location.owner) goes on")
            }
        } else {
            parts.append(calls.first ?? "starts")
        }
        let bindings = boundTexts
        if location != nil || calls.isEmpty, !bindings.isEmpty {
            parts.append("with " + bindings.joined(separator: ", "))
        }
        for event in runner.events {
            if case .fault(let name) = event { parts.append("\(name) fails") }
        }
        return parts.joined(separator: ", ")
    }

    private var boundTexts: [String] {
        runner.events.flatMap { event -> [String] in
            guard case .bind(let bindings) = event else { return [] }
            return bindings.map { "\($0.0.name)=\(ValueText.short($0.1, $0.0.type))" }
        }
    }

    // MARK: Changes

    private func snapshot(_ cells: UnsafePointer<UInt64>) -> [UInt64] {
        Array(UnsafeBufferPointer(start: cells, count: system.layout.stateCellCount))
    }

    private func changes(from before: [UInt64], to after: UnsafePointer<UInt64>) -> [StateChange] {
        var changes: [StateChange] = []
        before.withUnsafeBufferPointer { before in
            guard let start = before.baseAddress else { return }
            for state in system.spec.stateVariables {
                let offset = system.stateOffsets[state.variable.number]
                compare(state.variable.name, state.variable.type, start + offset, after + offset, &changes)
            }
        }
        return changes
    }

    /// Arrays and structs by their parts; all else as a whole.
    private func compare(
        _ place: String, _ type: SpecType, _ before: UnsafePointer<UInt64>, _ after: UnsafePointer<UInt64>,
        _ changes: inout [StateChange]
    ) {
        let count = CellCoding.count(type)
        guard (0..<count).contains(where: { before[$0] != after[$0] }) else { return }
        switch type {
        case .array(let index, let element):
            let size = CellCoding.count(element)
            for ordinal in 0..<(index.indexCount ?? 0) {
                let name = ValueText.short(index.value(ordinal: Int128(ordinal)), index)
                compare(
                    "\(place)[\(name)]", element, before + ordinal * size, after + ordinal * size, &changes)
            }
        case .structure(_, let fields):
            var offset = 0
            for field in fields {
                compare("\(place).\(field.name)", field.type, before + offset, after + offset, &changes)
                offset += CellCoding.count(field.type)
            }
        case .absent, .bits, .bool, .enumeration, .erroneous, .integer, .interval, .list, .lock, .optional,
            .queue, .range, .set, .symmetric, .void:
            let holders = system.instances.map(\.title)
            changes.append(
                StateChange(
                    place: place,
                    before: ValueText.observed(CellCoding.decode(type, before), type, holders: holders),
                    after: ValueText.observed(CellCoding.decode(type, after), type, holders: holders)))
        }
    }

    /// An observed value on one line.
    package static func text(_ value: ObservedValue) -> String {
        switch value {
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): "\(number)"
        case .name(let name): name
        case .none: "none"
        case .record(let fields):
            "{" + fields.map { "\($0.name): \(text($0.value))" }.joined(separator: ", ") + "}"
        case .map(let entries):
            "[" + entries.map { "\(text($0.key)): \(text($0.value))" }.joined(separator: ", ") + "]"
        case .set(let values): "{" + values.map(text).joined(separator: ", ") + "}"
        case .list(let values): "[" + values.map(text).joined(separator: ", ") + "]"
        }
    }

    // MARK: Explanations

    /// Why an invariant fails in a state: the values it fails for, then the parts that are false.
    package func explainInvariant(_ index: Int, in packed: [UInt64]) -> [String] {
        runner.evaluator.cells = expander.load(packed)
        runner.evaluator.begin()
        var explanation = Explanation(evaluator: runner.evaluator, sources: sources)
        return explanation.explain(system.spec.invariants[index].condition)
    }

    /// Whether a condition on the state holds; `nil` where it cannot be evaluated.
    package func evaluate(_ condition: Typed.Expression, in packed: [UInt64]) -> Bool? {
        runner.evaluator.cells = expander.load(packed)
        runner.evaluator.begin()
        return try? runner.evaluator.bool(condition)
    }

    /// Whether an instance waits for a lock in a state, or begins its next round by taking one.
    package func waitsForLock(_ instance: Int, in packed: [UInt64]) -> Bool {
        if case .acquire = runner.location(of: instance, in: expander.load(packed)).kind { return true }
        return false
    }

    /// The author's text of a condition, on one line.
    package func text(of condition: Typed.Expression) -> String {
        Explanation(evaluator: runner.evaluator, sources: sources).source(condition)
    }

    /// Why a condition cannot be evaluated in a state; `nil` where it can be.
    package func failure(of condition: Typed.Expression, in packed: [UInt64]) -> RunTimeError? {
        runner.evaluator.cells = expander.load(packed)
        runner.evaluator.begin()
        do throws(RunTimeError) {
            _ = try runner.evaluator.bool(condition)
            return nil
        } catch {
            return error
        }
    }

    /// Whether an invariant holds in a state; one that cannot be evaluated does not, unless for a limit of the checker.
    package func holds(invariant index: Int, in packed: [UInt64]) -> Bool {
        let condition = system.spec.invariants[index].condition
        return evaluate(condition, in: packed) ?? failure(of: condition, in: packed)?.cause.isLimit ?? false
    }

    /// Who waits for what.
    package func explainDeadlock(in packed: [UInt64]) -> [String] {
        let cells = expander.load(packed)
        let holders = expander.lockHolders()
        return system.instances.indices.compactMap { instance in
            guard cells[system.layout.instances[instance].locationCell] != 0 else { return nil }
            let title = system.instances[instance].title
            let location = runner.location(of: instance, in: cells)
            if let holder = holders[instance] {
                return
                    "\(title) waits in \(location.owner) for a lock that \(system.instances[holder].title) holds"
            }
            return "\(title) waits in \(location.owner)"
                + (location.span.map { " (\(sources.describe($0)))" } ?? "")
        }
    }

    /// Where the first process that waits does so; nothing where its place in the text is not known.
    package func deadlockPlace(in packed: [UInt64]) -> String {
        let cells = expander.load(packed)
        for instance in system.instances.indices
        where cells[system.layout.instances[instance].locationCell] != 0 {
            if let span = runner.location(of: instance, in: cells).span { return sources.describe(span) }
        }
        return ""
    }

    /// Whether a state is a deadlock as the language defines it.
    package func isDeadlock(_ packed: [UInt64]) -> Bool {
        let transitions = transitions(of: packed)
        let cells = expander.load(packed)
        guard system.layout.instances.contains(where: { cells[$0.locationCell] != 0 }) else { return false }
        return transitions.isEmpty || expander.lockCircle() != nil
    }
}
