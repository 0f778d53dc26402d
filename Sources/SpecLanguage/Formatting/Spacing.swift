// SPDX-License-Identifier: MIT

/// Which tokens on one line have a space between them.
struct Spacing {
    private(set) var previous: Token?
    private var previousMark: LayoutMark?
    /// Whether the previous token is a sign before its operand.
    private var isAfterPrefix = false
    /// Whether the previous token is a member's name; a method may be called like a keyword.
    private var isMember = false
    private var isInImport = false

    mutating func startLine() { isInImport = false }

    /// Whether a space stands between the previous token and this one.
    func needsSpace(before token: Token, mark: LayoutMark?) -> Bool {
        guard let previous else { return false }
        if isInImport { return previous.kind == .import }
        switch token.kind {
        case .comma, .semicolon, .colon, .question, .dot, .rightParenthesis, .rightBracket: return false
        case .rightBrace: return previous.kind != .leftBrace
        default: if mark == .angle { return false }
        }
        switch previous.kind {
        case .leftParenthesis, .leftBracket, .dot: return false
        case .less where previousMark == .angle: return false
        case .minus where isAfterPrefix && token.kind == .minus: return true
        default: break
        }
        if isAfterPrefix { return false }
        // `[Page]Frame`: the element type behind an index type.
        if previous.kind == .rightBracket, Self.beginsType(token.kind) { return false }
        guard token.kind == .leftParenthesis || token.kind == .leftBracket else { return true }
        return !isMember && !Self.takesBrackets(previous.kind)
    }

    mutating func advance(over token: Token, mark: LayoutMark?) {
        switch token.kind {
        case .not, .complement: isAfterPrefix = true
        case .minus: isAfterPrefix = !(previous.map { Self.endsOperand($0.kind) } ?? false)
        default: isAfterPrefix = false
        }
        isMember = previous?.kind == .dot
        if token.kind == .import { isInImport = true }
        previous = token
        previousMark = mark
    }

    private static func beginsType(_ kind: Token.Kind) -> Bool {
        switch kind {
        case .identifier, .bits, .symmetric, .number, .leftBracket, .leftParenthesis: true
        default: false
        }
    }

    /// Whether a bracket directly behind belongs to it: a call, an index, `forall(…)`.
    private static func takesBrackets(_ kind: Token.Kind) -> Bool {
        switch kind {
        case .identifier, .rightParenthesis, .rightBracket, .any, .forall, .exists, .bits, .lock: true
        default: false
        }
    }

    private static func endsOperand(_ kind: Token.Kind) -> Bool {
        switch kind {
        case .identifier, .number, .rightParenthesis, .rightBracket, .rightBrace, .true, .false, .none: true
        default: false
        }
    }
}
