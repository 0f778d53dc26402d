// SPDX-License-Identifier: MIT

package import Diagnostics

/// Recursive descent over the tokens of one file, one function a grammar rule (Documentation/language.md).
///
/// Never fails. At an error the parser reports once and then sees only `Token.Kind.stop`, which no rule
/// accepts: all rules end with what they have, up to the loop over statements or declarations, which skips
/// to the next place where it can go on (`Parser+Recovery`). So names stay declared, and one mistake gives
/// one message.
package struct Parser {
    let file: SourceFile
    let id: SourceFileID
    private(set) var tokens: [Token]
    let documentation: [Int: String]
    var diagnostics: [Diagnostic] = []
    /// Number of the next token.
    private(set) var index = 0
    /// Whether an error was reported in this statement or declaration: everything is silent until it has
    /// ended.
    var hasFailed = false
    /// Whether the rest of the file is not read.
    private(set) var hasAbandoned = false
    /// Whether each `{` has its `}` in the whole file. If so, recovery trusts the braces; if not, the
    /// keywords.
    let bracesAreBalanced: Bool
    /// The same for `(` and `[`; if not, recovery trusts the lines.
    let parenthesesAreBalanced: Bool
    /// Whether a missing or stray brace was already reported; one such mistake has many consequences.
    var hasReportedBraces = false
    /// Braces and other brackets open at the next token.
    var braceDepth = 0
    var parenthesisDepth = 0
    /// Levels entered: how deep the parser itself, and the tree above the next node, is.
    private var depth = 0
    /// Height of the expression last parsed.
    var height = 0
    /// Whether `>` and `>>` close a type's angle brackets here.
    var isInAngleBrackets = false
    /// What the formatter asks for; `nil` where nobody does. By the token's offset.
    private var marks: [Int32: LayoutMark]?

    private init(_ file: SourceFile, id: SourceFileID, stream: TokenStream) {
        self.file = file
        self.id = id
        tokens = stream.tokens
        documentation = stream.documentation
        bracesAreBalanced = Self.areBalanced(stream.tokens, [.leftBrace], [.rightBrace])
        parenthesesAreBalanced = Self.areBalanced(
            stream.tokens, [.leftParenthesis, .leftBracket], [.rightParenthesis, .rightBracket])
    }

    private static func areBalanced(
        _ tokens: [Token], _ opening: [Token.Kind], _ closing: [Token.Kind]
    ) -> Bool {
        var open = 0
        for token in tokens where open >= 0 {
            if opening.contains(token.kind) { open += 1 }
            if closing.contains(token.kind) { open -= 1 }
        }
        return open == 0
    }

    /// The tree of a file and what is wrong with it, in source order, at most about 20 diagnostics. With
    /// errors the tree holds what could be understood; it is `nil` where not even the module's name could.
    package static func parse(
        _ file: SourceFile, id: SourceFileID
    ) -> (module: Syntax.Module?, diagnostics: [Diagnostic]) {
        var marks: [Int32: LayoutMark]?
        return parse(file, id: id, marks: &marks)
    }

    /// The same, with what the formatter must know.
    static func parseWithLayout(
        _ file: SourceFile, id: SourceFileID
    ) -> (module: Syntax.Module?, marks: [Int32: LayoutMark], diagnostics: [Diagnostic]) {
        var marks: [Int32: LayoutMark]? = [:]
        let (module, diagnostics) = parse(file, id: id, marks: &marks)
        return (module, marks ?? [:], diagnostics)
    }

    private static func parse(
        _ file: SourceFile, id: SourceFileID, marks: inout [Int32: LayoutMark]?
    ) -> (module: Syntax.Module?, diagnostics: [Diagnostic]) {
        let stream = Lexer.lex(file, id: id)
        // Not text, or hopeless: what a parser would say about it helps nobody.
        let isText = stream.tokens.count > 1 || stream.diagnostics.isEmpty
        guard isText, stream.diagnostics.count <= Limits.diagnosticsMax else {
            return (nil, capped(stream.diagnostics))
        }
        var parser = Parser(file, id: id, stream: stream)
        parser.marks = marks
        let module = parser.parseModule()
        marks = parser.marks
        let all = (stream.diagnostics + parser.diagnostics).enumerated()
            .sorted { ($0.element.span?.start ?? 0, $0.offset) < ($1.element.span?.start ?? 0, $1.offset) }
            .map(\.element)
        return (module, capped(all))
    }

    private static func capped(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        guard diagnostics.count > Limits.diagnosticsMax else { return diagnostics }
        let shown = Array(diagnostics.prefix(Limits.diagnosticsMax))
        guard let place = diagnostics[Limits.diagnosticsMax].span else { return shown }
        return shown + [ParseDiagnostics.tooManyErrors(at: place)]
    }

    // MARK: - Tokens

    /// The next token's kind; `stop` after an error.
    var kind: Token.Kind { hasFailed ? .stop : tokens[index].kind }

    /// The kind of a token further on.
    func kind(ahead distance: Int) -> Token.Kind {
        hasFailed ? .stop : tokens[min(index + distance, tokens.count - 1)].kind
    }

    var token: Token { tokens[index] }

    /// Whether a line end stands before the next token.
    var isAtLineStart: Bool { tokens[index].newlineBefore }

    func text(_ token: Token) -> String {
        String(decoding: file.bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
    }

    func span(of token: Token) -> Span { Span(file: id, start: Int(token.start), end: Int(token.end)) }

    /// Offset at which what is parsed next starts.
    var start: Int { Int(tokens[index].start) }

    /// From `start` to the end of the last token that was taken.
    func span(from start: Int) -> Span {
        let end = index > 0 ? Int(tokens[index - 1].end) : start
        return Span(file: id, start: start, end: end)
    }

    /// Takes the next token, whatever it is.
    mutating func skip() {
        switch tokens[index].kind {
        case .leftBrace: braceDepth += 1
        case .rightBrace: braceDepth = max(0, braceDepth - 1)
        case .leftParenthesis, .leftBracket: parenthesisDepth += 1
        case .rightParenthesis, .rightBracket: parenthesisDepth = max(0, parenthesisDepth - 1)
        default: break
        }
        if index < tokens.count - 1 { index += 1 }
    }

    /// Notes for the formatter what begins with the next token.
    mutating func mark(_ mark: LayoutMark) {
        if marks != nil { marks?[tokens[index].start] = mark }
    }

    /// Takes the next token if it is of this kind.
    mutating func take(_ wanted: Token.Kind) -> Bool {
        guard kind == wanted else { return false }
        skip()
        return true
    }

    /// Takes a name that is a keyword only here.
    mutating func takeWord(_ word: String) -> Bool {
        guard isWord(word) else { return false }
        skip()
        return true
    }

    func isWord(_ word: String) -> Bool { kind == .identifier && text(token) == word }

    /// Takes `>`, also where it is the first half of `>>` or `>=`.
    mutating func takeClosingAngle() -> Bool {
        let rest: Token.Kind
        mark(.angle)
        switch kind {
        case .greater: return take(.greater)
        case .shiftRight: rest = .greater
        case .greaterOrEqual: rest = .assign
        default: return false
        }
        tokens[index].kind = rest
        tokens[index].start += 1
        tokens[index].newlineBefore = false
        return true
    }

    // MARK: - Errors

    /// Reports; parsing goes on.
    mutating func report(_ diagnostic: Diagnostic) {
        guard !hasFailed, !hasAbandoned else { return }
        diagnostics.append(diagnostic)
        if diagnostics.count > Limits.diagnosticsMax { abandon() }
    }

    /// Reports and gives up on the current statement or declaration.
    mutating func fail(_ diagnostic: Diagnostic) {
        // The lexer has spoken about this place.
        if !hasFailed, tokens[index].kind != .invalid { report(diagnostic) }
        hasFailed = true
    }

    /// Gives up on the rest of the file.
    mutating func abandon() {
        hasFailed = true
        hasAbandoned = true
        index = tokens.count - 1
    }

    /// Fails with 'expected …'. The place is the next token, or the end of the line where that token
    /// should stand.
    mutating func failExpecting(_ what: String, notes: [Diagnostic.Note] = [], help: String? = nil) {
        let next = tokens[index]
        if next.newlineBefore, index > 0, next.kind != .endOfFile || tokens.count > 1 {
            let end = Int(tokens[index - 1].end)
            let place = Span(file: id, start: end, end: end)
            fail(ParseDiagnostics.expected(what, found: "", at: place, notes: notes, help: help))
        } else {
            fail(
                ParseDiagnostics.expected(
                    what, found: describe(next), at: span(of: next), notes: notes, help: help))
        }
    }

    /// Fails with 'expected …' at the next token, which should begin something.
    mutating func failAtToken(expecting what: String, help: String? = nil) {
        fail(ParseDiagnostics.expected(what, found: describe(token), at: span(of: token), help: help))
    }

    func describe(_ token: Token) -> String {
        switch token.kind {
        case .endOfFile: "the end of the file"
        case .string: "a string"
        case let kind where kind.isKeyword: "the keyword '\(kind.rawValue)'"
        default: "'\(shownText(token))'"
        }
    }

    /// A token's text as a message quotes it: a name may have millions of characters.
    func shownText(_ token: Token) -> String {
        let text = text(token)
        return text.utf8.count <= 60 ? text : text.prefix(60) + "…"
    }

    /// Takes a token that must stand here, else fails.
    @discardableResult
    mutating func expect(_ wanted: Token.Kind, _ purpose: String = "", help: String? = nil) -> Bool {
        if take(wanted) { return true }
        if !hasFailed {
            failExpecting("'\(wanted.rawValue)'\(purpose.isEmpty ? "" : " " + purpose)", help: help)
        }
        return false
    }

    /// Takes the bracket that closes the one at token `opening`.
    @discardableResult
    mutating func expectClosing(_ wanted: Token.Kind, of opening: Int) -> Bool {
        if take(wanted) { return true }
        guard !hasFailed else { return false }
        let open = tokens[opening]
        // On one line the reader sees it.
        let isFar = tokens[opening...index].dropFirst().contains(where: \.newlineBefore)
        let notes = isFar ? [Diagnostic.Note(message: "to close this", span: span(of: open))] : []
        failExpecting("'\(wanted.rawValue)'", notes: notes)
        return false
    }

    // MARK: - Names

    /// A name that must stand here; `what` says of what, as in 'the name of a constant'.
    mutating func parseName(_ what: String) -> Syntax.Name {
        let next = token
        switch kind {
        case .identifier:
            skip()
            return Syntax.Name(text: text(next), span: span(of: next))
        case let keyword where keyword.isKeyword && !next.newlineBefore:
            fail(ParseDiagnostics.reservedWord(keyword.rawValue, as: what, at: span(of: next)))
        default:
            if !hasFailed { failExpecting(what) }
        }
        return Syntax.Name(text: "", span: Span(file: id, start: start, end: start))
    }

    /// `name { "," name }`
    mutating func parseNames(_ what: String) -> [Syntax.Name] {
        var names = [parseName(what)]
        while take(.comma) { names.append(parseName(what)) }
        return names.filter { !$0.text.isEmpty }
    }

    // MARK: - Depth

    /// Enters one level; false (and the rest of the file abandoned) where that is one too many.
    mutating func enter() -> Bool {
        guard !hasFailed else { return false }
        guard depth < Limits.depthMax else {
            report(ParseDiagnostics.tooDeep(at: span(of: token)))
            abandon()
            return false
        }
        depth += 1
        return true
    }

    mutating func leave() { depth -= 1 }

    /// Whether a node of this height fits below the levels entered.
    mutating func fits(height: Int, from start: Int) -> Bool {
        guard depth + height > Limits.depthMax, !hasFailed else { return true }
        let last = index > 0 ? tokens[index - 1] : token
        report(ParseDiagnostics.tooDeep(at: span(of: last)))
        abandon()
        return false
    }
}
