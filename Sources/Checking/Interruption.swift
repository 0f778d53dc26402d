import Exploration
import Synchronization

/// Asks running explorations to end with what they have found. May be requested from any thread.
package final class Interruption: Sendable {
    let cancellation = Cancellation()

    package init() {}

    package func request() { cancellation.isRequested.store(true, ordering: .relaxed) }

    package var isRequested: Bool { cancellation.isRequested.load(ordering: .relaxed) }
}
