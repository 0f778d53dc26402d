// SPDX-License-Identifier: MIT

import Foundation

/// How much an exploration may use before it ends as inconclusive.
package struct ExplorationLimits: Sendable {
    package var threads: Int
    package var memoryBytesMax: Int
    package var secondsMax: Double?
    package var reductions: Reductions
    package var interruption: Interruption?
    package var checkpoints: CheckpointFolder?

    package var engine: Engine
    /// Of `auto`: how long an exploration runs interpreted before it is compiled. Compiling takes a processor for 2 to 4
    /// seconds: little where one is idle.
    package var patience: Duration = .milliseconds(700)
    /// The same where other checks keep all processors busy.
    static let patienceAmongOthers: Duration = .seconds(4)

    /// What expands states. All give the same results.
    package enum Engine: String, Sendable, CaseIterable {
        /// Interpreted at first, compiled when it takes long.
        case auto
        case interpreter
        /// Compiled from the start; an error where the spec cannot be.
        case compiled
    }

    package init(
        threads: Int, memoryBytesMax: Int, secondsMax: Double? = nil, engine: Engine = .auto,
        reductions: Reductions = Reductions(), interruption: Interruption? = nil,
        checkpoints: CheckpointFolder? = nil
    ) {
        self.threads = threads
        self.memoryBytesMax = memoryBytesMax
        self.secondsMax = secondsMax
        self.engine = engine
        self.reductions = reductions
        self.interruption = interruption
        self.checkpoints = checkpoints
    }

    package static var availableThreads: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}

/// What an exploration may leave out because it cannot change a verdict.
package struct Reductions: Sendable {
    /// States that differ in the names of elements of symmetric types only.
    package var symmetry: Bool
    /// Orders of steps that do not touch each other.
    package var partialOrder: Bool

    package init(symmetry: Bool = true, partialOrder: Bool = true) {
        self.symmetry = symmetry
        self.partialOrder = partialOrder
    }

    package static var none: Reductions { Reductions(symmetry: false, partialOrder: false) }
}

/// Where an exploration stands, for a terminal.
package struct ProgressReport: Sendable {
    /// One line without line end; empty when the exploration is over.
    package let line: String

    package init(line: String) { self.line = line }
}

/// What a question printed and how it ends.
package struct Answer: Sendable {
    /// Workflow commands for the CI system, which it alone reads.
    package let commands: String
    package let text: String
    /// Rendered warnings, for standard error.
    package let warnings: String
    package let exitCode: ExitCode

    package init(commands: String = "", text: String, warnings: String = "", exitCode: ExitCode) {
        self.commands = commands
        self.text = text
        self.warnings = warnings
        self.exitCode = exitCode
    }
}
