// SPDX-License-Identifier: MIT

import SpecLanguage

/// What a transition does, or how a property is evaluated, one step after the other.
indirect enum ExportStatement {
    case assign(ExportVariable, [Term], Term)
    /// A run-time error of the spec unless the condition holds; the second says which.
    case check(Term, error: FailureCause)
    /// This choice of parameters is no transition unless the condition holds.
    case require(Term)
    case conditional(Term, [ExportStatement], [ExportStatement])
    /// For each value of the binder, in order.
    case forEach(Binder, [ExportStatement])
    /// While the condition holds. `roundsMax`: more are impossible; `nil`: more than `endlessRounds` are an error.
    case loop(Term, roundsMax: Int?, [ExportStatement])
    case comment(String)

    /// As many rounds of one loop without a boundary are an `endless_loop`.
    static let endlessRounds = 100_000
}

extension ExportStatement {
    /// Calls `body` for each statement, outer ones first.
    static func visit(_ statements: [ExportStatement], _ body: (ExportStatement) -> Void) {
        for statement in statements {
            body(statement)
            switch statement {
            case .conditional(_, let then, let otherwise):
                visit(then, body)
                visit(otherwise, body)
            case .forEach(_, let inner), .loop(_, _, let inner): visit(inner, body)
            case .assign, .check, .require, .comment: break
            }
        }
    }

    /// Terms of the statement itself.
    var terms: [Term] {
        switch self {
        case .assign(_, let indices, let value): indices + [value]
        case .check(let condition, _), .require(let condition), .conditional(let condition, _, _),
            .loop(let condition, _, _):
            [condition]
        case .forEach, .comment: []
        }
    }

    /// The statements with terms replaced; what can no longer happen is left out.
    static func applying(
        _ substitution: inout Substitution, to statements: [ExportStatement]
    ) -> [ExportStatement] {
        var result: [ExportStatement] = []
        for statement in statements {
            switch statement {
            case .assign(let variable, let indices, let value):
                result.append(
                    .assign(variable, indices.map { substitution.apply($0) }, substitution.apply(value)))
            case .check(let condition, let error):
                let condition = substitution.apply(condition)
                if condition.booleanConstant != true { result.append(.check(condition, error: error)) }
            case .require(let condition):
                let condition = substitution.apply(condition)
                if condition.booleanConstant != true { result.append(.require(condition)) }
            case .conditional(let condition, let then, let otherwise):
                let condition = substitution.apply(condition)
                switch condition.booleanConstant {
                case true?: result += applying(&substitution, to: then)
                case false?: result += applying(&substitution, to: otherwise)
                case nil:
                    result.append(
                        .conditional(
                            condition, applying(&substitution, to: then),
                            applying(&substitution, to: otherwise)))
                }
            case .forEach(let binder, let body):
                result.append(.forEach(binder, applying(&substitution, to: body)))
            case .loop(let condition, let roundsMax, let body):
                result.append(
                    .loop(
                        substitution.apply(condition), roundsMax: roundsMax,
                        applying(&substitution, to: body)))
            case .comment: result.append(statement)
            }
            // Nothing after it happens.
            if case .require(let condition)? = result.last, condition.booleanConstant == false { break }
        }
        return result
    }
}
