// SPDX-License-Identifier: MIT

import SpecLanguage
import Z3

/// Completes the sets of a candidate. A model speaks of single words; what a function requires speaks of ranges: `owned` has all of
/// `first ... last`, is disjoint from it, has no member beyond a limit. Only what is required is added or taken away: whether
/// the result is a witness is found out by running it.
struct SetCompletion {
    let function: Typed.Function
    private let evaluator = SymbolicEvaluator(Context())
    /// Which part of which argument a variable stands for.
    private var places: [Int: Place] = [:]
    private var values: [Value] = []
    /// While a variable stands for the end of a range that is owned: all of the range.
    private var ranges: [Int: ClosedRange<Int128>] = [:]
    private var depth = 0

    private struct Place {
        let argument: Int
        var fields: [Int] = []
    }

    private enum Change {
        case insert(ClosedRange<Int128>)
        case remove(ClosedRange<Int128>)
        case clear
    }

    private static let depthMax = 16
    /// What is added may be asked for by what was added: a few times.
    private static let roundsMax = 3

    private init(_ function: Typed.Function, _ arguments: [Value]) {
        self.function = function
        values = arguments
    }

    static func completed(_ arguments: [Value], of function: Typed.Function) throws -> [Value] {
        var completion = SetCompletion(function, arguments)
        defer { completion.evaluator.forget() }
        for _ in 0..<roundsMax {
            let before = completion.values
            for requirement in function.definition.requires {
                try completion.enter()
                try completion.meet(requirement)
            }
            if completion.values == before { break }
        }
        return completion.values
    }

    private mutating func enter() throws {
        places = [:]
        for (index, parameter) in function.parameters.enumerated() {
            evaluator.assign(parameter, try evaluator.maker.symbol(values[index], parameter.type))
            places[parameter.number] = Place(argument: index)
        }
    }

    // MARK: Requirements

    private mutating func meet(_ requirement: Typed.Expression) throws {
        switch requirement.kind {
        case .connective(.and, let left, let right):
            try meet(left)
            try meet(right)
        case .connective(.implies, let premise, let conclusion):
            if try evaluator.bool(premise).constant == true { try meet(conclusion) }
        case .connective(.or, let first, let second):
            guard try !isTrue(first), try !isTrue(second) else { return }
            let before = values
            try meet(first)
            // Where no set makes the first true, one may make the second.
            if values == before { try meet(second) }
        case .conditional(let condition, let then, let otherwise):
            guard let flag = try evaluator.bool(condition).constant else { return }
            try meet(flag ? then : otherwise)
        case .listQuantifier(.forall, let variable, let list, let body):
            guard case .list(let elements) = try evaluator.evaluate(list) else { return }
            for element in elements {
                evaluator.assign(variable, element)
                try meet(body)
            }
        case .quantifier(.forall, let variable, let body): try restrict(variable, body)
        case .call(let called, let arguments): try meet(called, arguments)
        case .not(let operand):
            guard case .method(.set(.contains), let base, let arguments) = operand.kind else { return }
            try change(base, arguments, isInserting: false)
        case .method(.set(.contains), let base, let arguments),
            .method(.set(.containsAll), let base, let arguments):
            try change(base, arguments, isInserting: true)
        case .method(.set(.isDisjoint), let base, let arguments):
            try change(base, arguments, isInserting: false)
        case .method(.set(.isEmpty), let base, _):
            if let place = place(of: base) { apply(.clear, to: place) }
        case .arithmetic, .comparison, .connective, .convert, .element, .field, .interval, .list,
            .listQuantifier, .literal, .method, .optionalBinding, .quantifier, .record, .sign, .variable:
            return
        }
    }

    private mutating func meet(_ called: Typed.Function, _ arguments: [Typed.Expression]) throws {
        guard depth < Self.depthMax, called.definition.requires.isEmpty, called.definition.ensures.isEmpty,
            let body = called.definition.expression
        else { return }
        let symbols = try arguments.map { try evaluator.evaluate($0) }
        let own = arguments.map { place(of: $0) }
        for (index, parameter) in called.parameters.enumerated() {
            evaluator.assign(parameter, symbols[index])
            places[parameter.number] = own[index]
        }
        depth += 1
        defer { depth -= 1 }
        try meet(body)
    }

    /// What holds of all words holds of the ends of what is owned: where it does not, what follows from owning them is made
    /// true, or they are not owned.
    private mutating func restrict(_ variable: Variable, _ body: Typed.Expression) throws {
        guard case .bits = variable.type else { return }
        for place in sets() {
            guard case .set(let set) = value(at: place) else { continue }
            for range in set.ranges {
                for end in Set([range.lowerBound, range.upperBound]) {
                    evaluator.assign(variable, try evaluator.maker.symbol(.number(end), variable.type))
                    if try isTrue(body) { continue }
                    if case .connective(.implies, let premise, let conclusion) = body.kind {
                        guard try evaluator.bool(premise).constant == true else { continue }
                        ranges[variable.number] = range
                        defer { ranges[variable.number] = nil }
                        let before = values
                        try meet(conclusion)
                        if values != before { continue }
                    }
                    guard try evaluator.bool(body).constant == false else { continue }
                    apply(.remove(end...end), to: place)
                }
            }
        }
    }

    /// Whether it is known to hold; of what there is, the ends of what is owned are tried.
    private func isTrue(_ condition: Typed.Expression) throws -> Bool {
        if try evaluator.bool(condition).constant == true { return true }
        switch condition.kind {
        case .connective(.or, let first, let second): return try isTrue(first) || isTrue(second)
        case .connective(.implies, let premise, let conclusion):
            return try evaluator.bool(premise).constant == false || isTrue(conclusion)
        case .quantifier(.exists, let variable, let body):
            guard case .bits = variable.type else { return false }
            for place in sets() {
                guard case .set(let set) = value(at: place) else { continue }
                for end in set.ranges.flatMap({ [$0.lowerBound, $0.upperBound] }) {
                    evaluator.assign(variable, try evaluator.maker.symbol(.number(end), variable.type))
                    if try evaluator.bool(body).constant == true { return true }
                }
            }
            return false
        case .arithmetic, .call, .comparison, .conditional, .connective, .convert, .element, .field,
            .interval, .list, .listQuantifier, .literal, .method, .not, .optionalBinding, .quantifier,
            .record, .sign, .variable:
            return false
        }
    }

    private mutating func change(
        _ base: Typed.Expression, _ arguments: [Typed.Expression], isInserting: Bool
    ) throws {
        guard let place = place(of: base) else { return }
        if case .variable(let variable) = arguments[0].kind, let range = ranges[variable.number] {
            apply(isInserting ? .insert(range) : .remove(range), to: place)
            return
        }
        let bounds: SetEncoding.Bounds
        switch try evaluator.evaluate(arguments[0]) {
        case .interval(let first, let last): bounds = (first, last)
        case .number(let member): bounds = (member, member)
        case .bool, .token, .optional, .absent, .record, .set, .list: return
        }
        // A contract may speak of more than the words that there are: no set has these.
        guard let first = bounds.first.constant, let last = bounds.last.constant, 0 <= first, first <= last,
            case .set(.bits(_, let width)) = base.type, last < Int128(1) << Int128(width)
        else { return }
        apply(isInserting ? .insert(first...last) : .remove(first...last), to: place)
    }

    // MARK: Parts of arguments

    private func place(of expression: Typed.Expression) -> Place? {
        switch expression.kind {
        case .variable(let variable): return places[variable.number]
        case .field(let base, let index):
            guard var place = place(of: base) else { return nil }
            place.fields.append(index)
            return place
        case .arithmetic, .call, .comparison, .conditional, .connective, .convert, .element, .interval, .list,
            .listQuantifier, .literal, .method, .not, .optionalBinding, .quantifier, .record, .sign:
            return nil
        }
    }

    /// All sets among the arguments.
    private func sets() -> [Place] {
        func sets(in value: Value, at place: Place) -> [Place] {
            switch value {
            case .set: return [place]
            case .record(let parts):
                return parts.enumerated().flatMap { index, part in
                    sets(in: part, at: Place(argument: place.argument, fields: place.fields + [index]))
                }
            case .array, .bool, .interval, .list, .lock, .none, .number, .queue, .token: return []
            }
        }
        return values.enumerated().flatMap { sets(in: $1, at: Place(argument: $0)) }
    }

    private func value(at place: Place) -> Value {
        place.fields.reduce(values[place.argument]) { value, field in
            if case .record(let parts) = value { parts[field] } else { value }
        }
    }

    private mutating func apply(_ change: Change, to place: Place) {
        func changed(_ value: Value, _ fields: ArraySlice<Int>) -> Value {
            if let field = fields.first, case .record(var parts) = value {
                parts[field] = changed(parts[field], fields.dropFirst())
                return .record(parts)
            }
            guard case .set(var set) = value else { return value }
            switch change {
            case .insert(let range): set.insert(range)
            case .remove(let range): set.remove(range)
            case .clear: set = IntegerSet()
            }
            return .set(set)
        }
        values[place.argument] = changed(values[place.argument], place.fields[...])
    }
}
