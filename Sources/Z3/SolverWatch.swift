// SPDX-License-Identifier: MIT

internal import CZ3
import Dispatch
import Stopping
import Synchronization

/// Ends questions that are under way when the work that they belong to has to stop: a solver does not look at clocks of
/// others by itself.
enum SolverWatch {
    private struct Question: Sendable {
        /// Of a context that is in use as long as the question is listed.
        let context: UInt
        let request: StopRequest
    }

    private struct State {
        var questions: [Int: Question] = [:]
        var count = 0
        var timer: (any DispatchSourceTimer)?
    }

    private static let state = Mutex(State())
    private static let interval = DispatchTimeInterval.milliseconds(100)

    /// Asks one question, unless the work has to stop already.
    ///
    /// - Returns: `nil` where it was not asked.
    static func during<Answer>(
        _ context: Z3_context, _ ask: () throws(Z3Error) -> Answer
    ) throws(Z3Error) -> Answer? {
        guard let request = StopRequest.current else { return try ask() }
        if request.reason != nil { return nil }
        let address = UInt(bitPattern: context)
        let number = state.withLock { state in
            state.count += 1
            state.questions[state.count] = Question(context: address, request: request)
            if state.timer == nil { state.timer = start() }
            return state.count
        }
        defer { state.withLock { _ = $0.questions.removeValue(forKey: number) } }
        return try ask()
    }

    private static func start() -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + interval, repeating: interval)
        timer.setEventHandler {
            // Under the lock: no question ends, and no context goes, meanwhile.
            state.withLock { state in
                for question in state.questions.values where question.request.reason != nil {
                    guard let context = unsafe Z3_context(bitPattern: question.context) else { continue }
                    unsafe Z3_interrupt(context)
                }
            }
        }
        timer.resume()
        return timer
    }
}
