import Foundation
import Synchronization

/// Runs `body` on a thread of its own with 512 MiB of (lazily touched) stack and waits for it: evaluation
/// recurses as deep as
/// a spec nests.
package func onLargeStack<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) throws -> Answer
{
    let slot = Slot<Answer>()
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
        let result = Result { try body() }
        slot.result.withLock { $0 = result }
        done.signal()
    }
    thread.stackSize = 512 << 20
    thread.start()
    done.wait()
    guard let result = slot.result.withLock({ $0 }) else {
        preconditionFailure("the thread ended without a result")
    }
    return try result.get()
}

private final class Slot<Answer: Sendable>: Sendable {
    let result = Mutex<Result<Answer, any Error>?>(nil)
}
