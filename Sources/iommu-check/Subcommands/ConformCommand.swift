// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking

struct ConformCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conform",
        abstract: "Hold a kernel's log against a spec: is each event a step that the spec allows?",
        discussion: """
            Reads ftrace's text, plain or gzip. Each event that an '.events' file describes is a step of the operation of its \
            name. Exit code 0: the log conforms; 1: it does not, and the first event that is not allowed is shown; 2: the \
            log or the spec cannot be read; 3: there is not enough in the log to say.

            EXAMPLES
              iommu-check conform trace.txt.gz --spec Specs/conformance/vtd_log.spec
              iommu-check conform trace.txt --spec Specs/conformance/vtd_log.spec --platform reserved_regions.txt
            """)

    @Argument(help: "The log: text of ftrace, plain or gzip; '-' is the standard input.")
    var trace: String

    @Option(help: ArgumentHelp("The spec that judges.", valueName: "file"))
    var spec: String

    @Option(
        help: ArgumentHelp(
            "How events are written; else the '.events' file beside the spec.", valueName: "file"))
    var events: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Set a constant of the spec; may be repeated.", valueName: "name=value"))
    var settings: [String] = []

    @Option(
        help: ArgumentHelp("The reserved regions of the machine that was logged.", valueName: "file"))
    var platform: String?

    @Option(help: ArgumentHelp("Write the answer as JSON.", valueName: "file"))
    var json: String?

    func run() throws {
        let request = ConformRequest(
            trace: trace, spec: spec, events: events, settings: settings, platform: platform, jsonPath: json)
        let answer = try answering { try ConformQuestion(request).answer() }
        Terminal.out(answer)
        throw Stop(code: answer.exitCode)
    }
}
