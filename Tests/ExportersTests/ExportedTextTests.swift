// SPDX-License-Identifier: MIT

import CheckerTesting
import Exporters
import Testing

/// The texts themselves.
@Suite struct ExportedTextTests {
    @Test(arguments: ["murphi", "promela", "smtlib"])
    func isAsReviewed(target: String) throws {
        let folder = "Tests/Golden/exports/"
        let system = try #require(SpecText.system(try SpecText.read(folder + "mailbox.spec")))
        let text = try Exporter.text(
            of: system, for: try #require(Exporter.Target(rawValue: target)), depth: 2)
        let difference = golden(text, file: "\(repositoryRoot)/\(folder)mailbox.\(target)")
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test func theSmallExampleCountsTheSame() throws {
        let system = try #require(SpecText.system(try SpecText.read("Tests/Golden/exports/mailbox.spec")))
        if MurphiRun.isPossible { try MurphiTests.compare(system, remark: "mailbox") }
        if Commands.has("spin", "gcc") { try PromelaTests.compare(system, remark: "mailbox") }
    }

    /// Words of the other languages, names that differ in their case, names that a preprocessor would replace.
    @Test func namesAreHarmless() throws {
        let text = """
            type N = 0 ..< 3
            state { int: N, Int: N, array: Bool, reached_0: Bool, linux: N, choice: N, assert_: N, ruleset: [N]Bool }
            op rule(forall_: N) {
                step begin
                ruleset[forall_] = true
                int = forall_
            }
            process init_ {
                choose {
                    any(d_step: N) where !ruleset[d_step] => rule(d_step)
                    where array => { array = false; Int = 1; linux = 2 }
                    where !array => { array = true; choice = 1 }
                }
            }
            reachable reached: linux == 2
            """
        let system = try #require(SpecText.system(text))
        if MurphiRun.isPossible { try MurphiTests.compare(system, remark: "names") }
        if Commands.has("spin", "gcc") { try PromelaTests.compare(system, remark: "names") }
        if Commands.has("z3") { try SMTLibTests.compare(system, remark: "names") }
    }
}
