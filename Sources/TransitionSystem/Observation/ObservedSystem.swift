// SPDX-License-Identifier: MIT

package import SpecLanguage

/// A system as somebody outside sees it: what each transition shows, and what can be seen in each state.
///
/// Not `Sendable`: it holds one thread's interpreter.
package final class ObservedSystem {
    package struct Transition {
        /// What it shows, in order: calls, and what they return.
        package let sights: [Sight]
        /// `nil`: it fails half-way.
        package let target: [UInt64]?
    }

    /// A limit of the checker that was reached: not all is known that can be seen.
    package private(set) var limitReached: RunTimeError?
    private let system: TransitionSystem
    private let expander: InterpretingExpander
    private let maker: SightMaker
    /// By operation: what is renamed; several where observers see it differently, none where it is not
    /// observed.
    private var operations: [ObjectIdentifier: [Renaming]] = [:]
    private var functions: [(function: Typed.Function, renamings: [Renaming])] = []
    private var variables: [(variable: Variable, renamings: [Renaming])] = []

    /// Why some observation could not be told from others; nothing may be concluded then.
    package var obstacle: String? { maker.obstacle }

    /// - Parameter system: of a program that reports what its observed operations return.
    package init(_ system: TransitionSystem, observers: [Typed.Observer]) {
        self.system = system
        expander = InterpretingExpander(system)
        expander.runner.isRecording = true
        maker = SightMaker(system)
        func renamings(_ isListed: (Typed.Observer) -> Bool) -> [Renaming] {
            Renaming.distinct(observers.filter(isListed).map { Renaming($0.alike) })
        }
        for operation in system.spec.operations {
            let own = renamings { observer in
                observer.operations.contains {
                    operation.name == $0 || operation.name == Program.returnName(of: $0)
                }
            }
            if !own.isEmpty { operations[ObjectIdentifier(operation)] = own }
        }
        for function in system.spec.functions {
            let own = renamings { $0.functions.contains { $0 === function } }
            if !own.isEmpty { functions.append((function, own)) }
        }
        for variable in system.spec.stateVariables.map(\.variable) {
            let own = renamings { $0.variables.contains { $0 === variable } }
            if !own.isEmpty { variables.append((variable, own)) }
        }
    }

    package func initialStates() throws(RunTimeError) -> [[UInt64]] {
        let buffer = ExpansionBuffer(for: Interpreter(system))
        expander.appendInitialStates(to: buffer, isStoppable: true)
        if let failure = expander.initialFailure { throw failure }
        return (0..<buffer.successorCount).map { number in
            let start = buffer.successors + number * buffer.wordsPerState
            return Array(UnsafeBufferPointer(start: start, count: buffer.wordsPerState))
        }
    }

    /// All transitions of a state, in the order of `Storyteller.transitions`.
    package func transitions(of packed: [UInt64], _ body: (Transition) -> Void) {
        let runner = expander.runner
        for instance in system.instances.indices {
            let cells = expander.load(packed)
            withoutActuallyEscaping(body) { body in
                runner.runInstance(instance, cells) { outcome, after in
                    var sights = self.sights(of: instance)
                    switch outcome {
                    case .arrived:
                        var words = [UInt64](repeating: 0, count: self.system.layout.wordCount)
                        words.withUnsafeMutableBufferPointer { words in
                            if let start = words.baseAddress { self.system.layout.pack(after, into: start) }
                        }
                        body(Transition(sights: sights, target: words))
                    case .failed(let error):
                        self.note(error)
                        sights.append(self.maker.failure(self.system.spec.name(of: error.cause)))
                        body(Transition(sights: sights, target: nil))
                    }
                }
                runner.forgetReceiver()
            }
        }
    }

    private func sights(of instance: Int) -> [Sight] {
        expander.runner.events.flatMap { event -> [Sight] in
            guard case .enter(let operation, let arguments) = event,
                let renamings = operations[ObjectIdentifier(operation)]
            else { return [] }
            return renamings.map { maker.call(of: operation, arguments, by: instance, up: $0) }
        }
    }

    /// What can be seen in a state, each once, in order.
    package func sights(in packed: [UInt64]) -> [Sight] {
        let cells = expander.load(packed)
        let evaluator = expander.runner.evaluator
        evaluator.cells = cells
        var sights: [Sight] = []
        var seen: Set<Sight> = []
        func add(_ sight: Sight) {
            if seen.insert(sight).inserted { sights.append(sight) }
        }
        for (function, renamings) in functions {
            forEachArguments(of: function.parameters[...], []) { arguments in
                evaluator.begin()
                let value: Value
                do throws(RunTimeError) {
                    value = try evaluator.call(function, arguments: arguments)
                } catch {
                    return note(error)
                }
                for renaming in renamings { add(maker.value(value, of: function, arguments, up: renaming)) }
            }
        }
        for (variable, renamings) in variables {
            let value = CellCoding.decode(variable.type, cells + system.stateOffsets[variable.number])
            for renaming in renamings {
                if case .array(let index, let element) = variable.type, case .array(let values) = value {
                    for (ordinal, part) in values.enumerated() {
                        let key = index.value(ordinal: Int128(ordinal))
                        add(maker.element(part, element, of: variable, at: key, index, up: renaming))
                    }
                } else {
                    add(maker.value(value, of: variable, up: renaming))
                }
            }
        }
        return sights
    }

    private func note(_ error: RunTimeError) {
        if error.cause.isLimit { limitReached = limitReached ?? error }
    }

    private func forEachArguments(
        of parameters: ArraySlice<Variable>, _ first: [Value], _ body: ([Value]) -> Void
    ) {
        guard let parameter = parameters.first else { return body(first) }
        for ordinal in 0..<(parameter.type.indexCount ?? 0) {
            let value = parameter.type.value(ordinal: Int128(ordinal))
            forEachArguments(of: parameters.dropFirst(), first + [value], body)
        }
    }
}
