package import SpecLanguage

/// A system as somebody outside sees it: what each transition shows, and what can be seen in each state.
///
/// Not `Sendable`: it holds one thread's interpreter.
package final class ObservedSystem {
    /// Something that can be told apart from everything else.
    package struct Sight: Hashable {
        package let text: String
        /// What several sights have in common: the operation or function, and whether there was a value.
        package let kind: String
    }

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
    /// By operation: types whose values are alike; `nil` where it is not observed.
    private var operations: [ObjectIdentifier: Set<SpecType>] = [:]
    private var functions: [(function: Typed.Function, alike: Set<SpecType>)] = []
    private var variables: [(variable: Variable, alike: Set<SpecType>)] = []

    /// - Parameter system: of a program that reports what its observed operations return.
    package init(_ system: TransitionSystem, observers: [Typed.Observer]) {
        self.system = system
        expander = InterpretingExpander(system)
        expander.runner.isRecording = true
        for observer in observers {
            let alike = Set(observer.alike)
            let names = Set(observer.operations + observer.operations.map(Program.returnName(of:)))
            for operation in system.spec.operations where names.contains(operation.name) {
                operations[ObjectIdentifier(operation)] = alike
            }
            functions += observer.functions.map { ($0, alike) }
            variables += observer.variables.map { ($0, alike) }
        }
    }

    package func initialStates() throws(RunTimeError) -> [[UInt64]] {
        let buffer = ExpansionBuffer(for: Interpreter(system))
        expander.appendInitialStates(to: buffer)
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
                        let name = "fails: \(self.system.spec.name(of: error.cause))"
                        sights.append(Sight(text: name, kind: name))
                        body(Transition(sights: sights, target: nil))
                    }
                }
                runner.forgetReceiver()
            }
        }
    }

    private func sights(of instance: Int) -> [Sight] {
        expander.runner.events.compactMap { event -> Sight? in
            guard case .enter(let operation, let arguments) = event,
                let alike = operations[ObjectIdentifier(operation)]
            else { return nil }
            var naming = AlikeNaming(alike)
            let texts = zip(operation.parameters, arguments).map { parameter, value in
                let text = naming.text(value, parameter.type)
                return Program.isAuthors(operation.name) ? "\(parameter.name)=\(text)" : text
            }
            let isNone = !Program.isAuthors(operation.name) && arguments == [.none]
            let call =
                Program.isAuthors(operation.name)
                ? "\(operation.name)(\(texts.joined(separator: ", ")))"
                : ([operation.name] + texts).joined(separator: " ")
            return Sight(
                text: "\(system.instances[instance].title): \(call)",
                kind: operation.name + (isNone ? " none" : ""))
        }
    }

    /// What can be seen in a state, each once, in order.
    package func sights(in packed: [UInt64]) -> [Sight] {
        let cells = expander.load(packed)
        let evaluator = expander.runner.evaluator
        evaluator.cells = cells
        var sights: [Sight] = []
        var seen: Set<Sight> = []
        func add(_ place: String, _ text: String, _ name: String, _ value: Value) {
            let sight = Sight(
                text: "\(place) is \(text)", kind: name + (value == .none ? " is none" : ""))
            if seen.insert(sight).inserted { sights.append(sight) }
        }
        for (function, alike) in functions {
            forEachArguments(of: function.parameters[...], []) { arguments in
                evaluator.begin()
                let value: Value
                do throws(RunTimeError) {
                    value = try evaluator.call(function, arguments: arguments)
                } catch {
                    return note(error)
                }
                var naming = AlikeNaming(alike)
                let texts = zip(function.parameters, arguments).map {
                    "\($0.name)=\(naming.text($1, $0.type))"
                }
                let place = "\(function.name)(\(texts.joined(separator: ", ")))"
                add(place, naming.text(value, function.result), function.name, value)
            }
        }
        for (variable, alike) in variables {
            let value = CellCoding.decode(variable.type, cells + system.stateOffsets[variable.number])
            if case .array(let index, let element) = variable.type, case .array(let values) = value {
                for (ordinal, value) in values.enumerated() {
                    var naming = AlikeNaming(alike)
                    let key = naming.text(index.value(ordinal: Int128(ordinal)), index)
                    add("\(variable.name)[\(key)]", naming.text(value, element), variable.name, value)
                }
            } else {
                var naming = AlikeNaming(alike)
                add(variable.name, naming.text(value, variable.type), variable.name, value)
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
