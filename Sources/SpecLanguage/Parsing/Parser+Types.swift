// SPDX-License-Identifier: MIT

import Diagnostics

extension Parser {
    /// `type = "[" type "]" type | simple [ "?" ]`
    mutating func parseType() -> Syntax.TypeExpression {
        let start = self.start
        guard enter() else { return missingType() }
        defer { leave() }
        if kind == .leftBracket {
            let opening = index
            skip()
            let saved = isInAngleBrackets
            isInAngleBrackets = false
            let index = parseType()
            isInAngleBrackets = saved
            expectClosing(.rightBracket, of: opening)
            let element = parseType()
            return typeNode(.array(index: index, element: element), from: start)
        }
        let simple = parseSimpleType()
        guard take(.question) else { return simple }
        if kind == .question { fail(ParseDiagnostics.optionalOptional(at: span(of: token))) }
        return typeNode(.optional(simple), from: start)
    }

    private func missingType() -> Syntax.TypeExpression {
        Syntax.TypeExpression(.missing, span: Span(file: id, start: start, end: start))
    }

    private func typeNode(_ kind: Syntax.TypeExpression.Kind, from start: Int) -> Syntax.TypeExpression {
        Syntax.TypeExpression(kind, span: span(from: start))
    }

    /// `simple = "symmetric" expression | "bits" "(" expression ")"
    ///         | ( "Set" | "Range" | "List" ) "<" type ">"
    ///         | "Queue" "<" type "," expression ">" | expression ( "..<" | "..." ) expression | name`
    private mutating func parseSimpleType() -> Syntax.TypeExpression {
        let start = self.start
        switch kind {
        case .symmetric:
            skip()
            let count = parseOperand(Precedence.bitOr.rawValue)
            return typeNode(.symmetric(count: count), from: start)
        case .bits:
            skip()
            let opening = index
            expect(.leftParenthesis, help: "write 'bits(WIDTH)'")
            let saved = isInAngleBrackets
            isInAngleBrackets = false
            let width = parseExpression()
            isInAngleBrackets = saved
            expectClosing(.rightParenthesis, of: opening)
            return typeNode(.bits(width: width), from: start)
        case .identifier where kind(ahead: 1) == .less:
            if let generic = parseGenericType() { return generic }
        case .stop: return missingType()
        case let keyword where keyword.isKeyword && !isAtLineStart:
            fail(ParseDiagnostics.reservedWord(keyword.rawValue, as: "a type", at: span(of: token)))
            return missingType()
        case .number, .leftParenthesis, .minus, .complement, .identifier: break
        default:
            failExpecting("a type")
            return missingType()
        }
        return parseRangeOrName()
    }

    /// `Set<T>` and its like; `nil` where the name is none of them.
    private mutating func parseGenericType() -> Syntax.TypeExpression? {
        let start = self.start
        let name = text(token)
        guard ["Set", "Range", "List", "Queue"].contains(name) else { return nil }
        skip()
        mark(.angle)
        skip()
        let saved = isInAngleBrackets
        isInAngleBrackets = true
        defer { isInAngleBrackets = saved }
        let element = parseType()
        let type: Syntax.TypeExpression.Kind
        switch name {
        case "Set": type = .set(element)
        case "Range": type = .interval(element)
        case "List": type = .list(element)
        default:
            expect(.comma, "and the capacity of the queue", help: "write 'Queue<T, CAPACITY>'")
            type = .queue(element, capacity: parseOperand(Precedence.bitOr.rawValue))
        }
        if !takeClosingAngle(), !hasFailed { failExpecting("'>'") }
        return typeNode(type, from: start)
    }

    private mutating func parseRangeOrName() -> Syntax.TypeExpression {
        let start = self.start
        let first = parseOperand(Precedence.bitOr.rawValue)
        guard !hasFailed else { return missingType() }
        if kind == .interval || kind == .halfOpen {
            let isInclusive = kind == .interval
            skip()
            let last = parseOperand(Precedence.bitOr.rawValue)
            return typeNode(.range(lower: first, upper: last, isInclusive: isInclusive), from: start)
        }
        if case .name(let name) = first.kind { return typeNode(.named(name), from: start) }
        fail(
            ParseDiagnostics.expected(
                "a type, found a value", found: "", at: first.span,
                help: "a range of numbers is written '0 ..< COUNT' or '0 ... LAST'"))
        return missingType()
    }
}
