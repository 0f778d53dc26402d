// SPDX-License-Identifier: MIT

import CheckerTesting
import SpecLanguage
import Testing
import TransitionSystem

/// A loop that comes back to where it was never ends; one that is only long may.
@Suite struct EndlessFunctionLoopTests {
    /// The message of an endless loop, or the value.
    private func run(_ text: String, _ arguments: [Int128]) throws -> (endless: String?, value: Value?) {
        let spec = try StandaloneSpec.typed(text, for: .proof).spec
        let function = try #require(spec.functions.first { $0.name == "f" })
        do throws(RunTimeError) {
            return (nil, try Evaluator().call(function, arguments: arguments.map { .number($0) }))
        } catch {
            #expect(error.cause == .error(.endlessLoop))
            return (error.message, nil)
        }
    }

    private let climb = """
        type W = bits(16)
        fn f(x: W, by: W) -> W {
            var y = x
            while y != 0 { y = y + by }
            return y
        }
        """

    @Test func aLoopThatEndsIsLeftAlone() throws {
        let (endless, value) = try run(climb, [1, 1])
        #expect(endless == nil && value == .number(0))
    }

    /// The difference of the two numbers is the period of the circle.
    @Test func theRoundsAreTold() throws {
        for (step, now, before) in [(0, 4, 3), (256, 511, 255), (2, 65535, 32767)] {
            #expect(
                try run(climb, [1, Int128(step)]).endless
                    == "the loop never ends: after \(now) rounds its variables are as they were after \(before)"
            )
        }
    }

    /// What a round leaves in a variable of its own says nothing; what it leaves outside does.
    @Test func whatIsOutsideTheLoopCounts() throws {
        let text = """
            type W = bits(8)
            fn f(x: W) -> W {
                var left = x
                var sum: W = 0
                while left > 0 {
                    var inner: W = 3
                    while inner > 0 { inner = inner - 1 }
                    sum = sum + inner
                    left = left - 1
                }
                return sum
            }
            """
        let (endless, value) = try run(text, [200])
        #expect(endless == nil && value == .number(0))
    }
}
