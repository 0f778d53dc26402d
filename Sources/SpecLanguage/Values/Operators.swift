// SPDX-License-Identifier: MIT

/// Operators between truth values; the right side is evaluated only where the left one does not decide.
package enum Connective: String, Hashable, Sendable, CaseIterable {
    case implies
    case or = "||"
    case and = "&&"
}

/// Operators that compare. `==` and `!=` compare any values, the others numbers.
package enum ComparisonOperator: String, Hashable, Sendable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// Operators that make a number of two.
package enum ArithmeticOperator: String, Hashable, Sendable, CaseIterable {
    case bitOr = "|"
    case bitXor = "^"
    case bitAnd = "&"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
}

/// Operators that make a number of one.
package enum Sign: String, Hashable, Sendable, CaseIterable {
    case negate = "-"
    case complement = "~"
}
