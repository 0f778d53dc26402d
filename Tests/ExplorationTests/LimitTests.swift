// SPDX-License-Identifier: MIT

import Exploration
import Synchronization
import Testing
import TransitionSystem

/// Limits end in `.stopped`, and say what was checked.
@Suite struct LimitTests {
    /// Without end: one state a level.
    private static let counter = FunctionModel(initialStates: [[0]]) { .init(successors: [[$0[0] + 1]]) }

    @Test(arguments: [400_000, 1 << 20])
    func staysWithinTheMemoryLimit(limit: Int) {
        var options = ExplorationOptions()
        options.memoryLimit = limit
        let result = Explorer(model: Self.counter, options: options).run()
        // The last state found is not expanded any more.
        #expect(result.outcome == .stopped(.memory, completedDepth: result.stateCount - 2))
        #expect(result.depth == result.stateCount - 1)
        #expect(result.bytesPeak <= limit)
        // 10 bytes a state in a table of which a part is filled when it cannot grow; the blocks of the frontier.
        #expect(result.stateCount > limit / 60)
    }

    @Test func needsSomeMemory() {
        var options = ExplorationOptions()
        options.memoryLimit = 0
        let result = Explorer(model: Self.counter, options: options).run()
        #expect(result.outcome == .stopped(.memory, completedDepth: nil))
        #expect(result.stateCount == 0)
    }

    @Test(arguments: [1, 2])
    func stopsWhenTimeIsOver(threads: Int) {
        var options = ExplorationOptions()
        options.threads = threads
        options.timeout = .milliseconds(100)
        let result = Explorer(model: Self.counter, options: options).run()
        // A chain: as many depths complete as states expanded, and each was expanded by one transition.
        let expected = Int(result.transitionCount) - 1
        #expect(result.outcome == .stopped(.time, completedDepth: expected))
        #expect(expected > 0)
        #expect(result.duration >= .milliseconds(100))
        #expect(result.duration < .seconds(20))
    }

    @Test(arguments: [Duration.zero, .seconds(-5)])
    func needsSomeTime(timeout: Duration) {
        var options = ExplorationOptions()
        options.timeout = timeout
        let result = Explorer(model: Self.counter, options: options).run()
        #expect(result.outcome == .stopped(.time, completedDepth: nil))
    }

    @Test func takesTheLongestTimeout() {
        var options = ExplorationOptions()
        options.timeout = .seconds(Int64.max)
        options.maximumDepth = 3
        let result = Explorer(model: Self.counter, options: options).run()
        #expect(result.outcome == .stopped(.depth, completedDepth: 3))
    }

    @Test func takesSenselessNumbers() {
        var options = ExplorationOptions()
        options.threads = -3
        options.maximumDepth = -1
        var result = Explorer(model: Self.counter, options: options).run()
        #expect(result.outcome == .stopped(.depth, completedDepth: 0))
        options.maximumStates = -1
        result = Explorer(model: Self.counter, options: options).run()
        #expect(result.outcome == .stopped(.states, completedDepth: nil))
        options.memoryLimit = -1
        result = Explorer(model: Self.counter, options: options).run()
        #expect(result.outcome == .stopped(.states, completedDepth: nil))
    }

    /// A thousand states in one level, the first with a failing transition; the user gives up at once. Some
    /// state of the level might itself be bad, and nobody has looked.
    @Test func saysWhereShorterTracesWereNotExcluded() {
        let cancellation = Cancellation()
        let model = FunctionModel(initialStates: (0..<1000).map { [$0] }) { state in
            if state[0] > 0 { return .init() }
            cancellation.request()
            return .init(failingTransitions: [0])
        }
        var options = ExplorationOptions()
        options.cancellation = cancellation
        let result = Explorer(model: model, options: options).run()
        let expected = Counterexample(kind: .failingTransition(0), trace: [[0]], isShortest: false)
        #expect(result.outcome == .violated(expected))
    }

    @Test(arguments: [1, 4])
    func stopsWhenCancelled(threads: Int) {
        let cancellation = Cancellation()
        let model = FunctionModel(initialStates: [[0]]) { state in
            if state[0] == 500 { cancellation.request() }
            return .init(successors: [[state[0] + 1]])
        }
        var options = ExplorationOptions()
        options.cancellation = cancellation
        options.threads = threads
        let result = Explorer(model: model, options: options).run()
        #expect(result.outcome == .stopped(.cancelled, completedDepth: 500))
        #expect(result.stateCount == 502)
    }

    @Test func reportsProgress() throws {
        var options = ExplorationOptions()
        options.timeout = .milliseconds(1300)
        options.threads = 2
        var glances: [ExplorationProgress] = []
        let result = Explorer(model: Self.counter, options: options).run { glances.append($0) }
        #expect(glances.count >= 1)
        #expect(glances.count <= 10)
        let last = try #require(glances.last)
        #expect(last.stateCount > 0)
        #expect(last.stateCount <= result.stateCount)
        #expect(last.transitionCount <= result.transitionCount)
        #expect(last.depth <= result.depth)
        #expect(last.statesPerSecond > 0)
        #expect(last.frontierCount <= 2)
        #expect(last.elapsed >= .milliseconds(500))
    }
}
