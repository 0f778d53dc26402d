// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

/// Loops, entered operations and choices of a region.
extension ProcessWriter {
    // MARK: Loops

    func writeLoopBegin(
        _ variable: Variable, _ range: ControlNode.LoopRange, _ writer: ExpressionWriter,
        _ branch: (_ test: String?, _ first: String) throws(NotCompilable) -> Void
    ) throws(NotCompilable) {
        let name = Identifiers.name(variable)
        switch range {
        case .wholeType: try branch(nil, "\(name) = \(try types.zero(variable.type))")
        case .interval(let expression, let last):
            let interval = writer.bind(try writer.value(expression)).text
            if let bounds = Operand.bounds(of: variable.type) {
                writer.require(
                    "\(interval).first > \(interval).last || (\(interval).first >= \(bounds.lowerBound) "
                        + "&& \(interval).last <= \(bounds.upperBound))")
            }
            try branch(
                "\(interval).first <= \(interval).last",
                "\(name) = \(interval).first; \(Identifiers.name(last)) = \(interval).last")
        }
    }

    func loopNext(_ variable: Variable, _ range: ControlNode.LoopRange) -> (test: String, advance: String) {
        let name = Identifiers.name(variable)
        switch range {
        case .wholeType:
            if case .bool = variable.type { return ("!\(name)", "\(name) = true") }
            let highest = variable.type.lowest + (variable.type.indexCount ?? 1) - 1
            return ("\(name) < \(highest)", "\(name) += 1")
        case .interval(_, let last): return ("\(name) != \(Identifiers.name(last))", "\(name) += 1")
        }
    }

    // MARK: Operations and choices

    func writeEntry(
        _ node: ControlNode, _ operation: Typed.Operation, _ arguments: [Typed.Expression],
        _ next: ControlNode,
        waits: Bool, _ writer: ExpressionWriter
    ) throws(NotCompilable) {
        var values: [String] = []
        for (argument, parameter) in zip(arguments, operation.parameters) {
            let operand = try writer.converted(
                try writer.value(argument), from: argument.type, to: parameter.type)
            let name = writer.newName("argument")
            writer.body.line("let \(name) = \(operand.text)")
            values.append(name)
        }
        for (value, parameter) in zip(values, operation.parameters) {
            writer.body.line("\(Identifiers.name(parameter)) = \(value)")
        }
        try guardingDepth(node, writer) { () throws(NotCompilable) in
            writer.body.line("let before = m.pointee.outcomes")
            writer.body.line(call(next, waits: waits))
            if let number = operationNumbers[ObjectIdentifier(operation)] {
                writer.body.line(
                    "m.pointee.operationCounts[\(number)] &+= uint(m.pointee.outcomes &- before)")
            }
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
        _ arms: [(arm: Typed.Arm, next: ControlNode)], waits: Bool, _ writer: ExpressionWriter
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
        if !waits { writer.require("isEnabled") }
    }

    /// Loops over the values of the bindings; each condition is tested as soon as its variables are bound.
    private func writeArm(
        _ bindings: ArraySlice<Variable>, _ conditions: [Typed.Expression], isPure: Bool,
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

extension Typed.Expression {
    /// `a && b && c` as its parts.
    fileprivate var conjuncts: [Typed.Expression] {
        if case .binary(.and, let left, let right) = kind { left.conjuncts + right.conjuncts } else { [self] }
    }

    fileprivate func mentions(_ numbers: Set<Int>) -> Bool {
        contains {
            if case .variable(let variable) = $0.kind { numbers.contains(variable.number) } else { false }
        }
    }
}
