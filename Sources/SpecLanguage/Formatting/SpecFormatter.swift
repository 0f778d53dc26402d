// SPDX-License-Identifier: MIT

package import Diagnostics

/// Prints a file's tokens with canonical spacing and indentation. Keeps the author's line breaks (at most
/// one empty line in a row), comments and everything that has a meaning; formatting twice changes nothing.
package struct SpecFormatter {
    private static let step = 4

    private let marks: [Int32: LayoutMark]
    private var output = ""
    private var levels = [Level(content: 0, closer: 0, isBrace: true)]
    /// Indentation of the line that is being printed.
    private var lineIndent = 0
    /// Indentation of the bracket closed last, where an `else` goes.
    private var closed = 0
    private var spacing = Spacing()
    private var isAfterComment = false

    private init(marks: [Int32: LayoutMark]) { self.marks = marks }

    /// The formatted text; `nil` if the file has errors, which are then returned.
    package static func format(
        _ file: SourceFile, id: SourceFileID
    ) -> (text: String?, diagnostics: [Diagnostic]) {
        let (module, marks, diagnostics) = Parser.parseWithLayout(file, id: id)
        guard module != nil, !diagnostics.contains(where: { $0.severity == .error }) else {
            return (nil, diagnostics)
        }
        var formatter = SpecFormatter(marks: marks)
        formatter.print(Piece.all(of: file, id: id), in: file)
        return (formatter.output, diagnostics)
    }

    // MARK: - What is printed

    /// A token or comment.
    private struct Piece {
        let start: Int
        let end: Int
        /// `nil` for a comment.
        let token: Token?

        /// In source order.
        static func all(of file: SourceFile, id: SourceFileID) -> [Piece] {
            let stream = Lexer.lex(file, id: id)
            let tokens = stream.tokens.dropLast().map {
                Piece(start: Int($0.start), end: Int($0.end), token: $0)
            }
            let comments = stream.comments.map { Piece(start: Int($0.start), end: Int($0.end), token: nil) }
            return (tokens + comments).sorted { $0.start < $1.start }
        }

        /// Whether it is a `;` that says no more than the line end or brace beside it.
        func isNeedless(before next: Token?) -> Bool {
            guard let token, token.kind == .semicolon else { return false }
            return token.newlineBefore || next.map { $0.newlineBefore || $0.kind == .rightBrace } ?? true
        }
    }

    /// Brackets that are open, and how lines inside of them are indented.
    private struct Level {
        let content: Int
        let closer: Int
        let isBrace: Bool
        /// Indentation of the member that is being printed, and of its last clause.
        var member: Int
        var clause: Int?

        init(content: Int, closer: Int, isBrace: Bool) {
            self.content = content
            self.closer = closer
            self.isBrace = isBrace
            member = content
        }
    }

    private mutating func print(_ all: [Piece], in file: SourceFile) {
        let pieces = zip(all, Self.followingTokens(all)).filter { !$0.isNeedless(before: $1) }.map(\.0)
        let following = Self.followingTokens(pieces)
        var end = 0
        var lines = 0
        for (piece, next) in zip(pieces, following) {
            lines += file.bytes[end..<piece.start].count { $0 == UInt8(ascii: "\n") }
            end = piece.end
            if output.isEmpty || lines > 0 {
                breakLine(keepsEmptyLine: lines > 1 && !isCloser(piece.token))
                lineIndent =
                    piece.token == nil ? commentIndentation(before: next) : indentation(of: piece.token)
                output += String(repeating: " ", count: lineIndent)
                spacing.startLine()
            } else if let token = piece.token {
                if spacing.needsSpace(before: token, mark: marks[token.start]) { output += " " }
            } else {
                output += "  "
            }
            let isFirst = lines > 0
            lines = 0
            let text = String(decoding: file.bytes[piece.start..<piece.end], as: UTF8.self)
            isAfterComment = piece.token == nil
            guard let token = piece.token else {
                output += text
                continue
            }
            // Both `>` and `=`: the end of a type, then a value.
            let isSplit = token.kind == .greaterOrEqual && marks[token.start] == .angle
            output += isSplit ? "> =" : text
            advance(over: token, isFirst: isFirst)
        }
        if !output.isEmpty { output += "\n" }
    }

    /// For each piece the next token after it.
    private static func followingTokens(_ pieces: [Piece]) -> [Token?] {
        var following: [Token?] = []
        var next: Token?
        for piece in pieces.reversed() {
            following.append(next)
            next = piece.token ?? next
        }
        return following.reversed()
    }

    /// An empty line stays, but not behind an opening or before a closing bracket.
    private mutating func breakLine(keepsEmptyLine: Bool) {
        guard !output.isEmpty else { return }
        let isOpened = !isAfterComment && spacing.previous.map { Self.opens($0) } ?? false
        output += keepsEmptyLine && !isOpened ? "\n\n" : "\n"
    }

    // MARK: - Indentation

    private static func opens(_ token: Token) -> Bool {
        [.leftBrace, .leftParenthesis, .leftBracket].contains(token.kind)
    }

    private func isCloser(_ token: Token?) -> Bool {
        guard let token else { return false }
        switch token.kind {
        case .rightBrace, .rightParenthesis, .rightBracket: return true
        case .greater, .shiftRight, .greaterOrEqual: return marks[token.start] == .angle
        default: return false
        }
    }

    /// Where a line that begins with this token starts.
    private func indentation(of token: Token?) -> Int {
        guard let token, let level = levels.last else { return 0 }
        if isCloser(token) { return level.closer }
        if token.kind == .else, spacing.previous?.kind == .rightBrace { return closed }
        guard level.isBrace else { return level.content }
        switch marks[token.start] {
        case .blockBrace where spacing.previous?.kind != .doubleArrow: return level.member
        case .member: return level.content
        case .clause, .nested, .blockBrace: return level.member + Self.step
        case .angle, nil: return (level.clause ?? level.member) + Self.step
        }
    }

    /// A comment on its own line stands where the next token would; before a closing bracket, with what is
    /// inside.
    private func commentIndentation(before next: Token?) -> Int {
        guard let next, let level = levels.last else { return 0 }
        return isCloser(next) ? level.content : indentation(of: next)
    }

    private mutating func advance(over token: Token, isFirst: Bool) {
        let top = levels.count - 1
        let mark = marks[token.start]
        switch mark {
        case .member:
            levels[top].member = levels[top].content
            levels[top].clause = nil
        case .clause where isFirst: levels[top].clause = lineIndent
        case .nested where isFirst:
            levels[top].member = lineIndent
            levels[top].clause = nil
        default: break
        }
        if Self.opens(token) || token.kind == .less && mark == .angle {
            let ownsLine = mark == .blockBrace && spacing.previous?.kind != .doubleArrow
            let opener = ownsLine ? levels[top].member : lineIndent
            levels.append(
                Level(content: opener + Self.step, closer: opener, isBrace: token.kind == .leftBrace))
        } else if isCloser(token) {
            close()
            if token.kind == .shiftRight { close() }
        }
        spacing.advance(over: token, mark: mark)
    }

    private mutating func close() {
        guard levels.count > 1, let level = levels.popLast() else { return }
        closed = level.closer
    }
}
