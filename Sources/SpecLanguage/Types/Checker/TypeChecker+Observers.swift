// SPDX-License-Identifier: MIT

import Diagnostics

extension TypeChecker {
    /// `observe driver: dma_map_page, hardware_reaches up to Page`
    func observer(of member: Program.Member) -> Typed.Observer? {
        guard case .observer(let observer) = member.declaration.kind else { return nil }
        var typed = Typed.Observer(name: member.declaration.name.text, span: member.declaration.name.span)
        for name in observer.names {
            if operations[name.text] != nil {
                typed.operations.append(name.text)
            } else if let function = functions[name.text] {
                if checkIsObservable(function, at: name) { typed.functions.append(function) }
            } else if let state = stateVariables[name.text] {
                readStateVariables.insert(name.text)
                typed.variables.append(state.variable)
            } else {
                let known =
                    Array(operations.keys) + Array(functions.keys) + Array(stateVariables.keys)
                error(
                    "unknown-name", "there is no operation, function or state variable '\(name.text)'",
                    at: name.span, label: "not found",
                    help: closestName(to: name.text, among: known.sorted()).map { "did you mean '\($0)'?" })
            }
        }
        typed.alike = observer.alike.map { renamed($0) }
        return typed
    }

    /// A type whose values may be renamed: one of single values, not of what is made of values.
    private func renamed(_ name: Syntax.Name) -> SpecType {
        let type = type(named: name.text, at: name.span)
        if type.indexCount == nil, type != .erroneous {
            error(
                "not-renamable", "values of '\(type.description)' cannot be renamed", at: name.span,
                help: "'up to' takes types that may index an array: name those that the values are made of")
        }
        return type
    }

    /// It is called with all its arguments in each state.
    private func checkIsObservable(_ function: Typed.Function, at name: Syntax.Name) -> Bool {
        for parameter in function.parameters where parameter.type.indexCount == nil {
            error(
                "not-finite", "'\(parameter.type.description)' cannot be enumerated", at: name.span,
                help: "what is observed has parameters of types that may index an array")
            return false
        }
        return true
    }
}
