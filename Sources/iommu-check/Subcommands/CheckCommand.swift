// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Explore the checks of a spec exhaustively and compare verdicts with what they expect.",
        discussion: """
            EXAMPLES
              iommu-check check Specs/proposals/default_domain.spec
              iommu-check check Specs/benchmarks/lazy_unmap.spec --set PAGES=4 --threads 1
              iommu-check check Specs/proposals/default_domain.spec vtd_strict --platform reserved_regions --group 7
              iommu-check check my.spec my_check --json result.json --traces traces/
            """)

    @Argument(help: "The spec file.")
    var file: String

    @Argument(help: "Only this check; without it, all checks and proofs of the file.")
    var check: String?

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var limits: LimitOptions

    @Option(
        help: ArgumentHelp(
            "Write explorations down in this directory, and go on with those that are there.",
            valueName: "directory"))
    var checkpoint: String?

    @Option(help: ArgumentHelp("Time between two checkpoints, as 90s, 10m or 2h.", valueName: "time"))
    var checkpointEvery: String = "10m"

    @Option(help: ArgumentHelp("Write the result as JSON.", valueName: "file"))
    var json: String?

    @Option(
        help: ArgumentHelp(
            "Write counterexamples (.txt and .itf.json) into this directory.", valueName: "directory"))
    var traces: String?

    func run() throws {
        var limits = try limits.limits()
        guard let seconds = Quantity.seconds(checkpointEvery) else {
            throw ValidationError(
                "--checkpoint-every '\(checkpointEvery)' is not a time; write for example 90s, 10m or 2h")
        }
        limits.checkpoints = checkpoint.map { CheckpointFolder(path: $0, everySeconds: seconds) }
        let request = CheckRequest(
            spec: file, check: check, settings: scope.settings, platform: scope.platform, group: scope.group,
            limits: limits, jsonPath: json, tracesDirectory: traces)
        let progress = ProgressLine.forTerminal()
        let answer = try answering { try CheckQuestion(request).answer(progress: progress) }
        Terminal.out(answer)
        throw Stop(code: answer.exitCode)
    }
}
