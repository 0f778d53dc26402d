// SPDX-License-Identifier: MIT

/// Puts other names in the place of names in expressions, statements and declarations.
///
/// A name in a program means one thing (a local may hide nothing), so that a mapping of names is a renaming
/// of what they mean. Names of fields, labels of arguments, methods, labels of steps and names of assertions
/// stay.
struct NameMapping {
    let map: (String) -> String

    /// All names that are used or bound in a declaration.
    static func names(in declaration: Syntax.Declaration) -> Set<String> {
        collecting { _ = $0.declaration(declaration) }
    }

    static func names(in expression: Syntax.Expression) -> Set<String> {
        collecting { _ = $0.expression(expression) }
    }

    private static func collecting(_ read: (NameMapping) -> Void) -> Set<String> {
        var names: Set<String> = []
        withoutActuallyEscaping({ (name: String) -> String in
            names.insert(name)
            return name
        }) { read(NameMapping(map: $0)) }
        return names
    }

    private func name(_ name: Syntax.Name) -> Syntax.Name {
        Syntax.Name(text: map(name.text), span: name.span)
    }

    // MARK: Expressions

    func expression(_ expression: Syntax.Expression) -> Syntax.Expression {
        Syntax.Expression(kind(of: expression), span: expression.span)
    }

    private func kind(of expression: Syntax.Expression) -> Syntax.Expression.Kind {
        switch expression.kind {
        case .integer, .bool, .none, .missing: return expression.kind
        case .name(let text): return .name(map(text))
        case .element(let base, let index):
            return .element(base: self.expression(base), index: self.expression(index))
        case .everyElement(let base): return .everyElement(base: self.expression(base))
        case .member(let base, let name): return .member(base: self.expression(base), name: name)
        case .call(let callee, let arguments):
            return .call(callee: name(callee), arguments: arguments.map(argument))
        case .methodCall(let base, let method, let arguments):
            return .methodCall(
                base: self.expression(base), method: method, arguments: arguments.map(argument))
        case .unary(let sign, let operand): return .unary(sign, self.expression(operand))
        case .binary(let sign, let left, let right):
            return .binary(sign, self.expression(left), self.expression(right))
        case .interval(let first, let last):
            return .interval(first: self.expression(first), last: self.expression(last))
        case .list(let elements): return .list(elements.map(self.expression))
        case .conditional(let condition, let then, let otherwise):
            return .conditional(
                condition: self.condition(condition), then: self.expression(then),
                otherwise: otherwise.map(self.expression))
        case .quantifier(let quantifier, let bindings, let body):
            return .quantifier(
                quantifier, bindings: bindings.map(quantified), body: self.expression(body))
        case .fault(let fault): return .fault(name(fault))
        }
    }

    private func argument(_ argument: Syntax.Argument) -> Syntax.Argument {
        Syntax.Argument(label: argument.label, value: expression(argument.value))
    }

    private func condition(_ condition: Syntax.Condition) -> Syntax.Condition {
        switch condition {
        case .expression(let value): .expression(expression(value))
        case .binding(let bound, let value): .binding(name: name(bound), value: expression(value))
        }
    }

    private func quantified(_ binding: Syntax.QuantifierBinding) -> Syntax.QuantifierBinding {
        switch binding {
        case .overType(let binding): .overType(self.binding(binding))
        case .overList(let bound, let list): .overList(name: name(bound), list: expression(list))
        }
    }

    // MARK: Types

    private func binding(_ binding: Syntax.Binding) -> Syntax.Binding {
        Syntax.Binding(name: name(binding.name), type: type(binding.type))
    }

    private func type(_ type: Syntax.TypeExpression) -> Syntax.TypeExpression {
        let kind: Syntax.TypeExpression.Kind
        switch type.kind {
        case .named(let text): kind = .named(map(text))
        case .range(let lower, let upper, let isInclusive):
            kind = .range(lower: expression(lower), upper: expression(upper), isInclusive: isInclusive)
        case .bits(let width): kind = .bits(width: expression(width))
        case .symmetric(let count): kind = .symmetric(count: expression(count))
        case .array(let index, let element):
            kind = .array(index: self.type(index), element: self.type(element))
        case .optional(let wrapped): kind = .optional(self.type(wrapped))
        case .set(let element): kind = .set(self.type(element))
        case .queue(let element, let capacity):
            kind = .queue(self.type(element), capacity: expression(capacity))
        case .interval(let element): kind = .interval(self.type(element))
        case .list(let element): kind = .list(self.type(element))
        case .missing: kind = .missing
        }
        return Syntax.TypeExpression(kind, span: type.span)
    }

    // MARK: Statements

    private func block(_ block: Syntax.Block) -> Syntax.Block {
        Syntax.Block(statements: block.statements.map(statement), span: block.span)
    }

    private func statement(_ statement: Syntax.Statement) -> Syntax.Statement {
        let kind: Syntax.Statement.Kind
        switch statement.kind {
        case .declare(let bound, let isMutable, let type, let value):
            kind = .declare(
                name: name(bound), isMutable: isMutable, type: type.map(self.type), value: expression(value))
        case .assign(let target, let value):
            kind = .assign(target: expression(target), value: expression(value))
        case .call(let call): kind = .call(expression(call))
        case .conditional(let condition, let then, let otherwise):
            kind = .conditional(
                condition: self.condition(condition), then: block(then), otherwise: otherwise.map(block))
        case .guardElse(let condition, let otherwise):
            kind = .guardElse(condition: self.condition(condition), otherwise: block(otherwise))
        case .whileLoop(let condition, let invariants, let decreases, let body):
            kind = .whileLoop(
                condition: expression(condition), invariants: invariants.map(expression),
                decreases: decreases.map(expression), body: block(body))
        case .forLoop(let bound, let sequence, let body):
            kind = .forLoop(name: name(bound), sequence: expression(sequence), body: block(body))
        case .returnValue(let value): kind = .returnValue(value.map(expression))
        case .step(let label): kind = .step(label: label)
        case .await(let condition): kind = .await(expression(condition))
        case .withLock(let lock, let body): kind = .withLock(expression(lock), block(body))
        case .choose(let arms):
            kind = .choose(
                arms.map {
                    Syntax.Arm(
                        bindings: $0.bindings.map(binding), condition: $0.condition.map(expression),
                        body: block($0.body), span: $0.span)
                })
        case .assert(let name, let condition): kind = .assert(name: name, expression(condition))
        }
        return Syntax.Statement(kind, span: statement.span)
    }

    // MARK: Declarations

    /// A declaration with its own name mapped too.
    ///
    /// A function loses its contract: what it returns does not depend on it.
    func declaration(_ declaration: Syntax.Declaration) -> Syntax.Declaration {
        Syntax.Declaration(
            kind(of: declaration), name: name(declaration.name), documentation: declaration.documentation,
            span: declaration.span)
    }

    private func kind(of declaration: Syntax.Declaration) -> Syntax.Declaration.Kind {
        switch declaration.kind {
        case .constant(let type, let value):
            return .constant(type: type.map(self.type), value: expression(value))
        case .type(let type): return .type(self.type(type))
        case .structure(let fields):
            return .structure(fields: fields.map { Syntax.Binding(name: $0.name, type: type($0.type)) })
        case .stateVariable(let type, let initial):
            return .stateVariable(type: self.type(type), initial: initial.map(expression))
        case .initialization(let body): return .initialization(block(body))
        case .function(let function):
            return .function(
                Syntax.Function(
                    parameters: function.parameters.map(binding), result: type(function.result),
                    contract: Syntax.Contract(), body: function.body.map(body)))
        case .operation(let operation):
            return .operation(
                Syntax.Operation(
                    parameters: operation.parameters.map(binding), result: operation.result.map(type),
                    body: operation.body.map(block)))
        case .process(let process):
            return .process(
                Syntax.Process(
                    parameters: process.parameters.map(binding), lane: process.lane,
                    body: block(process.body)))
        case .invariant(let condition): return .invariant(expression(condition))
        case .reachable(let condition): return .reachable(expression(condition))
        case .liveness(let formula, let fairness):
            // Processes and operations are the program's, not the property's.
            return .liveness(self.formula(formula), fairness: fairness)
        case .enumeration, .fault, .interface, .change, .check, .proof, .matrix, .observer:
            return declaration.kind
        }
    }

    private func body(_ body: Syntax.Function.Body) -> Syntax.Function.Body {
        switch body {
        case .expression(let value): .expression(expression(value))
        case .block(let statements): .block(block(statements))
        }
    }

    private func formula(_ formula: Syntax.TemporalFormula) -> Syntax.TemporalFormula {
        switch formula {
        case .state(let condition): .state(expression(condition))
        case .always(let inner): .always(self.formula(inner))
        case .eventually(let inner): .eventually(self.formula(inner))
        case .leadsTo(let premise, let goal): .leadsTo(expression(premise), expression(goal))
        case .implies(let premise, let inner): .implies(expression(premise), self.formula(inner))
        }
    }
}
