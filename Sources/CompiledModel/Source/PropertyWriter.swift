// SPDX-License-Identifier: MIT

import Core
import TransitionSystem

/// Invariants and reachability properties. An invariant notes whether its premise was true for some binding.
final class PropertyWriter {
    private let writer: ExpressionWriter

    init(types: TypeWriter, functions: FunctionWriter, stateRoots: [Int: PackedPlace]) {
        writer = ExpressionWriter(types: types, functions: functions, stateRoots: stateRoots)
    }

    func invariant(_ number: Int, _ property: Core.Property) throws(NotCompilable) -> SourceText {
        begin(rounds(of: property))
        writer.body.line("var sawPremise = false")
        try hold(property)
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

    func condition(_ number: Int, _ condition: Core.Expression) throws(NotCompilable) -> SourceText {
        begin(writer.functions.rounds.of(condition))
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
    private func begin(_ rounds: Int) {
        guard rounds > CountedRounds.uncountedInPropertyMax else { return }
        writer.isCounting = true
        writer.body.line("m.pointee.work = 0")
    }

    private func rounds(of property: Core.Property) -> Int {
        let rounds = writer.functions.rounds
        return switch property {
        case .forAll(let variable, let body):
            CountedRounds.total(variable.valueCount, each: self.rounds(of: body))
        case .each(let parts): parts.reduce(0) { CountedRounds.sum($0, self.rounds(of: $1)) }
        case .bind(_, let value, let body):
            CountedRounds.sum(CountedRounds.sum(rounds.of(value), self.rounds(of: body)), 1)
        case .implication(let premise, let conclusion):
            CountedRounds.sum(rounds.of(premise), rounds.of(conclusion))
        case .condition(let condition): rounds.of(condition)
        }
    }

    /// Returns from the function where the property does not hold.
    private func hold(_ property: Core.Property) throws(NotCompilable) {
        switch property {
        case .forAll(let variable, let body):
            try writer.counting(variable.valueCount, each: rounds(of: body)) { () throws(NotCompilable) in
                try writer.forEach(variable) { () throws(NotCompilable) in try hold(body) }
            }
        case .each(let parts):
            if writer.isCounting { writer.count(rounds(of: property)) }
            for part in parts {
                try writer.block("do") { () throws(NotCompilable) in try hold(part) }
            }
        case .bind(let variable, let value, let body):
            writer.bind(variable, to: try writer.value(value))
            try hold(body)
        case .implication(let premise, let conclusion):
            let test = try writer.value(premise)
            try writer.block("if \(test.text)") { () throws(NotCompilable) in try conclude(conclusion) }
        case .condition(let condition): try conclude(condition)
        }
    }

    private func conclude(_ expression: Core.Expression) throws(NotCompilable) {
        writer.body.line("sawPremise = true")
        let test = try writer.value(expression)
        writer.body.line("if \(test.negated.text) { return (false, sawPremise) }")
    }
}
