// SPDX-License-Identifier: MIT

import Diagnostics
package import SpecLanguage
import Stopping

/// Evaluates expressions: the definition of what they mean. State and locals of operations are read from
/// cells, what lives
/// during one evaluation from `frame`.
package final class Evaluator {
    /// Current cells; `nil` where there is no state (functions run on given arguments).
    var cells: UnsafeMutablePointer<UInt64>?
    var stateOffsets: [Int]
    /// Cells of locals of the running process instance, by variable number, from `localsStart`.
    var localOffsets: [Int] = []
    var localsStart = 0
    /// Values of frame variables by number. Functions do not recurse, so each variable has one place.
    var frame: [Value] = []
    /// Rounds of loops and quantifiers, and calls, since the evaluation or the steps of an instance began.
    private(set) var rounds = 0
    /// Rounds that one evaluation, or the steps of an instance from one state, may take.
    package var roundsMax = CheckerLimit.roundsMax
    /// Whether a quantifier that may take more rounds than are left is refused before it begins. Proofs ask many short
    /// questions, and have another way to answer a long one.
    package var refusesLongQuantifiers = false

    /// Whether it looks at `StopRequest.current`. What tells a run that was found tells it whole, however late it is.
    var isStoppable = true

    init(stateOffsets: [Int]) { self.stateOffsets = stateOffsets }

    /// For pure functions, outside any state.
    package convenience init() { self.init(stateOffsets: []) }

    func setFrame(_ variable: Variable, _ value: Value) {
        if variable.number >= frame.count {
            frame += Array(repeating: .none, count: variable.number + 16 - frame.count)
        }
        frame[variable.number] = value
    }

    /// The next evaluation has its limits for itself.
    func begin() { rounds = 0 }

    /// Rounds between two looks at the clock: some milliseconds.
    private static let roundsUnwatched = 1 << 12

    func countRound(_ span: Span?) throws(RunTimeError) {
        rounds += 1
        if rounds % Self.roundsUnwatched == 0, isStoppable, let reason = StopRequest.current?.cutShort() {
            throw RunTimeError(limit: .time, "\(reason.sentence) within one step or property", at: span)
        }
        guard rounds <= roundsMax else {
            throw RunTimeError(
                limit: .work,
                "the loops, quantifiers and calls of one step take more than \(roundsMax) rounds",
                at: span)
        }
    }

    /// The cells of a variable, if it lives in cells.
    func cell(of variable: Variable) -> UnsafeMutablePointer<UInt64>? {
        switch variable.storage {
        case .state: cells.map { $0 + stateOffsets[variable.number] }
        case .operation: cells.map { $0 + localsStart + localOffsets[variable.number] }
        case .frame: nil
        }
    }

    /// The cells of a place named by an expression, if it lies in cells.
    private func locate(_ expression: Typed.Expression) throws(RunTimeError) -> UnsafeMutablePointer<UInt64>?
    {
        switch expression.kind {
        case .variable(let variable): return cell(of: variable)
        case .element(let base, let index):
            guard case .array(let indexType, let element) = base.type, let start = try locate(base) else {
                return nil
            }
            return start + (try ordinal(index, of: indexType)) * CellCoding.count(element)
        case .field(let base, let index):
            guard case .structure(_, let fields) = base.type, let start = try locate(base) else { return nil }
            return start + fields[..<index].reduce(0) { $0 + CellCoding.count($1.type) }
        case .arithmetic, .call, .comparison, .conditional, .connective, .convert, .interval, .list,
            .listQuantifier, .literal, .method, .not, .optionalBinding, .quantifier, .record, .sign:
            return nil
        }
    }

    /// Position of an index value in an array, checked.
    func ordinal(_ index: Typed.Expression, of indexType: SpecType) throws(RunTimeError) -> Int {
        let ordinal = indexType.ordinal(of: try evaluate(index))
        guard ordinal >= 0, ordinal < Int128(indexType.indexCount ?? 0) else {
            throw RunTimeError(
                .indexOutOfRange,
                "the index is \(ordinal + CellCoding.memberBase(indexType)), "
                    + "outside '\(indexType.description)'", at: index.span)
        }
        return Int(ordinal)
    }

    func bool(_ expression: Typed.Expression) throws(RunTimeError) -> Bool {
        guard case .bool(let flag) = try evaluate(expression) else {
            preconditionFailure("a truth value was checked")
        }
        return flag
    }

    func number(_ expression: Typed.Expression) throws(RunTimeError) -> Int128 {
        guard case .number(let number) = try evaluate(expression) else {
            preconditionFailure("a number was checked")
        }
        return number
    }

    package func evaluate(_ expression: Typed.Expression) throws(RunTimeError) -> Value {
        switch expression.kind {
        case .literal(let value): return value
        case .variable(let variable):
            if let place = cell(of: variable) { return CellCoding.decode(variable.type, place) }
            return frame[variable.number]
        case .element(let base, let index):
            if let place = try locate(expression) { return CellCoding.decode(expression.type, place) }
            guard case .array(let indexType, _) = base.type, case .array(let values) = try evaluate(base)
            else {
                preconditionFailure("an array was checked")
            }
            return values[try ordinal(index, of: indexType)]
        case .field(let base, let index):
            if let place = try locate(expression) { return CellCoding.decode(expression.type, place) }
            return part(index, of: try evaluate(base))
        case .method(let method, let base, let arguments):
            return try evaluate(method, base, arguments, expression)
        case .convert(let operand): return try convert(operand, to: expression.type, expression.span)
        case .not(let operand): return .bool(!(try bool(operand)))
        case .sign(let sign, let operand):
            return .number(Arithmetic.apply(sign, try number(operand), type: expression.type))
        case .connective(let connective, let left, let right):
            return .bool(try evaluate(connective, left, right))
        case .comparison(let comparison, let left, let right):
            return .bool(try evaluate(comparison, left, right))
        case .arithmetic(let operation, let left, let right):
            let (a, b) = (try number(left), try number(right))
            do throws(Arithmetic.Failure) {
                return .number(try Arithmetic.apply(operation, a, b, type: expression.type))
            } catch {
                throw Self.runTimeError(error, at: expression.span)
            }
        case .conditional(let condition, let then, let otherwise):
            return try evaluate(try bool(condition) ? then : otherwise)
        case .optionalBinding(let variable, let value, let then, let otherwise):
            let value = try evaluate(value)
            if value == .none { return try evaluate(otherwise) }
            setFrame(variable, value)
            return try evaluate(then)
        case .quantifier(let quantifier, let variable, let body):
            return .bool(try holds(quantifier, variable, body, expression.span))
        case .listQuantifier(let quantifier, let variable, let list, let body):
            guard case .list(let values) = try evaluate(list) else {
                preconditionFailure("a list was checked")
            }
            for value in values {
                try countRound(expression.span)
                setFrame(variable, value)
                if try bool(body) != (quantifier == .forall) { return .bool(quantifier == .exists) }
            }
            return .bool(quantifier == .forall)
        case .call(let function, let arguments): return try call(function, arguments)
        case .record(let parts): return .record(try evaluate(parts))
        case .list(let parts): return .list(try evaluate(parts))
        case .interval(let first, let last):
            return .interval(first: try number(first), last: try number(last))
        }
    }

    private func evaluate(_ parts: [Typed.Expression]) throws(RunTimeError) -> [Value] {
        var values: [Value] = []
        for part in parts { values.append(try evaluate(part)) }
        return values
    }

    private func part(_ index: Int, of value: Value) -> Value {
        switch value {
        case .record(let fields): fields[index]
        case .interval(let first, let last): .number(index == 0 ? first : last)
        case .bool, .number, .token, .none, .array, .set, .queue, .list, .lock:
            preconditionFailure("a value with parts was checked")
        }
    }

    private func holds(
        _ quantifier: Syntax.Quantifier, _ variable: Variable, _ body: Typed.Expression, _ span: Span
    ) throws(RunTimeError) -> Bool {
        let count = variable.type.indexCount ?? 0
        if refusesLongQuantifiers, count > roundsMax - rounds {
            throw RunTimeError(
                limit: .work, "'\(variable.type.description)' has too many values to try them all", at: span)
        }
        for ordinal in 0..<count {
            try countRound(span)
            setFrame(variable, variable.type.value(ordinal: Int128(ordinal)))
            if try bool(body) != (quantifier == .forall) { return quantifier == .exists }
        }
        return quantifier == .forall
    }

    private func evaluate(
        _ connective: Connective, _ left: Typed.Expression, _ right: Typed.Expression
    ) throws(RunTimeError) -> Bool {
        switch connective {
        case .implies: try bool(left) ? try bool(right) : true
        case .or: try bool(left) ? true : try bool(right)
        case .and: try bool(left) ? try bool(right) : false
        }
    }

    private func evaluate(
        _ comparison: ComparisonOperator, _ left: Typed.Expression, _ right: Typed.Expression
    ) throws(RunTimeError) -> Bool {
        switch comparison {
        case .equal: try evaluate(left) == evaluate(right)
        case .notEqual: try evaluate(left) != evaluate(right)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            Arithmetic.compare(comparison, try number(left), try number(right))
        }
    }

    private static func runTimeError(_ failure: Arithmetic.Failure, at span: Span) -> RunTimeError {
        switch failure {
        case .divisionByZero: RunTimeError(.divisionByZero, "division by zero", at: span)
        case .negativeShift: RunTimeError(.negativeShift, "a shift by a negative number", at: span)
        case .overflow: RunTimeError(limit: .arithmetic, "the result is beyond 2^120", at: span)
        }
    }

    private func convert(
        _ operand: Typed.Expression, to type: SpecType, _ span: Span
    ) throws(RunTimeError) -> Value {
        let value = try evaluate(operand)
        if case .interval(let first, let last) = value, case .interval(let element) = type {
            guard Arithmetic.fits(first, element), Arithmetic.fits(last, element) else {
                throw RunTimeError(
                    .outOfRange, "\(first) ... \(last) reaches outside '\(element.description)'", at: span)
            }
            return value
        }
        guard case .number(let number) = value else { return value }
        switch type {
        case .bits(_, let width): return .number(Arithmetic.wrap(number, width: width))
        case .range(_, let lower, let upper):
            guard Arithmetic.fits(number, type) else {
                throw RunTimeError(
                    .outOfRange,
                    "\(number) is not a value of '\(type.description)' (\(lower) ... \(upper))",
                    at: span)
            }
            return value
        case .absent, .array, .bool, .enumeration, .erroneous, .integer, .interval, .list, .lock, .optional,
            .queue, .set, .structure, .symmetric, .void:
            return value
        }
    }

    // MARK: Methods

    private func evaluate(
        _ method: Typed.Method, _ base: Typed.Expression, _ arguments: [Typed.Expression],
        _ expression: Typed.Expression
    ) throws(RunTimeError) -> Value {
        switch method {
        case .set(let method):
            guard case .set(let element) = base.type else { preconditionFailure("a set was checked") }
            return try evaluate(method, of: base, element, arguments)
        case .queue(let method):
            guard case .queue(let values) = try evaluate(base), case .queue(_, let capacity) = base.type
            else {
                preconditionFailure("a queue was checked")
            }
            return try evaluate(method, of: values, capacity, arguments, expression.span)
        case .range(let method):
            guard case .interval(let first, let last) = try evaluate(base) else {
                preconditionFailure("a range was checked")
            }
            switch method {
            case .contains:
                let member = try number(arguments[0])
                return .bool(first <= member && member <= last)
            case .overlaps:
                guard let range = try closedRange(arguments[0]), first <= last else { return .bool(false) }
                return .bool((first...last).overlaps(range))
            case .isEmpty: return .bool(first > last)
            }
        case .listCount:
            guard case .list(let values) = try evaluate(base) else {
                preconditionFailure("a list was checked")
            }
            return .number(Int128(values.count))
        }
    }

    private func evaluate(
        _ method: Typed.SetMethod, of base: Typed.Expression, _ element: SpecType,
        _ arguments: [Typed.Expression]
    ) throws(RunTimeError) -> Value {
        // The common question, without making the set.
        if method == .contains, let place = try locate(base) {
            let ordinal = element.ordinal(of: try evaluate(arguments[0]))
            guard ordinal >= 0, ordinal < Int128(element.indexCount ?? 0) else { return .bool(false) }
            return .bool(place[Int(ordinal) >> 6] >> UInt64(Int(ordinal) & 63) & 1 != 0)
        }
        guard case .set(let set) = try evaluate(base) else { preconditionFailure("a set was checked") }
        switch method {
        case .contains: return .bool(set.contains(CellCoding.member(try evaluate(arguments[0]), of: element)))
        case .isEmpty: return .bool(set.isEmpty)
        case .count: return .number(set.count)
        case .containsAll: return .bool(try closedRange(arguments[0]).map { set.containsAll($0) } ?? true)
        case .isDisjoint: return .bool(try closedRange(arguments[0]).map { set.isDisjoint($0) } ?? true)
        case .highestRun: return Self.run(try closedRange(arguments[0]).flatMap { set.highestRun(in: $0) })
        case .lowestRun: return Self.run(try closedRange(arguments[0]).flatMap { set.lowestRun(in: $0) })
        }
    }

    private static func run(_ run: ClosedRange<Int128>?) -> Value {
        run.map { .interval(first: $0.lowerBound, last: $0.upperBound) } ?? .none
    }

    private func evaluate(
        _ method: Typed.QueueMethod, of queue: [Value], _ capacity: Int, _ arguments: [Typed.Expression],
        _ span: Span
    ) throws(RunTimeError) -> Value {
        switch method {
        case .contains: return .bool(queue.contains(try evaluate(arguments[0])))
        case .isEmpty: return .bool(queue.isEmpty)
        case .isFull: return .bool(queue.count == capacity)
        case .count: return .number(Int128(queue.count))
        case .front:
            guard let first = queue.first else {
                throw RunTimeError(.queueEmpty, "the queue is empty", at: span)
            }
            return first
        }
    }

    /// The range an expression gives; `nil` if it is empty.
    func closedRange(_ expression: Typed.Expression) throws(RunTimeError) -> ClosedRange<Int128>? {
        guard case .interval(let first, let last) = try evaluate(expression) else {
            preconditionFailure("a range was checked")
        }
        return first <= last ? first...last : nil
    }
}
