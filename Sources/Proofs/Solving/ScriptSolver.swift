// SPDX-License-Identifier: MIT

import Z3

/// Asks Z3 whether SMT-LIB scripts are satisfiable: the text that is asked is the text that others can read. One context for all its
/// questions, since to make one takes longer than most of them: it belongs to one proof and one thread.
package struct ScriptSolver {
    /// A constant of the script.
    package struct Constant: Hashable, Sendable {
        package let name: String
        /// 0 for a truth value, `nil` for an integer.
        package let width: Int?

        package init(name: String, width: Int?) {
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
    private let context = Context()

    /// - Parameter millisecondsMax: for each script.
    package init(millisecondsMax: Int, memory: ProofMemory = .none) {
        self.millisecondsMax = millisecondsMax
        self.memory = memory
    }

    /// - Parameter logic: what the script uses, in SMT-LIB's terms: `QF_BV`.
    package func solve(_ script: String, logic: String, reading constants: [Constant] = []) -> Answer {
        if memory.isProved(script) { return .unsatisfiable(isCached: true) }
        do throws(Z3Error) {
            // Sums and functions need no preparation.
            let solver = try Solver(
                context, logic: logic == "QF_UFLIA" ? .simple : .named(logic),
                millisecondsMax: millisecondsMax)
            try solver.assert(script: script)
            switch solver.check() {
            case .unsatisfiable:
                memory.remember(script)
                return .unsatisfiable(isCached: false)
            case .unknown(let reason): return .unknown(reason)
            case .satisfiable(let model):
                var values: [String: Int128] = [:]
                for constant in constants {
                    switch constant.width {
                    case 0?:
                        let flag = try model.bool(try context.bool(named: constant.name))
                        values[constant.name] = flag.map { $0 ? 1 : 0 }
                    case let width?:
                        let term = try context.bits(named: constant.name, width: width)
                        values[constant.name] = try model.number(term)
                    case nil:
                        values[constant.name] = try model.number(try context.integer(named: constant.name))
                    }
                }
                return .satisfiable(values)
            }
        } catch {
            return .unknown(error.description)
        }
    }
}
