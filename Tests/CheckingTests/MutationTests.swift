// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import Foundation
import Testing

/// Small mistakes in specs, and whether checks notice them.
@Suite struct MutationTests {
    private static let spec = """
        module taken
        type Cpu = 0 ..< 2
        state { lock_: Lock, owner: Cpu?, noise: Bool }
        op take(cpu: Cpu) {
            if owner == none {
                step
                owner = cpu
            }
        }
        process cpu(cpu: Cpu) {
            with lock(lock_) {
                take(cpu); noise = true
                step
                assert mine: owner == cpu
                owner = none
            }
        }
        check one_at_a_time { expect holds }
        """

    private static func answer(
        _ path: String, _ edit: (inout MutationRequest) -> Void = { _ in }
    ) throws -> (answer: Answer, table: String) {
        let folder = try TemporaryDirectory()
        var request = MutationRequest(path: path, limits: Repository.limits)
        request.tablePath = folder.path + "/table"
        edit(&request)
        let answer = try MutationQuestion(request).answer()
        return (answer, try Repository.text(folder.path + "/table"))
    }

    @Test func tellsWhichMistakesAreNoticed() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(Self.spec, as: "taken.spec")
        let (answer, table) = try Self.answer(path)
        let lines = table.split(separator: "\n").map { $0.replacing(path, with: "taken.spec") }
        func outcome(_ beginning: String) -> String {
            lines.first { $0.contains(beginning) }.map(String.init) ?? "no line: \(table)"
        }
        #expect(
            outcome("statement dropped: owner = cpu").contains(
                "found by taken.spec one_at_a_time: violated: assertion mine"))
        #expect(outcome("guard negated: owner == none -> !(owner == none)").contains("found by"))
        #expect(outcome("lock dropped: with lock(lock_)").contains("found by"))
        // The semicolon goes with the statement, and nobody reads the noise.
        #expect(outcome("statement dropped: ; noise = true").contains("not found, by 1 check"))
        #expect(outcome("statement dropped: take(cpu); ->").contains("found by"))
        #expect(answer.text.contains("- ; noise = true"))
        #expect(answer.exitCode == .expected)
    }

    @Test func asksForEnough() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(Self.spec, as: "taken.spec")
        #expect(try Self.answer(path) { $0.percentMin = 100 }.answer.exitCode == .unexpected)
    }

    @Test func isTheSameForAnyNumberOfThreads() throws {
        try #require(Repository.isCurrentDirectory)
        let one = try Self.answer("Specs/tutorial") { $0.limits.threads = 1 }.table
        let two = try Self.answer("Specs/tutorial") { $0.limits.threads = 2 }.table
        #expect(one == two)
        #expect(one.contains("Specs/tutorial/03_lazy_flush.spec"))
    }

    @Test func knowsNoOtherModule() throws {
        try #require(Repository.isCurrentDirectory)
        do {
            _ = try Self.answer("Specs/tutorial") { $0.modules = ["lazy_flash"] }
            Issue.record("an unknown module was taken")
        } catch let error as BadInput {
            #expect(error.diagnostics.map(\.help) == ["did you mean 'lazy_flush'?"])
        }
    }

    private static let slow = """
        module slow
        state { a: 0 ... 999, b: 0 ... 999 }
        process p { choose {
            where a < 999 => a = a + 1
            where b < 999 => b = b + 1
        } }
        invariant i: a >= 0
        check slow { expect holds }
        """

    /// What did not finish without a mistake says nothing of mistakes.
    @Test func aBaselineThatDoesNotFinishIsNoBaseline() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(Self.slow, as: "slow.spec")
        let interruption = Interruption()
        interruption.request()
        let edits: [(inout MutationRequest) -> Void] = [
            { $0.limits.secondsMax = 0.2 },
            { $0.limits.memoryBytesMax = 1 << 20 },
            { $0.limits.interruption = interruption },
        ]
        for edit in edits {
            let (answer, table) = try Self.answer(path) {
                $0.limits.engine = .interpreter
                edit(&$0)
            }
            #expect(answer.exitCode == .inconclusive, "\(answer.text)")
            #expect(answer.text.contains("no baseline: \(path) slow: inconclusive"), "\(answer.text)")
            #expect(answer.text.hasSuffix("inconclusive\n") && !answer.text.contains("%"))
            #expect(table == "\n")
        }
    }

    /// Other checks go on; the answer stays open.
    @Test func aBaselineThatIsMissingLeavesTheAnswerOpen() throws {
        let folder = try TemporaryDirectory()
        _ = try folder.write(Self.spec, as: "taken.spec")
        _ = try folder.write(Self.slow, as: "slow.spec")
        let (answer, table) = try Self.answer(folder.path) {
            $0.limits.engine = .interpreter
            $0.limits.memoryBytesMax = 1 << 20
        }
        #expect(answer.exitCode == .inconclusive, "\(answer.text)")
        #expect(answer.text.contains("slow.spec slow: inconclusive") && table.contains("found by"))
    }

    @Test func aCheckThatDoesNotHoldIsNoBaseline() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(
            Self.spec.replacing("owner == cpu", with: "owner != cpu"), as: "taken.spec")
        let answer = try Self.answer(path).answer
        #expect(answer.exitCode == .unexpected)
        #expect(answer.text.contains("FAIL before any mistake was made"), "\(answer.text)")
    }

    @Test(arguments: [
        ("process p { let x = a }", "there is no statement"),
        // Without the lock, an operation that does not always return a value.
        (
            "state { l: Lock }\nop f() -> Bool { with lock(l) { return true } }\nprocess p { let x = f() }",
            "typed"
        ),
    ])
    func noMutantsAreNoSuccess(process: String, why: String) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(
            "module few\nstate { a: 0 ... 3 }\n\(process)\ninvariant i: a == 0\ncheck c { expect holds }\n",
            as: "few.spec")
        let failure = BadInputTests.refusal { try Self.answer(path).answer }
        #expect(failure?.diagnostics.map(\.id) == ["nothing-to-mutate"])
        #expect(failure?.text.contains(why) == true, "\(failure?.text ?? "")")
    }
}
