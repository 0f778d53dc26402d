// SPDX-License-Identifier: MIT

import CheckerTesting
import SpecLanguage
import Testing

@testable import Exporters

/// What a proof by induction asks of a solver, and what it makes of the answers. The solvers of these tests
/// say the same to every question; that the questions mean what they should is tested with Z3, where there is
/// one.
@Suite struct InductionProofTests {
    private static let flags = """
        type Cpu = 0 ..< 2
        state { a: Bool, b: Bool, owner: Cpu? }
        process set_a(cpu: Cpu) as "Setter" { a = true; owner = cpu }
        process set_b as "Follower" { await a; b = true }
        invariant b_after_a: b implies a
        invariant owned: a implies owner != none
        """

    private func report(
        _ text: String, _ answer: InductionProof.Answer
    ) throws -> (report: InductionProof.Report, questions: [InductionProof.Question]) {
        let spec = try StandaloneSpec.typed(text, for: .proof).spec
        var questions: [InductionProof.Question] = []
        let proof = try InductionProof(spec, invariants: spec.invariants, sizes: []) { question in
            questions.append(question)
            return answer
        }
        return (try proof.run(), questions)
    }

    private func outcome(_ condition: InductionProof.Condition) -> String {
        switch condition.outcome {
        case .proved(let isCached): isCached ? "proved before" : "proved"
        case .inconclusive(let why): why
        case .fails: "fails"
        }
    }

    /// Each invariant is asked of the initial states and of each step that writes what it speaks of; what is
    /// asked once and has no counterexample is proved.
    @Test func everythingIsAskedAndProved() throws {
        let (report, questions) = try report(Self.flags, .unsatisfiable(isCached: false))
        #expect(Set(report.conditions.map { outcome($0) }) == ["proved"])
        #expect(Set(report.conditions.compactMap(\.invariant)) == ["b_after_a", "owned"])
        #expect(!questions.isEmpty)
        for condition in report.conditions {
            // What was asked for it can be asked again by hand.
            #expect(questions.contains { $0.script == condition.script }, "\(condition.name)")
        }
        // 'b' alone is not touched by a step that sets 'a' and its owner, nor are those by the step that sets
        // 'b'.
        let names = report.conditions.map(\.name)
        #expect(Set(names).count == names.count, "\(names)")
        for lane in ["Setter", "Follower"] { #expect(names.contains { $0.contains(lane) }, "\(names)") }
    }

    @Test func anAnswerFromBeforeIsTold() throws {
        let (report, _) = try report(Self.flags, .unsatisfiable(isCached: true))
        #expect(Set(report.conditions.map { outcome($0) }) == ["proved before"])
    }

    /// What the solver does not know is not proved, and nothing is shown that it did not find.
    @Test func unknownIsNeverProved() throws {
        let (report, _) = try report(Self.flags, .unknown("resources"))
        let outcomes = report.conditions.filter { $0.invariant != nil }.map { outcome($0) }
        #expect(!outcomes.isEmpty)
        #expect(
            !outcomes.contains("proved") && !outcomes.contains("proved before") && !outcomes.contains("fails")
        )
        #expect(outcomes.allSatisfy { $0.contains("resources") }, "\(outcomes)")
    }

    /// The same spec asks the same, word for word: answers are kept by the text.
    @Test func questionsAreTheSameEachTime() throws {
        let first = try report(Self.flags, .unsatisfiable(isCached: false)).questions
        let second = try report(Self.flags, .unsatisfiable(isCached: false)).questions
        #expect(first.map(\.script) == second.map(\.script))
        #expect(first.map(\.logic) == second.map(\.logic))
        let other = try report(
            Self.flags.replacing("b implies a", with: "a implies b"), .unsatisfiable(isCached: false))
        #expect(other.questions.map(\.script) != first.map(\.script))
    }

    /// No quantifier is left to the solver, brackets match, and what a model is asked for is declared.
    @Test func scriptsAreGround() throws {
        for question in try report(Self.flags, .unsatisfiable(isCached: false)).questions {
            #expect(!question.script.contains("forall") && !question.script.contains("exists"))
            #expect(question.logic.hasPrefix("QF_"))
            let code = question.script.split(separator: "\n").filter { !$0.hasPrefix(";") }.joined()
            #expect(code.count { $0 == "(" } == code.count { $0 == ")" })
            for constant in question.constants {
                #expect(
                    code.contains("(declare-const \(constant.name) ")
                        || code.contains("(declare-fun \(constant.name) "), "\(constant.name)")
            }
        }
    }

    // MARK: Refusals

    private func refusal(_ text: String) throws -> String? {
        let spec = try StandaloneSpec.typed(text, for: .proof).spec
        do throws(ExportRefusal) {
            let proof = try InductionProof(spec, invariants: spec.invariants, sizes: []) { _ in
                .unsatisfiable(isCached: false)
            }
            _ = try proof.run()
            return nil
        } catch {
            return error.what
        }
    }

    private func processes(_ count: Int) -> String {
        "state { b: Bool }\ninvariant i: b || !b\n"
            + (0..<count).map { "process p\($0) { b = true }\n" }.joined()
    }

    @Test func asManyProcessesAsThereMayBe() throws {
        #expect(try refusal(processes(32)) == nil)
        #expect(try refusal(processes(33)) == "there are more than 32 processes")
    }

    /// 4^4 ways to begin are looked at, and 4^5 are too many.
    @Test func waysToBegin() throws {
        func beginning(_ blocks: Int) -> String {
            let ways = (0..<4).map { _ in "=> { b = true }" }.joined(separator: "\n")
            return "state { b: Bool }\nprocess p { b = true }\ninvariant i: b || !b\n"
                + (0..<blocks).map { _ in "init { choose {\n\(ways)\n} }\n" }.joined()
        }
        #expect(try refusal(beginning(5)) == "there are too many ways to begin")
        #expect(try refusal(beginning(4)) == nil)
    }
}
