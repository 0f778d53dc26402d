// SPDX-License-Identifier: MIT

import Diagnostics

extension Program {
    /// The program without the properties of these names: invariants, reachable conditions, properties of endless runs,
    /// assertions.
    package func leavingOut(_ names: Set<String>) -> Program {
        guard !names.isEmpty else { return self }
        let kept = members.filter { member in
            switch member.declaration.kind {
            case .invariant, .reachable, .liveness: !names.contains(member.declaration.name.text)
            case .change, .check, .constant, .enumeration, .fault, .function, .initialization, .interface,
                .matrix, .observer, .operation, .process, .proof, .stateVariable, .structure, .type:
                true
            }
        }
        return with(kept).rewritingStatements { statement in
            if case .assert(let name?, _) = statement.kind, names.contains(name.text) { return [] }
            return [statement]
        }
    }

    /// What is stated of the program: invariants, conditions that must be reachable, properties of endless runs.
    package var statements: [Member] {
        members.filter {
            switch $0.declaration.kind {
            case .invariant, .reachable, .liveness: true
            case .constant, .type, .enumeration, .structure, .stateVariable, .initialization, .fault,
                .function, .operation, .process, .interface, .change, .check, .proof, .matrix, .observer:
                false
            }
        }
    }

    /// The program with a property more.
    package func adding(_ property: Member, named name: String) -> Program {
        let declaration = property.declaration
        let renamed = Syntax.Declaration(
            declaration.kind, name: Syntax.Name(text: name, span: declaration.name.span),
            documentation: declaration.documentation, span: declaration.span)
        return with(members + [Member(module: property.module, declaration: renamed)])
    }

    /// Operations that interfaces of the program speak of.
    package var interfaceOperations: [String] {
        interfaces.flatMap { interface -> [String] in
            guard case .interface(let members) = interface.declaration.kind else { return [] }
            return members.compactMap { member in
                if case .operation = member.kind { member.name.text } else { nil }
            }
        }
    }

    /// The same modules with other declarations.
    func with(_ members: [Member]) -> Program {
        Program(
            title: title, members: members, interfaces: interfaces, implemented: implemented,
            settings: settings)
    }

    /// Every statement of operations, processes and `init`, inner ones first.
    func rewritingStatements(_ rewrite: (Syntax.Statement) -> [Syntax.Statement]) -> Program {
        with(
            members.map { member in
                let declaration = member.declaration
                let kind: Syntax.Declaration.Kind
                switch declaration.kind {
                case .operation(let operation):
                    kind = .operation(
                        Syntax.Operation(
                            parameters: operation.parameters, result: operation.result,
                            body: operation.body?.rewritten(rewrite)))
                case .process(let process):
                    kind = .process(
                        Syntax.Process(
                            parameters: process.parameters, lane: process.lane,
                            body: process.body.rewritten(rewrite)))
                case .initialization(let body): kind = .initialization(body.rewritten(rewrite))
                case .change, .check, .constant, .enumeration, .fault, .function, .interface, .invariant,
                    .liveness, .matrix, .observer, .proof, .reachable, .stateVariable, .structure, .type:
                    return member
                }
                return Member(module: member.module, declaration: declaration.with(kind))
            })
    }
}

extension Syntax.Declaration {
    func with(_ kind: Kind) -> Syntax.Declaration {
        Syntax.Declaration(kind, name: name, documentation: documentation, span: span)
    }
}

extension Syntax.Block {
    fileprivate func rewritten(_ rewrite: (Syntax.Statement) -> [Syntax.Statement]) -> Syntax.Block {
        Syntax.Block(
            statements: statements.flatMap { rewrite($0.withRewrittenBlocks(rewrite)) }, span: span)
    }
}

extension Syntax.Statement {
    fileprivate func withRewrittenBlocks(
        _ rewrite: (Syntax.Statement) -> [Syntax.Statement]
    ) -> Syntax.Statement {
        let kind: Kind
        switch self.kind {
        case .conditional(let condition, let then, let otherwise):
            kind = .conditional(
                condition: condition, then: then.rewritten(rewrite), otherwise: otherwise?.rewritten(rewrite))
        case .guardElse(let condition, let otherwise):
            kind = .guardElse(condition: condition, otherwise: otherwise.rewritten(rewrite))
        case .whileLoop(let condition, let invariants, let decreases, let body):
            kind = .whileLoop(
                condition: condition, invariants: invariants, decreases: decreases,
                body: body.rewritten(rewrite))
        case .forLoop(let name, let sequence, let body):
            kind = .forLoop(name: name, sequence: sequence, body: body.rewritten(rewrite))
        case .withLock(let lock, let body): kind = .withLock(lock, body.rewritten(rewrite))
        case .choose(let arms):
            kind = .choose(
                arms.map {
                    Syntax.Arm(
                        bindings: $0.bindings, condition: $0.condition, body: $0.body.rewritten(rewrite),
                        span: $0.span)
                })
        case .declare, .assign, .call, .returnValue, .step, .await, .assert: return self
        }
        return Syntax.Statement(kind, span: span)
    }
}
