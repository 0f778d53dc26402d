// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking

struct FormatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "format",
        abstract: "Bring specs into the canonical form.",
        discussion: """
            Rewrites the files given, or all .spec files below the directories given. With --check nothing is written and the \
            exit code is 1 where a file would change.

            EXAMPLES
              iommu-check format Specs
              iommu-check format --check Specs/proposals/default_domain.spec
            """)

    @Argument(help: "Spec files or directories.")
    var paths: [String]

    @Flag(help: "Only say which files would change.")
    var check = false

    func run() throws {
        let answer = try answering { [paths, check] in
            try FormatQuestion(paths: paths, isCheck: check).answer()
        }
        Terminal.out(answer)
        throw Stop(code: answer.exitCode)
    }
}
