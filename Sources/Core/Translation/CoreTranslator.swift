// SPDX-License-Identifier: MIT

import Diagnostics
package import SpecLanguage
import TransitionSystem

/// The one translation of the typed program: every engine but the interpreter reads what it makes.
///
/// Lists are unrolled: a variable that is a list stands for its elements, and a function that takes lists becomes one for
/// each lists that it is called with.
package final class CoreTranslator {
    private var variables: [ObjectIdentifier: Core.Variable] = [:]
    private var nextNumber: Int
    private var operations: [ObjectIdentifier: Core.Operation] = [:]
    private let operationNumbers: [ObjectIdentifier: Int]
    private var functions: [FunctionKey: Core.Function] = [:]
    private var contracts: [ObjectIdentifier: Core.Contract] = [:]
    var nodes: [ObjectIdentifier: Core.Node] = [:]
    /// Elements of variables that are lists, by number.
    var lists: [Int: [Core.Expression]] = [:]
    /// What the function that is being translated returns, innermost last.
    var results: [SpecType] = []
    private var size = 0
    private var depth = 0

    /// Parts of the whole: unrolled loops over lists, one in the other, have no other limit.
    private static let sizeMax = 1 << 19
    /// Calls of functions that call functions.
    private static let depthMax = 256

    struct FunctionKey: Hashable {
        let function: ObjectIdentifier
        let lists: [[Core.Constant]]
    }

    package init(_ spec: TypedSpec) {
        operationNumbers = Dictionary(
            uniqueKeysWithValues: spec.operations.enumerated().map {
                (ObjectIdentifier($0.element), $0.offset)
            })
        nextNumber = Self.temporariesStart
    }

    /// Above the numbers of all variables of a spec.
    private static let temporariesStart = 1 << 32

    // MARK: Variables

    package func variable(_ variable: Variable) throws(CoreRefusal) -> Core.Variable {
        if let known = variables[ObjectIdentifier(variable)] { return known }
        guard let kind = Core.Kind(variable.type) else {
            throw CoreRefusal(
                "'\(variable.name)' is no value, but '\(variable.type.description)'", at: variable.span)
        }
        let role: Core.Variable.Role =
            switch variable.storage {
            case .state: .state
            case .operation: .local
            case .frame: .frame
            }
        let made = Core.Variable(
            name: variable.name, kind: kind, role: role, number: variable.number,
            span: variable.span, source: variable)
        variables[ObjectIdentifier(variable)] = made
        return made
    }

    func temporary(_ name: String, _ kind: Core.Kind, _ span: Span) -> Core.Variable {
        nextNumber += 1
        return Core.Variable(
            name: name, kind: kind, role: .temporary, number: nextNumber, span: span, source: nil)
    }

    // MARK: Sizes

    /// - Throws: where the Core would take more memory than a spec is worth.
    func count(_ span: Span) throws(CoreRefusal) {
        size += 1
        guard size <= Self.sizeMax else {
            throw CoreRefusal("its lists, written out, make the program too large", at: span)
        }
    }

    // MARK: Functions and operations

    /// The function for these arguments, which are translated, without those that are lists.
    func call(
        _ function: Typed.Function, _ arguments: [Typed.Expression], _ span: Span
    ) throws(CoreRefusal) -> Core.Expression {
        var values: [Core.Expression] = []
        var given: [[Core.Expression]] = []
        for (parameter, argument) in zip(function.parameters, arguments) {
            if case .list = parameter.type {
                given.append(try constants(of: argument))
            } else {
                values.append(try expression(argument, as: parameter.type))
            }
        }
        let translated = try self.function(function, lists: given, span)
        return Core.Expression(.call(translated, values), translated.result, span)
    }

    package func function(_ function: Typed.Function) throws(CoreRefusal) -> Core.Function {
        try self.function(function, lists: [], function.span)
    }

    private func function(
        _ function: Typed.Function, lists given: [[Core.Expression]], _ span: Span
    ) throws(CoreRefusal) -> Core.Function {
        let key = FunctionKey(
            function: ObjectIdentifier(function), lists: given.map { $0.compactMap(\.constant) })
        if let known = functions[key] { return known }
        guard depth < Self.depthMax else {
            throw CoreRefusal("calls of functions are nested deeper than \(Self.depthMax)", at: span)
        }
        guard let result = Core.Kind(function.result) else {
            throw CoreRefusal("'\(function.name)' returns '\(function.result.description)'", at: span)
        }
        depth += 1
        defer { depth -= 1 }
        let outer = (lists, results)
        defer { (lists, results) = outer }
        var parameters: [Core.Variable] = []
        var left = given[...]
        for parameter in function.parameters {
            if case .list = parameter.type {
                guard let elements = left.popFirst() else {
                    throw CoreRefusal("'\(parameter.name)' is a list that is not known", at: span)
                }
                lists[parameter.number] = elements
            } else {
                parameters.append(try variable(parameter))
            }
        }
        results.append(function.result)
        let body = try block(function.definition.body)
        let made = Core.Function(parameters: parameters, result: result, body: body, source: function)
        functions[key] = made
        return made
    }

    /// What is said of a function that takes no lists.
    package func contract(of function: Typed.Function) throws(CoreRefusal) -> Core.Contract {
        if let known = contracts[ObjectIdentifier(function)] { return known }
        var requires: [Core.Expression] = []
        for condition in function.definition.requires { requires.append(try expression(condition)) }
        var ensures: [Core.Contract.Ensures] = []
        for promise in function.definition.ensures {
            let resultCase: Core.Contract.Ensures.Case =
                switch promise.resultCase {
                case .always(let variable): .always(try self.variable(variable))
                case .some(let variable): .some(try self.variable(variable))
                case .none: .none
                }
            ensures.append(
                Core.Contract.Ensures(
                    resultCase: resultCase, condition: try expression(promise.condition), span: promise.span))
        }
        let contract = Core.Contract(requires: requires, ensures: ensures)
        contracts[ObjectIdentifier(function)] = contract
        return contract
    }

    func number(of operation: Typed.Operation) -> Int {
        operationNumbers[ObjectIdentifier(operation)] ?? 0
    }

    package func operation(_ operation: Typed.Operation) throws(CoreRefusal) -> Core.Operation {
        if let known = operations[ObjectIdentifier(operation)] { return known }
        var parameters: [Core.Variable] = []
        for parameter in operation.parameters { parameters.append(try variable(parameter)) }
        results.append(operation.result)
        defer { results.removeLast() }
        let made = Core.Operation(
            name: operation.name, number: number(of: operation), parameters: parameters,
            result: Core.Kind(operation.result), body: try block(operation.body),
            span: operation.span)
        operations[ObjectIdentifier(operation)] = made
        return made
    }
}
