// SPDX-License-Identifier: MIT

/// Terms are made here only: constants are folded, and comparisons that the bounds decide.
extension Term {
    nonisolated(unsafe) static let yes = Term(.boolean(true), isBoolean: true, parts: [])
    nonisolated(unsafe) static let no = Term(.boolean(false), isBoolean: true, parts: [])

    static func constant(_ number: Int128) -> Term {
        Term(.constant(number), isBoolean: false, lower: number, upper: number, parts: [])
    }

    static func constant(_ number: Int) -> Term { constant(Int128(number)) }

    static func boolean(_ flag: Bool) -> Term { flag ? yes : no }

    static func bound(_ binder: Binder) -> Term {
        if binder.count == 1 { return constant(0) }
        return Term(
            .bound(binder), isBoolean: false, lower: 0, upper: Int128(binder.count) - 1, parts: [])
    }

    static func read(_ variable: ExportVariable, _ indices: [Term] = []) -> Term {
        Term(
            .read(variable, indices), isBoolean: variable.isBoolean, lower: variable.lower,
            upper: variable.upper,
            parts: indices)
    }

    // MARK: Truth values

    static prefix func ! (operand: Term) -> Term {
        switch operand.kind {
        case .boolean(let flag): return boolean(!flag)
        case .not(let inner): return inner
        case .comparison(.equal, let left, let right): return compare(.notEqual, left, right)
        case .comparison(.notEqual, let left, let right): return compare(.equal, left, right)
        case .comparison(.less, let left, let right): return compare(.lessOrEqual, right, left)
        case .comparison(.lessOrEqual, let left, let right): return compare(.less, right, left)
        default: return Term(.not(operand), isBoolean: true, parts: [operand])
        }
    }

    static func and(_ left: Term, _ right: Term) -> Term {
        if let flag = left.booleanConstant { return flag ? right : no }
        if right.booleanConstant == true { return left }
        return Term(.and(left, right), isBoolean: true, parts: [left, right])
    }

    static func or(_ left: Term, _ right: Term) -> Term {
        if let flag = left.booleanConstant { return flag ? yes : right }
        if right.booleanConstant == false { return left }
        return Term(.or(left, right), isBoolean: true, parts: [left, right])
    }

    static func and(_ terms: [Term]) -> Term {
        terms.reversed().reduce(yes) { and($1, $0) }
    }

    static func or(_ terms: [Term]) -> Term { terms.reversed().reduce(no) { or($1, $0) } }

    static func same(_ left: Term, _ right: Term) -> Term {
        if let flag = left.booleanConstant { return flag ? right : !right }
        if let flag = right.booleanConstant { return flag ? left : !left }
        return Term(.same(left, right), isBoolean: true, parts: [left, right])
    }

    static func quantified(isForall: Bool, _ binder: Binder, _ body: Term) -> Term {
        if body.booleanConstant != nil { return body }
        if binder.count == 1 { return body }
        return Term(.quantified(isForall: isForall, binder, body), isBoolean: true, parts: [body])
    }

    // MARK: Numbers

    static func compare(_ comparison: Comparison, _ left: Term, _ right: Term) -> Term {
        // What may overflow stays: a printer sees it, and refuses it.
        guard left.isBounded, right.isBounded else {
            return Term(.comparison(comparison, left, right), isBoolean: true, parts: [left, right])
        }
        if left === right { return boolean(comparison == .equal || comparison == .lessOrEqual) }
        switch comparison {
        case .equal, .notEqual:
            if left.upper < right.lower || right.upper < left.lower {
                return boolean(comparison == .notEqual)
            }
            if left.lower == left.upper, right.lower == right.upper, left.lower == right.lower {
                return boolean(comparison == .equal)
            }
        case .less:
            if left.upper < right.lower { return yes }
            if right.upper <= left.lower { return no }
        case .lessOrEqual:
            if left.upper <= right.lower { return yes }
            if right.upper < left.lower { return no }
        }
        // (c ? 0 : 1) = 0 is c.
        if comparison == .equal || comparison == .notEqual, let number = right.integerConstant,
            case .conditional(let test, let then, let otherwise) = left.kind,
            let a = then.integerConstant, let b = otherwise.integerConstant
        {
            let (first, second) = (
                (a == number) == (comparison == .equal), (b == number) == (comparison == .equal)
            )
            return first == second ? boolean(first) : first ? test : !test
        }
        // x + 1 = y + 1, as the codes of two present values are.
        if case .arithmetic(.add, let a, let n) = left.kind, let k = n.integerConstant {
            if case .arithmetic(.add, let b, let m) = right.kind, m.integerConstant == k {
                return compare(comparison, a, b)
            }
            if let number = right.integerConstant { return compare(comparison, a, constant(number - k)) }
        }
        return Term(.comparison(comparison, left, right), isBoolean: true, parts: [left, right])
    }

    static func equal(_ left: Term, _ right: Term) -> Term { compare(.equal, left, right) }
    static func equal(_ left: Term, _ right: Int) -> Term { compare(.equal, left, constant(right)) }
    static func less(_ left: Term, _ right: Term) -> Term { compare(.less, left, right) }
    static func lessOrEqual(_ left: Term, _ right: Term) -> Term { compare(.lessOrEqual, left, right) }

    /// lower <= number <= upper
    static func within(_ number: Term, _ lower: Int128, _ upper: Int128) -> Term {
        and(lessOrEqual(constant(lower), number), lessOrEqual(number, constant(upper)))
    }

    /// The same number, where it has been checked to be within bounds.
    func narrowed(_ lower: Int128, _ upper: Int128) -> Term {
        let (low, high) = (max(lower, self.lower), min(upper, self.upper))
        guard low <= high, low > self.lower || high < self.upper else { return self }
        return Term(kind, isBoolean: false, lower: low, upper: high, parts: parts)
    }

    static func add(_ left: Term, _ right: Term) -> Term {
        if left.integerConstant == 0 { return right }
        if right.integerConstant == 0 { return left }
        // (x + 2) - 1
        if let k = right.integerConstant, case .arithmetic(.add, let inner, let n) = left.kind,
            let m = n.integerConstant
        {
            return add(inner, constant(m + k))
        }
        return arithmetic(
            .add, left, right, saturating(left.lower, right.lower, +), saturating(left.upper, right.upper, +))
    }

    static func add(_ left: Term, _ right: Int128) -> Term { add(left, constant(right)) }

    static func subtract(_ left: Term, _ right: Term) -> Term {
        if let k = right.integerConstant, k > -unbounded { return add(left, constant(-k)) }
        return arithmetic(
            .subtract, left, right, saturating(left.lower, right.upper, -),
            saturating(left.upper, right.lower, -))
    }

    static func multiply(_ left: Term, _ right: Term) -> Term {
        if left.integerConstant == 1 { return right }
        if right.integerConstant == 1 { return left }
        let corners = [
            product(left.lower, right.lower), product(left.lower, right.upper),
            product(left.upper, right.lower), product(left.upper, right.upper),
        ]
        return arithmetic(.multiply, left, right, corners.min() ?? 0, corners.max() ?? 0)
    }

    static func divide(_ left: Term, _ right: Term) -> Term {
        if right.integerConstant == 1 { return left }
        let size = max(magnitude(left.lower), magnitude(left.upper))
        if left.lower >= 0, right.lower > 0 {
            return arithmetic(.divide, left, right, left.lower / right.upper, left.upper / right.lower)
        }
        return arithmetic(.divide, left, right, -size, size)
    }

    static func remainder(_ left: Term, _ right: Term) -> Term {
        if left.lower >= 0, left.upper < right.lower { return left }
        let largest = max(magnitude(right.lower), magnitude(right.upper)) - 1
        let upper = min(max(left.upper, 0), max(largest, 0))
        let lower = left.lower >= 0 ? 0 : -min(magnitude(left.lower), max(largest, 0))
        return arithmetic(.remainder, left, right, lower, upper)
    }

    static func bits(_ operation: Arithmetic, _ left: Term, _ right: Term) -> Term {
        var mask: Int128 = 1
        while mask - 1 < max(left.upper, right.upper), mask < unbounded { mask <<= 1 }
        let upper = operation == .bitAnd ? min(left.upper, right.upper) : mask - 1
        return arithmetic(operation, left, right, 0, upper)
    }

    static func arithmetic(_ operation: Arithmetic, _ left: Term, _ right: Term) -> Term {
        switch operation {
        case .add: add(left, right)
        case .subtract: subtract(left, right)
        case .multiply: multiply(left, right)
        case .divide: divide(left, right)
        case .remainder: remainder(left, right)
        case .bitAnd, .bitOr, .bitXor: bits(operation, left, right)
        }
    }

    private static func arithmetic(
        _ operation: Arithmetic, _ left: Term, _ right: Term, _ lower: Int128, _ upper: Int128
    ) -> Term {
        if let a = left.integerConstant, let b = right.integerConstant,
            let result = evaluate(operation, a, b)
        {
            return constant(result)
        }
        if lower == upper, magnitude(lower) < unbounded { return constant(lower) }
        return Term(
            .arithmetic(operation, left, right), isBoolean: false, lower: lower, upper: upper,
            parts: [left, right])
    }

    private static func evaluate(_ operation: Arithmetic, _ left: Int128, _ right: Int128) -> Int128? {
        let result: (partialValue: Int128, overflow: Bool)
        switch operation {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .divide: result = left.dividedReportingOverflow(by: right)
        case .remainder: result = left.remainderReportingOverflow(dividingBy: right)
        case .bitAnd: result = (left & right, false)
        case .bitOr: result = (left | right, false)
        case .bitXor: result = (left ^ right, false)
        }
        return result.overflow || magnitude(result.partialValue) >= unbounded ? nil : result.partialValue
    }

    /// Whether no number that it can be is beyond what evaluation has: `Int128`.
    var isBounded: Bool { lower > -Self.unbounded && upper < Self.unbounded }

    private static func magnitude(_ number: Int128) -> Int128 {
        number == .min ? .max : number < 0 ? -number : number
    }

    private static func clamp(_ number: Int128) -> Int128 { max(-unbounded, min(unbounded, number)) }

    private static func saturating(
        _ left: Int128, _ right: Int128, _ operation: (Int128, Int128) -> Int128
    ) -> Int128 {
        clamp(operation(clamp(left), clamp(right)))
    }

    private static func product(_ left: Int128, _ right: Int128) -> Int128 {
        let (result, overflow) = left.multipliedReportingOverflow(by: right)
        if overflow { return (left < 0) == (right < 0) ? unbounded : -unbounded }
        return clamp(result)
    }

    // MARK: Both

    static func conditional(_ condition: Term, _ then: Term, _ otherwise: Term) -> Term {
        if let flag = condition.booleanConstant { return flag ? then : otherwise }
        if then === otherwise { return then }
        if then.isBoolean {
            if then.booleanConstant == true { return or(condition, otherwise) }
            if otherwise.booleanConstant == false { return and(condition, then) }
            if then.booleanConstant == false { return and(!condition, otherwise) }
            if otherwise.booleanConstant == true { return or(!condition, then) }
        }
        if let a = then.integerConstant, let b = otherwise.integerConstant, a == b { return then }
        return Term(
            .conditional(condition, then: then, otherwise: otherwise), isBoolean: then.isBoolean,
            lower: min(then.lower, otherwise.lower), upper: max(then.upper, otherwise.upper),
            parts: [condition, then, otherwise])
    }
}
