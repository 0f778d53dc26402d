// SPDX-License-Identifier: MIT

import Diagnostics

extension Parser {
    /// How tightly an operator binds; the higher the tighter.
    enum Precedence: Int {
        case implies = 1
        case or, and, comparison, interval, bitOr, bitXor, bitAnd, shift, sum, product

        /// What the right operand of a left-associative operator is made of.
        var next: Int { rawValue + 1 }
    }

    private enum Infix {
        case binary(Syntax.BinaryOperator, Precedence)
        case interval

        var precedence: Precedence {
            switch self {
            case .binary(_, let precedence): precedence
            case .interval: .interval
            }
        }
    }

    /// The operator the next token is, if it is one here.
    private var infix: Infix? {
        switch kind {
        case .implies: .binary(.connective(.implies), .implies)
        case .or: .binary(.connective(.or), .or)
        case .and: .binary(.connective(.and), .and)
        case .equal: .binary(.comparison(.equal), .comparison)
        case .notEqual: .binary(.comparison(.notEqual), .comparison)
        case .less: .binary(.comparison(.less), .comparison)
        case .lessOrEqual: .binary(.comparison(.lessOrEqual), .comparison)
        case .greater: isInAngleBrackets ? nil : .binary(.comparison(.greater), .comparison)
        case .greaterOrEqual: isInAngleBrackets ? nil : .binary(.comparison(.greaterOrEqual), .comparison)
        case .interval: .interval
        case .bitOr: .binary(.arithmetic(.bitOr), .bitOr)
        case .bitXor: .binary(.arithmetic(.bitXor), .bitXor)
        case .bitAnd: .binary(.arithmetic(.bitAnd), .bitAnd)
        case .shiftLeft: .binary(.arithmetic(.shiftLeft), .shift)
        case .shiftRight: isInAngleBrackets ? nil : .binary(.arithmetic(.shiftRight), .shift)
        case .plus: .binary(.arithmetic(.add), .sum)
        case .minus: .binary(.arithmetic(.subtract), .sum)
        case .star: .binary(.arithmetic(.multiply), .product)
        case .slash: .binary(.arithmetic(.divide), .product)
        case .percent: .binary(.arithmetic(.remainder), .product)
        default: nil
        }
    }

    func missingExpression() -> Syntax.Expression {
        Syntax.Expression(.missing, span: Span(file: id, start: start, end: start))
    }

    /// A node above parts of height `below`.
    mutating func node(_ kind: Syntax.Expression.Kind, from start: Int, above below: Int) -> Syntax.Expression
    {
        height = below + 1
        guard fits(height: height, from: start) else { return missingExpression() }
        return Syntax.Expression(kind, span: span(from: start))
    }

    /// `expression`: what binds least.
    mutating func parseExpression() -> Syntax.Expression {
        guard enter() else { return missingExpression() }
        defer { leave() }
        let expression = parseOperand(Precedence.implies.rawValue)
        switch kind {
        case .question where !isAtLineStart:
            fail(
                ParseDiagnostics.foreign(
                    "a ? b : c", at: span(of: token), help: "write 'if a { b } else { c }'"))
        case .halfOpen: fail(ParseDiagnostics.halfOpenValue(at: span(of: token)))
        default: break
        }
        return expression
    }

    /// An expression where truth is asked for, so that `=` must be a misspelt `==`.
    mutating func parseTruth() -> Syntax.Expression {
        let start = self.start
        let left = parseExpression()
        guard kind == .assign else { return left }
        let leftHeight = height
        report(ParseDiagnostics.assignmentInCondition(at: span(of: token)))
        skip()
        let right = parseExpression()
        return node(.binary(.comparison(.equal), left, right), from: start, above: max(leftHeight, height))
    }

    /// Operators of at least this precedence and what they join (precedence climbing).
    mutating func parseOperand(_ lowest: Int) -> Syntax.Expression {
        let start = self.start
        var left = parseUnary()
        var hasCompared = false
        while let infix, infix.precedence.rawValue >= lowest {
            if isDecrement {
                fail(ParseDiagnostics.foreign("--", at: span(of: token), help: "write 'x = x - 1'"))
                break
            }
            let precedence = infix.precedence
            if precedence == .comparison || precedence == .interval {
                let isInterval = precedence == .interval
                if hasCompared, isInterval { report(ParseDiagnostics.chainedInterval(at: span(of: token))) }
                if hasCompared, !isInterval {
                    report(ParseDiagnostics.chainedComparison(at: span(of: token)))
                }
                hasCompared = true
            }
            let leftHeight = height
            skip()
            guard enter() else { return left }
            let right = parseOperand(precedence == .implies ? precedence.rawValue : precedence.next)
            leave()
            let below = max(leftHeight, height)
            switch infix {
            case .binary(let sign, _): left = node(.binary(sign, left, right), from: start, above: below)
            case .interval: left = node(.interval(first: left, last: right), from: start, above: below)
            }
            if precedence == .interval { hasCompared = false }
            if precedence == .interval, kind == .interval { hasCompared = true }
        }
        return left
    }

    /// Whether the next tokens are `--` at the end of a statement.
    private var isDecrement: Bool {
        guard kind == .minus, kind(ahead: 1) == .minus else { return false }
        let second = tokens[index + 1]
        let after = tokens[index + 2]
        guard second.start == token.end else { return false }
        return after.newlineBefore || [.semicolon, .rightBrace, .rightParenthesis].contains(after.kind)
    }

    /// `( "!" | "-" | "~" ) unary | postfix`
    mutating func parseUnary() -> Syntax.Expression {
        let sign: Syntax.UnaryOperator
        switch kind {
        case .not: sign = .not
        case .minus: sign = .sign(.negate)
        case .complement: sign = .sign(.complement)
        case .bitAnd, .star:
            fail(
                ParseDiagnostics.foreign(
                    "\(kind.rawValue)x", at: span(of: token),
                    help: "there are no pointers: write the name itself"))
            return missingExpression()
        case .increment:
            fail(ParseDiagnostics.foreign("++", at: span(of: token), help: "write 'x = x + 1'"))
            return missingExpression()
        case .if: return parseConditional()
        case .forall: return parseQuantifier(.forall)
        case .exists: return parseQuantifier(.exists)
        default: return parsePostfix()
        }
        let start = self.start
        guard enter() else { return missingExpression() }
        defer { leave() }
        skip()
        let operand = parseUnary()
        return node(.unary(sign, operand), from: start, above: height)
    }

    /// `primary { "." name [ arguments ] | "[" expression "]" | arguments }`
    private mutating func parsePostfix() -> Syntax.Expression {
        let start = self.start
        let isName = kind == .identifier
        let name = token
        var base = parsePrimary()
        while !hasFailed {
            let below = height
            switch kind {
            case .dot, .arrow: base = parseMember(of: base, from: start, above: below)
            case .leftBracket where !isAtLineStart: base = parseElement(of: base, from: start, above: below)
            case .leftParenthesis where !isAtLineStart:
                guard isName, span(from: start) == span(of: name) else {
                    fail(ParseDiagnostics.notCallable(at: base.span))
                    return base
                }
                let callee = Syntax.Name(text: text(name), span: span(of: name))
                let arguments = parseArguments()
                base = node(.call(callee: callee, arguments: arguments), from: start, above: height)
            case .increment:
                fail(ParseDiagnostics.foreign("++", at: span(of: token), help: "write 'x = x + 1'"))
            default: return base
            }
        }
        return base
    }

    /// `"." name [ arguments ]`
    private mutating func parseMember(
        of base: Syntax.Expression, from start: Int, above below: Int
    ) -> Syntax.Expression {
        if kind == .arrow {
            report(
                ParseDiagnostics.foreign(
                    "->", at: span(of: token), help: "write '.': there are no pointers"))
        }
        skip()
        let name = parseMemberName()
        guard kind == .leftParenthesis, !isAtLineStart else {
            return node(.member(base: base, name: name), from: start, above: below)
        }
        let arguments = parseArguments()
        return node(
            .methodCall(base: base, method: name, arguments: arguments), from: start,
            above: max(below, height))
    }

    /// A field or method. A method may have the name of a keyword: `owned.remove(page)`.
    private mutating func parseMemberName() -> Syntax.Name {
        let word = token
        guard kind.isKeyword, kind(ahead: 1) == .leftParenthesis, !word.newlineBefore else {
            return parseName("the name of a field or method")
        }
        skip()
        return Syntax.Name(text: text(word), span: span(of: word))
    }

    /// `"[" ( expression | "all" ) "]"`
    private mutating func parseElement(
        of base: Syntax.Expression, from start: Int, above below: Int
    ) -> Syntax.Expression {
        let opening = index
        skip()
        if kind == .all, kind(ahead: 1) == .rightBracket {
            skip()
            skip()
            return node(.everyElement(base: base), from: start, above: below)
        }
        let index = outsideAngles { $0.parseExpression() }
        expectClosing(.rightBracket, of: opening)
        return node(.element(base: base, index: index), from: start, above: max(below, height))
    }

    /// `"(" [ argument { "," argument } ] ")"` with `argument = [ name ":" ] expression`; leaves the
    /// greatest height.
    private mutating func parseArguments() -> [Syntax.Argument] {
        let opening = index
        skip()
        var arguments: [Syntax.Argument] = []
        var highest = 0
        while kind != .rightParenthesis, kind != .endOfFile, !hasFailed {
            var label: Syntax.Name?
            if kind(ahead: 1) == .colon {
                label = parseName("the name of a field")
                expect(.colon)
            }
            let value = outsideAngles { $0.parseExpression() }
            highest = max(highest, height)
            arguments.append(Syntax.Argument(label: label, value: value))
            if !take(.comma) { break }
        }
        expectClosing(.rightParenthesis, of: opening)
        height = highest
        return arguments
    }

    /// Parses inside of `(…)` or `[…]`, where `>` is a comparison again.
    private mutating func outsideAngles<Result>(_ parse: (inout Parser) -> Result) -> Result {
        let saved = isInAngleBrackets
        isInAngleBrackets = false
        defer { isInAngleBrackets = saved }
        return parse(&self)
    }

    /// `number | "true" | "false" | "none" | name | "(" expression ")" | list`
    private mutating func parsePrimary() -> Syntax.Expression {
        let first = token
        height = 1
        switch kind {
        case .number:
            skip()
            return Syntax.Expression(.integer(Int128(value(of: first))), span: span(of: first))
        case .true, .false:
            skip()
            return Syntax.Expression(.bool(first.kind == .true), span: span(of: first))
        case .none:
            skip()
            return Syntax.Expression(.none, span: span(of: first))
        case .identifier: return parseVariable()
        case .leftParenthesis: return parseParenthesized()
        case .leftBracket: return parseList()
        case .fault:
            report(ParseDiagnostics.misplacedFault(at: span(of: first)))
            skip()
            let name = parseName("the name of a fault")
            return node(.fault(name), from: Int(first.start), above: 0)
        case .all: fail(ParseDiagnostics.misplacedAll(at: span(of: first)))
        case .always, .eventually, .leadsTo:
            fail(ParseDiagnostics.misplacedTemporal(first.kind.rawValue, at: span(of: first)))
        case .string: failExpecting("an expression", help: "there are no strings but the title after 'as'")
        default: if !hasFailed { failExpecting("an expression") }
        }
        return missingExpression()
    }

    /// A number's value; what does not fit was reported by the lexer.
    func value(of token: Token) -> UInt64 {
        guard case .value(let value) = Lexer.value(of: file.bytes[Int(token.start)..<Int(token.end)]) else {
            return 0
        }
        return value
    }

    private mutating func parseVariable() -> Syntax.Expression {
        let name = token
        skip()
        let text = text(name)
        if text == "NULL" || text == "nullptr" {
            report(
                ParseDiagnostics.foreign(
                    text, at: span(of: name),
                    help: "write 'none', and 'T?' for the type of what may be absent"))
            return Syntax.Expression(.none, span: span(of: name))
        }
        return Syntax.Expression(.name(text), span: span(of: name))
    }

    private mutating func parseParenthesized() -> Syntax.Expression {
        let start = self.start
        let opening = index
        skip()
        let inner = outsideAngles { $0.parseTruth() }
        expectClosing(.rightParenthesis, of: opening)
        return Syntax.Expression(inner.kind, span: span(from: start))
    }

    /// `"[" [ expression { "," expression } ] "]"`
    private mutating func parseList() -> Syntax.Expression {
        let start = self.start
        let opening = index
        skip()
        var elements: [Syntax.Expression] = []
        var highest = 0
        while kind != .rightBracket, kind != .endOfFile, !hasFailed {
            elements.append(outsideAngles { $0.parseExpression() })
            highest = max(highest, height)
            if !take(.comma) { break }
        }
        expectClosing(.rightBracket, of: opening)
        return node(.list(elements), from: start, above: highest)
    }

    /// `"if" condition "{" expression "}" [ "else" ( "{" expression "}" | if-expression ) ]`
    private mutating func parseConditional() -> Syntax.Expression {
        let start = self.start
        guard enter() else { return missingExpression() }
        defer { leave() }
        let saved = isInAngleBrackets
        isInAngleBrackets = false
        defer { isInAngleBrackets = saved }
        skip()
        let condition = parseCondition()
        var highest = height
        let then = parseBracedExpression()
        highest = max(highest, height)
        var otherwise: Syntax.Expression?
        if take(.else) {
            otherwise = kind == .if ? parseConditional() : parseBracedExpression()
            highest = max(highest, height)
        }
        return node(
            .conditional(condition: condition, then: then, otherwise: otherwise), from: start, above: highest)
    }

    private mutating func parseBracedExpression() -> Syntax.Expression {
        let opening = index
        guard expect(.leftBrace) else { return missingExpression() }
        mark(.member)
        let expression = parseExpression()
        expectClosing(.rightBrace, of: opening)
        return expression
    }

    /// `condition = "let" name "=" expression | "fault" name | expression`; leaves its height.
    mutating func parseCondition() -> Syntax.Condition {
        if take(.let) {
            let name = parseName("the name of a value")
            expect(.assign, "and the optional it is taken from")
            return .binding(name: name, value: parseExpression())
        }
        guard kind == .fault else { return .expression(parseTruth()) }
        let start = self.start
        skip()
        let name = parseName("the name of a fault")
        if infix != nil { fail(ParseDiagnostics.misplacedFault(at: span(from: start))) }
        return .expression(node(.fault(name), from: start, above: 0))
    }

    /// `( "forall" | "exists" ) "(" name ( ":" type | "in" expression ) { "," … } ")" expression`
    private mutating func parseQuantifier(_ quantifier: Syntax.Quantifier) -> Syntax.Expression {
        let start = self.start
        guard enter() else { return missingExpression() }
        defer { leave() }
        skip()
        let opening = index
        expect(.leftParenthesis, help: "write '\(quantifier.rawValue)(x: T) condition'")
        var bindings: [Syntax.QuantifierBinding] = []
        var highest = 0
        let saved = isInAngleBrackets
        isInAngleBrackets = false
        parseSeparated(until: .rightParenthesis) { parser in
            let name = parser.parseName("the name of a value")
            if parser.take(.in) {
                bindings.append(.overList(name: name, list: parser.parseExpression()))
                highest = max(highest, parser.height)
            } else {
                if !parser.take(.colon), !parser.hasFailed {
                    parser.failExpecting("':' and a type, or 'in' and a list")
                }
                bindings.append(.overType(Syntax.Binding(name: name, type: parser.parseType())))
            }
        }
        expectClosing(.rightParenthesis, of: opening)
        isInAngleBrackets = saved
        let body = parseExpression()
        return node(
            .quantifier(quantifier, bindings: bindings, body: body), from: start, above: max(highest, height))
    }
}
