import SpecLanguage
import Testing
import TransitionSystem

/// A loop that comes back to where it was never ends; one that is only long may.
@Suite struct LoopWatchTests {
    private func run(_ text: String, _ arguments: [Int128]) throws -> (LoopWatch.Repetition?, Value?) {
        let (spec, _) = try Model.check(text, for: .proof)
        let function = try #require(spec.functions.first { $0.name == "f" })
        let evaluator = Evaluator()
        evaluator.watchesLoops = true
        let value = try? evaluator.call(function, arguments: arguments.map { .number($0) })
        return (evaluator.repetition, value)
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
        let (repetition, value) = try run(climb, [1, 1])
        #expect(repetition == nil && value == .number(0))
    }

    @Test func theRoundsAreTold() throws {
        #expect(
            try run(climb, [1, 0]).0?.sentence
                == "the loop never ends: after 1 round all is as it was before the first one")
        let (repetition, value) = try run(climb, [1, 256])
        #expect(value == nil && repetition?.before == 0 && repetition?.now == 256)
    }

    /// After many rounds they are not all remembered.
    @Test func aLongCircleIsFound() throws {
        let repetition = try #require(try run(climb, [1, 2]).0)
        #expect(repetition.now - repetition.before == 32768)
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
        let (repetition, value) = try run(text, [200])
        #expect(repetition == nil && value == .number(0))
    }
}
