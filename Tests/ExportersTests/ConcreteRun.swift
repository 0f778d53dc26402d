// SPDX-License-Identifier: MIT

import SpecLanguage

@testable import Exporters

/// Runs terms and statements of an export model on numbers, one after the other: what every target has to
/// mean by them.
///
/// Nothing is folded or skipped but what `and`, `or` and `conditional` guard, and each number is held against
/// the bounds that its term promises.
struct ConcreteRun {
    /// What breaks a promise of the model itself.
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    enum Outcome: Equatable {
        case finished
        /// A `require` does not hold: this is no transition.
        case impossible
        /// A check fails: the id of the error.
        case error(FailureCause)
    }

    var scalars: [ExportVariable: [Int128]]
    var binders: [Binder: Int128] = [:]

    /// Values of terms that were asked for before, where many terms share parts and nothing changes.
    final class Memory {
        var values: [ObjectIdentifier: Int128] = [:]
    }

    var memory: Memory?

    init(_ scalars: [ExportVariable: [Int128]] = [:], _ binders: [Binder: Int128] = [:]) {
        self.scalars = scalars
        self.binders = binders
    }

    // MARK: Terms

    func truth(_ term: Term) throws -> Bool {
        guard term.isBoolean else { throw Broken(description: "a number is asked for its truth") }
        return try value(term) != 0
    }

    func value(_ term: Term) throws -> Int128 {
        if let known = memory?.values[ObjectIdentifier(term)] { return known }
        let value = try unchecked(term)
        memory?.values[ObjectIdentifier(term)] = value
        guard value >= term.lower, value <= term.upper else {
            throw Broken(description: "\(value) is not within \(term.lower) ... \(term.upper): \(term.kind)")
        }
        return value
    }

    private func unchecked(_ term: Term) throws -> Int128 {
        switch term.kind {
        case .constant(let number): return number
        case .boolean(let flag): return flag ? 1 : 0
        case .read(let variable, let indices):
            let place = try place(variable, indices)
            return scalars[variable]?[place] ?? 0
        case .bound(let binder):
            guard let value = binders[binder] else {
                throw Broken(description: "'\(binder.name)' is bound by nothing")
            }
            return value
        case .arithmetic(let operation, let left, let right):
            let (a, b) = (try value(left), try value(right))
            switch operation {
            case .add: return a + b
            case .subtract: return a - b
            case .multiply: return a * b
            case .divide, .remainder:
                guard b != 0 else { throw Broken(description: "a division by zero was not checked") }
                return operation == .divide ? a / b : a % b
            case .bitAnd, .bitOr, .bitXor:
                guard a >= 0, b >= 0 else { throw Broken(description: "bits of a negative number") }
                return operation == .bitAnd ? a & b : operation == .bitOr ? a | b : a ^ b
            }
        case .comparison(let comparison, let left, let right):
            let (a, b) = (try value(left), try value(right))
            let holds =
                switch comparison {
                case .equal: a == b
                case .notEqual: a != b
                case .less: a < b
                case .lessOrEqual: a <= b
                }
            return holds ? 1 : 0
        case .not(let operand): return try truth(operand) ? 0 : 1
        case .and(let left, let right): return try truth(left) && truth(right) ? 1 : 0
        case .or(let left, let right): return try truth(left) || truth(right) ? 1 : 0
        case .same(let left, let right): return try truth(left) == truth(right) ? 1 : 0
        case .conditional(let condition, let then, let otherwise):
            return try value(try truth(condition) ? then : otherwise)
        case .quantified(let isForall, let binder, let body):
            var inner = self
            inner.memory = nil
            for number in 0..<binder.count {
                inner.binders[binder] = Int128(number)
                if try inner.truth(body) != isForall { return isForall ? 0 : 1 }
            }
            return isForall ? 1 : 0
        }
    }

    private func place(_ variable: ExportVariable, _ indices: [Term]) throws -> Int {
        guard indices.count == variable.dimensions.count else {
            throw Broken(description: "'\(variable.name)' is read with \(indices.count) indices")
        }
        var place = 0
        for (index, size) in zip(indices, variable.dimensions) {
            let number = try value(index)
            guard number >= 0, number < Int128(size) else {
                throw Broken(description: "\(number) is no index of '\(variable.name)'")
            }
            place = place * size + Int(number)
        }
        return place
    }

    // MARK: Statements

    mutating func run(_ statements: [ExportStatement]) throws -> Outcome {
        for statement in statements {
            let outcome = try run(statement)
            if outcome != .finished { return outcome }
        }
        return .finished
    }

    private mutating func run(_ statement: ExportStatement) throws -> Outcome {
        switch statement {
        case .assign(let variable, let indices, let term):
            let (place, number) = (try place(variable, indices), try value(term))
            guard variable.isBoolean == term.isBoolean, number >= variable.lower, number <= variable.upper
            else {
                throw Broken(description: "\(number) does not fit '\(variable.name)'")
            }
            scalars[variable, default: Array(repeating: 0, count: variable.count)][place] = number
            return .finished
        case .check(let condition, let error): return try truth(condition) ? .finished : .error(error)
        case .require(let condition): return try truth(condition) ? .finished : .impossible
        case .conditional(let condition, let then, let otherwise):
            return try run(try truth(condition) ? then : otherwise)
        case .forEach(let binder, let body):
            for number in 0..<binder.count {
                binders[binder] = Int128(number)
                let outcome = try run(body)
                if outcome != .finished { return outcome }
            }
            return .finished
        case .loop(let condition, let roundsMax, let body):
            var rounds = 0
            while try truth(condition) {
                guard roundsMax == nil || rounds < (roundsMax ?? 0) else {
                    throw Broken(description: "a loop has more than \(rounds) rounds")
                }
                rounds += 1
                guard rounds <= 1000 else { return .error(.error(.endlessLoop)) }
                let outcome = try run(body)
                if outcome != .finished { return outcome }
            }
            return .finished
        case .comment: return .finished
        }
    }
}
