// SPDX-License-Identifier: MIT

import Synchronization

/// When what computes for long has to give up: at a time, or when somebody asks for it.
///
/// It is looked at between rounds of loops, between questions to the solver and while one is under way. Threads that are
/// started for a piece of work take the request of the thread that starts them.
package final class StopRequest: Sendable {
    package enum Reason: Hashable, Sendable {
        case time
        case interruption

        /// "the time limit was reached"
        package var sentence: String {
            switch self {
            case .time: "the time limit was reached"
            case .interruption: "it was interrupted"
            }
        }
    }

    /// On the monotonic clock.
    private let deadline: ContinuousClock.Instant?
    private let isInterrupted: @Sendable () -> Bool
    /// Of the larger piece of work that this one is a part of.
    private let outer: StopRequest?

    package init(
        deadline: ContinuousClock.Instant? = nil, isInterrupted: @escaping @Sendable () -> Bool = { false }
    ) {
        self.deadline = deadline
        self.isInterrupted = isInterrupted
        outer = Self.current
    }

    private let didCutShort = Atomic<Bool>(false)

    /// Whether some evaluation gave up because of it: an exploration that is complete by all other signs is not.
    package var hasCutShort: Bool { didCutShort.load(ordering: .relaxed) }

    /// As `reason`, asked by an evaluation that gives up where there is one.
    package func cutShort() -> Reason? {
        guard let reason else { return nil }
        didCutShort.store(true, ordering: .relaxed)
        return reason
    }

    /// - Returns: why to give up; `nil`: go on.
    package var reason: Reason? {
        if isInterrupted() { return .interruption }
        if let deadline, ContinuousClock.now >= deadline { return .time }
        return outer?.reason
    }

    /// Of the work that this thread does.
    @TaskLocal package static var current: StopRequest?

    /// Work that has to be whole, however late it is, and is bounded by other limits: a run that was found is told to its end.
    package static func ignored<Answer>(in body: () throws -> Answer) rethrows -> Answer {
        try $current.withValue(nil, operation: body)
    }
}
