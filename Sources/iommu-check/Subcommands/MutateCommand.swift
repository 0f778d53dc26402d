// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking

struct MutateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mutate",
        abstract: "Make small mistakes in specs, and see whether their checks notice.",
        discussion: """
            A statement is dropped, a guard negated, two steps swapped, a lock left out: one mistake at a time, in the \
            operations, processes and 'init' of the modules that checks with 'expect holds' are made of. A mistake is found \
            where such a check no longer holds. Those that are not found are printed.

            EXAMPLES
              iommu-check mutate Specs --module dma_generic --module vtd --at-least 80
              iommu-check mutate Specs/tutorial --table mutants.txt
            """)

    @Argument(help: "A directory of specs, or one spec.")
    var path: String = "Specs"

    @Option(
        name: .customLong("module"),
        help: ArgumentHelp("Make mistakes in this module only; may be repeated.", valueName: "name"))
    var modules: [String] = []

    @OptionGroup var limits: LimitOptions

    @Option(
        name: .customLong("at-least"),
        help: ArgumentHelp(
            "Exit with 1 where fewer of a hundred mistakes are found.", valueName: "percent"))
    var percentMin: Int = 0

    @Option(help: ArgumentHelp("Write all mutants as JSON.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Write a line for each mutant.", valueName: "file"))
    var table: String?

    func run() throws {
        guard (0...100).contains(percentMin) else { throw ValidationError("--at-least takes 0 to 100") }
        let request = MutationRequest(
            path: path, modules: modules, limits: try limits.limits(), jsonPath: json, tablePath: table,
            percentMin: percentMin)
        let progress = ProgressLine.forTerminal()
        let answer = try answering { try MutationQuestion(request).answer(progress: progress) }
        Terminal.out(answer)
        throw Stop(code: answer.exitCode)
    }
}
