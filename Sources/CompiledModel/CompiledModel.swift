package import TransitionSystem

#if canImport(Glibc)
    import Glibc
#endif

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
    package convenience init(
        _ interpreter: Interpreter, compiler: SwiftCompiler, cache: ModelCache
    ) throws(NotCompilable) {
        let source = try ModelWriter.source(of: interpreter.system)
        try self.init(interpreter, source: source, compiler: compiler, cache: cache)
    }

    init(
        _ interpreter: Interpreter, source: String, compiler: SwiftCompiler, cache: ModelCache,
        isWanted: () -> Bool = { true }
    ) throws(NotCompilable) {
        self.interpreter = interpreter
        let isKept = cache.holds(source, compiler)
        let library = try cache.library(of: source, compiler: compiler, isWanted: isWanted)
        if let expand = Self.load(library) {
            self.expand = expand
            return
        }
        cache.forget(source, compiler)
        guard isKept,
            let expand = Self.load(
                try cache.library(of: source, compiler: compiler, isWanted: isWanted))
        else { throw NotCompilable("the compiled model does not load") }
        self.expand = expand
    }

    /// Never closed: expanders of other threads may still run it.
    private static func load(_ library: String) -> CompiledExpand? {
        guard let handle = dlopen(library, RTLD_NOW | RTLD_LOCAL),
            let symbol = dlsym(handle, "iommu_check_expand")
        else { return nil }
        return unsafeBitCast(symbol, to: CompiledExpand.self)
    }

    package func makeExpander() -> any StateExpander {
        CompiledExpander(expand: expand, interpreting: interpreter.makeExpander(), model: interpreter)
    }
}
