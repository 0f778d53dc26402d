// SPDX-License-Identifier: MIT

import Diagnostics

extension Program {
    /// The operation that is entered when `operation` returns; its parameter, if there is one, is the result.
    package static func returnName(of operation: String) -> String { operation + " returns" }

    private static let innerSuffix = " itself"

    /// A text in which operations have the names that their authors gave them.
    package static func withoutReports(_ text: String) -> String {
        text.replacing(innerSuffix + "(", with: "(").replacing(innerSuffix + ":", with: ":")
            .replacing(innerSuffix + " goes on", with: " goes on").replacing("(result=", with: "(")
    }

    /// Whether an author can have written the name.
    package static func isAuthors(_ name: String) -> Bool { !name.contains(" ") }

    /// The program with an operation more for each of these: `f(x)` calls what was its body, and then 'f returns', with the
    /// result. Operations are inlined and entering one is no boundary, so that no run changes.
    package func reportingReturns(of names: Set<String>) -> Program {
        with(
            members.flatMap { member -> [Member] in
                guard case .operation(let operation) = member.declaration.kind,
                    names.contains(member.declaration.name.text)
                else { return [member] }
                return reporting(operation, member)
            })
    }

    private func reporting(_ operation: Syntax.Operation, _ member: Member) -> [Member] {
        let declaration = member.declaration
        let span = declaration.name.span
        func name(_ text: String) -> Syntax.Name { Syntax.Name(text: text, span: span) }
        func value(_ text: String) -> Syntax.Expression { Syntax.Expression(.name(text), span: span) }
        func call(_ callee: String, _ arguments: [String]) -> Syntax.Expression {
            Syntax.Expression(
                .call(
                    callee: name(callee),
                    arguments: arguments.map { Syntax.Argument(label: nil, value: value($0)) }), span: span)
        }
        func statement(_ kind: Syntax.Statement.Kind) -> Syntax.Statement {
            Syntax.Statement(kind, span: span)
        }
        func declared(_ text: String, _ operation: Syntax.Operation) -> Member {
            Member(
                module: member.module,
                declaration: Syntax.Declaration(
                    .operation(operation), name: name(text), documentation: "", span: span))
        }
        let inner = declaration.name.text + Self.innerSuffix
        let returns = Self.returnName(of: declaration.name.text)
        let innerCall = call(inner, operation.parameters.map(\.name.text))
        let result = "the result"
        let statements: [Syntax.Statement] =
            operation.result == nil
            ? [statement(.call(innerCall)), statement(.call(call(returns, [])))]
            : [
                statement(
                    .declare(name: name(result), isMutable: false, type: operation.result, value: innerCall)),
                statement(.call(call(returns, [result]))), statement(.returnValue(value(result))),
            ]
        let outer = Syntax.Operation(
            parameters: operation.parameters, result: operation.result,
            body: Syntax.Block(statements: statements, span: span))
        let marker = Syntax.Operation(
            parameters: operation.result.map { [Syntax.Binding(name: name("result"), type: $0)] } ?? [],
            result: nil, body: Syntax.Block(statements: [], span: span))
        return [
            Member(module: member.module, declaration: declaration.with(.operation(outer))),
            declared(inner, operation), declared(returns, marker),
        ]
    }
}
