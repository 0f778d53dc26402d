// SPDX-License-Identifier: MIT

package import SpecLanguage

extension CoreTranslator {
    /// The premise is the left side of the outermost `implies`, or the condition of the outermost `if` without `else`.
    package func property(_ condition: Typed.Expression) throws(CoreRefusal) -> Core.Property {
        switch condition.kind {
        case .quantifier(.forall, let variable, let body):
            return .forAll(try self.variable(variable), try property(body))
        case .listQuantifier(.forall, let variable, let list, let body):
            let elements = try elements(of: list)
            var parts: [Core.Property] = []
            for element in elements.values {
                parts.append(.bind(try self.variable(variable), element, in: try property(body)))
            }
            return elements.bound.reversed().reduce(.each(parts)) {
                .bind($1.variable, $1.value, in: $0)
            }
        case .connective(.implies, let premise, let conclusion):
            return .implication(premise: try expression(premise), conclusion: try expression(conclusion))
        case .conditional(let test, let then, let otherwise) where otherwise.isTrue:
            return .implication(premise: try expression(test), conclusion: try expression(then))
        case .optionalBinding(let variable, let value, let then, let otherwise) where otherwise.isTrue:
            let optional = try expression(value)
            let whole = Core.Place(temporary(variable.name, optional.kind, value.span))
            let payload = Core.Expression.read(whole.field(Core.Optional.payload), value.span)
            let conclusion = Core.Expression(
                .bind(try self.variable(variable), payload, in: try expression(then)), .truth, then.span)
            return .bind(
                whole.variable, optional,
                in: .implication(
                    premise: .read(whole.field(Core.Optional.flag), value.span), conclusion: conclusion))
        case .literal, .variable, .element, .field, .method, .convert, .not, .sign, .connective, .comparison,
            .arithmetic, .conditional, .optionalBinding, .quantifier, .listQuantifier, .call, .record,
            .interval, .list:
            return .condition(try expression(condition))
        }
    }
}

extension Typed.Expression {
    fileprivate var isTrue: Bool { if case .literal(.bool(true)) = kind { true } else { false } }
}
