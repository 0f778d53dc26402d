// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking
import Foundation

struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Run every check and proof below a directory against its expected verdict.",
        discussion: """
            A check without an expectation, and a property that no check exercises, fail the gate, too. \
            Verdicts as expected are kept in $XDG_CACHE_HOME/iommu-check, by content: what has not changed costs \
            nothing. Where GITHUB_ACTIONS is true, annotations are printed and the summary is added to \
            $GITHUB_STEP_SUMMARY.

            EXAMPLES
              iommu-check gate
              iommu-check gate Specs --threads 2 --budget 10m --ktap gate.ktap --sarif gate.sarif
              iommu-check gate Specs --since origin/main
              iommu-check gate Specs --traces counterexamples
            """)

    @Argument(help: "A directory of specs, or one spec.")
    var path: String = "Specs"

    @OptionGroup var limits: LimitOptions

    @Option(help: ArgumentHelp("Time for all checks together, as 90s, 10m or 2h.", valueName: "time"))
    var budget: String?

    @Option(
        help: ArgumentHelp(
            "Only specs that differ from this git revision, in themselves or in what they import.",
            valueName: "revision"))
    var since: String?

    @Flag(help: "Run everything, also what has not changed.")
    var noCache = false

    @Option(help: ArgumentHelp("Write all results as JSON.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Write KTAP version 1, which kernel CI reads.", valueName: "file"))
    var ktap: String?

    @Option(help: ArgumentHelp("Write JUnit XML.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Write what is not as expected as SARIF 2.1.0.", valueName: "file"))
    var sarif: String?

    @Option(help: ArgumentHelp("Write a summary in Markdown.", valueName: "file"))
    var markdown: String?

    @Option(
        help: ArgumentHelp(
            "Write the counterexample of each violation into this directory.", valueName: "directory"))
    var traces: String?

    func run() throws {
        var secondsMax: Double?
        if let budget {
            guard let given = Quantity.seconds(budget) else {
                throw ValidationError("--budget '\(budget)' is not a time; write for example 90s, 10m or 2h")
            }
            secondsMax = given
        }
        let files: [(GateRequest.Format, String?)] = [
            (.json, json), (.ktap, ktap), (.junit, junit), (.sarif, sarif), (.markdown, markdown),
        ]
        let environment = ProcessInfo.processInfo.environment
        let isWorkflow = environment["GITHUB_ACTIONS"] == "true"
        let request = GateRequest(
            path: path, limits: try limits.limits(),
            reports: files.compactMap { format, path in path.map { (format, $0) } }, annotates: isWorkflow,
            summaryPath: isWorkflow ? environment["GITHUB_STEP_SUMMARY"] : nil, tracesDirectory: traces,
            secondsMax: secondsMax, since: since, cache: noCache ? nil : VerdictCache())
        let answer = try answering { try GateQuestion(request).answer() }
        Terminal.out(answer)
        throw Stop(code: answer.exitCode)
    }
}
