// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking

struct MatrixCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matrix",
        abstract: "Check every proposal on every platform, and write one table of verdicts.",
        discussion: """
            A spec declares the table: 'matrix name { column … row … }'. What is violated is explored again without \
            it, so that each property has its verdict. Verdicts are kept in $XDG_CACHE_HOME/iommu-check, by content. \
            Exit code 1: something is violated that the matrix does not say, or the other way round.

            EXAMPLES
              iommu-check matrix
              iommu-check matrix --platform reserved_regions.txt --group 3
              iommu-check matrix Specs/proposal_matrix.spec --html matrix.html --traces traces
              iommu-check check Specs/proposal_matrix.spec proposals/state_of_2011/gart
            """)

    @Argument(help: "The spec with the matrix.")
    var file: String = "Specs/proposal_matrix.spec"

    @Argument(help: "Which matrix, where there are several.")
    var matrix: String?

    @Option(
        help: ArgumentHelp(
            "A machine's reserved regions in the place of the specs' own (see 'platform').", valueName: "file"
        ))
    var platform: String?

    @Option(help: ArgumentHelp("With --platform: the layout of this group.", valueName: "number"))
    var group: Int?

    @OptionGroup var limits: LimitOptions

    @Flag(help: "Explore everything, also what has not changed.")
    var noCache = false

    @Option(help: ArgumentHelp("Write the table as JSON.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Write the table as Markdown.", valueName: "file"))
    var markdown: String?

    @Option(help: ArgumentHelp("Write the table as one HTML page, with all runs.", valueName: "file"))
    var html: String?

    @Option(
        help: ArgumentHelp(
            "Put the table's summary into a Markdown file, between '<!-- matrix NAME -->' and '<!-- end of matrix NAME -->'.",
            valueName: "file"))
    var update: String?

    @Option(
        help: ArgumentHelp(
            "Write the shortest run of each violation into this directory.", valueName: "directory"))
    var traces: String?

    func run() throws {
        let files: [(MatrixRequest.Format, String?)] = [(.json, json), (.markdown, markdown), (.html, html)]
        let request = MatrixRequest(
            spec: file, matrix: matrix, platform: platform, group: group, limits: try limits.limits(),
            reports: files.compactMap { format, path in path.map { (format, $0) } }, updatedPath: update,
            tracesDirectory: traces, cache: noCache ? nil : VerdictCache())
        let answer = try answering { try MatrixQuestion(request).answer() }
        Terminal.out(answer)
        throw Stop(code: answer.exitCode)
    }
}
