// SPDX-License-Identifier: MIT

import CheckerTesting
import Exploration
import Foundation
import HandWrittenModels
import Synchronization
import Testing
import TransitionSystem

/// A search that was written down goes on as if nothing had happened.
@Suite struct CheckpointTests {
    private static let model = LazyUnmap(pages: 4, frames: 3, cpus: 2)

    private static func options(_ path: String, threads: Int = 1, interval: Duration = .zero) throws
        -> ExplorationOptions
    {
        var options = ExplorationOptions()
        options.threads = threads
        options.checkpoint = try Checkpoint(path: path, identity: "lazy_unmap 4/3/2", interval: interval)
        return options
    }

    private static func expectSame(_ result: ExplorationResult, _ expected: ExplorationResult) {
        #expect(result.outcome == expected.outcome)
        #expect(result.stateCount == expected.stateCount)
        #expect(result.transitionCount == expected.transitionCount)
        #expect(result.depth == expected.depth)
        #expect(result.operationCounts == expected.operationCounts)
        #expect(result.premiseCounts == expected.premiseCounts)
        #expect(result.quiescentCount == expected.quiescentCount)
        #expect(result.checkpointFailure == nil)
    }

    @Test(arguments: [1, 2])
    func goesOnAfterEachLevel(threads: Int) throws {
        let expected = Explorer(model: Self.model).run()
        let directory = try TemporaryDirectory()
        let path = directory.path + "/search"
        var rounds = 0
        // Each process finds the file of the one before and gets one level further.
        while true {
            var options = try Self.options(path, threads: threads)
            let depth = options.checkpoint?.saved?.depth ?? 0
            options.maximumDepth = depth + 2
            let result = Explorer(model: Self.model, options: options).run()
            rounds += 1
            if result.outcome == .exhausted {
                Self.expectSame(result, expected)
                break
            }
            #expect(result.outcome == .stopped(.depth, completedDepth: depth + 2))
            #expect((try Self.options(path).checkpoint?.saved?.depth ?? 0) > depth)
        }
        #expect(rounds > 3)
    }

    @Test(arguments: [1, 2])
    func goesOnWithinALevel(threads: Int) throws {
        let expected = Explorer(model: Self.model).run()
        let directory = try TemporaryDirectory()
        let path = directory.path + "/search"
        for stop in [1, 50, 700, 3000] {
            unlink(path)
            var options = try Self.options(path, threads: threads, interval: .seconds(3600))
            let cancellation = Cancellation()
            options.cancellation = cancellation
            let model = StoppingModel(Self.model, after: stop) {
                cancellation.request()
            }
            let stopped = Explorer(model: model, options: options).run()
            guard case .stopped(.cancelled, _) = stopped.outcome else {
                Issue.record("not cancelled: \(stopped.outcome)")
                return
            }
            let saved = try #require(try Self.options(path).checkpoint?.saved)
            #expect(saved.stateCount == stopped.stateCount)
            let result = Explorer(
                model: Self.model, options: try Self.options(path, interval: .seconds(3600))
            ).run()
            Self.expectSame(result, expected)
        }
    }

    @Test func aTraceIsTheSameAfterwards() throws {
        let deep = (UInt64(0)..<50).lazy.map { seed -> (FunctionModel, ExplorationResult, Int) in
            let graph = RandomGraph(seed: seed, nodes: 3000, words: 2, degree: 3, findingsPerThousand: 1)
                .model
            let result = Explorer(model: graph).run()
            guard case .violated(let counterexample) = result.outcome else { return (graph, result, 0) }
            return (graph, result, counterexample.trace.count)
        }.first { $0.2 > 4 }
        let (graph, whole, length) = try #require(deep)
        let directory = try TemporaryDirectory()
        let path = directory.path + "/search"
        var options = ExplorationOptions()
        options.maximumDepth = length - 3
        options.checkpoint = try Checkpoint(path: path, identity: "graph", interval: .zero)
        _ = Explorer(model: graph, options: options).run()
        options.maximumDepth = .max
        options.checkpoint = try Checkpoint(path: path, identity: "graph", interval: .zero)
        #expect(options.checkpoint?.saved != nil)
        #expect(Explorer(model: graph, options: options).run().outcome == whole.outcome)
    }

    @Test func refusesWhatIsNotItsOwn() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/search"
        var options = try Self.options(path)
        options.maximumDepth = 4
        _ = Explorer(model: Self.model, options: options).run()
        #expect(throws: Checkpoint.Failure.self) {
            try Checkpoint(path: path, identity: "lazy_unmap 4/3/3", interval: .zero)
        }
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let places = [0, 24, 33, 60, whole.count / 2, whole.count - 9, whole.count - 1]
        for place in places {
            var damaged = whole
            damaged[place] ^= 0x10
            try damaged.write(to: URL(fileURLWithPath: path))
            #expect(throws: Checkpoint.Failure.self, "byte \(place)") { try Self.options(path) }
            try whole.prefix(place).write(to: URL(fileURLWithPath: path))
            #expect(throws: Checkpoint.Failure.self, "\(place) bytes") { try Self.options(path) }
        }
    }

    /// A search that ran out of memory has left states out: what it would write down is not the search.
    @Test(arguments: [1, 2])
    func isNotWrittenWhereStatesWereLeftOut(threads: Int) throws {
        let expected = Explorer(model: Self.model).run()
        let directory = try TemporaryDirectory()
        let path = directory.path + "/search"
        for limit in [300_000, 500_000, 700_000] {
            unlink(path)
            var options = try Self.options(path, threads: threads)
            options.memoryLimit = limit
            let cut = Explorer(model: Self.model, options: options).run()
            guard case .stopped(.memory, _) = cut.outcome else { continue }
            let result = Explorer(model: Self.model, options: try Self.options(path)).run()
            Self.expectSame(result, expected)
        }
    }

    /// Wherever a search is taken up, a limit of depth means the same.
    @Test func keepsALimitOfDepth() throws {
        let whole = Explorer(model: Self.model).run()
        let directory = try TemporaryDirectory()
        let path = directory.path + "/search"
        for first in [0, 5, whole.depth - 1] {
            for second in [first, first + 1, whole.depth, whole.depth + 1] {
                unlink(path)
                var options = try Self.options(path)
                options.maximumDepth = first
                _ = Explorer(model: Self.model, options: options).run()
                options = try Self.options(path)
                options.maximumDepth = second
                let result = Explorer(model: Self.model, options: options).run()
                options.checkpoint = nil
                let expected = Explorer(model: Self.model, options: options).run()
                #expect(result.outcome == expected.outcome, "\(first), then \(second)")
                #expect(result.stateCount == expected.stateCount, "\(first), then \(second)")
            }
        }
    }

    /// Interrupted all the time to be written down, also in the level of the violation and in the last.
    @Test(arguments: [1, 2])
    func outcomesAreTheSameWithManyPauses(threads: Int) throws {
        let directory = try TemporaryDirectory()
        for seed in 0..<12 as Range<UInt64> {
            let graph = RandomGraph(
                seed: seed, nodes: 20_000, words: 2, degree: 3, findingsPerThousand: seed % 3 == 0 ? 0 : 1
            ).model
            var options = ExplorationOptions()
            options.threads = threads
            options.maximumDepth = seed % 2 == 0 ? .max : 6
            let expected = Explorer(model: graph, options: options).run()
            options.checkpoint = try Checkpoint(
                path: "\(directory.path)/\(seed)", identity: "graph", interval: .microseconds(200))
            let result = Explorer(model: graph, options: options).run()
            #expect(result.outcome == expected.outcome, "seed \(seed)")
            #expect(result.stateCount == expected.stateCount, "seed \(seed)")
            #expect(result.transitionCount == expected.transitionCount, "seed \(seed)")
        }
    }

    /// Whoever computes the checksum anew may write what he likes: the search is refused, or ends somehow.
    @Test func endsWhateverAFileSays() throws {
        let graph = RandomGraph(seed: 3, nodes: 3000, words: 2, degree: 3, findingsPerThousand: 1).model
        let directory = try TemporaryDirectory()
        let path = directory.path + "/search"
        var options = ExplorationOptions()
        options.maximumDepth = 2
        options.checkpoint = try Checkpoint(path: path, identity: "graph", interval: .zero)
        _ = Explorer(model: graph, options: options).run()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path)).withUnsafeBytes {
            Array($0.bindMemory(to: UInt64.self))
        }
        let (recordStart, recordCount) = (5, Int(whole[4]))
        var taken = 0
        func resume(_ words: [UInt64]) throws {
            var words = words
            words[words.count - 1] = Self.checksum(of: words.dropLast())
            try words.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: path)) }
            var options = ExplorationOptions()
            options.memoryLimit = 64 << 20
            guard let checkpoint = try? Checkpoint(path: path, identity: "graph", interval: .seconds(60))
            else { return }
            options.checkpoint = checkpoint
            _ = Explorer(model: graph, options: options).run()
            taken += 1
        }
        try resume(whole)
        #expect(taken == 1)
        for index in recordStart..<recordStart + recordCount {
            let value = whole[index]
            for other in [0, 1, value &- 1, value &+ 1, value &* 2, 300, 1 << 40, 1 << 48, 1 << 62, .max]
            where other != value {
                var words = whole
                words[index] = other
                try resume(words)
            }
        }
        // Tags of the table's buckets, and states.
        let tableStart = recordStart + recordCount + 1
        var numbers = SeededNumbers(seed: 1)
        for _ in 0..<200 {
            var words = whole
            let index = Int.random(in: tableStart..<words.count - 1, using: &numbers)
            words[index] =
                Bool.random(using: &numbers) ? .max : UInt64.random(in: 0 ... .max, using: &numbers)
            try resume(words)
        }
        #expect(taken > 1)
    }

    /// As `CheckpointWriter` computes it.
    private static func checksum(of words: some Sequence<UInt64>) -> UInt64 {
        words.reduce(0x6A09_E667_F3BC_C908) { sum, word in
            let mixed = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
            return mixed &<< 23 | mixed &>> 41
        }
    }

    @Test func saysWhatCouldNotBeWritten() throws {
        var options = try Self.options("/nowhere/search")
        options.maximumDepth = 5
        let result = Explorer(model: Self.model, options: options).run()
        #expect(result.outcome == .stopped(.depth, completedDepth: 5))
        #expect(result.checkpointFailure != nil)
    }
}

/// A model that does something after some expansions.
private struct StoppingModel: SuccessorFunction {
    let model: LazyUnmap
    let action: @Sendable () -> Void
    private let left: Countdown

    private final class Countdown: Sendable {
        let count: Atomic<Int>
        init(_ count: Int) { self.count = Atomic(count) }
    }

    init(_ model: LazyUnmap, after count: Int, _ action: @escaping @Sendable () -> Void) {
        self.model = model
        self.action = action
        left = Countdown(count)
    }

    var wordsPerState: Int { model.wordsPerState }
    var bitsPerState: Int { model.bitsPerState }
    var operationCount: Int { model.operationCount }
    var invariantCount: Int { model.invariantCount }
    var reachableCount: Int { model.reachableCount }

    func makeExpander() -> any StateExpander { Expander(inner: model.makeExpander(), model: self) }

    private final class Expander: StateExpander {
        let inner: any StateExpander
        let model: StoppingModel

        init(inner: any StateExpander, model: StoppingModel) {
            self.inner = inner
            self.model = model
        }

        func appendInitialStates(to buffer: ExpansionBuffer) { inner.appendInitialStates(to: buffer) }

        func expand(_ states: UnsafePointer<UInt64>, count: Int, into buffer: ExpansionBuffer) {
            inner.expand(states, count: count, into: buffer)
            if model.left.count.subtract(count, ordering: .relaxed).newValue <= 0 { model.action() }
        }
    }
}
