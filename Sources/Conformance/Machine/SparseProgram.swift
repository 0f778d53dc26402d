// SPDX-License-Identifier: MIT

import Diagnostics
package import SpecLanguage

/// The operations of a spec as code over words, for states of full width: what `conform` runs.
///
/// The meaning is the interpreter's; `SparseMachineTests` runs both side by side where types are small.
package struct SparseProgram {
    /// What is shown of the state where an assertion failed.
    struct Watch {
        /// The expression in the spec.
        let span: Span
        let type: SpecType
        let register: Int
        /// True: the members of a set that the expression asked about; the lowest run of them is shown.
        let isRun: Bool
    }

    struct Failure {
        let cause: FailureCause
        let message: String
        let span: Span
        /// Code that fills the watches' registers; -1 where there is none.
        var explanation: Int = -1
        var watches: [Watch] = []
    }

    struct Entry {
        let operation: Typed.Operation
        let start: Int
        /// Registers of the parameters, one word each.
        let parameters: [Int]
        /// Whether it, or what it calls, chooses.
        let hasChoices: Bool
    }

    /// A condition on one state.
    struct Condition {
        let name: String
        let start: Int
        /// Holds 1 or 0 afterwards.
        let register: Int
    }

    let spec: TypedSpec
    let layout: SparseLayout
    let code: [Instruction]
    let registerCount: Int
    let constants: [(register: Int, word: UInt64)]
    let failures: [Failure]
    /// By name, those that may be steps of a log.
    let entries: [String: Entry]
    /// What the spec says must be reachable: asked at the end of a log.
    let conclusions: [Condition]
    /// Code of `init`, and whether it chooses.
    let initialization: (start: Int, hasChoices: Bool)

    /// - Parameter steps: names of the operations that events are.
    package init(_ spec: TypedSpec, steps: Set<String>) throws(NotRunnable) {
        let compiler = SparseCompiler(spec, layout: try SparseLayout(spec))
        self = try compiler.compile(steps)
    }

    init(
        spec: TypedSpec, layout: SparseLayout, code: [Instruction], registerCount: Int,
        constants: [(register: Int, word: UInt64)], failures: [Failure], entries: [String: Entry],
        conclusions: [Condition], initialization: (start: Int, hasChoices: Bool)
    ) {
        self.spec = spec
        self.layout = layout
        self.code = code
        self.registerCount = registerCount
        self.constants = constants
        self.failures = failures
        self.entries = entries
        self.conclusions = conclusions
        self.initialization = initialization
    }
}
