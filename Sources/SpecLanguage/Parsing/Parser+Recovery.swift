// SPDX-License-Identifier: MIT

/// Where parsing goes on after an error.
extension Parser {
    /// What a loop over the members of braces remembers, to find back to it.
    struct Level {
        let braces: Int
        let parentheses: Int
        /// Token of the `{`.
        let opening: Int
    }

    /// Skips to the next statement or member of the braces `level`.
    ///
    /// - Parameter first: Token at which the failed member began; at least that one is skipped.
    /// - Returns: false where the braces are surely not closed here; the parser is then still failing, so
    ///   that all enclosing rules end.
    mutating func recover(in level: Level, from first: Int) -> Bool {
        hasFailed = false
        while token.kind != .endOfFile {
            if braceDepth <= level.braces {
                if token.kind == .rightBrace { break }
                let isOutside = parenthesisDepth <= level.parentheses || !parenthesesAreBalanced
                if token.kind == .semicolon, isOutside {
                    skip()
                    break
                }
                let isBetween = isOutside || token.kind.beginsStatement
                if isAtLineStart, isBetween, index > first { break }
            }
            if !bracesAreBalanced, isAtLineStart, index > first, token.kind.beginsDeclaration {
                hasFailed = true
                return false
            }
            skip()
        }
        parenthesisDepth = level.parentheses
        return true
    }

    /// Skips to the next declaration at the braces `level`, or the brace that ends them.
    mutating func recoverToDeclaration(in level: Level, from first: Int) {
        hasFailed = false
        while token.kind != .endOfFile {
            // `proces p { … }`
            let isMisspelt = kind == .identifier && kind(ahead: 1) == .identifier
            let begins = token.kind.beginsDeclaration || token.kind.beginsEdit || isMisspelt
            if isAtLineStart, begins, index > first, braceDepth <= level.braces || !bracesAreBalanced {
                break
            }
            if token.kind == .rightBrace, braceDepth <= level.braces, level.braces > 0 { break }
            skip()
        }
        braceDepth = level.braces
        parenthesisDepth = level.parentheses
    }

    /// `{` of a list of members.
    ///
    /// - Returns: `nil` (and the parser fails) where there is none.
    mutating func openBrace(_ purpose: String) -> Level? {
        let opening = index
        mark(.blockBrace)
        guard
            expect(
                .leftBrace, purpose, help: kind == .comma ? "join conditions with '&&', or nest them" : nil)
        else { return nil }
        return Level(braces: braceDepth, parentheses: parenthesisDepth, opening: opening)
    }

    /// `}` of a list of members.
    mutating func closeBrace(of level: Level) {
        if take(.rightBrace) || hasFailed { return }
        if !hasReportedBraces {
            hasReportedBraces = true
            let place = token.kind == .endOfFile ? "the end of the file" : describe(token)
            report(
                ParseDiagnostics.unclosed(
                    "}", before: place, at: span(of: token), opening: span(of: tokens[level.opening])))
        }
        hasFailed = true
    }
}
