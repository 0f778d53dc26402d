import Z3

/// Asks Z3 whether an SMT-LIB script is satisfiable: the text that is asked is the text that others can read.
package struct ScriptSolver {
    /// A constant of the script.
    package struct Constant: Hashable, Sendable {
        package let name: String
        /// 0 for a truth value.
        package let width: Int

        package init(name: String, width: Int) {
            self.name = name
            self.width = width
        }
    }

    package enum Answer: Sendable {
        case unsatisfiable(isCached: Bool)
        /// The constants that were asked for; a truth value is 0 or 1, a word without a sign.
        case satisfiable([String: Int128])
        case unknown(String)
    }

    private let millisecondsMax: Int
    private let memory: ProofMemory

    /// - Parameter millisecondsMax: for each script.
    package init(millisecondsMax: Int, memory: ProofMemory = .none) {
        self.millisecondsMax = millisecondsMax
        self.memory = memory
    }

    package func solve(
        _ script: String, reading constants: [Constant] = [], hasFunctions: Bool = false
    ) -> Answer {
        if memory.isProved(script) { return .unsatisfiable(isCached: true) }
        do throws(Z3Error) {
            let context = Context()
            let solver = try Solver(
                context, logic: hasFunctions ? .all : .words, millisecondsMax: millisecondsMax)
            try solver.assert(script: script)
            switch solver.check() {
            case .unsatisfiable:
                memory.remember(script)
                return .unsatisfiable(isCached: false)
            case .unknown(let reason): return .unknown(reason)
            case .satisfiable(let model):
                var values: [String: Int128] = [:]
                for constant in constants {
                    if constant.width == 0 {
                        let flag = try model.bool(try context.bool(named: constant.name))
                        values[constant.name] = flag.map { $0 ? 1 : 0 }
                    } else {
                        let term = try context.bits(named: constant.name, width: constant.width)
                        values[constant.name] = try model.number(term)
                    }
                }
                return .satisfiable(values)
            }
        } catch {
            return .unknown(error.description)
        }
    }
}
