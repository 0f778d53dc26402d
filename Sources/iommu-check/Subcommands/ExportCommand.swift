// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking
import Exporters

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a check of a spec as the text of another checker.",
        discussion: """
            The other checker finds the same verdict and, without reductions, the same number of states. What cannot be \
            exported is refused: exit code 2. See Documentation/exporting.md.

            EXAMPLES
              iommu-check export --to murphi Specs/benchmarks/lazy_unmap.spec -o lazy_unmap.m
              iommu-check export --to promela Specs/tutorial/01_counter.spec -o counter.pml
              iommu-check export --to smtlib Specs/tutorial/01_counter.spec --depth 6 | z3 -in
            """)

    @Option(help: ArgumentHelp("murphi (Rumur), promela (SPIN) or smtlib.", valueName: "language"))
    var to: Exporter.Target

    @Argument(help: "The spec file.")
    var file: String

    @Argument(help: "The check; needed where the file has several.")
    var check: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Override a constant: NAME=VALUE. May be repeated.", valueName: "NAME=VALUE"))
    var settings: [String] = []

    @Option(help: ArgumentHelp("smtlib only: steps that are looked at.", valueName: "number"))
    var depth: Int = 10

    @Option(name: .shortAndLong, help: ArgumentHelp("Write to this file.", valueName: "file"))
    var output: String?

    func run() throws {
        guard (0...1000).contains(depth) else { throw ValidationError("--depth takes 0 to 1000") }
        let question = ExportQuestion(
            spec: file, check: check, settings: settings, target: to, depth: depth, outputPath: output)
        let answer = try answering { try question.answer() }
        Terminal.error(answer.warnings)
        // Options of Promela begin with '::'; of the spec's text only letters and digits of names are in an export.
        Terminal.raw(answer.text)
        throw Stop(code: answer.exitCode)
    }
}

extension Exporter.Target: ExpressibleByArgument {}
