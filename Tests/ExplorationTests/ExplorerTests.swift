// SPDX-License-Identifier: MIT

import Exploration
import Foundation
import HandWrittenModels
import Testing
import TransitionSystem

/// Small models whose answers are known.
@Suite struct ExplorerTests {
    @Test func countsAChain() {
        let model = FunctionModel(initialStates: [[0]]) { state in
            .init(successors: state[0] < 999 ? [[state[0] + 1]] : [])
        }
        let result = Explorer(model: model).run()
        #expect(result.outcome == .exhausted)
        #expect(result.stateCount == 1000)
        #expect(result.transitionCount == 999)
        #expect(result.depth == 999)
        #expect(result.quiescentCount == 1)
    }

    /// Levels are kept modulo 126: a trace of more is rebuilt in parts, whatever edges lead back by as many levels.
    @Test(arguments: [123, 124, 125, 126, 130, 252, 253, 260, 1000], [1, 2])
    func rebuildsDeepTraces(depth: UInt64, threads: Int) throws {
        let model = FunctionModel(initialStates: [[0]]) { state in
            let place = state[0]
            if place == depth { return .init(violatedInvariant: 0) }
            // Onwards, beside, and back by a tag's period and others.
            var successors = [[place + 1], [place | 1 << 40]]
            for back in [1, 125, 126, 127, 252] where place & 0xFFFF >= back {
                successors.append([place - UInt64(back)])
            }
            return .init(successors: place >> 40 == 0 ? successors : [])
        }
        var options = ExplorationOptions()
        options.threads = threads
        guard case .violated(let found) = Explorer(model: model, options: options).run().outcome else {
            Issue.record("the state at the end is at fault")
            return
        }
        #expect(found.isShortest)
        #expect(found.trace == (0...depth).map { (place: UInt64) in [place] })
    }

    @Test func endsWithoutInitialStates() {
        let result = Explorer(model: FunctionModel(initialStates: []) { _ in .init() }).run()
        #expect(result.outcome == .exhausted)
        #expect(result.stateCount == 0)
        #expect(result.depth == 0)
        #expect(result.bytesPerState == 0)
    }

    @Test func countsARepeatedInitialStateOnce() {
        let model = FunctionModel(initialStates: [[7], [8], [7]]) { _ in .init(successors: [[7]]) }
        let result = Explorer(model: model).run()
        #expect(result.stateCount == 2)
        #expect(result.transitionCount == 2)
        #expect(result.depth == 0)
    }

    @Test func reportsAnInitialStateThatFails() {
        var model = FunctionModel(initialStates: [[1]]) { _ in .init() }
        model.initialFindings = [.failingTransition(1), .failingTransition(0)]
        let expected = Counterexample(kind: .failingTransition(0), trace: [], isShortest: true)
        #expect(Explorer(model: model).run().outcome == .violated(expected))
    }

    @Test func startsTheTraceAtTheRightInitialState() {
        let model = FunctionModel(initialStates: [[10], [20], [30]]) { state in
            .init(
                successors: state[0] % 10 < 2 ? [[state[0] + 1]] : [],
                violatedInvariant: state[0] == 22 ? 3 : nil)
        }
        let expected = Counterexample(kind: .invariant(3), trace: [[20], [21], [22]], isShortest: true)
        #expect(Explorer(model: model).run().outcome == .violated(expected))
    }

    /// 0 goes to 2 and 1, both go to 3: the way by the state with the least words is told.
    @Test func breaksTiesByTheLeastState() {
        let next: [UInt64: [[UInt64]]] = [0: [[2], [1]], 1: [[3]], 2: [[3]]]
        let model = FunctionModel(initialStates: [[0]]) { state in
            .init(successors: next[state[0]] ?? [], violatedInvariant: state[0] == 3 ? 0 : nil)
        }
        let result = Explorer(model: model).run()
        let expected = Counterexample(kind: .invariant(0), trace: [[0], [1], [3]], isShortest: true)
        #expect(result.outcome == .violated(expected))
        #expect(result.transitionCount == 4)
        #expect(result.depth == 2)
    }

    /// Jugs of 3 and 5 litres; 4 litres take six steps.
    @Test func solvesDieHard() {
        let model = FunctionModel(initialStates: [[0, 0]].map { [$0[0] << 8 | $0[1]] }) { state in
            let (small, big) = (state[0] >> 8, state[0] & 255)
            let toBig = min(small, 5 - big)
            let toSmall = min(big, 3 - small)
            let jugs = [
                (3, big), (small, 5), (0, big), (small, 0), (small - toBig, big + toBig),
                (small + toSmall, big - toSmall),
            ]
            return .init(
                successors: jugs.map { [$0.0 << 8 | $0.1] }, violatedInvariant: big == 4 ? 0 : nil)
        }
        guard case .violated(let found) = Explorer(model: model).run().outcome else {
            Issue.record("no solution")
            return
        }
        let jugs = found.trace.map { "\($0[0] >> 8)+\($0[0] & 255)" }
        #expect(jugs == ["0+0", "0+5", "3+2", "0+2", "2+0", "2+5", "3+4"])
    }

    /// Two processes take locks a and b in opposite order. A state: who holds a, who holds b (0 nobody), two
    /// bits each.
    @Test func findsADeadlockOfLocks() {
        let model = FunctionModel(initialStates: [[0]]) { state in
            let (a, b) = (state[0] & 3, state[0] >> 2)
            var expansion = FunctionModel.Expansion()
            for process in [UInt64(1), 2] {
                let (first, second) = process == 1 ? (a, b) : (b, a)
                func add(_ first: UInt64, _ second: UInt64) {
                    let (a, b) = process == 1 ? (first, second) : (second, first)
                    expansion.successors.append([a | b << 2])
                }
                switch (first == process, second == process) {
                case (false, _): if first == 0 { add(process, second) }
                case (true, false): if second == 0 { add(first, process) }
                case (true, true): add(0, 0)
                }
            }
            expansion.isDeadlock = expansion.successors.isEmpty
            return expansion
        }
        let result = Explorer(model: model).run()
        let expected = Counterexample(kind: .deadlock, trace: [[0], [1], [9]], isShortest: true)
        #expect(result.outcome == .violated(expected))
        #expect(result.quiescentCount == 0)
    }

    @Test(arguments: [1, 2])
    func agreesWithOtherCheckersOnLazyUnmap(threads: Int) {
        var options = ExplorationOptions()
        options.threads = threads
        let result = Explorer(model: LazyUnmap(pages: 5, frames: 3, cpus: 2), options: options).run()
        #expect(result.outcome == .exhausted)
        #expect(result.stateCount == 154_585)
        #expect(result.transitionCount == 1_012_140)
    }

    /// Takes seconds in release mode, minutes in debug mode.
    @Test(.enabled(if: ExplorerTests.isOptimized || ProcessInfo.processInfo.environment["LONG_TESTS"] == "1"))
    func agreesWithOtherCheckersOnLargeLazyUnmap() {
        var options = ExplorationOptions()
        options.threads = 2
        let result = Explorer(model: LazyUnmap(pages: 6, frames: 4, cpus: 2), options: options).run()
        #expect(result.outcome == .exhausted)
        #expect(result.stateCount == 7_559_136)
        #expect(result.transitionCount == 58_665_695)
        #expect(result.depth == 25)
        #expect(result.bytesPerState < 30)
    }

    /// More states than one chunk of the visited set holds, of every width that layouts have.
    @Test(arguments: 1...5)
    func keepsWideStatesApart(words: Int) {
        let model = NumberedTree(wordsPerState: words, count: words == 3 ? 300_000 : 20_000)
        let result = Explorer(model: model).run()
        var numbers = [model.count - 1]
        while let number = numbers.last, number > 0 { numbers.append((number - 1) / 2) }
        let expected = Counterexample(
            kind: .invariant(0), trace: numbers.reversed().map(model.words), isShortest: true)
        #expect(result.outcome == .violated(expected))
        #expect(result.stateCount == model.count)
        #expect(result.bytesPerState >= Double(8 * words + 4))
    }

    /// A spec may nest deeply, and an interpreter recurse with it.
    @Test func givesExpandersALargeStack() {
        @Sendable func sink(_ level: Int) -> UInt64 {
            if level == 0 { return 0 }
            return withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) { bytes in
                bytes.initializeMemory(as: UInt8.self, repeating: UInt8(truncatingIfNeeded: level))
                return sink(level - 1) + UInt64(bytes[level % 65_536] != 0 ? 1 : 0)
            }
        }
        let model = FunctionModel(initialStates: [[0]]) { state in
            .init(successors: state[0] == 0 ? [[sink(240)]] : [])
        }
        #expect(Explorer(model: model).run().stateCount == 2)
    }

    private static var isOptimized: Bool {
        var optimized = true
        assert(
            {
                optimized = false; return true
            }())
        return optimized
    }
}
