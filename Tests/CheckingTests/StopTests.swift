// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import Testing

/// Limits of time and interruptions are heard wherever a spec can make the checker work for long.
@Suite struct StopTests {
    private static let long: Duration = .seconds(600)

    private static let specs = [
        // One step with 10^14 outcomes, which a condition leaves out one by one.
        """
        type T = 0 ..< 60000
        state { x: T, y: T }
        process p { choose { any(a: T, b: T, c: T) where a < 0 => { x = a } } }
        """,
        // One property.
        """
        type T = 0 ..< 60000
        state { x: 0 ... 1 }
        fn heavy(a: T) -> Int { var n: Int = 0
            for k in 0 ... 59999 { n = n + k * a }
            return n }
        process p { x = 1 - x }
        invariant ok: forall(a: T) heavy(a) >= 0
        """,
        // Initial states.
        """
        type T = 0 ..< 60000
        state { x: T }
        init { choose { any(a: T, b: T, c: T) where b > a || b + c == 0 => { x = a } } }
        process p { x = 0 }
        """,
        // The search for endless runs, after all states are known.
        """
        type N = 0 ..< 700
        state { x: N, y: N }
        process p { choose { any(a: N) => { x = a } } }
        process q { choose { any(a: N) => { y = a } } }
        property settles: eventually always x == 0
        """,
    ]

    private func answer(
        _ spec: String, secondsMax: Double?, interruption: Interruption? = nil
    ) throws -> (Answer, Duration) {
        let folder = try TemporaryDirectory()
        let path = try folder.write("module a\n" + spec + "\ncheck it { expect holds }\n", as: "a.spec")
        var limits = BadInputTests.limits
        limits.engine = .interpreter
        limits.secondsMax = secondsMax
        limits.interruption = interruption
        let start = ContinuousClock.now
        let request = CheckRequest(spec: path, limits: limits)
        let answer = try onLargeStack { try CheckQuestion(request).answer() }
        return (answer, start.duration(to: .now))
    }

    @Test(arguments: specs)
    func aTimeLimitIsHeard(spec: String) throws {
        let (answer, _) = try answer(spec, secondsMax: 0.3)
        #expect(answer.exitCode == .inconclusive, "\(answer.text)")
        #expect(answer.text.contains("the time limit was reached"), "\(answer.text)")
    }

    @Test(arguments: specs)
    func anInterruptionIsHeard(spec: String) throws {
        let interruption = Interruption()
        DispatchQueue.global().asyncAfter(deadline: .now() + 0.3) { interruption.request() }
        let (answer, _) = try answer(spec, secondsMax: nil, interruption: interruption)
        #expect(answer.exitCode == .inconclusive, "\(answer.text)")
        #expect(answer.text.contains("it was interrupted"), "\(answer.text)")
        #expect(interruption.isHeard)
    }

    /// Wherever the time is over while the initial states are made a second time, or a trace is told: what is violated is so or not
    /// decided.
    @Test(arguments: [
        // In the last initial state.
        """
        type T = 0 ..< 24
        state { x: T }
        init { choose { any(a: T, b: T, c: T) where b + c == 0 => { x = a } } }
        process p { x = 0 }
        invariant never: x < 23
        """,
        // In the last of many steps, of elements that symmetry names.
        """
        type T = symmetric 3
        type N = 0 ..< 70
        state { x: [T]N }
        process p { choose { any(t: T, a: N, b: N) where a == x[t] + 1 && b == 0 => { x[t] = a } } }
        invariant never: exists(t: T) x[t] < 2
        """,
    ])
    func aLimitHidesNoViolation(spec: String) throws {
        var verdicts: Set<ExitCode> = []
        for milliseconds in stride(from: 1, through: 1200, by: 40) {
            let (answer, _) = try answer(spec, secondsMax: Double(milliseconds) / 1000)
            verdicts.insert(answer.exitCode)
            #expect(!answer.text.contains("holds: every"), "\(milliseconds) ms: \(answer.text)")
        }
        let (whole, _) = try answer(spec, secondsMax: nil)
        #expect(whole.text.contains("violated: never") && whole.exitCode == .unexpected)
        #expect(verdicts.isSubset(of: [.unexpected, .inconclusive]))
    }

    /// What bits do not decide soon: products of words.
    private static let proof = """
        module hard
        type W = bits(64)
        fn f(a: W, b: W, c: W) -> W
            requires a > 1 && b > 1
            ensures result * result * result != a * b * c + 12345678901
        { return a * a * b + c * c * c * 7 ^ (a * b) % (c * c + 1) }
        proof p { prove f; expect proved }
        """

    @Test func aProofHearsTheGatesTimeLimit() throws {
        let folder = try TemporaryDirectory()
        try folder.write(Self.proof, as: "a.spec")
        var limits = BadInputTests.limits
        limits.secondsMax = 1
        let request = GateRequest(path: folder.path, limits: limits, cache: nil)
        let start = ContinuousClock.now
        let answer = try onLargeStack { try GateQuestion(request).answer() }
        #expect(answer.exitCode == .inconclusive, "\(answer.text)")
        // A proof may take 30 s a condition otherwise, and there are several questions to each.
        #expect(start.duration(to: .now) < .seconds(25))
    }

    @Test func aProofHearsAnInterruption() throws {
        let folder = try TemporaryDirectory()
        try folder.write(Self.proof, as: "a.spec")
        let interruption = Interruption()
        DispatchQueue.global().asyncAfter(deadline: .now() + 1) { interruption.request() }
        let request = ProofRequest(spec: folder.path + "/a.spec", secondsMax: 600, cacheFolder: nil)
        let answer = try interruption.during { try onLargeStack { try ProofQuestion(request).answer() } }
        #expect(answer.exitCode == .inconclusive, "\(answer.text)")
        #expect(interruption.isHeard)
    }
}
