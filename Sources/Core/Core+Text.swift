// SPDX-License-Identifier: MIT

import SpecLanguage

/// The Core as text, for tests and documentation. Nothing reads it back.
extension Core.Expression: CustomStringConvertible {
    package var description: String {
        switch form {
        case .constant(let constant): constant.description
        case .read(let place): place.description
        case .record(let parts): "{\(Self.list(parts))}"
        case .not(let operand): "not \(operand)"
        case .all(let parts): "all(\(Self.list(parts)))"
        case .any(let parts): "any(\(Self.list(parts)))"
        case .equal(let left, let right): "(\(left) = \(right))"
        case .less(let left, let right): "(\(left) < \(right))"
        case .lessOrEqual(let left, let right): "(\(left) <= \(right))"
        case .arithmetic(let operation, let left, let right):
            "(\(left) \(operation.symbol) \(right))\(number(kind))"
        case .convert(let operand): "convert(\(operand))\(number(kind))"
        case .conditional(let condition, let then, let otherwise): "(\(condition) ? \(then) : \(otherwise))"
        case .bind(let variable, let value, let body): "(let \(variable.name) = \(value) in \(body))"
        case .quantified(.all, let variable, let body): "for all \(variable.name): \(body)"
        case .quantified(.any, let variable, let body): "for any \(variable.name): \(body)"
        case .query(let query, let set): "\(set).\(query.description)"
        case .call(let function, let arguments): "\(function.name)(\(Self.list(arguments)))"
        case .checked(let check, let value):
            "check(\(check.condition), \(check.requirement.cause.name), \(value))"
        }
    }

    private static func list(_ parts: [Core.Expression]) -> String {
        parts.map(\.description).joined(separator: ", ")
    }

    /// `:64` behind what is a word of 64 bits.
    private func number(_ kind: Core.Kind) -> String {
        if case .number(.word(let width)) = kind { ":\(width)" } else { "" }
    }
}

extension Core.Place: CustomStringConvertible {
    package var description: String {
        path.reduce(variable.name) { text, step in
            switch step {
            case .element(let ordinal): "\(text)[\(ordinal)]"
            case .everyElement: "\(text)[all]"
            case .field(let index): "\(text).\(index)"
            }
        }
    }
}

extension Core.Constant: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truth(let flag): "\(flag)"
        case .number(let number): "\(number)"
        case .record(let parts): "{\(parts.map(\.description).joined(separator: ", "))}"
        case .array(let parts): "[\(parts.map(\.description).joined(separator: ", "))]"
        case .set(let set):
            "set(\(set.ranges.map { "\($0.lowerBound) ... \($0.upperBound)" }.joined(separator: ", ")))"
        case .defaultValue: "default"
        }
    }
}

extension Core.Query: CustomStringConvertible {
    package var description: String {
        switch self {
        case .contains(let member): "contains(\(member))"
        case .containsAll(let range): "contains_all(\(range))"
        case .isDisjoint(let range): "is_disjoint(\(range))"
        case .isEmpty: "is_empty"
        case .count: "count"
        case .highestRun(let range): "highest_run(\(range))"
        case .lowestRun(let range): "lowest_run(\(range))"
        }
    }
}

extension Core.Block: CustomStringConvertible {
    /// A statement a line.
    package var description: String { lines.joined(separator: "\n") }

    fileprivate var lines: [String] { statements.flatMap(\.lines) }
}

extension Core.Statement {
    fileprivate var lines: [String] {
        func nested(_ head: String, _ block: Core.Block) -> [String] {
            [head] + block.lines.map { "    " + $0 }
        }
        switch form {
        case .assign(let place, let value): return ["\(place) := \(value)"]
        case .insert(let place, let range): return ["\(place).insert(\(range))"]
        case .remove(let place, let range): return ["\(place).remove(\(range))"]
        case .check(let check): return ["check(\(check.condition), \(check.requirement.cause.name))"]
        case .conditional(let condition, let then, let otherwise):
            return nested("if \(condition)", then)
                + (otherwise.statements.isEmpty ? [] : nested("else", otherwise))
        case .loop(let loop): return nested("while \(loop.condition)", loop.body)
        case .forEach(let variable, let first, let last, let body):
            return nested("for \(variable.name) from \(first) to \(last)", body)
        case .call(let operation, let arguments, let result):
            let call = "\(operation.name)(\(arguments.map(\.description).joined(separator: ", ")))"
            return [result.map { "\($0.name) := \(call)" } ?? call]
        case .returnValue(let value): return ["return" + (value.map { " \($0)" } ?? "")]
        case .step(let label): return ["step" + (label.map { " \($0)" } ?? "")]
        case .await(let check): return ["await \(check.condition)"]
        case .locked(let place, let body): return nested("with lock \(place)", body)
        case .choose(let arms):
            return arms.flatMap { arm in
                let names = arm.bindings.map(\.name).joined(separator: ", ")
                return nested("choose any(\(names))" + (arm.condition.map { " where \($0)" } ?? ""), arm.body)
            }
        case .fault(let name, let strikes, let passes):
            return nested("if fault \(name)", strikes) + nested("else", passes)
        }
    }
}
