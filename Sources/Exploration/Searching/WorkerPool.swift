// SPDX-License-Identifier: MIT

import Foundation

/// The workers' threads. A task runs on all workers at once, and `run` returns when all are done: levels are separated
/// so. The first worker runs on the caller's thread.
///
/// `@unchecked`: all variables are read and written under the lock.
final class WorkerPool: @unchecked Sendable {
    private(set) var workers: [Worker]
    private let condition = NSCondition()
    private var task: ((Worker) -> Void)?
    private var taskNumber = 0
    private var running = 0
    private var isClosed = false
    /// Expanders may recurse, as deep as a spec nests.
    static let stackSize = 64 << 20

    init(_ workers: [Worker]) {
        var started = Array(workers.prefix(1))
        self.workers = []
        for worker in workers.dropFirst() {
            do throws(StackedThread.CannotStart) {
                try StackedThread.start(stackBytes: Self.stackSize) { [self] in serve(worker) }
            } catch {
                // Where the system starts no more threads, fewer do the work: the result is the same.
                break
            }
            started.append(worker)
        }
        self.workers = started
    }

    /// - Parameter isSmall: not worth waking anybody: the caller's thread does it alone.
    func run(isSmall: Bool = false, _ body: @escaping (Worker) -> Void) {
        if workers.count > 1, !isSmall {
            condition.lock()
            task = body
            taskNumber += 1
            running = workers.count - 1
            condition.broadcast()
            condition.unlock()
        }
        body(workers[0])
        if workers.count > 1, !isSmall {
            condition.lock()
            while running > 0 { condition.wait() }
            task = nil
            condition.unlock()
        }
    }

    func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        condition.unlock()
    }

    private func serve(_ worker: Worker) {
        var done = 0
        condition.lock()
        while true {
            while taskNumber == done, !isClosed { condition.wait() }
            if isClosed { break }
            done = taskNumber
            guard let task else { continue }
            condition.unlock()
            task(worker)
            condition.lock()
            running -= 1
            if running == 0 { condition.broadcast() }
        }
        condition.unlock()
    }
}
