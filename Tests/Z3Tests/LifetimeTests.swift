// SPDX-License-Identifier: MIT

import Foundation
import Testing
import Z3

/// What is made is given back, and nothing outlives what it stands on.
@Suite(.serialized)
struct LifetimeTests {
    /// A context of libz3 takes some hundred kilobytes, so a leak shows. In a process of its own, where no other test takes
    /// memory.
    @Test func contextsAreGivenBack() async throws {
        await #expect(processExitsWith: .success) {
            for _ in 0..<50 { try LifetimeTests.useOne() }
            let before = LifetimeTests.residentKilobytes()
            for _ in 0..<300 { try LifetimeTests.useOne() }
            let growth = LifetimeTests.residentKilobytes() - before
            #expect(growth < 10_000, "300 contexts left \(growth) kB behind")
        }
    }

    private static func useOne() throws {
        let context = Context()
        let x = try context.freshBits("x", width: 64)
        let isOwned = try context.freshPredicate("owned", widths: [64])
        let solver = try Solver(context, logic: .wordsAndFunctions, millisecondsMax: 1000)
        try solver.assert(try isOwned(x))
        guard case .satisfiable(let model) = solver.check() else {
            Issue.record("no model")
            return
        }
        #expect(try model.number(x) != nil)
    }

    @Test func solversAndModelsOfOneContextAreGivenBack() async throws {
        await #expect(processExitsWith: .success) {
            let context = Context()
            let x = try context.freshBits("x", width: 64)
            let claim = try x.apply(.unsignedLess, try context.bits(9, width: 64))
            func round() throws {
                let solver = try Solver(context, logic: .words, millisecondsMax: 1000)
                try solver.assert(claim)
                guard case .satisfiable = solver.check() else {
                    Issue.record("no model")
                    return
                }
            }
            for _ in 0..<50 { try round() }
            let before = LifetimeTests.residentKilobytes()
            for _ in 0..<400 { try round() }
            let growth = LifetimeTests.residentKilobytes() - before
            #expect(growth < 10_000, "400 solvers left \(growth) kB behind")
        }
    }

    @Test func termsOutliveSolverAndTheNameOfTheirContext() throws {
        func term() throws -> Term {
            let context = Context()
            let x = try context.freshBits("x", width: 64)
            let solver = try Solver(context, millisecondsMax: 1000)
            try solver.assert(try x.equals(x))
            _ = solver.check()
            return try x.apply(.add, try context.bits(1, width: 64))
        }
        let kept = try (0..<200).map { _ in try term() }
        for term in kept {
            #expect(term.description == "(bvadd x!1 #x0000000000000001)")
            #expect(term.width == 64)
            // Its context is still there to make more of it.
            #expect(try term.complemented().width == 64)
        }
    }

    @Test func aModelOutlivesItsSolver() throws {
        let context = Context()
        let x = try context.freshBits("x", width: 16)
        func answer() throws -> Solver.Answer {
            let solver = try Solver(context, millisecondsMax: 1000)
            try solver.assert(try x.equals(try context.bits(77, width: 16)))
            return solver.check()
        }
        guard case .satisfiable(let model) = try answer() else {
            Issue.record("no model")
            return
        }
        #expect(try model.number(x) == 77)
    }

    @Test func aFailedCallLeavesNothingBehind() throws {
        let context = Context()
        let a = try context.freshBits("a", width: 8)
        let b = try context.freshBits("b", width: 9)
        for _ in 0..<1000 { #expect(throws: Z3Error.self) { try a.equals(b) } }
        #expect(try a.equals(a).width == 0)
    }

    private static func residentKilobytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
