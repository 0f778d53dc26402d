// SPDX-License-Identifier: MIT

import Core
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
    let rounds = CoreRounds()
    private var depth = 0
    private static let depthMax = 64
    /// Of the whole model. Loops over lists are unrolled: five of 100 elements, one in the other, are 10^10 blocks.
    private var blocks = 0
    private static let blocksMax = 1 << 17

    init(types: TypeWriter, stateRoots: [Int: PackedPlace]) {
        self.types = types
        self.stateRoots = stateRoots
    }

    /// - Throws: where the text would take more memory than a compiler's input may.
    func countBlock() throws(NotCompilable) {
        blocks += 1
        guard blocks <= Self.blocksMax else { throw NotCompilable("it is too large to compile") }
    }

    func written(_ function: Core.Function) throws(NotCompilable) -> Written {
        if let known = written[ObjectIdentifier(function)] { return known }
        guard depth < Self.depthMax else { throw NotCompilable("calls of functions nested deeper than 64") }
        depth += 1
        defer { depth -= 1 }
        let writer = ExpressionWriter(types: types, functions: self, stateRoots: stateRoots)
        let rounds = self.rounds.of(function)
        writer.isCounting = rounds > CountedRounds.uncountedInFunctionMax
        if writer.isCounting { writer.count(1) }
        for variable in Self.locals(of: function.body) {
            let type = try types.swiftType(variable.kind)
            writer.body.line("var \(Identifiers.name(variable)): \(type) = \(try types.zero(variable.kind))")
        }
        try writer.write(function.body.statements, result: function.result)
        if !function.body.alwaysReturns {
            writer.canFail = true
            writer.body.line("throw .error")
        }
        // Functions that it calls have numbers by now.
        let name = Identifiers.name(function.name, written.count) + "_fn"
        var parameters: [String] = []
        for parameter in function.parameters {
            parameters.append("_ \(Identifiers.name(parameter)): \(try types.swiftType(parameter.kind))")
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

    /// Variables that statements assign to: declared before all, since an assignment may be the declaration. Loops and
    /// temporaries declare their own.
    private static func locals(of block: Core.Block) -> [Core.Variable] {
        var locals: [Int: Core.Variable] = [:]
        block.visit { statement in
            if case .forEach = statement.form { return }
            for variable in statement.writtenVariables where variable.role == .frame {
                locals[variable.number] = variable
            }
        }
        return locals.values.sorted { $0.number < $1.number }
    }
}
