// SPDX-License-Identifier: MIT

import SpecLanguage
import Z3

/// Reads concrete values out of a model.
struct ModelReader {
    let evaluator: SymbolicEvaluator
    let discharger: Discharger

    /// How much of a set a model stands for: it speaks of single words only.
    enum Filling: CaseIterable {
        /// Only the words that are members, and runs that were found.
        case sparse
        /// Also what lies between two of them, where nothing in between is said not to be.
        case dense
    }

    /// - Returns: `nil` where one of them cannot be read.
    func arguments(
        of function: Typed.Function, _ symbols: [Symbol], _ model: borrowing Model, _ filling: Filling
    ) throws -> [Value]? {
        var arguments: [Value] = []
        for (symbol, parameter) in zip(symbols, function.parameters) {
            guard let value = try value(of: symbol, parameter.type, model, filling) else { return nil }
            arguments.append(value)
        }
        return arguments
    }

    /// - Returns: `nil` where the value cannot be read.
    func value(of symbol: Symbol, _ type: SpecType, _ model: borrowing Model, _ filling: Filling) throws
        -> Value?
    {
        switch (symbol, type) {
        case (.bool(let formula), _): return try truth(of: formula, model).map { .bool($0) }
        case (.number(let number), _): return try self.number(number, model).map { .number($0) }
        case (.token(let token), _): return try model.number(token).map { .token(Int($0)) }
        case (.optional(let isPresent, let payload), .optional(let wrapped)):
            guard let isPresent = try truth(of: isPresent, model) else { return nil }
            return isPresent ? try value(of: payload, wrapped, model, filling) : Value.none
        case (.record(let parts), .structure(_, let fields)):
            var values: [Value] = []
            for (part, field) in zip(parts, fields) {
                guard let value = try value(of: part, field.type, model, filling) else { return nil }
                values.append(value)
            }
            return .record(values)
        case (.interval(let first, let last), _):
            guard let a = try number(first, model), let b = try number(last, model) else { return nil }
            return .interval(first: a, last: b)
        case (.set(let set), _): return .set(try members(of: set, model, filling))
        case (.optional, _), (.absent, _), (.record, _), (.list, _): return nil
        }
    }

    private func number(_ number: SymbolicNumber, _ model: borrowing Model) throws -> Int128? {
        guard let raw = try model.number(number.term) else { return nil }
        let isNegative = number.isSigned && raw >> Int128(number.width - 1) & 1 == 1
        // Of 127 bits the difference fits, and what is taken away does not.
        return isNegative ? raw &- (1 << Int128(number.width)) : raw
    }

    private func truth(of formula: Formula, _ model: borrowing Model) throws -> Bool? {
        switch formula.kind {
        case .constant(let flag): return flag
        case .term(let term), .member(let term, _): return try model.bool(term)
        case .not(let inner): return try truth(of: inner, model).map { !$0 }
        case .all(let parts):
            for part in parts {
                guard let flag = try truth(of: part, model) else { return nil }
                if !flag { return false }
            }
            return true
        case .any(let parts):
            for part in parts {
                guard let flag = try truth(of: part, model) else { return nil }
                if flag { return true }
            }
            return false
        case .forAll, .exists, .spare, .promise: return nil
        }
    }

    // MARK: Sets

    private func members(
        of set: SymbolicSet, _ model: borrowing Model, _ filling: Filling
    ) throws -> IntegerSet {
        var known: [Int128: Bool] = [:]
        for word in discharger.memberWords(width: set.width) {
            guard let number = try model.number(word),
                let isMember = try truth(of: try set.contains(word), model)
            else { continue }
            known[number] = isMember
        }
        let sorted = known.sorted { $0.key < $1.key }
        var members = IntegerSet()
        for (number, isMember) in sorted where isMember { members.insert(number...number) }
        if filling == .dense {
            for (low, high) in zip(sorted, sorted.dropFirst()) where low.value && high.value {
                members.insert(low.key...high.key)
            }
        }
        for run in evaluator.runs where run.first.width == set.width {
            guard try truth(of: run.isPresent, model) == true, let first = try model.number(run.first.term),
                let last = try model.number(run.last.term), first <= last
            else { continue }
            // Owned from end to end, unless this is another set's run.
            if !sorted.contains(where: { first <= $0.key && $0.key <= last && !$0.value }) {
                members.insert(first...last)
            }
        }
        return members
    }

    // MARK: For people

    /// What the variables were, before and after.
    func text(of snapshots: [Snapshot], _ model: borrowing Model) throws -> String {
        var pieces: [String] = []
        for snapshot in snapshots {
            var texts: [String] = []
            for (variable, symbol) in snapshot.values {
                guard let value = try value(of: symbol, variable.type, model, .sparse) else { continue }
                texts.append("\(variable.name) = \(Self.text(value))")
            }
            if !texts.isEmpty { pieces.append("\(snapshot.title): \(texts.joined(separator: ", "))") }
        }
        return pieces.joined(separator: "; ")
    }

    /// Numbers in hexadecimal: words of 64 bits are read by their bits.
    private static func text(_ value: Value) -> String {
        func hexadecimal(_ number: Int128) -> String {
            number < 0 ? "-0x\(String(-number, radix: 16))" : "0x\(String(number, radix: 16))"
        }
        func range(_ first: Int128, _ last: Int128) -> String {
            first == last ? hexadecimal(first) : "\(hexadecimal(first)) ... \(hexadecimal(last))"
        }
        switch value {
        case .bool(let flag): return "\(flag)"
        case .number(let number): return hexadecimal(number)
        case .token(let token): return "#\(token)"
        case .none: return "none"
        case .record(let parts): return "(\(parts.map(text).joined(separator: ", ")))"
        case .interval(let first, let last): return range(first, last)
        case .set(let set):
            return "{\(set.ranges.map { range($0.lowerBound, $0.upperBound) }.joined(separator: ", "))}"
        case .array(let parts), .queue(let parts), .list(let parts):
            return "[\(parts.map(text).joined(separator: ", "))]"
        case .lock(let holder): return "\(holder)"
        }
    }
}
