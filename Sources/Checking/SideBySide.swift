import Dispatch
import Foundation
import Synchronization

/// `count` pieces of work on so many threads, each of which can recurse as deep as a spec nests; the answers in the order of
/// the pieces.
func sideBySide<Result: Sendable>(
    _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) throws -> Result
) throws -> [Result] {
    let next = Atomic<Int>(0)
    let answers = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    let group = DispatchGroup()
    for _ in 0..<min(threads, count) {
        group.enter()
        let thread = Thread {
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < count else { break }
                let answer = Swift.Result { try body(number) }
                answers.withLock { $0[number] = answer }
            }
            group.leave()
        }
        // As `onLargeStack`.
        thread.stackSize = 512 << 20
        thread.start()
    }
    group.wait()
    return try (0..<count).map { number in
        guard let answer = answers.withLock({ $0[number] }) else {
            preconditionFailure("each piece of work is taken by a thread")
        }
        return try answer.get()
    }
}
