// SPDX-License-Identifier: MIT

import Core
import Diagnostics
import SpecLanguage

/// Turns operations into code. Operations and functions are inlined; none recurses, so each variable has one
/// register for good.
final class SparseCompiler {
    let spec: TypedSpec
    let layout: SparseLayout
    var code: [Instruction] = []
    var failures: [SparseProgram.Failure] = []
    private(set) var registerCount: Int
    private(set) var constants: [(register: Int, word: UInt64)] = []
    private var constantPlaces: [UInt64: Int] = [:]
    /// By the variable's number.
    private var variablePlaces: [Int: Int] = [:]
    let translator: CoreTranslator
    /// Assertions of the operation being compiled, whose explanations follow it.
    private var unexplained: [(failure: Int, condition: Typed.Expression)] = []
    var hasChoices = false
    /// Where `return` puts its value and jumps to, innermost last.
    var returns: [Return] = []

    struct Return {
        /// `nil`: nothing wants the value.
        let register: Int?
        /// Words of the value.
        let size: Int
        var jumps: [Int] = []
    }

    init(_ spec: TypedSpec, layout: SparseLayout) {
        self.spec = spec
        self.layout = layout
        registerCount = layout.globalDefaults.count
        translator = CoreTranslator(spec)
    }

    /// The Core's refusals are this machine's.
    func refusing<Result>(_ translate: () throws(CoreRefusal) -> Result) throws(NotRunnable) -> Result {
        do throws(CoreRefusal) {
            return try translate()
        } catch {
            throw NotRunnable(error.message, at: error.span)
        }
    }

    func core(_ expression: Typed.Expression) throws(NotRunnable) -> Core.Expression {
        try refusing { () throws(CoreRefusal) in try translator.expression(expression) }
    }

    func compile(_ steps: Set<String>) throws(NotRunnable) -> SparseProgram {
        let initialization = try compileInitialization()
        var entries: [String: SparseProgram.Entry] = [:]
        for operation in spec.operations where steps.contains(operation.name) {
            entries[operation.name] = try entry(operation)
        }
        var conclusions: [SparseProgram.Condition] = []
        for property in spec.reachables {
            let start = code.count
            let register = allocate(1)
            move(try value(try core(property.condition)), to: register, count: 1)
            emit(.stop)
            conclusions.append(.init(name: property.name, start: start, register: register))
        }
        return SparseProgram(
            spec: spec, layout: layout, code: code, registerCount: registerCount + 1, constants: constants,
            failures: failures, entries: entries, conclusions: conclusions,
            initialization: initialization)
    }

    private func compileInitialization() throws(NotRunnable) -> (start: Int, hasChoices: Bool) {
        let start = code.count
        hasChoices = false
        for state in spec.stateVariables {
            guard let initial = state.initial else { continue }
            guard case .global(let place)? = layout.places[state.variable.number] else {
                throw NotRunnable("over a log, tables and sets begin empty", at: initial.span)
            }
            let value = try refusing { () throws(CoreRefusal) in
                try translator.expression(initial, as: state.variable.type)
            }
            move(try self.value(value), to: place, count: try words(value.kind, initial.span))
        }
        for block in spec.initialization {
            try compile(try refusing { () throws(CoreRefusal) in try translator.block(block) })
        }
        emit(.finish)
        try explain()
        return (start, hasChoices)
    }

    private func entry(_ operation: Typed.Operation) throws(NotRunnable) -> SparseProgram.Entry {
        let start = code.count
        hasChoices = false
        var parameters: [Int] = []
        let translated = try refusing { () throws(CoreRefusal) in try translator.operation(operation) }
        for (parameter, variable) in zip(operation.parameters, translated.parameters) {
            guard try words(variable.kind, parameter.span) == 1 else {
                throw NotRunnable(
                    "'\(parameter.name)' of '\(operation.name)' is to be a number of the log; "
                        + "'\(parameter.type.description)' is none", at: parameter.span)
            }
            parameters.append(try place(of: variable))
        }
        try inline(translated, result: nil)
        emit(.finish)
        try explain()
        return SparseProgram.Entry(
            operation: operation, start: start, parameters: parameters, hasChoices: hasChoices)
    }

    /// The body of an operation whose parameters are in their places.
    func inline(_ operation: Core.Operation, result: Int?) throws(NotRunnable) {
        emit(.enter, operation.number)
        let size = try operation.result.map { kind throws(NotRunnable) in try words(kind, operation.span) }
        returns.append(Return(register: result, size: size ?? 0))
        try compile(operation.body)
        for jump in returns.removeLast().jumps { patch(jump) }
    }

    // MARK: Code and registers

    @discardableResult
    func emit(_ code: Instruction.Code, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, _ d: Int = 0) -> Int {
        self.code.append(Instruction(code: code, a: Int32(a), b: Int32(b), c: Int32(c), d: Int32(d)))
        return self.code.count - 1
    }

    /// The jump goes to where the code ends now.
    func patch(_ jump: Int) { code[jump].a = Int32(code.count) }

    func patch(_ jumps: [Int]) {
        for jump in jumps { patch(jump) }
    }

    func allocate(_ count: Int) -> Int {
        registerCount += count
        return registerCount - count
    }

    func constant(_ word: UInt64) -> Int {
        if let place = constantPlaces[word] { return place }
        let place = allocate(1)
        constants.append((place, word))
        constantPlaces[word] = place
        return place
    }

    /// Words that stand one behind the other.
    func constant(_ words: [UInt64]) -> Int {
        if words.count == 1 { return constant(words[0]) }
        let place = allocate(words.count)
        for (offset, word) in words.enumerated() { constants.append((place + offset, word)) }
        return place
    }

    func words(_ kind: Core.Kind, _ span: Span) throws(NotRunnable) -> Int {
        try WordCoding.count(kind, at: span)
    }

    func move(_ source: Int, to place: Int, count: Int) {
        if source != place, count > 0 { emit(.move, place, source, count) }
    }

    /// The registers of a variable that is no state.
    func place(of variable: Core.Variable) throws(NotRunnable) -> Int {
        if let place = variablePlaces[variable.number] { return place }
        // The type of the spec is what a reader of a refusal knows.
        let size: Int
        if let source = variable.source {
            size = try WordCoding.count(source.type, at: source.span)
        } else {
            size = try words(variable.kind, variable.span)
        }
        let place = allocate(size)
        variablePlaces[variable.number] = place
        return place
    }

    // MARK: Failures

    func failure(_ cause: FailureCause, _ message: String, at span: Span) -> Int {
        if let known = failures.firstIndex(where: {
            $0.cause == cause && $0.span == span && $0.message == message
        }) {
            return known
        }
        failures.append(SparseProgram.Failure(cause: cause, message: message, span: span))
        return failures.count - 1
    }

    func failure(of check: Core.Check) -> Int {
        let (cause, message) = (check.requirement.cause, check.requirement.failure)
        guard let condition = check.source else { return failure(cause, message, at: check.span) }
        // One for each place it is inlined at: the explanation reads registers.
        failures.append(SparseProgram.Failure(cause: cause, message: message, span: check.span))
        unexplained.append((failures.count - 1, condition))
        return failures.count - 1
    }

    private func explain() throws(NotRunnable) {
        for (failure, condition) in unexplained {
            failures[failure].explanation = code.count
            failures[failure].watches = try watches(of: condition)
            emit(.stop)
        }
        unexplained = []
    }
}
