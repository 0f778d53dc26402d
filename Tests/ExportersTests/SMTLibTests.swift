// SPDX-License-Identifier: MIT

import CheckerTesting
import Exporters
import Foundation
import SpecLanguage
import Testing
import TransitionSystem

/// Z3 and cvc5 read what is exported, and find a violation within just as many steps as the interpreter.
@Suite struct SMTLibTests {
    private static let solvers = [["z3", "model.smt2"], ["cvc5", "-L", "smt2", "model.smt2"]]
        .filter { Commands.has($0[0]) }

    private static func answers(_ system: TransitionSystem, depth: Int) throws -> [String] {
        let commands = try Commands()
        defer { commands.remove() }
        try commands.write(try Exporter.text(of: system, for: .smtlib, depth: depth), to: "model.smt2")
        return try solvers.map { solver in
            try commands.run(solver).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    static func compare(_ system: TransitionSystem, remark: String) throws {
        guard let expected = Expected(system, statesMax: 3000) else { return }
        let deepest = expected.violationDepth ?? 4
        guard deepest <= 6 else { return }
        for depth in max(0, deepest - 1)...deepest {
            let answer = depth >= expected.violationDepth ?? .max ? "sat" : "unsat"
            for found in try answers(system, depth: depth) {
                #expect(found == answer, "\(remark), depth \(depth)")
            }
        }
    }

    @Test(arguments: RandomSpec.seeds(35, count: 16))
    func agreesOnRandomSpecs(seed: UInt64) throws {
        guard let system = SpecText.system(RandomSpec.text(seed: seed)) else { return }
        try Self.compare(system, remark: "seed \(seed)")
    }

    @Test func findsNothingInLazyUnmap() throws {
        let system = try #require(SpecText.system(try SpecText.read("Specs/benchmarks/lazy_unmap.spec")))
        for answer in try Self.answers(system, depth: 2) { #expect(answer == "unsat") }
    }

    @Test func refusesLoopsOfUnknownLength() throws {
        let text = """
            type N = 0 ... 2000
            state { n: N, m: N }
            fn climb(from: N, to: N) -> N {
                var k: N = from
                while k < to { k = k + 1 }
                return k
            }
            process p { n = climb(m, n) }
            """
        let system = try #require(SpecText.system(text))
        do throws(ExportRefusal) {
            _ = try Exporter.text(of: system, for: .smtlib)
            Issue.record("a loop of up to 2000 rounds was unrolled")
        } catch {
            #expect(error.what == "a loop without a known number of rounds cannot be exported to SMT-LIB")
        }
    }
}
