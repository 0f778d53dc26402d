import ArgumentParser
import Checking
import ContentCache
import Foundation

/// The only place that prints or exits.
enum Terminal {
    static func out(_ text: String) { write(text, to: .standardOutput) }
    static func error(_ text: String) { write(text, to: .standardError) }

    /// A reader that went away (`| head`) is no reason to fail.
    private static func write(_ text: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data(text.utf8))
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
        return try onLargeStack(question)
    } catch let failure as BadInput {
        Terminal.error(failure.text)
        throw Stop(code: .badInput)
    } catch let failure as GateFailure {
        Terminal.error(failure.text)
        throw Stop(code: .badInput)
    } catch let failure as OutputFile.Failure {
        Terminal.error("error[cannot-write]: \(failure)\n")
        throw Stop(code: .badInput)
    }
}
