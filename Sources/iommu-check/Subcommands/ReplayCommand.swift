// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run a counterexample again and say whether it still breaks its property.",
        discussion: """
            Reads the diagram (also pasted from a mail) or the ITF JSON. Exit code 0: it still breaks the property; 1: it does \
            not, or a step is no longer possible. Files that the trace names are opened only below the current directory or \
            beside the trace.

            EXAMPLES
              iommu-check replay counterexamples/free_before_flush.free_before_flush.txt
              iommu-check replay trace.itf.json --spec Specs/proposals/default_domain.spec
            """)

    @Argument(help: "The trace: .txt or .itf.json.")
    var file: String

    @Option(help: ArgumentHelp("Use this spec instead of the one the trace names.", valueName: "file"))
    var spec: String?

    @Option(
        help: ArgumentHelp("Use this platform file instead of the one the trace names.", valueName: "file"))
    var platform: String?

    func run() throws {
        let request = ReplayRequest(trace: file, spec: spec, platform: platform)
        let answer = try answering { try ReplayQuestion(request).answer() }
        Terminal.out(answer)
        throw Stop(code: answer.exitCode)
    }
}
