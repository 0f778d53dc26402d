// SPDX-License-Identifier: MIT

import Diagnostics

extension Parser {
    /// `block = "{" { statement [ ";" ] } "}"`
    mutating func parseBlock(_ purpose: String = "") -> Syntax.Block {
        let start = self.start
        var statements: [Syntax.Statement] = []
        guard enter() else { return Syntax.Block(statements: [], span: span(from: start)) }
        defer { leave() }
        if let level = openBrace(purpose) {
            while kind != .rightBrace, kind != .endOfFile, !hasFailed {
                if leavesUnclosed() { break }
                let first = index
                mark(.member)
                if let statement = parseStatement() { statements.append(statement) }
                endStatement()
                if hasFailed, !recover(in: level, from: first) { break }
            }
            closeBrace(of: level)
        }
        return Syntax.Block(statements: statements, span: span(from: start))
    }

    /// Whether a declaration begins here because a `}` is missing above.
    func leavesUnclosed() -> Bool {
        !bracesAreBalanced && isAtLineStart && kind.beginsDeclaration
    }

    /// A statement ends at a line end, at `;`, or before `}`.
    mutating func endStatement() {
        guard !hasFailed, !take(.semicolon), !isAtLineStart, kind != .rightBrace, kind != .endOfFile else {
            return
        }
        // Nothing is unclear after a block.
        if index > 0, tokens[index - 1].kind == .rightBrace { return }
        fail(ParseDiagnostics.statementsOnOneLine(found: describe(token), at: span(of: token)))
    }

    /// `statement`; `nil` after an error that left nothing to keep.
    mutating func parseStatement() -> Syntax.Statement? {
        let start = self.start
        guard let kind = parseStatementKind() else { return nil }
        return Syntax.Statement(kind, span: span(from: start))
    }

    private mutating func parseStatementKind() -> Syntax.Statement.Kind? {
        switch kind {
        case .let, .var: return parseDeclare()
        case .if: return parseIf()
        case .guard: return parseGuard()
        case .while: return parseWhile()
        case .for: return parseFor()
        case .return: return parseReturn()
        case .step:
            skip()
            guard kind == .identifier, !isAtLineStart else { return .step(label: nil) }
            return .step(label: parseName("the label of a step"))
        case .await:
            skip()
            return .await(parseTruth())
        case .with: return parseWithLock()
        case .choose: return parseChoose()
        case .assert: return parseAssert()
        case .leftBrace:
            failAtToken(
                expecting: "a statement",
                help: "a block stands after 'if', 'while', 'for' and their like only")
            return nil
        case .fault:
            fail(ParseDiagnostics.misplacedFault(at: span(of: token)))
            return nil
        case let keyword where keyword.beginsDeclaration:
            fail(ParseDiagnostics.declarationInBlock(keyword.rawValue, at: span(of: token)))
            return nil
        default: return parseAssignmentOrCall()
        }
    }

    /// `( "let" | "var" ) name [ ":" type ] "=" expression`
    private mutating func parseDeclare() -> Syntax.Statement.Kind {
        let isMutable = kind == .var
        skip()
        let name = parseName("the name of a \(isMutable ? "variable" : "value")")
        let type = take(.colon) ? parseType() : nil
        expect(.assign, "and a value")
        return .declare(name: name, isMutable: isMutable, type: type, value: parseExpression())
    }

    /// `"if" condition block [ "else" ( block | if-statement ) ]`
    private mutating func parseIf() -> Syntax.Statement.Kind? {
        guard enter() else { return nil }
        defer { leave() }
        skip()
        let condition = parseCondition()
        let then = parseBlock()
        guard take(.else) else { return .conditional(condition: condition, then: then, otherwise: nil) }
        guard kind == .if else {
            return .conditional(condition: condition, then: then, otherwise: parseBlock())
        }
        let start = self.start
        guard let nested = parseIf() else {
            return .conditional(condition: condition, then: then, otherwise: nil)
        }
        let place = span(from: start)
        let otherwise = Syntax.Block(statements: [Syntax.Statement(nested, span: place)], span: place)
        return .conditional(condition: condition, then: then, otherwise: otherwise)
    }

    /// `"guard" condition "else" block`
    private mutating func parseGuard() -> Syntax.Statement.Kind {
        skip()
        let condition = parseCondition()
        expect(.else, help: "write 'guard condition else { return … }'")
        return .guardElse(condition: condition, otherwise: parseBlock())
    }

    /// `"while" expression { "invariant" expression } [ "decreases" expression ] block`
    private mutating func parseWhile() -> Syntax.Statement.Kind {
        skip()
        let condition = parseTruth()
        var invariants: [Syntax.Expression] = []
        while kind == .invariant {
            mark(.clause)
            skip()
            invariants.append(parseTruth())
        }
        mark(.clause)
        let decreases = take(.decreases) ? parseExpression() : nil
        return .whileLoop(
            condition: condition, invariants: invariants, decreases: decreases, body: parseBlock())
    }

    /// `"for" name "in" expression block`
    private mutating func parseFor() -> Syntax.Statement.Kind? {
        skip()
        if kind == .leftParenthesis {
            failExpecting(
                "a name", help: "write 'for x in Type { … }' or 'for i in first ... last { … }'")
            return nil
        }
        let name = parseName("the name of a value")
        expect(.in)
        let sequence = parseExpression()
        return .forLoop(name: name, sequence: sequence, body: parseBlock())
    }

    /// `"return" [ expression ]`
    private mutating func parseReturn() -> Syntax.Statement.Kind {
        skip()
        let ends = isAtLineStart || [.rightBrace, .semicolon, .endOfFile].contains(kind)
        return .returnValue(ends ? nil : parseExpression())
    }

    /// `"with" "lock" "(" target ")" block`
    private mutating func parseWithLock() -> Syntax.Statement.Kind {
        skip()
        expect(.lock, help: "write 'with lock(l) { … }'")
        let opening = index
        expect(.leftParenthesis)
        let lock = parseExpression()
        expectClosing(.rightParenthesis, of: opening)
        return .withLock(lock, parseBlock())
    }

    /// `"choose" "{" { arm [ ";" ] } "}"`
    private mutating func parseChoose() -> Syntax.Statement.Kind? {
        guard enter() else { return nil }
        defer { leave() }
        skip()
        var arms: [Syntax.Arm] = []
        guard let level = openBrace("and the arms") else { return .choose([]) }
        while kind != .rightBrace, kind != .endOfFile, !hasFailed {
            if leavesUnclosed() { break }
            let first = index
            mark(.member)
            if let arm = parseArm() { arms.append(arm) }
            endStatement()
            if hasFailed, !recover(in: level, from: first) { break }
        }
        closeBrace(of: level)
        return .choose(arms)
    }

    /// `arm = [ "any" "(" bindings ")" ] [ "where" expression ] "=>" ( block | statement )`
    private mutating func parseArm() -> Syntax.Arm? {
        let start = self.start
        guard [.any, .where, .doubleArrow].contains(kind) else {
            failAtToken(
                expecting: "an arm", help: "an arm is written 'any(x: T) where condition => statement'")
            return nil
        }
        let first = index
        var bindings: [Syntax.Binding] = []
        if take(.any) { bindings = parseBindings("what to choose, as in 'any(x: T)'") }
        if index > first { mark(.clause) }
        let condition = take(.where) ? parseTruth() : nil
        if index > first { mark(.clause) }
        if !take(.doubleArrow), !hasFailed {
            switch kind {
            case .leftBrace: report(ParseDiagnostics.expected("'=>'", found: "'{'", at: span(of: token)))
            case .arrow:
                report(ParseDiagnostics.expected("'=>'", found: "'->'", at: span(of: token)))
                skip()
            default: failExpecting("'=>' and what the arm does")
            }
        }
        let body: Syntax.Block
        if kind == .leftBrace {
            body = parseBlock()
        } else {
            mark(.nested)
            let statement = parseStatement()
            body = Syntax.Block(statements: statement.map { [$0] } ?? [], span: span(from: start))
        }
        return Syntax.Arm(bindings: bindings, condition: condition, body: body, span: span(from: start))
    }

    /// `"assert" [ name ":" ] expression`
    private mutating func parseAssert() -> Syntax.Statement.Kind {
        skip()
        guard kind == .identifier, kind(ahead: 1) == .colon else { return .assert(name: nil, parseTruth()) }
        let name = parseName("the name of an assertion")
        expect(.colon)
        return .assert(name: name, parseTruth())
    }

    /// `target "=" expression | call`
    private mutating func parseAssignmentOrCall() -> Syntax.Statement.Kind? {
        if let complaint = foreignStatement() {
            fail(complaint)
            return nil
        }
        guard kind != .semicolon, kind != .else, kind != .doubleArrow else {
            failAtToken(expecting: "a statement")
            return nil
        }
        let target = parseExpression()
        guard !hasFailed else { return .call(target) }
        if take(.assign) { return .assign(target: target, value: parseExpression()) }
        if kind.isCompoundAssignment {
            let sign = String(kind.rawValue.dropLast())
            fail(
                ParseDiagnostics.foreign(
                    kind.rawValue, at: span(of: token), help: "write 'x = x \(sign) …'"))
        }
        switch target.kind {
        case .call, .methodCall: return .call(target)
        case .binary(.comparison(.equal), _, _):
            fail(
                ParseDiagnostics.noEffect(at: target.span, help: "write '=' to assign, or 'assert' before it")
            )
        case .binary, .bool, .conditional, .element, .everyElement, .fault, .integer, .interval, .list,
            .member, .missing, .name, .none, .quantifier, .unary:
            fail(ParseDiagnostics.noEffect(at: target.span, help: "write 'target = value' or 'name(…)'"))
        }
        return nil
    }

    /// A statement that begins with a word of another language, or a misspelt keyword.
    private func foreignStatement() -> Diagnostic? {
        guard kind == .identifier else { return nil }
        let word = shownText(token)
        let place = span(of: token)
        let next = kind(ahead: 1)
        let isAlone = tokens[index + 1].newlineBefore || next == .semicolon || next == .rightBrace
        // `x = …`, `x.f`, `x[…]`: a name like any other.
        let startsUnlikeOurs =
            isAlone || next == .identifier || next == .number || next == .leftBrace || next.isKeyword
        if startsUnlikeOurs || next == .leftParenthesis && ["switch"].contains(word),
            let help = ParseDiagnostics.helpForForeignStatement[word]
        {
            return ParseDiagnostics.foreign(word, at: place, help: help)
        }
        guard startsUnlikeOurs, !isAlone, next != .implies else { return nil }
        let keywords = Token.Kind.statementKeywords.map(\.rawValue) + ["else"]
        if let suggestion = closestName(to: word, among: keywords.sorted()) {
            return ParseDiagnostics.misspeltKeyword(word, suggestion: suggestion, at: place)
        }
        guard next == .identifier else { return nil }
        let name = shownText(tokens[index + 1])
        return ParseDiagnostics.foreign(
            "\(word) \(name)", at: place, help: "write 'let \(name) = …', or 'var \(name): Type = …'")
    }
}
