// SPDX-License-Identifier: MIT

import Core
import SpecLanguage
import TransitionSystem

/// Writes expressions as Swift: what needs statements (checks, loops, calls) goes to `body`, the rest is the operand's
/// text. Order and short circuits are the interpreter's.
final class ExpressionWriter {
    let types: TypeWriter
    let functions: FunctionWriter
    let stateRoots: [Int: PackedPlace]
    /// Statements so far; the owner takes them away.
    var body = SourceText()
    /// Whether anything written may throw.
    var canFail = false
    private var temporaries = 0
    /// What is bound within expressions, by the variable's number.
    private var bound: [Int: Operand] = [:]
    /// Whether rounds at the present place are counted: nothing around it has counted them, and they may be many.
    var isCounting = false

    init(types: TypeWriter, functions: FunctionWriter, stateRoots: [Int: PackedPlace]) {
        self.types = types
        self.functions = functions
        self.stateRoots = stateRoots
    }

    // MARK: Statements

    func newName(_ prefix: String = "t") -> String {
        temporaries += 1
        return "\(prefix)\(temporaries)"
    }

    func bind(_ operand: Operand) -> Operand {
        if operand.isSimple { return operand }
        let name = newName()
        body.line("let \(name) = \(operand.text)")
        return Operand(name, bounds: operand.bounds)
    }

    /// Ends the evaluation as a run-time error unless the condition holds.
    func require(_ condition: Operand) {
        if condition.isTrue { return }
        canFail = true
        body.line("if !(\(condition.text)) { throw .error }")
    }

    func count(_ rounds: Int) {
        canFail = true
        body.line("try count(m, \(min(rounds, CheckerLimit.roundsMax)))")
    }

    /// Writes a loop.
    ///
    /// - Parameters:
    ///   - count: its rounds; `nil`: it is inside the loop, and writes one round.
    ///   - each: rounds at most of what is done in a round.
    func counting(
        _ count: Int?, each: Int, _ write: () throws(NotCompilable) -> Void
    ) throws(NotCompilable) {
        guard isCounting else { return try write() }
        let total = CountedRounds.total(count ?? 1, each: each)
        guard total <= CountedRounds.countedAtOnceMax else {
            self.count(count ?? 1)
            return try write()
        }
        self.count(total)
        isCounting = false
        defer { isCounting = true }
        try write()
    }

    /// What `write` writes, apart from `body`.
    func aside<Result>(_ write: () throws(NotCompilable) -> Result) throws(NotCompilable) -> (
        SourceText, Result
    ) {
        let before = body
        body = SourceText()
        let result = try write()
        let written = body
        body = before
        return (written, result)
    }

    func block(_ head: String, _ write: () throws(NotCompilable) -> Void) throws(NotCompilable) {
        try functions.countBlock()
        let (inner, _) = try aside(write)
        body.block(head) { $0.append(inner) }
    }

    // MARK: Values

    func value(_ expression: Core.Expression) throws(NotCompilable) -> Operand {
        let operand = try written(expression)
        // The Swift compiler takes long to find the types in a long expression.
        return operand.text.utf8.count > 240 ? bind(operand) : operand
    }

    private func written(_ expression: Core.Expression) throws(NotCompilable) -> Operand {
        let kind = expression.kind
        if let number = kind.number { try TypeWriter.checkWidth(number) }
        switch expression.form {
        case .constant(let constant): return try literal(constant, kind)
        case .read(let place): return try read(place)
        case .record(let parts): return try record(parts, kind)
        case .not(let operand): return try value(operand).negated
        case .all(let parts): return try connective(parts, isAll: true)
        case .any(let parts): return try connective(parts, isAll: false)
        case .equal(let left, let right):
            let (a, b) = (try value(left), try value(right))
            if a.isLess(than: b) == true || b.isLess(than: a) == true { return .truth(false) }
            return Operand("(\(a.text) == \(b.text))")
        case .less(let left, let right):
            let (a, b) = (try value(left), try value(right))
            return a.isLess(than: b).map(Operand.truth) ?? Operand("(\(a.text) < \(b.text))")
        case .lessOrEqual(let left, let right):
            let (a, b) = (try value(left), try value(right))
            return b.isLess(than: a).map { .truth(!$0) } ?? Operand("(\(a.text) <= \(b.text))")
        case .arithmetic(let operation, let left, let right):
            return try arithmetic(operation, bind(try value(left)), bind(try value(right)), kind)
        case .convert(let operand): return converted(try value(operand), to: kind)
        case .conditional(let condition, let then, let otherwise):
            return try conditional(condition, then, otherwise, kind)
        case .bind(let variable, let bound, let body):
            self.bound[variable.number] = bind(try value(bound))
            return try value(body)
        case .quantified(let quantifier, let variable, let condition):
            return try quantified(quantifier, variable, condition)
        case .query(let query, let set): return try self.query(query, set, kind)
        case .call(let function, let arguments): return try call(function, arguments)
        case .checked(let check, let checked):
            require(try value(check.condition))
            return try value(checked)
        }
    }

    private func record(_ parts: [Core.Expression], _ kind: Core.Kind) throws(NotCompilable) -> Operand {
        var operands: [Operand] = []
        for part in parts { operands.append(bind(try value(part))) }
        return try record(operands, kind)
    }

    private func call(
        _ function: Core.Function, _ arguments: [Core.Expression]
    ) throws(NotCompilable) -> Operand {
        var texts: [String] = []
        for argument in arguments { texts.append(bind(try value(argument)).text) }
        let written = try functions.written(function)
        if isCounting, written.uncountedRounds > 0 { count(written.uncountedRounds) }
        let call = "\(written.name)(\((texts + ["s", "m"]).joined(separator: ", ")))"
        let name = newName()
        body.line("let \(name) = \(written.canFail ? "try " : "")\(call)")
        if written.canFail { canFail = true }
        return Operand(name, bounds: Operand.bounds(of: function.result))
    }

    private func conditional(
        _ condition: Core.Expression, _ then: Core.Expression, _ otherwise: Core.Expression, _ kind: Core.Kind
    ) throws(NotCompilable) -> Operand {
        let test = bind(try value(condition))
        if test.isTrue { return try value(then) }
        if test.isFalse { return try value(otherwise) }
        let (thenBody, a) = try aside { () throws(NotCompilable) in try value(then) }
        let (otherwiseBody, b) = try aside { () throws(NotCompilable) in try value(otherwise) }
        let bounds = Operand.union(a.bounds, b.bounds)
        if thenBody.isEmpty, otherwiseBody.isEmpty {
            return Operand("(\(test.text) ? \(a.text) : \(b.text))", bounds: bounds)
        }
        let name = newName()
        body.line("let \(name): \(try types.swiftType(kind))")
        body.block("if \(test.text)") { source in
            source.append(thenBody)
            source.line("\(name) = \(a.text)")
        }
        body.block("else") { source in
            source.append(otherwiseBody)
            source.line("\(name) = \(b.text)")
        }
        return Operand(name, bounds: bounds)
    }

    /// Conditions one after the other; the first that decides ends it.
    private func connective(_ parts: [Core.Expression], isAll: Bool) throws(NotCompilable) -> Operand {
        guard let first = parts.first else { return .truth(isAll) }
        var result = try value(first)
        for part in parts.dropFirst() {
            if isAll ? result.isFalse : result.isTrue { return result }
            let (partBody, next) = try aside { () throws(NotCompilable) in try value(part) }
            if partBody.isEmpty {
                if isAll ? next.isTrue : next.isFalse { continue }
                result =
                    (isAll ? result.isTrue : result.isFalse)
                    ? next : Operand("(\(result.text) \(isAll ? "&&" : "||") \(next.text))")
                continue
            }
            let name = newName()
            body.line("var \(name) = \(result.text)")
            body.block("if \(isAll ? name : "!" + name)") { source in
                source.append(partBody)
                source.line("\(name) = \(next.text)")
            }
            result = Operand(name)
        }
        return result
    }

    // MARK: Quantifiers

    private func quantified(
        _ quantifier: Core.Quantifier, _ variable: Core.Variable, _ condition: Core.Expression
    ) throws(NotCompilable) -> Operand {
        let isAll = quantifier == .all
        let result = newName(isAll ? "all" : "any")
        body.line("var \(result) = \(isAll)")
        let rounds = functions.rounds.of(condition)
        try counting(variable.valueCount, each: rounds) { () throws(NotCompilable) in
            try forEach(variable) { () throws(NotCompilable) in
                let test = try value(condition)
                body.line("if \(isAll ? test.negated.text : test.text) { \(result) = \(!isAll); break }")
            }
        }
        return Operand(result)
    }

    /// A loop over the values of a variable.
    func forEach(
        _ variable: Core.Variable, _ write: () throws(NotCompilable) -> Void
    ) throws(NotCompilable) {
        let name = Identifiers.name(variable)
        guard variable.valueCount <= CheckerLimit.roundsMax else {
            throw NotCompilable("a loop over more than \(CheckerLimit.roundsMax) values")
        }
        guard let bounds = variable.kind.number?.bounds else {
            return try block("for \(name)_ordinal in 0 ..< 2") { () throws(NotCompilable) in
                body.line("let \(name) = \(name)_ordinal != 0")
                try write()
            }
        }
        try block("for \(name) in \(bounds.lowerBound) ..< \(bounds.upperBound + 1)", write)
    }

    /// What is bound to a variable within an expression; `nil`: it is a variable of the text.
    func operand(boundTo variable: Core.Variable) -> Operand? { bound[variable.number] }

    func bind(_ variable: Core.Variable, to operand: Operand) { bound[variable.number] = bind(operand) }
}
