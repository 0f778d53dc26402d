// SPDX-License-Identifier: MIT

import Exploration
import Foundation
import Synchronization

/// Pieces of work side by side, each on one thread; the answers in the order of the pieces.
enum Parallel {
    /// - Throws: what the first piece that fails throws, by order.
    static func map<Element: Sendable, Answer: Sendable>(
        _ elements: [Element], threads: Int, _ body: @escaping @Sendable (Element) throws -> Answer
    ) throws -> [Answer] {
        let next = Atomic<Int>(0)
        let hasFailed = Atomic<Bool>(false)
        let answers = Mutex<[Int: Result<Answer, any Error>]>([:])
        let group = DispatchGroup()
        let work: @Sendable () -> Void = {
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < elements.count, !hasFailed.load(ordering: .relaxed) else { break }
                let answer = Result { try body(elements[number]) }
                if case .failure = answer { hasFailed.store(true, ordering: .relaxed) }
                answers.withLock { $0[number] = answer }
            }
        }
        // The caller is one of the threads; where the system starts no more of them, fewer do the work.
        for _ in 1..<max(1, min(threads, elements.count)) {
            group.enter()
            do throws(StackedThread.CannotStart) {
                try StackedThread.start(stackBytes: largeStackBytes) {
                    work()
                    group.leave()
                }
            } catch {
                group.leave()
                break
            }
        }
        work()
        group.wait()
        return try elements.indices.map { number in
            guard let answer = answers.withLock({ $0[number] }) else {
                preconditionFailure("pieces are taken in order, until one fails")
            }
            return try answer.get()
        }
    }
}
