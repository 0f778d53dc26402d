// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Say what a change alters: verdicts, and what a driver or a device can tell apart.",
        discussion: """
            OLD and NEW are FILE:CHECK; or FILE, for all checks of the same name; or FILE:ROW, a row of a matrix, on \
            all its platforms. What is observed is what the specs declare ('observe NAME: …'), else the calls of the \
            operations of their interfaces, with their results.

            The last line is one word: equal, stricter (NEW shows less), weaker (NEW shows more) or incomparable. \
            Exit code 1: a property that held is violated.

            EXAMPLES
              iommu-check compare Specs/proposals/default_domain.spec:vtd_strict my_change.spec:vtd_strict
              iommu-check compare Specs/proposals/default_domain.spec my_change.spec --on vtd
              iommu-check compare Specs/proposal_matrix.spec:state_of_2011 Specs/proposal_matrix.spec:default_domains
            """)

    @Argument(help: "What there is: FILE:CHECK, FILE or FILE:ROW.")
    var old: String

    @Argument(help: "What is proposed: FILE:CHECK, FILE or FILE:ROW.")
    var new: String

    @Option(
        name: .customLong("on"),
        help: ArgumentHelp("Only this platform: a module, or a column of the matrix.", valueName: "platform"))
    var platform: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Override a constant of both: NAME=VALUE. May be repeated.", valueName: "NAME=VALUE"))
    var settings: [String] = []

    @OptionGroup var limits: LimitOptions

    @Flag(help: "Explore everything, also what has not changed.")
    var noCache = false

    @Option(help: ArgumentHelp("Write the result as JSON.", valueName: "file"))
    var json: String?

    func run() throws {
        let request = CompareRequest(
            old: old, new: new, platform: platform, settings: settings, limits: try limits.limits(),
            jsonPath: json,
            cache: noCache ? nil : VerdictCache())
        let answer = try answering { try CompareQuestion(request).answer() }
        Terminal.out(answer)
        throw Stop(code: answer.exitCode)
    }
}
