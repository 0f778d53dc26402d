// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking
import ContentCache
import Foundation
import Reports

/// The only place that prints or exits. Names in specs and files come from strangers: nothing printed here is a command
/// to a CI system.
enum Terminal {
    static func out(_ text: String) { write(WorkflowCommandGuard.disarmed(text), to: STDOUT_FILENO) }
    static func error(_ text: String) { write(WorkflowCommandGuard.disarmed(text), to: STDERR_FILENO) }

    /// Text in which nothing is a stranger's: commands to the CI system that the program itself makes.
    static func raw(_ text: String) { write(text, to: STDOUT_FILENO) }

    static func out(_ answer: Answer) {
        error(answer.warnings)
        raw(answer.commands)
        out(answer.text)
    }

    /// A reader that went away (`| head`) is no reason to fail; a full disk is: the verdict is lost.
    private static func write(_ text: String, to descriptor: Int32) {
        guard !OutputFile.writeAll(text, to: descriptor), errno != EPIPE else { return }
        let reason = String(cString: strerror(errno))
        if descriptor == STDOUT_FILENO { error("error[cannot-write]: cannot write the output: \(reason)\n") }
        exitProcess(.badInput)
    }

    /// Whether progress may be drawn: never into a pipe or file.
    static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }
}

/// Ends a subcommand with a code after everything has been printed.
struct Stop: Error {
    let code: Checking.ExitCode
}

/// What is wrong with the cache changes no verdict and no code: it is said last.
func exitProcess(_ code: Checking.ExitCode) -> Never {
    for remark in CacheRemarks.all { Terminal.error("remark: \(remark)\n") }
    exit(code.rawValue)
}

/// Runs a question on a thread with a large stack: specs may nest deeply.
///
/// - Throws: what `question` throws; `BadInput` is printed and becomes `Stop`.
func answering<Answer: Sendable>(_ question: @escaping @Sendable () throws -> Answer) throws -> Answer {
    do {
        return try SignalHandling.interruption.during { try onLargeStack(question) }
    } catch let failure as BadInput {
        Terminal.error(failure.text)
        throw Stop(code: .badInput)
    } catch let failure as OutputFile.Failure {
        Terminal.error("error[cannot-write]: \(failure)\n")
        throw Stop(code: .badInput)
    }
}
