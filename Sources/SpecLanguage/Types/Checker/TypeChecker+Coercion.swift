// SPDX-License-Identifier: MIT

import Diagnostics

extension TypeChecker {
    /// Whether `expression` may stand where a `type` is wanted, without reporting anything.
    func canCoerce(_ expression: Typed.Expression, to type: SpecType) -> Bool {
        let from = expression.type
        if from == type || from == .erroneous || type == .erroneous { return true }
        switch (from, type) {
        case (.absent, .optional): return true
        case (_, .optional(let wrapped)):
            if case .optional = from { return false }
            return canCoerce(expression, to: wrapped)
        case (.interval(let element), .interval(let wanted)):
            if case .literal(.interval(let first, let last)) = expression.kind,
                !Arithmetic.fits(first, wanted) || !Arithmetic.fits(last, wanted)
            {
                return false
            }
            return element.unit == nil || wanted.unit == nil || element.unit == wanted.unit
        case (.list(let element), .list(let wanted)): return element == wanted
        case (.absent, _), (.array, _), (.bits, _), (.bool, _), (.enumeration, _), (.erroneous, _),
            (.integer, _), (.interval, _), (.list, _), (.lock, _), (.optional, _), (.queue, _), (.range, _),
            (.set, _), (.structure, _), (.symmetric, _), (.void, _):
            break
        }
        guard from.isNumeric, type.isNumeric else { return false }
        if let a = from.unit, let b = type.unit, a != b { return false }
        switch (from, type) {
        case (_, .integer): return true
        case (.integer, .bits):
            guard case .literal(.number(let number)) = expression.kind else { return false }
            return Arithmetic.fits(number, type)
        case (.bits, .range), (.range, .bits), (.bits, .bits): return false
        case (.absent, _), (.array, _), (.bits, _), (.bool, _), (.enumeration, _), (.erroneous, _),
            (.integer, _), (.interval, _), (.list, _), (.lock, _), (.optional, _), (.queue, _), (.range, _),
            (.set, _), (.structure, _), (.symmetric, _), (.void, _):
            if case .literal(.number(let number)) = expression.kind { return Arithmetic.fits(number, type) }
            return true
        }
    }

    /// The expression as a value of `type`: implicit conversions are wrapping in an optional, and numbers
    /// of one unit, checked at
    /// run time where they may not fit.
    func coerce(_ expression: Typed.Expression, to type: SpecType) -> Typed.Expression {
        if expression.type == type { return expression }
        if expression.type == .erroneous || type == .erroneous { return erroneous(expression.span) }
        guard canCoerce(expression, to: type) else {
            reportMismatch(expression, wanted: type)
            return erroneous(expression.span)
        }
        if case .literal(let value) = expression.kind { return literal(value, type, expression.span) }
        if case .optional(let wrapped) = type {
            return Typed.Expression(
                .convert(coerce(expression, to: wrapped)), type: type, span: expression.span)
        }
        if case .interval(let wanted) = type, case .interval(let first, let last) = expression.kind {
            if canCoerce(first, to: wanted), canCoerce(last, to: wanted) {
                return Typed.Expression(
                    .interval(first: coerce(first, to: wanted), last: coerce(last, to: wanted)), type: type,
                    span: expression.span)
            }
        }
        return Typed.Expression(.convert(expression), type: type, span: expression.span)
    }

    private func reportMismatch(_ expression: Typed.Expression, wanted: SpecType) {
        let from = expression.type
        if from.isNumeric, wanted.isNumeric {
            if case .literal(.number(let number)) = expression.kind, from.unit == nil {
                error(
                    "out-of-range", "\(number) is not a value of '\(wanted.description)'",
                    at: expression.span,
                    help: bounds(of: wanted))
                return
            }
            let target = wanted.unit ?? "Type"
            error(
                "unit-mismatch", "'\(from.description)' is given where '\(wanted.description)' is wanted",
                at: expression.span, help: "convert it explicitly: '\(target)(…)'")
            return
        }
        if case .literal(.interval(let first, let last)) = expression.kind,
            case .interval(let element) = wanted,
            from.unit == nil || element.unit == nil || from.unit == element.unit
        {
            error(
                "out-of-range", "\(first) ... \(last) reaches outside '\(element.description)'",
                at: expression.span, help: bounds(of: element))
            return
        }
        var help: String?
        if case .optional(let wrapped) = from, wrapped == wanted {
            help = "it may be none: unwrap it with 'if let' or 'guard let'"
        }
        error(
            "type-mismatch", "'\(from.description)' is given where '\(wanted.description)' is wanted",
            at: expression.span, help: help)
    }

    private func bounds(of type: SpecType) -> String? {
        switch type {
        case .range(_, let lower, let upper): "its values are \(lower) ... \(upper)"
        case .bits(_, let width): "it has \(width) bits"
        case .absent, .array, .bool, .enumeration, .erroneous, .integer, .interval, .list, .lock, .optional,
            .queue, .set, .structure, .symmetric, .void:
            nil
        }
    }
}
