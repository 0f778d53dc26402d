// SPDX-License-Identifier: MIT

import Diagnostics

extension TypeChecker {
    enum TemporalProperty {
        case liveness(Typed.Liveness)
        /// `always condition` is one.
        case invariant(Typed.Property)
    }

    /// The forms that are checked; others mean something too, but nobody has needed them.
    private enum Form {
        case liveness(arisesAnywhere: Bool, premise: Syntax.Expression?, goal: Goal, Syntax.Expression)
        case invariant(Syntax.Expression)
    }

    private enum Goal {
        case eventually, alwaysEventually, eventuallyAlways, always
    }

    func temporalProperty(
        _ member: Program.Member, _ formula: Syntax.TemporalFormula, _ fairness: [Syntax.Name]
    ) -> TemporalProperty? {
        let name = member.declaration.name
        let fair = fairness.compactMap(self.fairness(_:))
        guard let form = Self.form(of: formula) else {
            error(
                "unsupported-property", "'\(name.text)' has a form that is not checked", at: name.span,
                help: "write 'always (p implies eventually q)', 'p leads_to q', 'always eventually q', "
                    + "'eventually always q', 'eventually q' or 'always q'")
            return nil
        }
        scope = Scope()
        scope.place = .expressionOnly
        switch form {
        case .invariant(let condition):
            return .invariant(
                Typed.Property(
                    name: name.text, condition: check(condition, as: .bool),
                    documentation: member.declaration.documentation, span: name.span))
        case .liveness(let arisesAnywhere, let premise, let goal, let condition):
            let typedPremise = premise.map { check($0, as: .bool) }
            let typed = check(condition, as: .bool)
            let typedGoal: Typed.Liveness.Goal =
                switch goal {
                case .eventually: .eventually(typed)
                case .alwaysEventually: .alwaysEventually(typed)
                case .eventuallyAlways: .eventuallyAlways(typed)
                case .always: .always(typed)
                }
            return .liveness(
                Typed.Liveness(
                    name: name.text, arisesAnywhere: arisesAnywhere, premise: typedPremise, goal: typedGoal,
                    fairness: fair, documentation: member.declaration.documentation, span: name.span))
        }
    }

    private func fairness(_ name: Syntax.Name) -> Typed.Liveness.Fairness? {
        let declared = program.members.map(\.declaration)
        let processes = declared.filter { if case .process = $0.kind { true } else { false } }
        if let index = processes.firstIndex(where: { $0.name.text == name.text }) { return .process(index) }
        let names = declared.map(\.name.text).filter { operations[$0] != nil }
        if let index = names.firstIndex(of: name.text) { return .operation(index) }
        let close = closestName(to: name.text, among: processes.map(\.name.text) + names)
        error(
            "unknown-name", "there is no process or operation '\(name.text)'", at: name.span,
            help: close.map { "did you mean '\($0)'?" }
                ?? "fair are the processes and operations that are not put off for ever")
        return nil
    }

    private static func form(of formula: Syntax.TemporalFormula) -> Form? {
        switch formula {
        case .leadsTo(let premise, let condition):
            return .liveness(arisesAnywhere: true, premise: premise, goal: .eventually, condition)
        case .always(.state(let condition)): return .invariant(condition)
        case .always(.always(let inner)): return form(of: .always(inner))
        case .always(.leadsTo(let premise, let condition)): return form(of: .leadsTo(premise, condition))
        case .always(.implies(let premise, let inner)):
            return goal(inner).map {
                .liveness(arisesAnywhere: true, premise: premise, goal: $0.goal, $0.condition)
            }
        case .always(.eventually(.state(let condition))):
            return .liveness(arisesAnywhere: true, premise: nil, goal: .eventually, condition)
        case .implies(let premise, let inner):
            return goal(inner).map {
                .liveness(arisesAnywhere: false, premise: premise, goal: $0.goal, $0.condition)
            }
        case .always, .eventually:
            return goal(formula).map {
                .liveness(arisesAnywhere: false, premise: nil, goal: $0.goal, $0.condition)
            }
        case .state: return nil
        }
    }

    /// What follows from one state on.
    private static func goal(
        _ formula: Syntax.TemporalFormula
    ) -> (goal: Goal, condition: Syntax.Expression)? {
        switch formula {
        case .eventually(.state(let condition)): (.eventually, condition)
        case .eventually(.eventually(let inner)): goal(.eventually(inner))
        case .always(.always(let inner)): goal(.always(inner))
        case .always(.state(let condition)): (.always, condition)
        case .always(.eventually(.state(let condition))): (.alwaysEventually, condition)
        case .eventually(.always(.state(let condition))): (.eventuallyAlways, condition)
        // Again and again for ever, from some time on or again and again: the same.
        case .always(.eventually(.always(.state(let condition)))): (.eventuallyAlways, condition)
        case .eventually(.always(.eventually(.state(let condition)))): (.alwaysEventually, condition)
        default: nil
        }
    }
}
