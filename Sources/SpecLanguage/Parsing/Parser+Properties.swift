// SPDX-License-Identifier: MIT

import Diagnostics

extension Parser {
    /// `"property" name ":" temporal [ "under" "fair" name { "," name } ]`
    mutating func parseLiveness() -> Syntax.Declaration.Kind {
        expect(.colon, "and what must come about")
        let formula = parseTemporal()
        var fairness: [Syntax.Name] = []
        if take(.under) {
            expect(.fair, "and the processes that always go on")
            fairness = parseNames("the name of a process")
        }
        return .liveness(formula, fairness: fairness)
    }

    /// `temporal = "always" temporal | "eventually" temporal | expression "leads_to" expression
    ///           | expression "implies" temporal | "(" temporal ")" | expression`
    private mutating func parseTemporal() -> Syntax.TemporalFormula {
        guard enter() else { return .state(missingExpression()) }
        defer { leave() }
        if take(.always) { return .always(parseTemporal()) }
        if take(.eventually) { return .eventually(parseTemporal()) }
        if kind == .leftParenthesis, parenthesisHoldsTemporal() {
            let opening = index
            skip()
            let inner = parseTemporal()
            expectClosing(.rightParenthesis, of: opening)
            if kind != .rightParenthesis, kind != .under, !isAtLineStart, !hasFailed {
                failAtToken(
                    expecting: "the end of the property",
                    help: "'always' and 'eventually' reach to the end; before them stands 'condition implies'"
                )
            }
            return inner
        }
        let start = self.start
        let left = parseOperand(Precedence.or.rawValue)
        let leftHeight = height
        if take(.leadsTo) { return .leadsTo(left, parseExpression()) }
        guard take(.implies) else { return .state(left) }
        let right = parseTemporal()
        // A plain implication between conditions of one state stays an expression.
        guard case .state(let condition) = right else { return .implies(left, right) }
        return .state(
            node(.binary(.connective(.implies), left, condition), from: start, above: max(leftHeight, height))
        )
    }

    /// Whether the `(` here encloses a temporal operator, so that it is no expression. Branches of an `if`
    /// expression may stand inside: `((if let x = y { x }) implies eventually z)`.
    private func parenthesisHoldsTemporal() -> Bool {
        var openParentheses = 0
        var openBraces = 0
        for token in tokens[index...] {
            switch token.kind {
            case .leftParenthesis: openParentheses += 1
            case .rightParenthesis:
                openParentheses -= 1
                if openParentheses == 0 { return false }
            case .leftBrace: openBraces += 1
            case .rightBrace:
                openBraces -= 1
                // The brace of what the property stands in: the parenthesis is never closed.
                if openBraces < 0 { return false }
            case .always, .eventually, .leadsTo: return true
            case .endOfFile: return false
            default: break
            }
        }
        return false
    }
}
