// SPDX-License-Identifier: MIT

import Diagnostics

extension TypeChecker {
    func unary(
        _ operation: Syntax.UnaryOperator, _ operand: Syntax.Expression, _ span: Span
    ) -> Typed.Expression {
        switch operation {
        case .not:
            let typed = check(operand, as: .bool)
            if case .literal(.bool(let flag)) = typed.kind { return literal(.bool(!flag), .bool, span) }
            return Typed.Expression(.not(typed), type: .bool, span: span)
        case .sign(let sign): return self.sign(sign, operand, span)
        }
    }

    private func sign(_ sign: Sign, _ operand: Syntax.Expression, _ span: Span) -> Typed.Expression {
        let typed = infer(operand, expected: nil)
        guard checkNumeric(typed) else { return erroneous(span) }
        var type = typed.type
        if sign == .complement {
            guard isWordOrLiteral(typed) else { return erroneous(span) }
        } else if case .bits = type, scope.isContract {
            type = .integer(unit: type.unit)
        }
        if case .range(let name, _, _) = type { type = .integer(unit: name) }
        if case .literal(.number(let number)) = typed.kind {
            return literal(.number(Arithmetic.apply(sign, number, type: type)), type, span)
        }
        return Typed.Expression(.sign(sign, typed), type: type, span: span)
    }

    func binary(
        _ operation: Syntax.BinaryOperator, _ left: Syntax.Expression, _ right: Syntax.Expression,
        _ span: Span
    ) -> Typed.Expression {
        switch operation {
        case .connective(let connective):
            return Typed.Expression(
                .connective(connective, check(left, as: .bool), check(right, as: .bool)), type: .bool,
                span: span)
        case .comparison(let comparison): return compare(comparison, left, right, span)
        case .arithmetic(let operation): return arithmetic(operation, left, right, span)
        }
    }

    private func compare(
        _ comparison: ComparisonOperator, _ left: Syntax.Expression, _ right: Syntax.Expression, _ span: Span
    ) -> Typed.Expression {
        switch comparison {
        case .equal, .notEqual: return equality(comparison, left, right, span)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let (left, right, type) = joinNumeric(
                infer(left, expected: nil), infer(right, expected: nil), span)
            if type == .erroneous { return erroneous(span) }
            if case .literal(.number(let a)) = left.kind, case .literal(.number(let b)) = right.kind {
                return literal(.bool(Arithmetic.compare(comparison, a, b)), .bool, span)
            }
            return Typed.Expression(.comparison(comparison, left, right), type: .bool, span: span)
        }
    }

    private func arithmetic(
        _ operation: ArithmeticOperator, _ left: Syntax.Expression, _ right: Syntax.Expression, _ span: Span
    ) -> Typed.Expression {
        switch operation {
        case .shiftLeft, .shiftRight: return shift(operation, left, right, span)
        case .bitAnd, .bitOr, .bitXor: return bitwise(operation, left, right, span)
        case .add, .subtract, .multiply, .divide, .remainder:
            let (left, right, type) = joinNumeric(
                infer(left, expected: nil), infer(right, expected: nil), span)
            return arithmetic(operation, left, right, type: resultType(of: type), span)
        }
    }

    /// Machine words wrap in code and are exact in contracts; all else is exact.
    private func resultType(of joined: SpecType) -> SpecType {
        switch joined {
        case .bits(let name, _): scope.isContract ? .integer(unit: name) : joined
        case .range(let name, _, _): .integer(unit: name)
        case .bool, .integer, .enumeration, .symmetric, .structure, .array, .optional, .set, .queue,
            .interval,
            .list, .lock, .void, .absent, .erroneous:
            joined
        }
    }

    private func arithmetic(
        _ operation: ArithmeticOperator, _ left: Typed.Expression, _ right: Typed.Expression,
        type: SpecType,
        _ span: Span
    ) -> Typed.Expression {
        if type == .erroneous { return erroneous(span) }
        if case .literal(.number(let a)) = left.kind, case .literal(.number(let b)) = right.kind {
            do {
                return literal(.number(try Arithmetic.apply(operation, a, b, type: type)), type, span)
            } catch {
                let text: String
                switch error {
                case .divisionByZero: text = "division by zero"
                case .negativeShift: text = "a shift by a negative number"
                case .overflow: text = "the result is too large"
                }
                self.error("bad-arithmetic", text, at: span)
                return erroneous(span)
            }
        }
        return Typed.Expression(.arithmetic(operation, left, right), type: type, span: span)
    }

    private func shift(
        _ operation: ArithmeticOperator, _ left: Syntax.Expression, _ right: Syntax.Expression,
        _ span: Span
    ) -> Typed.Expression {
        let value = infer(left, expected: nil)
        let amount = infer(right, expected: nil)
        guard checkNumeric(value), checkNumeric(amount) else { return erroneous(span) }
        var type = resultType(of: value.type)
        // The quotient of a word by a power of two is a word, so bit operations may follow; a product need
        // not be one.
        if operation == .shiftRight, case .bits = value.type { type = value.type }
        return arithmetic(operation, value, amount, type: type, span)
    }

    private func bitwise(
        _ operation: ArithmeticOperator, _ left: Syntax.Expression, _ right: Syntax.Expression,
        _ span: Span
    ) -> Typed.Expression {
        let (left, right, type) = joinNumeric(infer(left, expected: nil), infer(right, expected: nil), span)
        guard type != .erroneous, isWordOrLiteral(left), isWordOrLiteral(right) else {
            return erroneous(span)
        }
        return arithmetic(operation, left, right, type: type, span)
    }

    private func isWordOrLiteral(_ expression: Typed.Expression) -> Bool {
        switch expression.type {
        case .bits, .erroneous: return true
        case .integer(unit: nil): if case .literal = expression.kind { return true }
        case .absent, .array, .bool, .enumeration, .integer, .interval, .list, .lock, .optional, .queue,
            .range, .set, .structure, .symmetric, .void:
            break
        }
        error(
            "not-a-word", "bit operations need a machine word, not '\(expression.type.description)'",
            at: expression.span,
            help: scope.isContract
                ? "arithmetic in contracts is exact: convert the number to a word, which takes its low bits, "
                    + "or put the bit operation in a function"
                : "use a type 'bits(W)'")
        return false
    }

    private func checkNumeric(_ expression: Typed.Expression) -> Bool {
        if expression.type == .erroneous { return false }
        if expression.type.isNumeric { return true }
        let help: String? =
            if expression.type.isSymmetricOrOptionalOfIt {
                "elements of a symmetric type can only be compared with '==' and '!='"
            } else if case .optional = expression.type {
                "unwrap it with 'if let' first"
            } else {
                nil
            }
        error(
            "not-a-number", "a number is needed here, not '\(expression.type.description)'",
            at: expression.span,
            help: help)
        return false
    }

    /// Brings two numbers to one type to compute with: the common nominal type, literals following the
    /// other side.
    func joinNumeric(
        _ left: Typed.Expression, _ right: Typed.Expression, _ span: Span
    ) -> (Typed.Expression, Typed.Expression, SpecType) {
        guard checkNumeric(left), checkNumeric(right) else { return (left, right, .erroneous) }
        if left.type == right.type { return (left, right, left.type) }
        if let a = left.type.unit, let b = right.type.unit, a != b {
            error(
                "unit-mismatch", "'\(left.type.description)' and '\(right.type.description)' do not mix",
                at: span,
                help: "convert one of them: '\(a)(…)' or '\(b)(…)'")
            return (left, right, .erroneous)
        }
        switch (left.type, right.type) {
        case (.bits, .integer(unit: nil)) where isLiteral(right):
            if scope.isContract || fits(right, left.type) {
                let converted =
                    scope.isContract && !fits(right, left.type) ? right : coerce(right, to: left.type)
                return (
                    left, converted,
                    scope.isContract && !fits(right, left.type) ? .integer(unit: left.type.unit) : left.type
                )
            }
            return (left, coerce(right, to: left.type), left.type)
        case (.integer(unit: nil), .bits) where isLiteral(left):
            let (b, a, type) = joinNumeric(right, left, span)
            return (a, b, type)
        case (.bits, .integer), (.integer, .bits), (.bits, .range), (.range, .bits), (.bits, .bits):
            guard scope.isContract else {
                error(
                    "word-mismatch",
                    "'\(left.type.description)' wraps and '\(right.type.description)' does not; they do not mix",
                    at: span, help: "convert one of them explicitly: 'Type(…)'")
                return (left, right, .erroneous)
            }
            return (exact(left), exact(right), .integer(unit: left.type.unit ?? right.type.unit))
        case (.absent, _), (.array, _), (.bits, _), (.bool, _), (.enumeration, _), (.erroneous, _),
            (.integer, _), (.interval, _), (.list, _), (.lock, _), (.optional, _), (.queue, _), (.range, _),
            (.set, _), (.structure, _), (.symmetric, _), (.void, _):
            return (exact(left), exact(right), .integer(unit: left.type.unit ?? right.type.unit))
        }
    }

    private func isLiteral(_ expression: Typed.Expression) -> Bool {
        if case .literal = expression.kind { true } else { false }
    }

    private func fits(_ expression: Typed.Expression, _ type: SpecType) -> Bool {
        if case .literal(.number(let number)) = expression.kind {
            Arithmetic.fits(number, type)
        } else {
            false
        }
    }

    /// The same number as an exact integer.
    func exact(_ expression: Typed.Expression) -> Typed.Expression {
        if case .integer = expression.type { return expression }
        let type = SpecType.integer(unit: expression.type.unit)
        if case .literal(let value) = expression.kind { return literal(value, type, expression.span) }
        return Typed.Expression(.convert(expression), type: type, span: expression.span)
    }

    // MARK: Equality

    private func equality(
        _ comparison: ComparisonOperator, _ left: Syntax.Expression, _ right: Syntax.Expression,
        _ span: Span
    ) -> Typed.Expression {
        let leftTyped = infer(left, expected: nil)
        let rightTyped = infer(right, expected: leftTyped.type)
        if leftTyped.type == .erroneous || rightTyped.type == .erroneous { return erroneous(span) }
        if let type = neverNone(leftTyped.type, rightTyped.type) ?? neverNone(rightTyped.type, leftTyped.type)
        {
            error(
                "not-comparable", "a value of type '\(type.description)' is never none", at: span,
                help: "only an optional, '\(type.description)?', may be none")
            return erroneous(span)
        }
        var pair = (leftTyped, rightTyped)
        if leftTyped.type.isNumeric, rightTyped.type.isNumeric {
            let (a, b, type) = joinNumeric(leftTyped, rightTyped, span)
            if type == .erroneous { return erroneous(span) }
            pair = (a, b)
        } else {
            let type = commonType(leftTyped, rightTyped, expected: nil, span)
            if type == .erroneous { return erroneous(span) }
            if type == .lock || type == .absent {
                error("not-comparable", "values of type '\(type.description)' cannot be compared", at: span)
                return erroneous(span)
            }
            pair = (coerce(leftTyped, to: type), coerce(rightTyped, to: type))
        }
        if case .literal(let a) = pair.0.kind, case .literal(let b) = pair.1.kind {
            return literal(.bool((a == b) == (comparison == .equal)), .bool, span)
        }
        return Typed.Expression(.comparison(comparison, pair.0, pair.1), type: .bool, span: span)
    }

    /// The type of what is compared with `none` and can never be it.
    private func neverNone(_ absent: SpecType, _ other: SpecType) -> SpecType? {
        guard absent == .absent, other != .absent else { return nil }
        if case .optional = other { return nil }
        return other
    }

    /// The type that both sides of a choice or comparison can have.
    func commonType(
        _ left: Typed.Expression, _ right: Typed.Expression, expected: SpecType?, _ span: Span
    ) -> SpecType {
        let (a, b) = (left.type, right.type)
        if a == .erroneous || b == .erroneous { return .erroneous }
        if a == b { return a }
        if let expected, canCoerce(left, to: expected), canCoerce(right, to: expected) { return expected }
        switch (a, b) {
        case (.absent, .optional): return b
        case (.optional, .absent): return a
        case (.absent, _): return .optional(b)
        case (_, .absent): return .optional(a)
        case (.optional(let wrapped), _) where canCoerce(right, to: wrapped): return a
        case (_, .optional(let wrapped)) where canCoerce(left, to: wrapped): return b
        case (.array, _), (.bits, _), (.bool, _), (.enumeration, _), (.erroneous, _),
            (.integer, _), (.interval, _), (.list, _), (.lock, _), (.optional, _), (.queue, _), (.range, _),
            (.set, _), (.structure, _), (.symmetric, _), (.void, _):
            break
        }
        if a.isNumeric, b.isNumeric { return joinNumeric(left, right, span).2 }
        error(
            "type-mismatch", "'\(a.description)' and '\(b.description)' do not fit together", at: span)
        return .erroneous
    }
}

extension SpecType {
    fileprivate var isSymmetricOrOptionalOfIt: Bool {
        switch self {
        case .symmetric, .optional(.symmetric): true
        case .absent, .array, .bits, .bool, .enumeration, .erroneous, .integer, .interval, .list, .lock,
            .optional, .queue, .range, .set, .structure, .void:
            false
        }
    }
}
