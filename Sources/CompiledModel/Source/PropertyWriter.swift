// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

/// Invariants and reachability properties. As the interpreter does, an invariant notes whether its premise was true for
/// some binding: the left side of the outermost `implies`, or the condition of the outermost `if` without `else`, below
/// the leading quantifiers.
final class PropertyWriter {
    private let writer: ExpressionWriter

    init(types: TypeWriter, functions: FunctionWriter, stateRoots: [Int: PackedPlace]) {
        writer = ExpressionWriter(types: types, functions: functions, stateRoots: stateRoots)
    }

    func invariant(_ number: Int, _ property: Typed.Property) throws(NotCompilable) -> SourceText {
        begin(property.condition)
        writer.body.line("var sawPremise = false")
        try hold(property.condition)
        writer.body.line("return (true, sawPremise)")
        var source = SourceText()
        source.block("func invariant\(number)(_ s: State, _ m: Model) -> (Bool, Bool)") { source in
            guard writer.canFail else { return source.append(writer.body) }
            source.block("do throws(Trouble)") { $0.append(writer.body) }
            source.block("catch") { source in
                source.line("if error == .beyond { m.pointee.isBeyond = 1 }")
                source.line("return (false, true)")
            }
        }
        return source
    }

    func condition(_ number: Int, _ condition: Typed.Expression) throws(NotCompilable) -> SourceText {
        begin(condition)
        let test = try writer.value(condition)
        writer.body.line("return \(test.text)")
        var source = SourceText()
        source.block("func condition\(number)(_ s: State, _ m: Model) -> Bool") { source in
            guard writer.canFail else { return source.append(writer.body) }
            source.block("do throws(Trouble)") { $0.append(writer.body) }
            source.block("catch") { source in
                source.line("if error == .beyond { m.pointee.isBeyond = 1 } else { note(m, 3, \(number)) }")
                source.line("return false")
            }
        }
        return source
    }

    /// Each property has its rounds for itself.
    private func begin(_ condition: Typed.Expression) {
        guard writer.functions.rounds(of: condition) > CountedRounds.uncountedInPropertyMax else { return }
        writer.isCounting = true
        writer.body.line("m.pointee.work = 0")
    }

    /// Returns from the function where the condition does not hold.
    private func hold(_ expression: Typed.Expression) throws(NotCompilable) {
        switch expression.kind {
        case .quantifier(.forall, let variable, let body):
            try writer.counting(variable.type.indexCount ?? 0, each: writer.functions.rounds(of: body)) {
                () throws(NotCompilable) in
                try writer.forEach(variable) { () throws(NotCompilable) in try hold(body) }
            }
        case .listQuantifier(.forall, let variable, let list, let body):
            guard case .literal(.list(let values)) = list.kind else {
                throw NotCompilable("a list that is no constant")
            }
            if writer.isCounting {
                writer.count(CountedRounds.total(values.count, each: writer.functions.rounds(of: body)))
            }
            for value in values {
                try writer.block("do") { () throws(NotCompilable) in
                    let constant = try writer.literal(value, variable.type)
                    writer.body.line("let \(Identifiers.name(variable)) = \(constant.text)")
                    try hold(body)
                }
            }
        case .binary(.implies, let premise, let conclusion):
            let test = try writer.value(premise)
            try writer.block("if \(test.text)") { () throws(NotCompilable) in try conclude(conclusion) }
        case .conditional(let condition, let then, let otherwise) where otherwise.isTrue:
            let test = try writer.value(condition)
            try writer.block("if \(test.text)") { () throws(NotCompilable) in try conclude(then) }
        case .optionalBinding(let variable, let optional, let then, let otherwise) where otherwise.isTrue:
            let value = writer.bind(try writer.value(optional))
            try writer.block("if \(writer.isPresent(value.text, optional.type))") {
                () throws(NotCompilable) in
                writer.body.line(
                    "let \(Identifiers.name(variable)) = \(writer.wrapped(value.text, optional.type))")
                try conclude(then)
            }
        default: try conclude(expression)
        }
    }

    private func conclude(_ expression: Typed.Expression) throws(NotCompilable) {
        writer.body.line("sawPremise = true")
        let test = try writer.value(expression)
        writer.body.line("if !(\(test.text)) { return (false, sawPremise) }")
    }
}

extension Typed.Expression {
    fileprivate var isTrue: Bool { if case .literal(.bool(true)) = kind { true } else { false } }
}
