// SPDX-License-Identifier: MIT

package import TransitionSystem

/// A spec compiled to machine code: the same successors, counts and findings as the interpreter, faster. What the
/// compiled code does not count (steps that may reach the limit on rounds, more than 100,000 transitions,
/// numbers beyond 64 bits) the interpreter expands, state by state.
package final class CompiledModel: SuccessorFunction {
    private let interpreter: Interpreter
    private let expand: CompiledExpand

    package var wordsPerState: Int { interpreter.wordsPerState }
    package var bitsPerState: Int { interpreter.bitsPerState }
    package var invariantCount: Int { interpreter.invariantCount }
    package var reachableCount: Int { interpreter.reachableCount }
    package var operationCount: Int { interpreter.operationCount }

    /// Compiles, or takes from the cache, and loads. May take seconds.
    ///
    /// - Parameter isWanted: false ends the compiler.
    package convenience init(
        _ interpreter: Interpreter, compiler: SwiftCompiler, cache: ModelCache,
        isWanted: () -> Bool = { true }
    ) throws(NotCompilable) {
        let source = try ModelWriter.source(of: interpreter.system)
        try self.init(interpreter, source: source, compiler: compiler, cache: cache, isWanted: isWanted)
    }

    init(
        _ interpreter: Interpreter, source: String, compiler: SwiftCompiler, cache: ModelCache,
        isWanted: () -> Bool
    ) throws(NotCompilable) {
        self.interpreter = interpreter
        expand = try cache.entry(of: source, compiler: compiler, isWanted: isWanted)
    }

    package func makeExpander() -> any StateExpander {
        CompiledExpander(expand: expand, interpreting: interpreter.makeExpander(), model: interpreter)
    }
}
