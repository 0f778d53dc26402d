// SPDX-License-Identifier: MIT

import Diagnostics

/// One word, number or sign of a spec. Small on purpose: a file of 4 MiB may hold four million of them;
/// the text is read from the file's bytes when it is needed.
struct Token {
    /// What it is. The raw value of a keyword or sign is its text.
    enum Kind: String, CaseIterable {
        case identifier
        case number
        case string
        /// Bytes that are no token; the lexer has reported them.
        case invalid
        case endOfFile
        /// What the parser sees between an error and the place where it goes on: matches no rule.
        case stop

        case module, implements
        case `import`
        case const, type
        case `enum`
        case `struct`
        case fault, state
        case initial = "init"
        case fn, op, process
        case `as`
        case invariant, reachable, property, interface, change, on, replace, remove, check, proof, matrix,
            observe,
            use, with, set
        case expect
        case `let`, `var`, `if`, `else`, `guard`, `while`
        case decreases
        case `for`, `in`, `return`
        case step, await, lock, choose, any
        case `where`
        case assert, forall, exists, implies
        case `true`, `false`
        case none, all, requires, ensures, symmetric, bits, always, eventually
        case leadsTo = "leads_to"
        case under, fair

        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBracket = "["
        case rightBracket = "]"
        case leftBrace = "{"
        case rightBrace = "}"
        case comma = ","
        case semicolon = ";"
        case colon = ":"
        case question = "?"
        case dot = "."
        case parent = ".."
        case interval = "..."
        case halfOpen = "..<"
        case arrow = "->"
        case doubleArrow = "=>"
        case assign = "="
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case not = "!"
        case and = "&&"
        case or = "||"
        case bitAnd = "&"
        case bitOr = "|"
        case bitXor = "^"
        case complement = "~"
        case shiftLeft = "<<"
        case shiftRight = ">>"
        case plus = "+"
        case minus = "-"
        case star = "*"
        case slash = "/"
        case percent = "%"

        // Signs of C that the language does not have; lexed so that one message can say what to write.
        case increment = "++"
        case addAssign = "+="
        case subtractAssign = "-="
        case multiplyAssign = "*="
        case divideAssign = "/="
        case remainderAssign = "%="
        case andAssign = "&="
        case orAssign = "|="
        case xorAssign = "^="
        case shiftLeftAssign = "<<="
    }

    var kind: Kind
    /// Byte offsets `start ..< end` in the file.
    var start: Int32
    var end: Int32
    /// Whether a line end stands between this token and the one before it.
    var newlineBefore: Bool
}

extension Token.Kind {
    /// All keywords by their text.
    static let keywords: [String: Token.Kind] = {
        let words = allCases.filter(\.isKeyword).map { ($0.rawValue, $0) }
        return Dictionary(uniqueKeysWithValues: words)
    }()

    /// Whether it is a reserved word.
    var isKeyword: Bool {
        switch self {
        case .identifier, .number, .string, .invalid, .endOfFile, .stop: false
        default: rawValue.utf8.first.map { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") } ?? false
        }
    }

    /// Whether it can begin a declaration and never a statement.
    var beginsDeclaration: Bool { Self.declarationKeywords.contains(self) }

    /// Whether it begins what stands among declarations and is none.
    var beginsEdit: Bool { self == .replace || self == .remove || self == .import }

    static let declarationKeywords: Set<Token.Kind> = [
        .const, .type, .enum, .struct, .fault, .state, .initial, .fn, .op, .process, .invariant, .reachable,
        .property, .observe, .interface, .change, .check, .proof, .matrix,
    ]

    /// Whether it can begin a statement and nothing else.
    var beginsStatement: Bool { Self.statementKeywords.contains(self) }

    static let statementKeywords: Set<Token.Kind> = [
        .let, .var, .if, .guard, .while, .for, .return, .step, .await, .with, .choose, .assert,
    ]

    /// `+=` and its like, which the language does not have.
    var isCompoundAssignment: Bool {
        switch self {
        case .addAssign, .subtractAssign, .multiplyAssign, .divideAssign, .remainderAssign, .andAssign,
            .orAssign,
            .xorAssign, .shiftLeftAssign:
            true
        default: false
        }
    }
}

/// A `//` or `///` comment, kept for the formatter.
struct Comment {
    let start: Int32
    let end: Int32
    /// Whether only white space stands before it on its line.
    let isOnOwnLine: Bool
}

/// What the lexer makes of one file. The last token is always `endOfFile`.
struct TokenStream {
    var tokens: [Token] = []
    /// In source order.
    var comments: [Comment] = []
    /// Text of the `///` lines before a token, by the token's number.
    var documentation: [Int: String] = [:]
    var diagnostics: [Diagnostic] = []
}
