// SPDX-License-Identifier: MIT

import SpecLanguage

/// Which locals of one process instance have one value only, whenever they are read: its parameters, and what
/// is computed from them alone. So `busy[cpu]` is one cell for each CPU.
///
/// Flow-insensitive: a variable is known if all that is ever assigned to it is the same. (Nothing is read before
/// it is assigned: the language has no declaration without a value.)
struct KnownValues {
    private enum Knowledge {
        /// Nothing has been assigned yet, as far as is seen.
        case unassigned
        case value(Value)
        case varies
    }

    private var known: [Int: Value] = [:]
    private var varying: Set<Int> = []
    /// Locals of this instance; others (of functions, quantified) vary unless `bind` says otherwise.
    private let locals: Set<Int>

    /// - Parameter nodes: all of the process's control graph.
    init(parameters: [Variable], arguments: [Value], nodes: [ControlNode], locals: [Variable]) {
        self.locals = Set(locals.map(\.number))
        for (parameter, argument) in zip(parameters, arguments) { known[parameter.number] = argument }
        var changed = true
        while changed {
            changed = false
            for node in nodes where learn(from: node) { changed = true }
        }
    }

    /// The value of an expression, if it is the same whenever it is evaluated.
    func value(of expression: Typed.Expression) -> Value? {
        if case .value(let value) = knowledge(of: expression) { value } else { nil }
    }

    /// For the parameters of functions, call by call.
    mutating func bind(_ variable: Variable, to value: Value?) { known[variable.number] = value }

    private func knowledge(of expression: Typed.Expression) -> Knowledge {
        // A type with one value.
        if expression.type.indexCount == 1 { return .value(expression.type.value(ordinal: 0)) }
        switch expression.kind {
        case .literal(let value): return .value(value)
        case .variable(let variable):
            if let value = known[variable.number] { return .value(value) }
            return !locals.contains(variable.number) || varying.contains(variable.number)
                ? .varies : .unassigned
        case .convert(let operand):
            guard case .value(.number(let number)) = knowledge(of: operand) else {
                return knowledge(of: operand)
            }
            switch expression.type {
            case .bits(_, let width): return .value(.number(Arithmetic.wrap(number, width: width)))
            case .range: return Arithmetic.fits(number, expression.type) ? .value(.number(number)) : .varies
            case .absent, .array, .bool, .enumeration, .erroneous, .integer, .interval, .list, .lock,
                .optional, .queue, .set, .structure, .symmetric, .void:
                return .value(.number(number))
            }
        case .arithmetic, .call, .comparison, .conditional, .connective, .element, .field, .interval, .list,
            .listQuantifier, .method, .not, .optionalBinding, .quantifier, .record, .sign:
            return .varies
        }
    }

    /// - Returns: whether something new was learned.
    private mutating func learn(from node: ControlNode) -> Bool {
        switch node.kind {
        case .assign(let target, let value, _):
            return note(target.variable, target.path.isEmpty ? knowledge(of: value) : .varies)
        case .mutate(let target, _, _, _): return note(target.variable, .varies)
        case .enter(let operation, let arguments, _):
            var isNew = false
            for (parameter, argument) in zip(operation.parameters, arguments)
            where note(parameter, knowledge(of: argument)) {
                isNew = true
            }
            return isNew
        case .bind(let variable, _, _, _): return note(variable, .varies)
        case .choose(let arms):
            var isNew = false
            for variable in arms.flatMap(\.arm.bindings) where note(variable, .varies) { isNew = true }
            return isNew
        case .loopBegin(let variable, let range, _, _), .loopNext(let variable, let range, _, _):
            var isNew = note(variable, .varies)
            if case .interval(_, let last) = range, note(last, .varies) { isNew = true }
            return isNew
        case .pending, .finish, .boundary, .acquire, .release, .await, .discard, .branch, .fault, .assert:
            return false
        }
    }

    private mutating func note(_ variable: Variable, _ knowledge: Knowledge) -> Bool {
        guard locals.contains(variable.number), !varying.contains(variable.number) else { return false }
        switch knowledge {
        case .unassigned: return false
        case .value(let value):
            guard let before = known[variable.number] else {
                known[variable.number] = value
                return true
            }
            if before == value { return false }
        case .varies: break
        }
        known[variable.number] = nil
        varying.insert(variable.number)
        return true
    }
}
