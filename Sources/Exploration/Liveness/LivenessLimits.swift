// SPDX-License-Identifier: MIT

import Stopping
import Synchronization

/// When a search for endless runs gives up.
package struct LivenessLimits: Sendable {
    package var memoryLimit: Int
    /// On the monotonic clock.
    package var deadline: ContinuousClock.Instant?
    package var cancellation: Cancellation?

    package init(
        memoryLimit: Int = .max, deadline: ContinuousClock.Instant? = nil, cancellation: Cancellation? = nil
    ) {
        self.memoryLimit = memoryLimit
        self.deadline = deadline
        self.cancellation = cancellation
    }

    /// Looks at the clock once in some thousand calls.
    ///
    /// - Parameter count: of calls so far.
    @inline(__always)
    func check(now count: Int) throws(FairGraph.Failure) {
        if count & 0xFFF == 0 { try check(bytes: 0) }
    }

    func check(bytes: Int) throws(FairGraph.Failure) {
        if bytes > memoryLimit { throw .memory }
        if cancellation?.isRequested == true { throw .cancelled }
        if let deadline, ContinuousClock.now >= deadline { throw .time }
        switch StopRequest.current?.reason {
        case .time: throw .time
        case .interruption: throw .cancelled
        case nil: break
        }
    }
}
