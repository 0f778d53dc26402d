// SPDX-License-Identifier: MIT

import Diagnostics
import Exploration
import Foundation
import Synchronization

/// Evaluation recurses as deep as a spec nests.
let largeStackBytes = 512 << 20

/// Runs `body` on a thread of its own with a large, lazily touched stack and waits for it.
///
/// - Throws: what `body` throws; `BadInput` where the machine has no room for it.
package func onLargeStack<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) throws -> Answer
{
    let slot = Slot<Answer>()
    let done = DispatchSemaphore(value: 0)
    do throws(StackedThread.CannotStart) {
        try StackedThread.start(stackBytes: largeStackBytes) {
            let result = Result { try body() }
            slot.result.withLock { $0 = result }
            done.signal()
        }
    } catch {
        throw BadInput(Diagnostic("no-thread", error.description, at: nil, help: error.remedy))
    }
    done.wait()
    guard let result = slot.result.withLock({ $0 }) else {
        preconditionFailure("the thread ended without a result")
    }
    return try result.get()
}

private final class Slot<Answer: Sendable>: Sendable {
    let result = Mutex<Result<Answer, any Error>?>(nil)
}
