// SPDX-License-Identifier: MIT

import CompiledModel
import TransitionSystem

/// Makes the successor function that the user asked for.
struct EngineChoice {
    let system: TransitionSystem
    let engine: ExplorationLimits.Engine
    /// How long one waits before anything is compiled.
    let patience: Duration

    /// - Parameter isWanted: false ends the compiler; the interpreter takes its place.
    func model(
        reducedBy ample: AmpleLocations?, isWanted: () -> Bool
    ) throws(NotCompilable) -> any SuccessorFunction {
        let interpreter = Interpreter(system, reduction: ample)
        switch engine {
        case .interpreter: return interpreter
        case .auto: return AcceleratedModel(interpreter, patience: patience)
        case .compiled:
            guard let compiler = SwiftCompiler() else { throw NotCompilable("no swiftc in PATH") }
            do throws(NotCompilable) {
                return try CompiledModel(
                    interpreter, compiler: compiler, cache: .standard, isWanted: isWanted)
            } catch {
                // Time is up: that is no mistake of the spec.
                guard isWanted() else { return interpreter }
                throw error
            }
        }
    }

    /// The exploration of a model is over.
    func abandon(_ model: any SuccessorFunction) { (model as? AcceleratedModel)?.abandon() }

    /// What expanded the states, for a report.
    func name(of model: any SuccessorFunction) -> String {
        guard let model = model as? AcceleratedModel else {
            return model is CompiledModel ? "compiled" : "interpreted"
        }
        switch model.stage {
        case .interpreting: return "interpreted"
        case .compiled(let after):
            let tenths = Int((after / .milliseconds(100)).rounded())
            return tenths == 0 ? "compiled" : "compiled after \(tenths / 10).\(tenths % 10) s"
        case .refused(let reason): return "interpreted: \(reason)"
        }
    }
}
