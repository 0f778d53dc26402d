// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

/// Why a condition is false, a sentence a line: first the quantified values, then the smallest parts that
/// decide, with values.
struct Explanation {
    let evaluator: Evaluator
    let sources: SourceMap
    private var lines: [String] = []
    private let linesMax = 12

    init(evaluator: Evaluator, sources: SourceMap) {
        self.evaluator = evaluator
        self.sources = sources
    }

    mutating func explain(_ condition: Typed.Expression) -> [String] {
        do throws(RunTimeError) {
            try why(condition, is: false)
        } catch {
            lines.append("it cannot be evaluated: \(error.message)")
        }
        return Array(lines.prefix(linesMax))
    }

    func source(_ expression: Typed.Expression) -> String {
        let bytes = sources[expression.span.file].bytes[expression.span.start..<expression.span.end]
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" || $0 == "\t" }
        let text = words.joined(separator: " ")
        return text.count > 60 ? text.prefix(57) + "..." : text
    }

    /// Appends why `expression` has the value `wanted` (which it has).
    private mutating func why(_ expression: Typed.Expression, is wanted: Bool) throws(RunTimeError) {
        switch expression.kind {
        case .quantifier(let quantifier, let variable, let body) where (quantifier == .forall) != wanted:
            for ordinal in 0..<(variable.type.indexCount ?? 0) {
                let value = variable.type.value(ordinal: Int128(ordinal))
                evaluator.setFrame(variable, value)
                let line = "for \(variable.name) = \(ValueText.short(value, variable.type))"
                do throws(RunTimeError) {
                    guard try evaluator.bool(body) == wanted else { continue }
                } catch {
                    lines.append(line)
                    throw error
                }
                lines.append(line)
                try why(body, is: wanted)
                return
            }
        case .listQuantifier(let quantifier, let variable, let list, let body)
        where (quantifier == .forall) != wanted:
            guard case .list(let values) = try evaluator.evaluate(list) else { return }
            for value in values {
                evaluator.setFrame(variable, value)
                let line = "for \(variable.name) = \(ValueText.short(value, variable.type))"
                do throws(RunTimeError) {
                    guard try evaluator.bool(body) == wanted else { continue }
                } catch {
                    lines.append(line)
                    throw error
                }
                lines.append(line)
                try why(body, is: wanted)
                return
            }
        case .not(let operand): try why(operand, is: !wanted)
        case .connective(.implies, let left, let right) where !wanted:
            try why(left, is: true)
            try why(right, is: false)
        case .connective(.and, let left, let right): try whyEither(left, right, is: wanted, needsBoth: wanted)
        case .connective(.or, let left, let right): try whyEither(left, right, is: wanted, needsBoth: !wanted)
        case .conditional(let condition, let then, let otherwise):
            let isTrue = try evaluator.bool(condition)
            try why(condition, is: isTrue)
            try why(isTrue ? then : otherwise, is: wanted)
        case .optionalBinding(let variable, let value, let then, let otherwise):
            let bound = try evaluator.evaluate(value)
            lines.append("\(source(value)) is \(ValueText.short(bound, value.type))")
            if bound != .none { evaluator.setFrame(variable, bound) }
            try why(bound == .none ? otherwise : then, is: wanted)
        case .call(let function, _):
            lines.append("\(source(expression)) is \(wanted)")
            _ = function
        case .arithmetic, .comparison, .connective, .convert, .element, .field, .interval, .list,
            .listQuantifier, .literal, .method, .quantifier, .record, .sign, .variable:
            try atom(expression, is: wanted)
        }
    }

    private mutating func whyEither(
        _ left: Typed.Expression, _ right: Typed.Expression, is wanted: Bool, needsBoth: Bool
    ) throws(RunTimeError) {
        if needsBoth {
            try why(left, is: wanted)
            try why(right, is: wanted)
        } else {
            try why(try evaluator.bool(left) == wanted ? left : right, is: wanted)
        }
    }

    /// A condition without truth values inside: the sides with their values.
    private mutating func atom(_ expression: Typed.Expression, is wanted: Bool) throws(RunTimeError) {
        _ = try evaluator.bool(expression)
        guard let (left, right) = expression.sides else {
            lines.append("\(source(expression)) is \(wanted)")
            return
        }
        var values: [String] = []
        for side in [left, right] {
            if case .literal = side.kind { continue }
            values.append("\(source(side)) is \(ValueText.short(try evaluator.evaluate(side), side.type))")
        }
        lines.append("\(source(expression)) is \(wanted): \(values.joined(separator: ", "))")
    }
}

extension Typed.Expression {
    /// What stands left and right of a comparison, or of `implies`.
    fileprivate var sides: (left: Typed.Expression, right: Typed.Expression)? {
        switch kind {
        case .connective(_, let left, let right), .comparison(_, let left, let right): (left, right)
        case .literal, .variable, .element, .field, .method, .convert, .not, .sign, .arithmetic, .conditional,
            .optionalBinding, .quantifier, .listQuantifier, .call, .record, .interval, .list:
            nil
        }
    }
}
