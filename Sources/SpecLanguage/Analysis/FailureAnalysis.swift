// SPDX-License-Identifier: MIT

/// Whether evaluating an expression can end other than with a value: in a run-time error, or at a limit of the checker.
///
/// The one answer to this question, for reductions, proofs and compiled models alike. It errs on the side of yes.
/// Numbers are bounded by their types and followed through arithmetic, functions are looked into.
package struct FailureAnalysis {
    /// What is known of an expression.
    struct Facts: Hashable {
        /// A run-time error, arithmetic beyond 2^120, or a loop that may not end.
        var canFail = false
        /// Rounds of quantifiers and loops, and calls, at most; saturates.
        var rounds = 0
        /// Of the number or the range's ends; `nil`: there is no number.
        var bounds: NumberBounds?

        mutating func add(_ other: Facts) {
            canFail = canFail || other.canFail
            rounds = rounds.saturatingSum(other.rounds)
        }
    }

    /// A function with what is known of its parameters of type `Int`.
    private struct Call: Hashable {
        let function: ObjectIdentifier
        let bounds: [NumberBounds?]
    }

    private var calls: [Call: Facts] = [:]
    private var callCounts: [ObjectIdentifier: Int] = [:]
    /// Of functions that are called in more ways than this, nothing is assumed of the parameters.
    private static let callsMax = 8
    /// Numbers that variables have, where that is less than their types say.
    var variables: [Int: NumberBounds] = [:]
    /// Variables whose type is all that is known.
    var growing: Set<Int> = []

    package init() {}

    package mutating func canFail(_ expression: Typed.Expression) -> Bool {
        let facts = facts(of: expression)
        return facts.canFail || facts.rounds > CheckerLimit.roundsMax
    }

    /// The same without limits on rounds, which proofs do not take one by one.
    package mutating func hasRunTimeError(_ expression: Typed.Expression) -> Bool {
        facts(of: expression).canFail
    }

    /// Of a call with any arguments.
    package mutating func canFail(_ function: Typed.Function) -> Bool {
        let facts = facts(of: function, function.parameters.map { NumberBounds.of($0.type) })
        return facts.canFail || facts.rounds > CheckerLimit.roundsMax
    }

    /// Rounds of quantifiers and loops, and calls, at most; `Int.max`: there is no bound.
    package mutating func rounds(of expression: Typed.Expression) -> Int { facts(of: expression).rounds }

    /// Of a call with any arguments.
    package mutating func rounds(of function: Typed.Function) -> Int {
        facts(of: function, function.parameters.map { NumberBounds.of($0.type) }).rounds
    }

    // MARK: Expressions

    mutating func facts(of expression: Typed.Expression) -> Facts {
        switch expression.kind {
        case .literal(let value): return Facts(bounds: NumberBounds.of(value))
        case .variable(let variable):
            return Facts(bounds: variables[variable.number] ?? NumberBounds.of(variable.type))
        case .element(let base, let index):
            var facts = facts(of: base)
            facts.add(checkedIndex(index, of: base.type))
            facts.bounds = NumberBounds.of(expression.type)
            return facts
        case .field(let base, _):
            var facts = facts(of: base)
            if case .interval = base.type { return facts }
            facts.bounds = NumberBounds.of(expression.type)
            return facts
        case .method(let method, let base, let arguments):
            var facts = facts(of: base)
            for argument in arguments { facts.add(self.facts(of: argument)) }
            if method == .queue(.front) { facts.canFail = true }
            facts.bounds = Self.bounds(of: method, base.type, expression.type)
            return facts
        case .convert(let operand): return converted(facts(of: operand), to: expression.type)
        case .not(let operand): return facts(of: operand)
        case .sign(let sign, let operand):
            var facts = facts(of: operand)
            facts.bounds = facts.bounds.map { NumberBounds.apply(sign, $0, type: expression.type) }
            return facts
        case .connective(_, let left, let right), .comparison(_, let left, let right):
            var facts = facts(of: left)
            facts.add(self.facts(of: right))
            facts.bounds = nil
            return facts
        case .arithmetic(let operation, let left, let right):
            return arithmetic(operation, left, right, expression.type)
        case .conditional(let condition, let then, let otherwise):
            var facts = facts(of: condition)
            facts.add(either(self.facts(of: then), self.facts(of: otherwise), &facts.bounds))
            return facts
        case .optionalBinding(let variable, let value, let then, let otherwise):
            var facts = facts(of: value)
            variables[variable.number] = facts.bounds
            facts.add(either(self.facts(of: then), self.facts(of: otherwise), &facts.bounds))
            return facts
        case .quantifier(_, let variable, let body):
            return facts(of: body).repeated(variable.type.indexCount ?? .max)
        case .listQuantifier(_, let variable, let list, let body):
            var facts = facts(of: list)
            variables[variable.number] = facts.bounds
            facts.add(self.facts(of: body).repeated(list.listCount))
            facts.bounds = nil
            return facts
        case .call(let function, let arguments):
            var facts = Facts()
            var bounds: [NumberBounds?] = []
            for argument in arguments {
                let argument = self.facts(of: argument)
                facts.add(argument)
                bounds.append(argument.bounds)
            }
            let result = self.facts(of: function, bounds)
            facts.add(result)
            // The call itself.
            facts.rounds = facts.rounds.saturatingSum(1)
            facts.bounds = result.bounds
            return facts
        case .record(let parts), .list(let parts):
            var facts = Facts()
            for part in parts { facts.add(self.facts(of: part)) }
            return facts
        case .interval(let first, let last):
            var facts = facts(of: first)
            let last = self.facts(of: last)
            facts.add(last)
            facts.bounds = NumberBounds.join(facts.bounds, last.bounds)
            return facts
        }
    }

    /// One of two ways: the longer one counts.
    private func either(_ a: Facts, _ b: Facts, _ bounds: inout NumberBounds?) -> Facts {
        bounds = NumberBounds.join(a.bounds, b.bounds)
        return Facts(canFail: a.canFail || b.canFail, rounds: max(a.rounds, b.rounds), bounds: nil)
    }

    /// An index that is evaluated, and compared with the bounds of the array.
    mutating func checkedIndex(_ index: Typed.Expression, of array: SpecType) -> Facts {
        var facts = facts(of: index)
        guard case .array(let indexType, _) = array else { preconditionFailure("an array was checked") }
        // A value of the index type itself is never outside.
        if index.type != indexType, let wanted = NumberBounds.of(indexType) {
            facts.canFail = facts.canFail || !(facts.bounds?.isWithin(wanted) ?? true)
        }
        facts.bounds = nil
        return facts
    }

    private mutating func arithmetic(
        _ operation: ArithmeticOperator, _ left: Typed.Expression, _ right: Typed.Expression,
        _ type: SpecType
    ) -> Facts {
        var facts = facts(of: left)
        let second = self.facts(of: right)
        facts.add(second)
        let result = NumberBounds.apply(
            operation, facts.bounds ?? .unknown, second.bounds ?? .unknown, type: type)
        facts.canFail = facts.canFail || result.canFail
        facts.bounds = result.bounds
        return facts
    }

    /// What is known after a conversion, whose value must fit a range and is cut to a word.
    func converted(_ facts: Facts, to type: SpecType) -> Facts {
        var facts = facts
        guard let known = facts.bounds, let wanted = NumberBounds.of(type) else { return facts }
        if known.isWithin(wanted) { return facts }
        switch type {
        case .bits, .integer: break
        case .range, .interval: facts.canFail = true
        // The value inside is of its type already.
        case .optional: return facts
        case .bool, .enumeration, .symmetric, .structure, .array, .set, .queue, .list, .lock, .void, .absent,
            .erroneous:
            return facts
        }
        facts.bounds = wanted
        return facts
    }

    private static func bounds(of method: Typed.Method, _ base: SpecType, _ result: SpecType) -> NumberBounds?
    {
        switch (method, base) {
        case (.set(.count), .set(let element)): NumberBounds(0, Int128(element.indexCount ?? .max))
        case (.queue(.count), .queue(_, let capacity)): NumberBounds(0, Int128(capacity))
        case (.set(.count), _), (.queue(.count), _), (.listCount, _): NumberBounds(0, Int128(Int.max))
        case (.queue(.front), _), (.set(.highestRun), _), (.set(.lowestRun), _): NumberBounds.of(result)
        case (.set(.contains), _), (.set(.containsAll), _), (.set(.isDisjoint), _), (.set(.isEmpty), _),
            (.queue(.contains), _), (.queue(.isEmpty), _), (.queue(.isFull), _), (.range, _):
            nil
        }
    }

    // MARK: Functions

    private mutating func facts(of function: Typed.Function, _ arguments: [NumberBounds?]) -> Facts {
        var bounds = zip(function.parameters, arguments).map { parameter, argument -> NumberBounds? in
            NumberBounds.of(parameter.type) == .unknown ? argument : nil
        }
        let identity = ObjectIdentifier(function)
        if let known = calls[Call(function: identity, bounds: bounds)] { return known }
        callCounts[identity, default: 0] += 1
        if callCounts[identity, default: 0] > Self.callsMax { bounds = bounds.map { _ in nil } }
        let call = Call(function: identity, bounds: bounds)
        if let known = calls[call] { return known }
        for (parameter, bounds) in zip(function.parameters, bounds) {
            variables[parameter.number] = bounds
        }
        let facts = body(of: function)
        calls[call] = facts
        return facts
    }
}

extension FailureAnalysis.Facts {
    /// Each of so many rounds is one, and what is done in it.
    func repeated(_ count: Int) -> Self {
        Self(canFail: canFail, rounds: rounds.saturatingSum(1).saturatingProduct(count), bounds: nil)
    }
}

extension Int {
    /// Of numbers that are not negative.
    func saturatingSum(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    func saturatingProduct(_ other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}

extension Typed.Expression {
    /// Elements of a constant list.
    var listCount: Int {
        switch kind {
        case .literal(.list(let values)): values.count
        case .list(let parts): parts.count
        case .literal, .variable, .element, .field, .method, .convert, .not, .sign, .connective, .comparison,
            .arithmetic, .conditional, .optionalBinding, .quantifier, .listQuantifier, .call, .record,
            .interval:
            .max
        }
    }
}
