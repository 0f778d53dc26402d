// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import CompiledModel
import Foundation
import Testing

/// A gate fails for what is wrong, and for what says nothing; what is known costs nothing.
@Suite struct GateTests {
    private static let text = """
        module guarded
        type N = 0 ..< 3
        state { a: N, b: Bool }
        process p(k: N) { choose { where a == 0 => a = k } }
        invariant small: a <= 2
        invariant never: b implies a == 1

        """

    private func answer(
        _ directory: TemporaryDirectory, _ change: (inout GateRequest) -> Void = { _ in }
    ) throws -> Answer {
        var request = GateRequest(
            path: directory.path, limits: ExplorationLimits(threads: 2, memoryBytesMax: 1 << 28))
        change(&request)
        return try GateQuestion(request).answer()
    }

    @Test func aPropertyThatIsNeverExercisedFails() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.text + "check one { expect holds }\n", as: "a.spec")
        let answer = try answer(directory)
        #expect(answer.exitCode == .unexpected)
        #expect(answer.text.contains("'never' is never exercised"))
        #expect(answer.text.contains("1 as expected"))
    }

    /// What a run that ends in a violation saw of a premise counts.
    @Test func aPropertyIsExercisedByACheckThatEndsInAViolation() throws {
        let directory = try TemporaryDirectory()
        let text =
            Self.text
                + """
                change broken on guarded { init { b = true } }
                check one { expect holds }
                check other { use guarded with broken; expect violates never }

                """
        try directory.write(text, as: "a.spec")
        let answer = try answer(directory)
        #expect(answer.exitCode == .expected)
        #expect(answer.text.contains("2 as expected"))
    }

    /// A file that is wrong is never passed over, and the others run.
    @Test func aFileWithAnEmptyProofIsAnErrorAndTheOthersRun() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            Self.text + "check one { expect holds }\nproof p { expect proved }\n", as: "a.spec")
        try directory.write(Self.text + "check two { expect holds }\n", as: "b.spec")
        let answer = try answer(directory)
        #expect(answer.exitCode == .badInput)
        #expect(answer.warnings.contains("error[empty-proof]"), "\(answer.warnings)")
        #expect(answer.text.contains("FAIL \(directory.path)/a.spec: cannot be checked"), "\(answer.text)")
        #expect(answer.text.contains("1 check: 1 as expected"), "\(answer.text)")
    }

    @Test func aCheckWithoutExpectationFails() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            Self.text.replacing("invariant never: b implies a == 1", with: "") + "check one { }\n",
            as: "a.spec")
        let answer = try answer(directory)
        #expect(answer.exitCode == .unexpected)
        #expect(answer.text.contains("'one' expects nothing"))
    }

    @Test func aKnownBugThatIsNoLongerFoundFails() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            Self.text.replacing("invariant never: b implies a == 1", with: "")
                + "check one { expect violates small }\n", as: "a.spec")
        let answer = try answer(directory)
        #expect(answer.exitCode == .unexpected)
        #expect(answer.text.contains("violates small"))
    }

    /// All but the time is the same, also what other programs read; and it is the content that counts.
    @Test func whatIsKnownIsNotRunAgain() throws {
        let directory = try TemporaryDirectory()
        let cacheFolder = try TemporaryDirectory()
        chmod(cacheFolder.path, 0o700)
        let cache = try #require(VerdictCache(folder: cacheFolder.path))
        let good = Self.text.replacing("invariant never: b implies a == 1", with: "reachable two: a == 2")
        try directory.write(
            good + "check one { expect holds }\nchange worse on guarded { invariant small2: a < 2 }\n"
                + "check broken { use guarded with worse; expect violates small2 within 1 steps }\n",
            as: "a.spec")
        func run(_ name: String) throws -> [String] {
            let answer = try answer(directory) {
                $0.cache = cache
                $0.reports = [(.json, "\(cacheFolder.path)/\(name).json")]
                $0.tracesDirectory = "\(cacheFolder.path)/\(name)"
            }
            #expect(answer.exitCode == .expected, "\(answer.text)")
            let json = try Repository.text("\(cacheFolder.path)/\(name).json").split(separator: "\n")
            let trace = try Repository.text("\(cacheFolder.path)/\(name)/a.broken.txt")
            return json.filter { !$0.contains("\"seconds\"") }.map(String.init) + [trace]
        }
        let first = try run("first")
        func entries() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: cacheFolder.path + "/v2").sorted()
                .filter { $0.hasSuffix(".verdict") }
        }
        let known = try entries()
        #expect(known.count == 2)
        #expect(try run("second") == first)
        #expect(try entries() == known)
        // A record of the other check, whole, says nothing of this one; neither does one that was altered.
        let paths = known.map { "\(cacheFolder.path)/v2/\($0)" }
        try FileManager.default.removeItem(atPath: paths[0])
        try FileManager.default.copyItem(atPath: paths[1], toPath: paths[0])
        #expect(try run("third") == first)
        for path in paths {
            let text = try Repository.text(path).replacing("holds", with: "halts")
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        }
        #expect(try run("fourth") == first)
        try directory.write(
            good.replacing("0 ..< 3", with: "0 ..< 4") + "check one { expect holds }\n", as: "a.spec")
        let changed = try answer(directory) { $0.cache = cache }
        #expect(changed.exitCode == .unexpected)
        #expect(changed.text.contains("violated: small"))
    }

    @Test func onlyWhatDiffersRuns() throws {
        let directory = try TemporaryDirectory()
        let good = Self.text.replacing("invariant never: b implies a == 1", with: "")
        try directory.write(good + "check one { expect holds }\n", as: "a.spec")
        try directory.write(
            good.replacing("module guarded", with: "module other") + "check two { expect holds }\n",
            as: "b.spec")
        func git(_ arguments: String...) {
            let identity = ["-C", directory.path, "-c", "user.name=t", "-c", "user.email=t@example.org"]
            #expect(ChildProcess("git", identity + arguments).run() == .exited(0))
        }
        git("init", "-q")
        git("add", "-A")
        git("commit", "-q", "-m", "specs")
        let nothing = try answer(directory) { $0.since = "HEAD" }
        #expect(nothing.exitCode == .expected)
        #expect(nothing.text.contains("nothing to check"))
        try directory.write(good + "check one { expect holds }\ncheck again { expect holds }\n", as: "a.spec")
        let some = try answer(directory) { $0.since = "HEAD" }
        #expect(some.text.contains("again") && !some.text.contains("two"))
        for wrong in ["no-such-revision", "--help", ""] {
            #expect(BadInputTests.refusal { try answer(directory) { $0.since = wrong } } != nil)
        }
    }

    @Test func whatHasNotBegunInTimeIsInconclusive() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            Self.text.replacing("invariant never: b implies a == 1", with: "")
                + "check one { expect holds }\n",
            as: "a.spec")
        let answer = try answer(directory) {
            $0.secondsMax = 0
            $0.reports = [(.junit, "\(directory.path)/junit")]
        }
        #expect(answer.exitCode == .inconclusive)
        // Counted on the terminal, listed in the files.
        #expect(answer.text.contains("1 check not begun: the time was over"), "\(answer.text)")
        #expect(!answer.text.contains("a.spec"), "\(answer.text)")
        let junit = try Repository.text("\(directory.path)/junit")
        #expect(junit.contains("the time for all checks was over before it began"), "\(junit)")
    }
}
