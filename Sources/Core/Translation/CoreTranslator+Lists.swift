// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

extension CoreTranslator {
    /// Elements of a list, and temporaries that hold those which are no constants.
    struct Elements {
        var values: [Core.Expression] = []
        var bound: [(variable: Core.Variable, value: Core.Expression)] = []
    }

    func elements(of list: Typed.Expression) throws(CoreRefusal) -> Elements {
        guard case .list(let type) = list.type else { preconditionFailure("a list was checked") }
        switch list.kind {
        case .literal(.list(let values)):
            let kind = try kind(type, list.span)
            return Elements(values: values.map { .constant(Core.Constant($0, type), kind, list.span) })
        case .list(let parts):
            var elements = Elements()
            for part in parts {
                let value = try expression(part, as: type)
                if value.isCheap {
                    elements.values.append(value)
                } else {
                    let variable = temporary("element", value.kind, value.span)
                    elements.bound.append((variable, value))
                    elements.values.append(.read(Core.Place(variable), part.span))
                }
            }
            return elements
        case .variable(let variable):
            guard let known = lists[variable.number] else {
                throw CoreRefusal("'\(variable.name)' is a list that is not known", at: list.span)
            }
            return Elements(values: known)
        case .literal, .element, .field, .method, .convert, .not, .sign, .connective, .comparison,
            .arithmetic,
            .conditional, .optionalBinding, .quantifier, .listQuantifier, .call, .record, .interval:
            throw CoreRefusal("a list that is no constant", at: list.span)
        }
    }

    /// Elements of a list that a function is called with: there is a function for each such list.
    func constants(of list: Typed.Expression) throws(CoreRefusal) -> [Core.Expression] {
        let elements = try elements(of: list)
        guard elements.values.allSatisfy({ $0.constant != nil }) else {
            throw CoreRefusal("a list that is no constant", at: list.span)
        }
        return elements.values
    }

    /// `forall(x in LIST) body`: the body for each element, in order.
    func overList(
        _ quantifier: Syntax.Quantifier, _ variable: Variable, _ list: Typed.Expression,
        _ body: Typed.Expression, _ span: Span
    ) throws(CoreRefusal) -> Core.Expression {
        let elements = try elements(of: list)
        var parts: [Core.Expression] = []
        for element in elements.values {
            let bound = try self.variable(variable)
            let inner = try expression(body)
            parts.append(Core.Expression(.bind(bound, element, in: inner), .truth, inner.span))
        }
        let whole: Core.Expression =
            switch quantifier {
            case .forall: .all(parts, span)
            case .exists: .any(parts, span)
            }
        return elements.bound.reversed().reduce(whole) { inner, binding in
            Core.Expression(.bind(binding.variable, binding.value, in: inner), .truth, span)
        }
    }
}
