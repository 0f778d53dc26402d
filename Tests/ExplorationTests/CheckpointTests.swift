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
                cancellation.isRequested.store(true, ordering: .relaxed)
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
