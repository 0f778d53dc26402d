// SPDX-License-Identifier: MIT

import Diagnostics

/// What lexer and parser can say, in one place: first about characters, then about files, then about grammar.
enum ParseDiagnostics {
    // MARK: - Files and characters

    static func fileTooLarge(_ path: String, bytes: Int) -> Diagnostic {
        Diagnostic(
            "file-too-large",
            "'\(path)' has \(bytes) bytes; a spec has at most \(Limits.fileBytesMax) (4 MiB)", at: nil,
            help: "check that this is a spec; split it into modules and import them")
    }

    static func binaryFile(at span: Span) -> Diagnostic {
        Diagnostic(
            "binary-file", "the file holds a NUL byte, so it is no text", at: span, label: "first NUL byte",
            help: "check that this is a spec; save it as UTF-8")
    }

    static func notUTF8(at span: Span) -> Diagnostic {
        Diagnostic(
            "not-utf8", "the file is not UTF-8 text", at: span, label: "first byte that does not fit",
            help: "save the file as UTF-8")
    }

    static func invisibleCharacter(_ scalar: Unicode.Scalar, at span: Span) -> Diagnostic {
        Diagnostic(
            "invisible-character",
            "\(codePoint(scalar)) turns the direction of text, so it would hide what the spec says",
            at: span, help: "delete the character")
    }

    static func unexpectedCharacters(_ run: String, at span: Span) -> Diagnostic {
        let scalars = Array(run.unicodeScalars)
        guard let first = scalars.first else {
            return Diagnostic("unexpected-character", "this character has no meaning here", at: span)
        }
        let shown = first.value > 0x20 && first.value < 0x7F ? "'\(first)'" : codePoint(first)
        let message =
            scalars.count == 1
            ? "\(shown) has no meaning in a spec" : "\(shown) and what follows it have no meaning in a spec"
        return Diagnostic("unexpected-character", message, at: span, help: help(for: first))
    }

    private static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "the character U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// What to write instead of a character that looks or means much the same.
    private static func help(for scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "#": "there is no preprocessor: use 'import' and 'const'; comments start with '//'"
        case "'", "\u{2018}", "\u{2019}":
            "there are no character literals; names of enum cases are written bare"
        case "`", "@", "$", "\\": "delete it; names are letters, digits and '_'"
        case "\u{A0}", "\u{2007}", "\u{202F}", "\u{200B}", "\u{FEFF}":
            "it looks like a space; write a plain space"
        case "\u{2026}": "write '...'"
        case "\u{2264}": "write '<='"
        case "\u{2265}": "write '>='"
        case "\u{2260}": "write '!='"
        case "\u{2192}": "write '->'"
        case "\u{21D2}": "write '=>', or 'implies'"
        case "\u{2227}": "write '&&'"
        case "\u{2228}": "write '||'"
        case "\u{AC}": "write '!'"
        case "\u{2200}": "write 'forall(x: T) …'"
        case "\u{2203}": "write 'exists(x: T) …'"
        case "\u{2013}", "\u{2212}": "write '-'"
        case "\u{201C}", "\u{201D}": "write '\"'"
        default: "names are ASCII letters, digits and '_'; other characters may stand in comments"
        }
    }

    static func hyphenInName(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            "hyphen-in-name", "a name has no hyphens", at: span, help: "write '\(name)'")
    }

    static func blockComment(at span: Span) -> Diagnostic {
        Diagnostic(
            "block-comment", "there are no '/* … */' comments", at: span,
            help: "start each line of it with '//'")
    }

    static func nameTooLong(_ length: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            "name-too-long", "this name has \(length) characters; \(Limits.nameLengthMax) are allowed",
            at: span)
    }

    static func numberTooLarge(at span: Span) -> Diagnostic {
        Diagnostic("number-too-large", "numbers are below 2^64", at: span)
    }

    static func malformedNumber(at span: Span) -> Diagnostic {
        Diagnostic(
            "malformed-number", "this is not a number", at: span,
            help:
                "numbers are decimal without leading zeros, or '0x' and hexadecimal digits; "
                + "'_' may stand between digits"
        )
    }

    static func fraction(at span: Span) -> Diagnostic {
        Diagnostic(
            "malformed-number", "there are only whole numbers", at: span,
            help: "count in a smaller unit; a range is written 'first ... last'")
    }

    static func unterminatedString(at span: Span) -> Diagnostic {
        Diagnostic(
            "unterminated-string", "this string does not end on its line", at: span,
            help: "close it with '\"'")
    }

    static func stringNotPrintable(at span: Span) -> Diagnostic {
        Diagnostic("malformed-string", "a string holds printable ASCII characters only", at: span)
    }

    static func titleLength(at span: Span) -> Diagnostic {
        Diagnostic(
            "malformed-string", "a title has 1 to \(Limits.titleLengthMax) characters", at: span,
            help: "it heads a narrow column of the diagrams: take a short one")
    }

    static func reasonLength(at span: Span) -> Diagnostic {
        Diagnostic(
            "malformed-string", "a reason has 1 to \(Limits.reasonLengthMax) characters", at: span,
            help: "it is a note under a table: say it in one sentence, and the rest in a comment")
    }

    // MARK: - Limits

    static func tooDeep(at span: Span) -> Diagnostic {
        Diagnostic(
            "too-deep", "this is nested more than \(Limits.depthMax) levels deep", at: span,
            label: "level \(Limits.depthMax + 1); the rest of the file was not read",
            help: "give parts a name with 'let', 'fn' or 'op'; each operator of a long chain is one level")
    }

    static func tooManyErrors(at span: Span) -> Diagnostic {
        Diagnostic(
            "too-many-errors", "more than \(Limits.diagnosticsMax) errors; the rest is not shown", at: span,
            help: "mend the first ones: the others may follow from them")
    }

    // MARK: - Grammar

    static func expected(
        _ what: String, found: String, at span: Span, notes: [Diagnostic.Note] = [], help: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            "expected-token", found.isEmpty ? "expected \(what)" : "expected \(what), found \(found)",
            at: span,
            label: found.isEmpty ? "here" : nil, notes: notes, help: help)
    }

    static func reservedWord(_ word: String, as what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            "reserved-word", "'\(word)' is a keyword and cannot be \(what)", at: span,
            help: "take another name, such as '\(word)_'")
    }

    static func misspeltKeyword(_ word: String, suggestion: String, at span: Span) -> Diagnostic {
        Diagnostic(
            "misspelt-keyword", "'\(word)' does not begin anything here", at: span,
            help: "did you mean '\(suggestion)'?")
    }

    static func missingModule(isEmpty: Bool, at span: Span) -> Diagnostic {
        Diagnostic(
            "missing-module", isEmpty ? "the file is empty" : "a file begins with 'module' and its name",
            at: span,
            help: "write 'module NAME' on the first line")
    }

    static func misplacedImport(at span: Span) -> Diagnostic {
        Diagnostic(
            "misplaced-import", "imports stand before all declarations", at: span,
            help: "move it below the line that begins with 'module'")
    }

    static func importForm(at span: Span) -> Diagnostic {
        Diagnostic(
            "malformed-import",
            "an import names a file below the spec root, without quotes and without '.spec'", at: span,
            help: "write: import folder/name")
    }

    static func strayClosing(_ sign: String, at span: Span) -> Diagnostic {
        Diagnostic(
            "unbalanced-brackets", "this '\(sign)' closes nothing", at: span,
            help: "delete it, or open it above")
    }

    static func unclosed(_ sign: String, before what: String, at span: Span, opening: Span) -> Diagnostic {
        Diagnostic(
            "unbalanced-brackets", "'\(sign)' is missing before \(what)", at: span,
            notes: [.init(message: "this is still open", span: opening)])
    }

    static func semicolonAfterDeclaration(at span: Span) -> Diagnostic {
        Diagnostic(
            "unexpected-semicolon", "declarations are not followed by ';'", at: span, help: "delete it")
    }

    static func statementsOnOneLine(found: String, at span: Span) -> Diagnostic {
        Diagnostic(
            "expected-token", "expected the end of the statement, found \(found)", at: span,
            help: "begin a new line, or put ';' between two statements")
    }

    static func declarationInBlock(_ word: String, at span: Span) -> Diagnostic {
        Diagnostic(
            "misplaced-declaration", "'\(word)' declares something and cannot stand inside a block", at: span,
            help: "move it out, to the top of the file; check that the braces above are closed")
    }

    static func statementOutside(at span: Span) -> Diagnostic {
        Diagnostic(
            "misplaced-statement", "a statement stands inside an 'op', 'process', 'fn' or 'init'", at: span,
            help: "check that the '}' above is not one too many")
    }

    static func noEffect(at span: Span, help: String?) -> Diagnostic {
        Diagnostic(
            "no-effect", "this expression is no statement: nothing is called or assigned", at: span,
            help: help)
    }

    static func notCallable(at span: Span) -> Diagnostic {
        Diagnostic(
            "not-callable", "only a name can be called: 'name(…)' or 'value.method(…)'", at: span)
    }

    static func assignmentInCondition(at span: Span) -> Diagnostic {
        Diagnostic(
            "assignment-in-condition", "'=' assigns and cannot stand in a condition", at: span,
            help: "write '==' to compare")
    }

    static func chainedComparison(at span: Span) -> Diagnostic {
        Diagnostic(
            "chained-comparison", "comparisons do not chain", at: span, help: "write 'a < b && b < c'")
    }

    static func chainedInterval(at span: Span) -> Diagnostic {
        Diagnostic(
            "chained-comparison", "a range has one first and one last value", at: span,
            help: "write 'first ... last'")
    }

    static func halfOpenValue(at span: Span) -> Diagnostic {
        Diagnostic(
            "half-open-range", "'..<' stands only in types; as a value a range includes both ends", at: span,
            help: "write 'first ... last', with 'last' one less")
    }

    static func misplacedFault(at span: Span) -> Diagnostic {
        Diagnostic(
            "misplaced-fault", "'fault NAME' must be the whole condition of an 'if' or 'guard'", at: span,
            help: "write 'if fault NAME { … } else { … }'")
    }

    static func misplacedAll(at span: Span) -> Diagnostic {
        Diagnostic(
            "misplaced-all", "'all' stands only as an index: 'table[all] = value'", at: span)
    }

    static func optionalOptional(at span: Span) -> Diagnostic {
        Diagnostic("nested-optional", "optionals do not nest", at: span, help: "delete one '?'")
    }

    static func repeated(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic("repeated-item", "\(what) may stand here once", at: span, help: "keep one of them")
    }

    static func misplacedTemporal(_ word: String, at span: Span) -> Diagnostic {
        Diagnostic(
            "misplaced-temporal", "'\(word)' cannot stand inside an expression", at: span,
            help: "it belongs to 'property NAME: …', outside of 'forall', 'exists', '!', '&&' and '||'")
    }

    static func missingResult(at span: Span) -> Diagnostic {
        Diagnostic(
            "missing-result", "a function gives a value, so its type must be said", at: span,
            label: "expected '-> Type'",
            help: "write 'fn name(x: T) -> Result'; what changes the state is an 'op'")
    }

    /// Signs and words of C and other languages, with what to write instead.
    static func foreign(_ text: String, at span: Span, help: String) -> Diagnostic {
        Diagnostic("foreign-syntax", "there is no '\(text)'", at: span, help: help)
    }

    static func bodyInInterface(at span: Span) -> Diagnostic {
        Diagnostic(
            "body-in-interface", "an interface lists signatures only", at: span,
            help: "move the body to the modules that implement the interface")
    }

    /// Words that begin a statement in other languages.
    static let helpForForeignStatement = [
        "break": "end the loop by its condition, or 'return'",
        "continue": "put the rest of the loop's body into an 'if'",
        "do": "use 'while condition { … }'",
        "elif": "write 'else if'",
        "elsif": "write 'else if'",
        "goto": "use 'while', 'if' and 'return'",
        "switch": "use 'if … else if … else'; 'choose { … }' takes any one arm",
        "case": "use 'if … else if … else'",
        "yield": "write 'step' where other processes may come between",
        "loop": "use 'while condition { … }'; a process repeats its body by itself",
    ]

    /// Words that begin a declaration in other languages, and ours.
    static let foreignDeclarations = [
        "def": "fn", "func": "fn", "function": "fn", "fun": "fn",
        "operation": "op", "procedure": "op", "method": "op", "action": "op", "void": "op",
        "include": "import", "using": "import",
        "constant": "const", "define": "const", "let": "const",
        "typedef": "type", "record": "struct", "class": "struct", "variables": "state", "var": "state",
        "thread": "process", "assertion": "invariant", "assume": "invariant", "liveness": "property",
        "test": "check", "theorem": "proof", "lemma": "proof", "patch": "change",
    ]
}
