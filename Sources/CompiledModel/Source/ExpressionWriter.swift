// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

/// Writes expressions as Swift: what needs statements (checks, loops, calls) goes to `body`, the rest is the operand's
/// text. Order and short circuits are the interpreter's.
final class ExpressionWriter {
    let types: TypeWriter
    let functions: FunctionWriter
    private let stateRoots: [Int: PackedPlace]
    /// Statements so far; the owner takes them away.
    var body = SourceText()
    /// Whether anything written may throw.
    var canFail = false
    private var temporaries = 0
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
    func require(_ condition: String) {
        canFail = true
        body.line("if !(\(condition)) { throw .error }")
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

    // MARK: Places

    func place(root variable: Variable) -> PlaceText? { stateRoots[variable.number].map(PlaceText.init) }

    /// The place in the packed state that an expression names.
    func place(of expression: Typed.Expression) throws(NotCompilable) -> PlaceText? {
        switch expression.kind {
        case .variable(let variable):
            guard case .state = variable.storage else { return nil }
            return place(root: variable)
        case .element(let base, let index):
            guard case .array(let indexType, _) = base.type, let start = try place(of: base) else {
                return nil
            }
            return start.element(try self.index(index, of: indexType), of: types.shape(base.type))
        case .field(let base, let field):
            guard case .structure = base.type, let start = try place(of: base),
                case .composite(let parts, _) = types.shape(base.type)
            else { return nil }
            return start.part(at: parts[field].place)
        default: return nil
        }
    }

    /// The checked position of an index in an array.
    func index(_ index: Typed.Expression, of indexType: SpecType) throws(NotCompilable) -> String {
        let count = indexType.indexCount ?? 0
        let operand = bind(try value(index))
        let position = types.ordinal(operand.text, indexType)
        let lower = indexType.lowest
        let known = index.type == .bool ? 0...1 : operand.bounds
        if let known, known.lowerBound >= lower, known.upperBound < lower + count { return position }
        let name = bind(Operand(position)).text
        require("\(name) >= 0 && \(name) < \(count)")
        return name
    }

    // MARK: Values

    func value(_ expression: Typed.Expression) throws(NotCompilable) -> Operand {
        let operand = try written(expression)
        // The Swift compiler takes long to find the types in a long expression.
        return operand.text.utf8.count > 240 ? bind(operand) : operand
    }

    private func written(_ expression: Typed.Expression) throws(NotCompilable) -> Operand {
        try types.checkWidth(expression.type)
        switch expression.kind {
        case .literal(let value):
            return try literal(value, expression.type)
        case .variable(let variable):
            if case .state = variable.storage, let place = place(root: variable) {
                return try load(variable.type, from: place)
            }
            return Operand(Identifiers.name(variable), bounds: Operand.bounds(of: variable.type))
        case .element(let base, let index):
            if let place = try place(of: expression) { return try load(expression.type, from: place) }
            guard case .array(let indexType, _) = base.type else {
                throw NotCompilable("an element of '\(base.type.description)'")
            }
            let array = bind(try value(base))
            let position = try self.index(index, of: indexType)
            return Operand("\(array.text).e[\(position)]", bounds: Operand.bounds(of: expression.type))
        case .field(let base, let field):
            if let place = try place(of: expression) { return try load(expression.type, from: place) }
            let record = try value(base)
            if case .structure(_, let fields) = base.type {
                return Operand(
                    "\(record.text).\(TypeWriter.fieldName(fields[field].name, field))",
                    bounds: Operand.bounds(of: expression.type))
            }
            return Operand("\(record.text).\(field == 0 ? "first" : "last")")
        case .method(let method, let base, let arguments):
            return try self.method(method, base, arguments, expression)
        case .convert(let operand):
            return try converted(try value(operand), from: operand.type, to: expression.type)
        case .unary(let operation, let operand): return try unary(operation, operand, expression.type)
        case .binary(let operation, let left, let right):
            return try binary(operation, left, right, expression.type)
        case .conditional(let condition, let then, let otherwise):
            return try conditional(condition, then, otherwise, expression.type)
        case .optionalBinding(let variable, let optional, let then, let otherwise):
            return try optionalBinding(variable, optional, then, otherwise, expression.type)
        case .quantifier(let quantifier, let variable, let condition):
            return try self.quantifier(quantifier, variable, condition)
        case .listQuantifier(let quantifier, let variable, let list, let condition):
            return try listQuantifier(quantifier, variable, list, condition)
        case .call(let function, let arguments): return try call(function, arguments)
        case .record(let parts): return try record(parts, expression.type)
        case .interval(let first, let last):
            let (a, b) = (bind(try value(first)), bind(try value(last)))
            return Operand("Interval(\(a.text), \(b.text))")
        case .list: throw NotCompilable("a list that is no constant")
        }
    }

    private func load(_ type: SpecType, from place: PlaceText) throws(NotCompilable) -> Operand {
        let text = try types.load(type, from: place)
        guard types.loadCanFail(type) else { return Operand(text, bounds: Operand.bounds(of: type)) }
        canFail = true
        let name = newName()
        body.line("let \(name) = \(text)")
        return Operand(name)
    }

    private func record(_ parts: [Typed.Expression], _ type: SpecType) throws(NotCompilable) -> Operand {
        guard case .structure(_, let fields) = type else {
            throw NotCompilable("a record of type '\(type.description)'")
        }
        var texts: [String] = []
        for (number, part) in parts.enumerated() {
            let operand = bind(try value(part))
            texts.append("\(TypeWriter.fieldName(fields[number].name, number)): \(operand.text)")
        }
        return Operand("\(try types.swiftType(type))(\(texts.joined(separator: ", ")))")
    }

    private func call(
        _ function: Typed.Function, _ arguments: [Typed.Expression]
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
        _ condition: Typed.Expression, _ then: Typed.Expression, _ otherwise: Typed.Expression,
        _ type: SpecType
    ) throws(NotCompilable) -> Operand {
        let test = bind(try value(condition))
        return try select(test.text, type, binding: nil, then, otherwise)
    }

    private func optionalBinding(
        _ variable: Variable, _ optional: Typed.Expression, _ then: Typed.Expression,
        _ otherwise: Typed.Expression, _ type: SpecType
    ) throws(NotCompilable) -> Operand {
        let value = bind(try value(optional))
        return try select(
            isPresent(value.text, optional.type), type,
            binding: "let \(Identifiers.name(variable)) = \(wrapped(value.text, optional.type))", then,
            otherwise)
    }

    private func select(
        _ test: String, _ type: SpecType, binding: String?, _ then: Typed.Expression,
        _ otherwise: Typed.Expression
    ) throws(NotCompilable) -> Operand {
        let (thenBody, a) = try aside { () throws(NotCompilable) in
            try converted(try value(then), from: then.type, to: type)
        }
        let (otherwiseBody, b) = try aside { () throws(NotCompilable) in
            try converted(try value(otherwise), from: otherwise.type, to: type)
        }
        let bounds = Operand.union(a.bounds, b.bounds)
        if binding == nil, thenBody.isEmpty, otherwiseBody.isEmpty {
            return Operand("(\(test) ? \(a.text) : \(b.text))", bounds: bounds)
        }
        let name = newName()
        body.line("let \(name): \(try types.swiftType(type))")
        body.block("if \(test)") { source in
            if let binding { source.line(binding) }
            source.append(thenBody)
            source.line("\(name) = \(a.text)")
        }
        body.block("else") { source in
            source.append(otherwiseBody)
            source.line("\(name) = \(b.text)")
        }
        return Operand(name, bounds: bounds)
    }

    // MARK: Optionals

    func isPresent(_ text: String, _ type: SpecType) -> String {
        guard case .optional(let wrapped) = type else { return "false" }
        return CellCoding.isOneCell(wrapped) ? "\(text) != 0" : "\(text).some"
    }

    /// What is in a present optional.
    func wrapped(_ text: String, _ type: SpecType) -> String {
        guard case .optional(let wrapped) = type else { return text }
        guard CellCoding.isOneCell(wrapped) else { return "\(text).value" }
        if case .bool = wrapped { return "(\(text) == 2)" }
        let shift = wrapped.lowest - 1
        return "(\(text) \(shift < 0 ? "-" : "+") \(abs(shift)))"
    }

    // MARK: Quantifiers

    private func quantifier(
        _ quantifier: Syntax.Quantifier, _ variable: Variable, _ condition: Typed.Expression
    ) throws(NotCompilable) -> Operand {
        let count = variable.type.indexCount ?? 0
        let all = quantifier == .forall
        let result = newName(all ? "all" : "any")
        body.line("var \(result) = \(all)")
        try counting(count, each: functions.rounds(of: condition)) { () throws(NotCompilable) in
            try forEach(variable) { () throws(NotCompilable) in
                let test = try value(condition)
                body.line("if \(all ? "!(\(test.text))" : test.text) { \(result) = \(!all); break }")
            }
        }
        return Operand(result)
    }

    /// A loop over the values of a variable's type.
    func forEach(_ variable: Variable, _ write: () throws(NotCompilable) -> Void) throws(NotCompilable) {
        let name = Identifiers.name(variable)
        let count = variable.type.indexCount ?? 0
        guard count <= CheckerLimit.roundsMax else {
            throw NotCompilable("a loop over more than \(CheckerLimit.roundsMax) values")
        }
        let lower = variable.type.lowest
        if case .bool = variable.type {
            try block("for \(name)_ordinal in 0 ..< 2") { () throws(NotCompilable) in
                body.line("let \(name) = \(name)_ordinal != 0")
                try write()
            }
        } else {
            try block("for \(name) in \(lower) ..< \(lower + count)", write)
        }
    }

    private func listQuantifier(
        _ quantifier: Syntax.Quantifier, _ variable: Variable, _ list: Typed.Expression,
        _ condition: Typed.Expression
    ) throws(NotCompilable) -> Operand {
        guard case .literal(.list(let values)) = list.kind else {
            throw NotCompilable("a list that is no constant")
        }
        let all = quantifier == .forall
        let result = newName(all ? "all" : "any")
        body.line("var \(result) = \(all)")
        if isCounting {
            count(CountedRounds.total(values.count, each: functions.rounds(of: condition)))
        }
        try block("repeat") { () throws(NotCompilable) in
            for element in values {
                try block("do") { () throws(NotCompilable) in
                    let constant = try literal(element, variable.type)
                    body.line(
                        "let \(Identifiers.name(variable)): \(try types.swiftType(variable.type)) = \(constant.text)"
                    )
                    let test = try value(condition)
                    body.line("if \(all ? "!(\(test.text))" : test.text) { \(result) = \(!all); break }")
                }
            }
        }
        body.line("while false")
        return Operand(result)
    }
}

extension SpecType {
    /// The number of the first value.
    var lowest: Int { if case .range(_, let lower, _) = self { lower } else { 0 } }
}

extension Operand {
    fileprivate static func union(_ a: ClosedRange<Int>?, _ b: ClosedRange<Int>?) -> ClosedRange<Int>? {
        guard let a, let b else { return nil }
        return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
    }
}
