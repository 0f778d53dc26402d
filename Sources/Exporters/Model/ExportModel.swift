// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

/// A transition system as variables, rules and properties: what all targets are printed from.
struct ExportModel {
    /// One kind of transition: for each value of the parameters for which the guard holds and no `require` of the
    /// body fails, there is one.
    struct Rule {
        let name: String
        let process: Typed.Process
        /// Where it starts.
        let location: Int
        /// Operations entered before the last choice, outermost first.
        let operations: [String]
        /// Which arm of each choice, whether a fault strikes.
        let choices: [String]
        let parameters: [Binder]
        let guardTerm: Term
        let body: [ExportStatement]

        var parameterCombinations: Int {
            parameters.reduce(1) { product, binder in
                let (result, overflow) = product.multipliedReportingOverflow(by: binder.count)
                return overflow ? Int.max : result
            }
        }
    }

    /// An initial state: the scalars that are not zero.
    struct Start {
        let values: [(variable: ExportVariable, indices: [Int], value: Int128)]
    }

    struct Property {
        enum Kind { case invariant, deadlock, reachable }

        let kind: Kind
        let name: String
        /// Come before `value`; none where the property is one term.
        let statements: [ExportStatement]
        /// For `deadlock`: that there is none.
        let value: Term
        /// What the property is where a check among the statements fails.
        let valueOnError: Bool
    }

    let title: String
    /// Constants of the scope and what else the reader should know, a line each.
    let notes: [String]
    let variables: [ExportVariable]
    /// What the locations of each process are, a line each.
    let locations: [(variable: ExportVariable, names: [String])]
    let starts: [Start]
    let rules: [Rule]
    /// Invariants in order, then the absence of deadlocks, then what must be reachable.
    let properties: [Property]
}

extension ExportModel {
    /// Temporaries that statements use.
    static func temporaries(of statements: [ExportStatement], _ terms: [Term] = []) -> [ExportVariable] {
        var found: [ExportVariable] = []
        var known: Set<ExportVariable> = []
        var seen: Set<ObjectIdentifier> = []
        func add(_ variable: ExportVariable) {
            if variable.role == .temporary, known.insert(variable).inserted { found.append(variable) }
        }
        func add(_ term: Term) {
            term.visit(&seen) { if case .read(let variable, _) = $0.kind { add(variable) } }
        }
        ExportStatement.visit(statements) { statement in
            if case .assign(let variable, _, _) = statement { add(variable) }
            for term in statement.terms { add(term) }
        }
        for term in terms { add(term) }
        return found
    }
}
