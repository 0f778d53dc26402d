// SPDX-License-Identifier: MIT

import Foundation
import Synchronization
package import TransitionSystem

/// A spec that starts interpreted and moves to its compiled model when that is ready. Both give the same successors in
/// the same order, so nothing but the time shows when.
package final class AcceleratedModel: SuccessorFunction {
    /// How far the compiled model has come.
    package enum Stage: Hashable, Sendable {
        case interpreting
        /// After this long.
        case compiled(after: Duration)
        /// Why there is none.
        case refused(String)
    }

    private let interpreter: Interpreter
    private let start = ContinuousClock.now
    private let isReady = Atomic<Bool>(false)
    private let isAbandoned = Atomic<Bool>(false)
    private let state = Mutex<(model: CompiledModel?, stage: Stage)>((nil, .interpreting))

    package var wordsPerState: Int { interpreter.wordsPerState }
    package var bitsPerState: Int { interpreter.bitsPerState }
    package var invariantCount: Int { interpreter.invariantCount }
    package var reachableCount: Int { interpreter.reachableCount }
    package var operationCount: Int { interpreter.operationCount }
    package var stage: Stage { state.withLock { $0.stage } }

    /// - Parameter patience: how long exploration runs interpreted before anything is compiled: small checks are over
    ///   by then. A model found in the cache is taken at once.
    package init(_ interpreter: Interpreter, patience: Duration = .milliseconds(700)) {
        self.interpreter = interpreter
        guard let compiler = SwiftCompiler() else {
            refuse("no swiftc in PATH")
            return
        }
        let thread = Thread { [weak self] in self?.compile(compiler, .standard, patience) }
        thread.stackSize = 64 << 20
        thread.start()
    }

    package func makeExpander() -> any StateExpander { AcceleratedExpander(self, interpreter.makeExpander()) }

    /// The exploration is over: what is being compiled is not needed any more.
    package func abandon() { isAbandoned.store(true, ordering: .relaxed) }

    private func compile(_ compiler: SwiftCompiler, _ cache: ModelCache, _ patience: Duration) {
        do throws(NotCompilable) {
            let source = try ModelWriter.source(of: interpreter.system)
            if !cache.mayHold(source, compiler) {
                while ContinuousClock.now < start + patience {
                    if isAbandoned.load(ordering: .relaxed) { return }
                    Thread.sleep(forTimeInterval: 0.01)
                }
            }
            if isAbandoned.load(ordering: .relaxed) { return }
            let model = try CompiledModel(interpreter, source: source, compiler: compiler, cache: cache) {
                !self.isAbandoned.load(ordering: .relaxed)
            }
            state.withLock { $0 = (model, .compiled(after: ContinuousClock.now - start)) }
            isReady.store(true, ordering: .releasing)
        } catch {
            refuse(error.reason)
        }
    }

    private func refuse(_ reason: String) { state.withLock { $0.stage = .refused(reason) } }

    /// The compiled model's way in, once there is one.
    fileprivate func compiledExpander() -> (any StateExpander)? {
        guard isReady.load(ordering: .acquiring) else { return nil }
        return state.withLock { $0.model }?.makeExpander()
    }
}

/// Looks for the compiled model before each batch until there is one.
private final class AcceleratedExpander: StateExpander {
    private let model: AcceleratedModel
    private let interpreting: any StateExpander
    private var compiled: (any StateExpander)?

    init(_ model: AcceleratedModel, _ interpreting: any StateExpander) {
        self.model = model
        self.interpreting = interpreting
    }

    func appendInitialStates(to buffer: ExpansionBuffer) { interpreting.appendInitialStates(to: buffer) }

    func expand(_ states: UnsafePointer<UInt64>, count: Int, into buffer: ExpansionBuffer) {
        if compiled == nil { compiled = model.compiledExpander() }
        (compiled ?? interpreting).expand(states, count: count, into: buffer)
    }
}
