// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

/// Pure functions of a spec as Swift functions, each written when it is first called.
final class FunctionWriter {
    struct Written {
        let name: String
        let canFail: Bool
        /// Rounds at most that a call takes and does not count, with the call itself.
        let uncountedRounds: Int
    }

    private let types: TypeWriter
    private let stateRoots: [Int: PackedPlace]
    private var written: [ObjectIdentifier: Written] = [:]
    private(set) var declarations: [SourceText] = []
    private var failures = FailureAnalysis()
    private var depth = 0
    private static let depthMax = 64
    /// Of the whole model. Loops over lists are unrolled: five of 100 elements, one in the other, are 10^10 blocks.
    private var blocks = 0
    private static let blocksMax = 1 << 17

    init(types: TypeWriter, stateRoots: [Int: PackedPlace]) {
        self.types = types
        self.stateRoots = stateRoots
    }

    /// Rounds of loops and quantifiers, and calls, at most.
    func rounds(of expression: Typed.Expression) -> Int { failures.rounds(of: expression) }

    /// - Throws: where the text would take more memory than a compiler's input may.
    func countBlock() throws(NotCompilable) {
        blocks += 1
        guard blocks <= Self.blocksMax else { throw NotCompilable("it is too large to compile") }
    }

    func written(_ function: Typed.Function) throws(NotCompilable) -> Written {
        if let known = written[ObjectIdentifier(function)] { return known }
        guard depth < Self.depthMax else { throw NotCompilable("calls of functions nested deeper than 64") }
        depth += 1
        defer { depth -= 1 }
        let name = Identifiers.name(function.name, written.count) + "_fn"
        let writer = ExpressionWriter(types: types, functions: self, stateRoots: stateRoots)
        let block = function.definition.body
        let rounds = failures.rounds(of: function)
        writer.isCounting = rounds > CountedRounds.uncountedInFunctionMax
        if writer.isCounting { writer.count(1) }
        var locals: [Int: Variable] = [:]
        Self.collectAssigned(block, into: &locals)
        for variable in locals.values.sorted(by: { $0.number < $1.number }) {
            let type = try types.swiftType(variable.type)
            writer.body.line("var \(Identifiers.name(variable)): \(type) = \(try types.zero(variable.type))")
        }
        try write(block, with: writer, result: function.result)
        if !Self.alwaysReturns(block) {
            writer.canFail = true
            writer.body.line("throw .error")
        }
        var parameters: [String] = []
        for parameter in function.parameters {
            parameters.append("_ \(Identifiers.name(parameter)): \(try types.swiftType(parameter.type))")
        }
        parameters += ["_ s: State", "_ m: Model"]
        var source = SourceText()
        let result = Written(
            name: name, canFail: writer.canFail, uncountedRounds: writer.isCounting ? 0 : rounds + 1)
        source.block(
            "func \(name)(\(parameters.joined(separator: ", "))) \(writer.canFail ? "throws(Trouble) " : "")-> "
                + (try types.swiftType(function.result))
        ) { $0.append(writer.body) }
        declarations.append(source)
        written[ObjectIdentifier(function)] = result
        return result
    }

    private func write(
        _ block: Typed.Block, with writer: ExpressionWriter, result: SpecType
    ) throws(NotCompilable) {
        for statement in block.statements { try write(statement, with: writer, result: result) }
    }

    private func write(
        _ statement: Typed.Statement, with writer: ExpressionWriter, result: SpecType
    ) throws(NotCompilable) {
        switch statement.kind {
        case .assign(let target, let value): try writer.assign(target, value)
        case .mutate(let target, let mutation, let arguments): try writer.mutate(target, mutation, arguments)
        case .conditional(let condition, let then, let otherwise):
            try write(condition, then, otherwise, with: writer, result: result)
        case .whileLoop(let condition, _, _, let body):
            try writer.block("while true") { () throws(NotCompilable) in
                let test = try writer.value(condition)
                writer.body.line("if !(\(test.text)) { break }")
                try writer.counting(nil, each: roundsOfEach(body)) { () throws(NotCompilable) in
                    try write(body, with: writer, result: result)
                }
            }
        case .forEach(let variable, let body):
            let count = variable.type.indexCount ?? 0
            try writer.counting(count, each: roundsOfEach(body)) { () throws(NotCompilable) in
                try writer.forEach(variable) { () throws(NotCompilable) in
                    try write(body, with: writer, result: result)
                }
            }
        case .forInterval(let variable, let interval, let body):
            let range = writer.bind(try writer.value(interval))
            if let bounds = Operand.bounds(of: variable.type) {
                writer.canFail = true
                writer.body.line(
                    "if \(range.text).first <= \(range.text).last && (\(range.text).first < \(bounds.lowerBound) "
                        + "|| \(range.text).last > \(bounds.upperBound)) { throw .beyond }")
            }
            try writer.block("if \(range.text).first <= \(range.text).last") { () throws(NotCompilable) in
                try writer.block(
                    "for \(Identifiers.name(variable)) in \(range.text).first ... \(range.text).last"
                ) { () throws(NotCompilable) in
                    try writer.counting(nil, each: roundsOfEach(body)) { () throws(NotCompilable) in
                        try write(body, with: writer, result: result)
                    }
                }
            }
        case .forList(let variable, let list, let body):
            guard case .literal(.list(let values)) = list.kind else {
                throw NotCompilable("a list that is no constant")
            }
            if writer.isCounting { writer.count(CountedRounds.total(values.count, each: 0)) }
            for value in values {
                try writer.block("do") { () throws(NotCompilable) in
                    let constant = try writer.literal(value, variable.type)
                    writer.body.line("let \(Identifiers.name(variable)) = \(constant.text)")
                    try write(body, with: writer, result: result)
                }
            }
        case .returnValue(let value):
            guard let value else { throw NotCompilable("a function without a value") }
            let operand = try writer.converted(try writer.value(value), from: value.type, to: result)
            writer.body.line("return \(operand.text)")
        case .callOperation, .step, .await, .withLock, .choose, .assert:
            preconditionFailure("functions take no steps")
        }
    }

    private func roundsOfEach(_ body: Typed.Block) -> Int { failures.rounds(of: body) }

    private func write(
        _ condition: Typed.Condition, _ then: Typed.Block, _ otherwise: Typed.Block,
        with writer: ExpressionWriter, result: SpecType
    ) throws(NotCompilable) {
        let test: String
        var binding: String?
        switch condition {
        case .expression(let expression): test = writer.bind(try writer.value(expression)).text
        case .binding(let variable, let optional):
            let value = writer.bind(try writer.value(optional))
            test = writer.isPresent(value.text, optional.type)
            // Declared before all: 'guard let' binds for what follows.
            binding = "\(Identifiers.name(variable)) = \(writer.wrapped(value.text, optional.type))"
        case .fault: preconditionFailure("functions have no faults")
        }
        try writer.block("if \(test)") { () throws(NotCompilable) in
            if let binding { writer.body.line(binding) }
            try write(then, with: writer, result: result)
        }
        guard !otherwise.statements.isEmpty else { return }
        try writer.block("else") { () throws(NotCompilable) in
            try write(otherwise, with: writer, result: result)
        }
    }

    /// Variables that statements assign to or bind: declared before all, since an assignment may be the declaration.
    private static func collectAssigned(_ block: Typed.Block, into locals: inout [Int: Variable]) {
        block.visit { statement in
            if let target = statement.target, case .frame = target.variable.storage {
                locals[target.variable.number] = target.variable
            }
            // A loop declares its variable itself.
            if case .conditional(.binding(let variable, _), _, _) = statement.kind {
                locals[variable.number] = variable
            }
        }
    }

    private static func alwaysReturns(_ block: Typed.Block) -> Bool {
        block.statements.contains { statement in
            switch statement.kind {
            case .returnValue: true
            case .conditional(_, let then, let otherwise): alwaysReturns(then) && alwaysReturns(otherwise)
            default: false
            }
        }
    }
}
