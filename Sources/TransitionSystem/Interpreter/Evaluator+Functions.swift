// SPDX-License-Identifier: MIT

import Diagnostics
package import SpecLanguage

extension Evaluator {
    /// Runs a pure function on given arguments, at whatever width its types have.
    package func call(_ function: Typed.Function, arguments: [Value]) throws(RunTimeError) -> Value {
        begin()
        return try run(function, arguments)
    }

    func call(_ function: Typed.Function, _ arguments: [Typed.Expression]) throws(RunTimeError) -> Value {
        var values: [Value] = []
        for argument in arguments { values.append(try evaluate(argument)) }
        // Functions that call two others, each of which calls two others, never end.
        try countRound(function.span)
        return try run(function, values)
    }

    private func run(_ function: Typed.Function, _ arguments: [Value]) throws(RunTimeError) -> Value {
        for (parameter, value) in zip(function.parameters, arguments) { setFrame(parameter, value) }
        guard let result = try execute(function.definition.body) else {
            throw RunTimeError(
                .missingReturn, "'\(function.name)' ended without a result", at: function.span)
        }
        return result
    }

    /// What a contract says of one call.
    package enum ContractAnswer: Hashable, Sendable {
        /// The arguments do not meet the `requires` of this index: the contract says nothing.
        case notRequired(Int)
        case kept(result: Value)
        case broken(ensures: Int, result: Value)
    }

    /// Runs the function and evaluates its contract on the same arguments.
    ///
    /// - Throws: also where a quantifier ranges over too many values to try.
    package func checkContract(
        _ function: Typed.Function, arguments: [Value]
    ) throws(RunTimeError) -> ContractAnswer {
        begin()
        for (parameter, value) in zip(function.parameters, arguments) { setFrame(parameter, value) }
        for (index, condition) in function.definition.requires.enumerated() where !(try bool(condition)) {
            return .notRequired(index)
        }
        let result = try run(function, arguments)
        // The body may have used the same frame; parameters are not assigned to, so they still hold.
        for (index, ensures) in function.definition.ensures.enumerated() {
            switch ensures.resultCase {
            case .always(let variable): setFrame(variable, result)
            case .some(let variable):
                if result == .none { continue }
                setFrame(variable, result)
            case .none: if result != .none { continue }
            }
            if !(try bool(ensures.condition)) { return .broken(ensures: index, result: result) }
        }
        return .kept(result: result)
    }

    /// - Returns: the value returned, or `nil` where the block's end was reached.
    private func execute(_ block: Typed.Block) throws(RunTimeError) -> Value? {
        for statement in block.statements {
            if let result = try execute(statement) { return result }
        }
        return nil
    }

    private func execute(_ statement: Typed.Statement) throws(RunTimeError) -> Value? {
        switch statement.kind {
        case .assign(let target, let value): try assign(target, try evaluate(value))
        case .mutate(let target, let mutation, let arguments): try mutate(target, mutation, arguments)
        case .conditional(let condition, let then, let otherwise):
            switch condition {
            case .expression(let test): return try execute(try bool(test) ? then : otherwise)
            case .binding(let variable, let value):
                let value = try evaluate(value)
                if value == .none { return try execute(otherwise) }
                setFrame(variable, value)
                return try execute(then)
            case .fault: preconditionFailure("functions have no faults")
            }
        case .whileLoop(let condition, _, _, let body):
            return try loop(while: condition, body, statement.span)
        case .forEach(let variable, let body):
            for ordinal in 0..<(variable.type.indexCount ?? 0) {
                try countRound(statement.span)
                setFrame(variable, variable.type.value(ordinal: Int128(ordinal)))
                if let result = try execute(body) { return result }
            }
        case .forInterval(let variable, let interval, let body):
            guard let range = try closedRange(interval) else { return nil }
            for number in range {
                try countRound(statement.span)
                setFrame(variable, .number(number))
                if let result = try execute(body) { return result }
            }
        case .forList(let variable, let list, let body):
            guard case .list(let values) = try evaluate(list) else {
                preconditionFailure("a list was checked")
            }
            for value in values {
                try countRound(statement.span)
                setFrame(variable, value)
                if let result = try execute(body) { return result }
            }
        case .returnValue(let value):
            return try value.map { expression throws(RunTimeError) in try evaluate(expression) }
        case .callOperation, .step, .await, .withLock, .choose, .assert:
            preconditionFailure("functions take no steps")
        }
        return nil
    }

    /// Most loops end before it costs anything to watch them.
    private static let roundsUnwatched = 4

    /// A loop whose variables are as they were in an earlier round never ends: nothing else changes in a function.
    private func loop(
        while condition: Typed.Expression, _ body: Typed.Block, _ span: Span
    ) throws(RunTimeError) -> Value? {
        var count = 0
        var watch = RepetitionWatch<[Value]>(patience: Self.roundsUnwatched)
        var assigned: [Int]?
        while try bool(condition) {
            try countRound(span)
            count += 1
            if count >= Self.roundsUnwatched {
                let numbers = assigned ?? body.assignedNumbers.filter { $0 < frame.count }.sorted()
                assigned = numbers
                let isEndless = watch.repeats(
                    at: count,
                    isKept: { kept in zip(numbers, kept).allSatisfy { frame[$0] == $1 } },
                    make: { numbers.map { frame[$0] } })
                if isEndless {
                    throw RunTimeError(
                        .endlessLoop,
                        "the loop never ends: after \(count - 1) rounds its variables are as they were after "
                            + "\(watch.keptAt - 1)", at: span)
                }
            }
            if let result = try execute(body) { return result }
        }
        return nil
    }

    // MARK: Places that are written

    /// Cells of a target without `[all]`, or the frame's value changed through a copy.
    func assign(_ target: Typed.Target, _ value: Value) throws(RunTimeError) {
        if let start = cell(of: target.variable) {
            try forEachPlace(target.path[...], start, target.variable.type) { place, type in
                CellCoding.encode(value, type, place)
            }
        } else {
            let old = target.path.isEmpty ? .none : frame[target.variable.number]
            setFrame(target.variable, try replacing(old, target.variable.type, target.path[...], by: value))
        }
    }

    func mutate(
        _ target: Typed.Target, _ mutation: Typed.Mutation, _ arguments: [Typed.Expression]
    ) throws(RunTimeError) {
        let argument = try arguments.first.map { expression throws(RunTimeError) in try evaluate(expression) }
        let span = target.span
        if let start = cell(of: target.variable) {
            var failure: RunTimeError?
            try forEachPlace(target.path[...], start, target.variable.type) { place, _ in
                do throws(RunTimeError) {
                    let old = CellCoding.decode(target.type, place)
                    CellCoding.encode(
                        try Self.mutated(old, target.type, mutation, argument, span), target.type, place)
                } catch {
                    failure = failure ?? error
                }
            }
            if let failure { throw failure }
        } else {
            precondition(target.path.isEmpty, "functions mutate whole variables")
            let old = frame[target.variable.number]
            setFrame(target.variable, try Self.mutated(old, target.type, mutation, argument, span))
        }
    }

    /// Calls `body` for each place that a path names (several with `[all]`).
    private func forEachPlace(
        _ path: ArraySlice<Typed.Target.Step>, _ start: UnsafeMutablePointer<UInt64>, _ type: SpecType,
        _ body: (UnsafeMutablePointer<UInt64>, SpecType) -> Void
    ) throws(RunTimeError) {
        switch (path.first, type) {
        case (.element(let index), .array(let indexType, let element)):
            let place = start + (try ordinal(index, of: indexType)) * CellCoding.count(element)
            try forEachPlace(path.dropFirst(), place, element, body)
        case (.everyElement, .array(let indexType, let element)):
            for ordinal in 0..<(indexType.indexCount ?? 0) {
                try forEachPlace(path.dropFirst(), start + ordinal * CellCoding.count(element), element, body)
            }
        case (.field(let index), .structure(_, let fields)):
            let offset = fields[..<index].reduce(0) { $0 + CellCoding.count($1.type) }
            try forEachPlace(path.dropFirst(), start + offset, fields[index].type, body)
        case (nil, _): body(start, type)
        case (.element, _), (.everyElement, _), (.field, _): preconditionFailure("the path was checked")
        }
    }

    private func replacing(
        _ old: Value, _ type: SpecType, _ path: ArraySlice<Typed.Target.Step>, by value: Value
    ) throws(RunTimeError) -> Value {
        switch (path.first, type, old) {
        case (.element(let index), .array(let indexType, let element), .array(var values)):
            let place = try ordinal(index, of: indexType)
            values[place] = try replacing(values[place], element, path.dropFirst(), by: value)
            return .array(values)
        case (.everyElement, .array(_, let element), .array(var values)):
            for place in values.indices {
                values[place] = try replacing(values[place], element, path.dropFirst(), by: value)
            }
            return .array(values)
        case (.field(let index), .structure(_, let fields), .record(var values)):
            values[index] = try replacing(values[index], fields[index].type, path.dropFirst(), by: value)
            return .record(values)
        case (nil, _, _): return value
        case (.element, _, _), (.everyElement, _, _), (.field, _, _):
            preconditionFailure("the path was checked")
        }
    }

    private static func mutated(
        _ old: Value, _ type: SpecType, _ mutation: Typed.Mutation, _ argument: Value?, _ span: Span
    ) throws(RunTimeError) -> Value {
        switch (mutation, old, type) {
        case (.set(let mutation), .set(let set), .set(let element)):
            return .set(try mutated(set, element, mutation, argument, span))
        case (.queue(let mutation), .queue(let values), .queue(_, let capacity)):
            return .queue(try mutated(values, capacity, mutation, argument, span))
        case (.set, _, _), (.queue, _, _): preconditionFailure("the mutation was checked")
        }
    }

    private static func mutated(
        _ old: IntegerSet, _ element: SpecType, _ mutation: Typed.SetMutation, _ argument: Value?,
        _ span: Span
    ) throws(RunTimeError) -> IntegerSet {
        var set = old
        switch mutation {
        case .clear: return IntegerSet()
        case .remove: if let range = range(argument, element) { set.remove(range) }
        case .insert:
            guard let range = range(argument, element) else { return old }
            let last = CellCoding.memberBase(element) + Int128(element.indexCount ?? 0) - 1
            guard range.lowerBound >= CellCoding.memberBase(element),
                range.upperBound <= last || element.indexCount == Int.max
            else {
                throw RunTimeError(
                    .outOfRange,
                    "\(range.lowerBound) ... \(range.upperBound) leaves '\(element.description)'",
                    at: span)
            }
            set.insert(range)
        }
        return set
    }

    private static func mutated(
        _ old: [Value], _ capacity: Int, _ mutation: Typed.QueueMutation, _ argument: Value?, _ span: Span
    ) throws(RunTimeError) -> [Value] {
        switch mutation {
        case .push:
            guard old.count < capacity else {
                throw RunTimeError(.queueFull, "the queue is full (\(capacity) elements)", at: span)
            }
            return old + (argument.map { [$0] } ?? [])
        case .pop:
            guard !old.isEmpty else { throw RunTimeError(.queueEmpty, "the queue is empty", at: span) }
            return Array(old.dropFirst())
        case .clear: return []
        }
    }

    private static func range(_ argument: Value?, _ element: SpecType) -> ClosedRange<Int128>? {
        switch argument {
        case .interval(let first, let last): return first <= last ? first...last : nil
        case .some(let value):
            let member = CellCoding.member(value, of: element)
            return member...member
        case nil: return nil
        }
    }
}

extension Evaluator {
    /// The first cell of a place without `[all]`.
    func place(of target: Typed.Target) throws(RunTimeError) -> UnsafeMutablePointer<UInt64>? {
        guard let start = cell(of: target.variable) else { return nil }
        var found: UnsafeMutablePointer<UInt64>?
        try forEachPlace(target.path[...], start, target.variable.type) { place, _ in found = found ?? place }
        return found
    }

    /// `allocator_lock[0]`
    func text(of target: Typed.Target) throws(RunTimeError) -> String {
        var text = target.variable.name
        for step in target.path {
            switch step {
            case .element(let index): text += "[\(ValueText.short(try evaluate(index), index.type))]"
            case .everyElement: text += "[all]"
            case .field(let index): text += ".\(index)"
            }
        }
        return text
    }
}
