// SPDX-License-Identifier: MIT

/// Exit codes of every subcommand, worst last wins as listed in Documentation/command-line.md.
package enum ExitCode: Int32, Sendable {
    /// Every verdict is the expected one.
    case expected = 0
    /// Some verdict is not.
    case unexpected = 1
    /// The spec, the input or the command line is wrong.
    case badInput = 2
    /// Some verdict is inconclusive, none unexpected.
    case inconclusive = 3
}
