// SPDX-License-Identifier: MIT

import Diagnostics

extension Parser {
    /// Where a declaration stands; decides whether `fn` and `op` have a body.
    enum Place { case module, interface, change }

    /// `declaration { ";" }`; recovers by itself.
    mutating func parseDeclaration(_ place: Place, in level: Level) -> [Syntax.Declaration] {
        let first = index
        let declarations = parseDeclarationOrFail(place)
        endDeclaration(in: level, from: first)
        return declarations
    }

    /// Behind a declaration or import: the end of the line or another one, and no `;`. Recovers by itself.
    mutating func endDeclaration(in level: Level, from first: Int) {
        if kind == .semicolon {
            report(ParseDiagnostics.semicolonAfterDeclaration(at: span(of: token)))
            while take(.semicolon) {}
        }
        let begins = kind.beginsDeclaration || kind.beginsEdit || kind == .rightBrace || kind == .endOfFile
        if !hasFailed, !isAtLineStart, !begins { failAtToken(expecting: "the end of the declaration") }
        if hasFailed { recoverToDeclaration(in: level, from: first) }
    }

    /// `declaration = { doc } ( const | type | enum | struct | fault | state | init | function | operation
    ///              | process | property | observe | interface | change | check | proof | matrix )`
    ///
    /// - Returns: Several for a `state` block, none where not even the name is known.
    private mutating func parseDeclarationOrFail(_ place: Place) -> [Syntax.Declaration] {
        let start = self.start
        let documentation = self.documentation[index] ?? ""
        let keyword = kind
        guard keyword.beginsDeclaration else {
            failAtDeclaration(place)
            return []
        }
        if keyword == .state {
            skip()
            return parseState()
        }
        skip()
        let name: Syntax.Name
        if keyword == .initial {
            name = Syntax.Name(text: "init", span: span(from: start))
        } else {
            name = parseName("the name of \(Self.noun(keyword))")
        }
        guard let kind = parseDeclarationKind(keyword, place), !name.text.isEmpty else { return [] }
        return [Syntax.Declaration(kind, name: name, documentation: documentation, span: span(from: start))]
    }

    private static func noun(_ keyword: Token.Kind) -> String {
        switch keyword {
        case .const: "a constant"
        case .enum: "an enumeration"
        case .struct: "a structure"
        case .fn: "a function"
        case .op: "an operation"
        case .invariant, .interface: "an \(keyword.rawValue)"
        case .observe: "an observer"
        case .reachable: "a condition that must be reachable"
        default: "a \(keyword.rawValue)"
        }
    }

    private mutating func parseDeclarationKind(_ keyword: Token.Kind, _ place: Place) -> Syntax.Declaration
        .Kind?
    {
        switch keyword {
        case .const: return parseConstant()
        case .type:
            expect(.assign, "and a type")
            return .type(parseType())
        case .enum: return parseEnumeration()
        case .struct: return parseStructure()
        case .fault: return .fault
        case .initial: return .initialization(parseBlock())
        case .fn: return .function(parseFunction(place))
        case .op: return .operation(parseOperation(place))
        case .process: return .process(parseProcess())
        case .invariant, .reachable:
            expect(.colon, "and a condition")
            let condition = parseTruth()
            return keyword == .invariant ? .invariant(condition) : .reachable(condition)
        case .property: return parseLiveness()
        case .interface: return parseInterface()
        case .change: return parseChange()
        case .check: return parseCheck()
        case .proof: return parseProof()
        case .matrix: return parseMatrix()
        case .observe: return parseObserver()
        default: return nil
        }
    }

    /// No declaration begins with the next token: says what may be meant.
    private mutating func failAtDeclaration(_ surroundings: Place) {
        guard !hasFailed else { return }
        let place = span(of: token)
        switch kind {
        case .rightBrace:
            if hasReportedBraces {
                hasFailed = true
            } else {
                hasReportedBraces = true
                fail(ParseDiagnostics.strayClosing("}", at: place))
            }
        case let keyword where keyword.beginsStatement: fail(ParseDiagnostics.statementOutside(at: place))
        case .replace, .remove:
            let help = surroundings == .module ? "edits stand inside 'change NAME on MODULE { … }'" : nil
            failAtToken(expecting: "a declaration", help: help)
        case .identifier:
            let word = shownText(token)
            let keywords = Token.Kind.declarationKeywords.map(\.rawValue).sorted()
            let suggestion =
                ParseDiagnostics.foreignDeclarations[word] ?? closestName(to: word, among: keywords)
            if [.assign, .leftParenthesis, .dot, .leftBracket].contains(kind(ahead: 1)), suggestion == nil {
                fail(ParseDiagnostics.statementOutside(at: place))
            } else if let suggestion {
                fail(ParseDiagnostics.misspeltKeyword(word, suggestion: suggestion, at: place))
            } else {
                failAtToken(expecting: "a declaration", help: "one of: \(keywords.joined(separator: ", "))")
            }
        default: failAtToken(expecting: "a declaration")
        }
    }

    // MARK: - Lists

    /// Members separated by commas or new lines, up to the closing bracket.
    mutating func parseSeparated(until closing: Token.Kind, _ parseMember: (inout Parser) -> Void) {
        while kind != closing, kind != .endOfFile, !hasFailed {
            mark(.member)
            parseMember(&self)
            if take(.comma) || kind == closing || isAtLineStart { continue }
            if !hasFailed { failExpecting("',' or '\(closing.rawValue)'") }
        }
    }

    /// `"(" [ bindings ] ")"`
    mutating func parseBindings(_ purpose: String) -> [Syntax.Binding] {
        let opening = index
        guard expect(.leftParenthesis, purpose.isEmpty ? "" : "and \(purpose)") else { return [] }
        var bindings: [Syntax.Binding] = []
        parseSeparated(until: .rightParenthesis) { parser in
            if let binding = parser.parseBinding("the name of a parameter") { bindings.append(binding) }
        }
        expectClosing(.rightParenthesis, of: opening)
        return bindings
    }

    /// `binding = name ":" type`
    private mutating func parseBinding(_ what: String) -> Syntax.Binding? {
        let name = parseName(what)
        expect(.colon, "and a type")
        let type = parseType()
        return name.text.isEmpty ? nil : Syntax.Binding(name: name, type: type)
    }

    // MARK: - Constants and types

    /// `const = "const" name [ ":" type ] "=" expression`
    private mutating func parseConstant() -> Syntax.Declaration.Kind {
        let type = take(.colon) ? parseType() : nil
        expect(.assign, "and a value")
        return .constant(type: type, value: parseExpression())
    }

    /// `enum = "enum" name "{" name { "," name } "}"`
    private mutating func parseEnumeration() -> Syntax.Declaration.Kind {
        var cases: [Syntax.Name] = []
        if let level = openBrace("and the cases") {
            parseSeparated(until: .rightBrace) { parser in
                let name = parser.parseName("the name of a case")
                if !name.text.isEmpty { cases.append(name) }
            }
            closeBrace(of: level)
        }
        return .enumeration(cases: cases)
    }

    /// `struct = "struct" name "{" binding { "," binding } "}"`
    private mutating func parseStructure() -> Syntax.Declaration.Kind {
        var fields: [Syntax.Binding] = []
        if let level = openBrace("and the fields") {
            parseSeparated(until: .rightBrace) { parser in
                if let field = parser.parseBinding("the name of a field") { fields.append(field) }
            }
            closeBrace(of: level)
        }
        return .structure(fields: fields)
    }

    /// `state = "state" "{" { name ":" type [ "=" expression ] [ "," ] } "}"`
    private mutating func parseState() -> [Syntax.Declaration] {
        var variables: [Syntax.Declaration] = []
        guard let level = openBrace("and the variables") else { return [] }
        parseSeparated(until: .rightBrace) { parser in
            let start = parser.start
            let documentation = parser.documentation[parser.index] ?? ""
            let name = parser.parseName("the name of a variable")
            parser.expect(.colon, "and a type")
            let type = parser.parseType()
            let initial = parser.take(.assign) ? parser.parseExpression() : nil
            guard !name.text.isEmpty else { return }
            variables.append(
                Syntax.Declaration(
                    .stateVariable(type: type, initial: initial), name: name, documentation: documentation,
                    span: parser.span(from: start)))
        }
        closeBrace(of: level)
        return variables
    }

    // MARK: - Behaviour

    /// `function = "fn" name "(" [ bindings ] ")" "->" type { "requires" expression | ensures }
    ///             [ "=" expression | block ]`
    private mutating func parseFunction(_ place: Place) -> Syntax.Function {
        let start = self.start
        let parameters = parseBindings("")
        let result = parseResult()
        var contract = Syntax.Contract()
        while !hasFailed {
            if kind == .requires || kind == .ensures { mark(.clause) }
            if take(.requires) {
                contract.requires.append(parseExpression())
            } else if kind == .ensures {
                contract.ensures.append(parseEnsures())
            } else {
                break
            }
        }
        var body: Syntax.Function.Body?
        if take(.assign) {
            body = .expression(parseExpression())
        } else if kind == .leftBrace {
            body = .block(parseBlock())
        }
        checkBody(isPresent: body != nil, place, example: "'= expression' or '{ … }'", from: start)
        return Syntax.Function(parameters: parameters, result: result, contract: contract, body: body)
    }

    /// `"->" type` of a function, which must have one.
    private mutating func parseResult() -> Syntax.TypeExpression {
        if take(.arrow) { return parseType() }
        let place = Span(file: id, start: span(from: start).end, end: span(from: start).end)
        if !hasFailed { report(ParseDiagnostics.missingResult(at: place)) }
        // `fn f(): T`
        if take(.colon) { return parseType() }
        return Syntax.TypeExpression(.missing, span: place)
    }

    /// A body stands everywhere but in an interface.
    private mutating func checkBody(isPresent: Bool, _ place: Place, example: String, from start: Int) {
        guard !hasFailed, isPresent == (place == .interface) else { return }
        if isPresent {
            report(ParseDiagnostics.bodyInInterface(at: span(from: start)))
        } else {
            failExpecting("\(example): the body")
        }
    }

    /// `ensures = "ensures" [ ( "some" "(" name ")" | "none" ) ":" ] expression`
    private mutating func parseEnsures() -> Syntax.Ensures {
        let start = self.start
        skip()
        var resultCase = Syntax.Ensures.Case.always
        if kind == .none, kind(ahead: 1) == .colon {
            skip()
            skip()
            resultCase = .none
        } else if isWord("some"), kind(ahead: 1) == .leftParenthesis, kind(ahead: 2) == .identifier,
            kind(ahead: 3) == .rightParenthesis, kind(ahead: 4) == .colon
        {
            skip()
            skip()
            resultCase = .some(parseName("the name of the result"))
            skip()
            skip()
        }
        let condition = parseExpression()
        return Syntax.Ensures(resultCase: resultCase, condition: condition, span: span(from: start))
    }

    /// `operation = "op" name "(" [ bindings ] ")" [ "->" type ] [ block ]`
    private mutating func parseOperation(_ place: Place) -> Syntax.Operation {
        let start = self.start
        let parameters = parseBindings("")
        let result = take(.arrow) ? parseType() : nil
        if kind == .assign {
            failExpecting("'{'", help: "an operation has a block; a pure expression is a 'fn'")
        } else if kind == .requires || kind == .ensures {
            failExpecting(
                "'{'", help: "only functions ('fn') have contracts; write 'assert' inside the operation")
        }
        let body = kind == .leftBrace ? parseBlock() : nil
        checkBody(isPresent: body != nil, place, example: "'{ … }'", from: start)
        return Syntax.Operation(parameters: parameters, result: result, body: body)
    }

    /// `process = "process" name [ "(" [ bindings ] ")" ] [ "as" string ] block`
    private mutating func parseProcess() -> Syntax.Process {
        let parameters = kind == .leftParenthesis ? parseBindings("") : []
        return .init(parameters: parameters, lane: parseTitle(), body: parseBlock())
    }

    /// `[ "as" string ]`
    mutating func parseTitle() -> String? {
        guard take(.as) else { return nil }
        let place = span(of: token)
        guard let title = parseString("a title in double quotes") else { return nil }
        if !(1...Limits.titleLengthMax).contains(title.utf8.count) {
            report(ParseDiagnostics.titleLength(at: place))
        }
        return title
    }

    /// What stands between double quotes.
    mutating func parseString(_ what: String) -> String? {
        let string = token
        if take(.string) { return String(text(string).dropFirst().dropLast()) }
        if !hasFailed { failExpecting(what) }
        return nil
    }

    // MARK: - Interfaces and changes

    /// `interface = "interface" name "{" { function | operation } "}"`
    private mutating func parseInterface() -> Syntax.Declaration.Kind {
        guard let level = openBrace("and the signatures") else { return .interface(members: []) }
        var members: [Syntax.Declaration] = []
        while kind != .rightBrace, kind != .endOfFile, !hasFailed {
            mark(.member)
            if kind == .fn || kind == .op {
                members += parseDeclaration(.interface, in: level)
            } else if leavesUnclosed() {
                break
            } else {
                let first = index
                failAtToken(expecting: "'fn' or 'op'", help: "an interface lists signatures only")
                recoverToDeclaration(in: level, from: first)
            }
        }
        closeBrace(of: level)
        return .interface(members: members)
    }

    /// `change = "change" name "on" name "{" { [ "replace" ] declaration | "remove" keyword name } "}"`
    private mutating func parseChange() -> Syntax.Declaration.Kind? {
        expect(.on, "and the module that is changed")
        let baseline = parseName("the name of a module")
        guard enter() else { return nil }
        defer { leave() }
        var items: [Syntax.Change.Item] = []
        if let level = openBrace("and the edits") {
            while kind != .rightBrace, kind != .endOfFile, !hasFailed {
                mark(.member)
                if kind == .remove {
                    let first = index
                    if let item = parseRemove() { items.append(item) }
                    endDeclaration(in: level, from: first)
                } else if take(.replace) {
                    items += parseDeclaration(.change, in: level).map { .replace($0) }
                } else {
                    items += parseDeclaration(.change, in: level).map { .add($0) }
                }
            }
            closeBrace(of: level)
        }
        return .change(Syntax.Change(baseline: baseline, items: items))
    }

    /// `"remove" keyword name`
    private mutating func parseRemove() -> Syntax.Change.Item? {
        skip()
        let keyword = kind
        guard keyword.beginsDeclaration, keyword != .initial else {
            if !hasFailed { failExpecting("what is removed", help: "write 'remove invariant NAME'") }
            return nil
        }
        skip()
        let name = parseName("the name of what is removed")
        return name.text.isEmpty ? nil : .remove(kind: keyword.rawValue, name: name)
    }
}
