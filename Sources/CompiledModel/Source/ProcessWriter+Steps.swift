// SPDX-License-Identifier: MIT

import Core
import TransitionSystem

/// Entered operations and choices of a region.
extension ProcessWriter {
    func writeEntry(
        _ node: ControlNode, _ operation: Int,
        _ arguments: [(parameter: Core.Variable, value: Core.Expression)],
        _ next: ControlNode, waits: Bool, _ writer: ExpressionWriter
    ) throws(NotCompilable) {
        var values: [String] = []
        for (_, argument) in arguments {
            let name = writer.newName("argument")
            writer.body.line("let \(name) = \(try writer.value(argument).text)")
            values.append(name)
        }
        for (value, argument) in zip(values, arguments) {
            writer.body.line("\(Identifiers.name(argument.parameter)) = \(value)")
        }
        try guardingDepth(node, writer) { () throws(NotCompilable) in
            writer.body.line("let before = m.pointee.outcomes")
            writer.body.line(call(next, waits: waits))
            writer.body.line("m.pointee.operationCounts[\(operation)] &+= uint(m.pointee.outcomes &- before)")
        }
    }

    /// Calls within a circle of the graph could nest without end.
    func guardingDepth(
        _ node: ControlNode, _ writer: ExpressionWriter, _ write: () throws(NotCompilable) -> Void
    ) throws(NotCompilable) {
        let isCircular = Region.reachesItself(node, through: Region.withinStep)
        if isCircular {
            writer.body.line("if m.pointee.depth >= 200 { m.pointee.isBeyond = 1; return }")
            writer.body.line("m.pointee.depth &+= 1")
            writer.body.line("defer { m.pointee.depth &-= 1 }")
            writer.count(weight)
        }
        try write()
        writer.body.line("return")
    }

    func writeChoice(
        _ arms: [(arm: Core.Choice, next: ControlNode)], waits: Bool, _ writer: ExpressionWriter
    ) throws(NotCompilable) {
        if !waits { writer.body.line("var isEnabled = false") }
        // Each arm's are counted before its first.
        writer.isCounting = false
        for (arm, next) in arms {
            let rounds = rounds(of: arm)
            if rounds > CountedRounds.uncountedInNodeMax { writer.count(rounds) }
            var conditions = arm.condition.map(\.conjuncts) ?? []
            // A condition that may fail is evaluated whole, where the interpreter does.
            let (_, isPure) = try writer.aside { () throws(NotCompilable) in
                let failedBefore = writer.canFail
                writer.canFail = false
                defer { writer.canFail = failedBefore || writer.canFail }
                if let condition = arm.condition { _ = try writer.value(condition) }
                return !writer.canFail
            }
            if !isPure { conditions = arm.condition.map { [$0] } ?? [] }
            try writeArm(arm.bindings[...], conditions, isPure: isPure, writer) { () throws(NotCompilable) in
                if !waits { writer.body.line("isEnabled = true") }
                writer.body.line(call(next, waits: false))
            }
            writer.body.line("if isBeyond(m) { return }")
        }
        if !waits { writer.require(Operand("isEnabled")) }
    }

    /// Loops over the values of the bindings; each condition is tested as soon as its variables are bound.
    private func writeArm(
        _ bindings: ArraySlice<Core.Variable>, _ conditions: [Core.Expression], isPure: Bool,
        _ writer: ExpressionWriter, _ body: () throws(NotCompilable) -> Void
    ) throws(NotCompilable) {
        let unbound = Set(bindings.map(\.number))
        let ready = bindings.isEmpty ? conditions : isPure ? conditions.filter { !$0.mentions(unbound) } : []
        let later = bindings.isEmpty ? [] : isPure ? conditions.filter { $0.mentions(unbound) } : conditions
        func inner() throws(NotCompilable) {
            guard let variable = bindings.first else { return try body() }
            try writer.forEach(variable) { () throws(NotCompilable) in
                try writeArm(bindings.dropFirst(), later, isPure: isPure, writer, body)
                if bindings.count > 1 { writer.body.line("if isBeyond(m) { return }") }
            }
        }
        guard let first = ready.first else { return try inner() }
        // One after the other: a later one is evaluated only where the earlier ones hold.
        let test = try writer.value(first)
        let rest = ready.dropFirst()
        try writer.block("if \(test.text)") { () throws(NotCompilable) in
            try writeArm(bindings, Array(rest) + later, isPure: isPure, writer, body)
        }
    }
}

extension Core.Expression {
    /// `a && b && c` as its parts.
    fileprivate var conjuncts: [Core.Expression] {
        if case .all(let parts) = form { parts.flatMap(\.conjuncts) } else { [self] }
    }

    fileprivate func mentions(_ numbers: Set<Int>) -> Bool {
        contains {
            if case .read(let place) = $0.form { numbers.contains(place.variable.number) } else { false }
        }
    }
}
