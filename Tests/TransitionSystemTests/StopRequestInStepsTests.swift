// SPDX-License-Identifier: MIT

import CheckerTesting
import SpecLanguage
import Stopping
import Testing

@testable import TransitionSystem

/// What a stop request leaves out is told, or is not left out.
@Suite struct StopRequestInStepsTests {
    private static let choice = "any(a: T, b: T, c: T) where b + c == 0 => { x = a }"

    private func whenInterrupted<Answer>(_ body: () throws -> Answer) rethrows -> (Answer, StopRequest) {
        let request = StopRequest { true }
        return (try StopRequest.$current.withValue(request, operation: body), request)
    }

    /// 24^3 rounds, of which the clock is looked at three times.
    @Test func initialStatesAreAllThere() throws {
        let model = try Model(
            "type T = 0 ..< 24\nstate { x: T }\ninit { choose { \(Self.choice) } }\nprocess p { x = 0 }")
        let interpreter = Interpreter(model.system)
        let buffer = ExpansionBuffer(for: interpreter)
        let (_, request) = whenInterrupted { interpreter.makeExpander().appendInitialStates(to: buffer) }
        #expect(buffer.successorCount == 24 && !request.hasCutShort)
        // The teller is asked first, and says that there are not all.
        #expect(throws: RunTimeError.self) { try whenInterrupted { try model.teller.initialStates() } }
    }

    /// A transition behind one that was given up has another number: it is not told.
    @Test func aStepThatIsGivenUpIsALimit() throws {
        let model = try Model(
            "type T = 0 ..< 24\nstate { x: T }\nprocess p { choose { \(Self.choice) } }\nprocess q { assert x > 0 }"
        )
        let interpreter = Interpreter(model.system)
        let expander = interpreter.makeExpander()
        func findings() throws -> [ExpansionFinding.Kind] {
            let buffer = ExpansionBuffer(for: interpreter)
            expander.appendInitialStates(to: buffer)
            let state = Array(UnsafeBufferPointer(start: buffer.successors, count: interpreter.wordsPerState))
            buffer.beginBatch()
            state.withUnsafeBufferPointer { expander.expand($0.baseAddress!, count: 1, into: buffer) }
            return buffer.findings.map(\.kind)
        }
        let whole = try findings()
        #expect(
            whole.count == 1 && whole.allSatisfy { if case .failingTransition = $0 { true } else { false } })
        let (cut, request) = try whenInterrupted(findings)
        #expect(cut.count == 1 && cut.allSatisfy { if case .limit(.transition) = $0 { true } else { false } })
        #expect(request.hasCutShort)
        #expect(StopRequest.ignored { StopRequest.current } == nil)
    }
}
