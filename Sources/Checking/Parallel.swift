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
        for _ in 0..<min(max(1, threads), elements.count) {
            group.enter()
            let thread = Thread {
                while true {
                    let number = next.add(1, ordering: .relaxed).oldValue
                    guard number < elements.count, !hasFailed.load(ordering: .relaxed) else { break }
                    let answer = Result { try body(elements[number]) }
                    if case .failure = answer { hasFailed.store(true, ordering: .relaxed) }
                    answers.withLock { $0[number] = answer }
                }
                group.leave()
            }
            // As `onLargeStack`: evaluation recurses as deep as a spec nests.
            thread.stackSize = 512 << 20
            thread.start()
        }
        group.wait()
        return try elements.indices.map { number in
            guard let answer = answers.withLock({ $0[number] }) else {
                preconditionFailure("pieces are taken in order, until one fails")
            }
            return try answer.get()
        }
    }
}
