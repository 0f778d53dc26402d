// SPDX-License-Identifier: MIT

import Exploration
import Stopping

/// Asks running explorations to end with what they have found. May be requested from any thread.
package final class Interruption: Sendable {
    let cancellation = Cancellation()

    package init() {}

    package func request() { cancellation.request() }

    package var isRequested: Bool { cancellation.isRequested }

    /// Whether what runs has noticed, and is about to end.
    package var isHeard: Bool { cancellation.isHeard }

    /// Work that this may interrupt.
    package func during<Answer>(_ body: () throws -> Answer) rethrows -> Answer {
        try StopRequest.$current.withValue(StopRequest { self.isRequested }, operation: body)
    }
}
