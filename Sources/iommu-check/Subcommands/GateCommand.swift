import ArgumentParser
import Checking

struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Run every check and proof below a directory against its expected verdict.",
        discussion: """
            EXAMPLES
              iommu-check gate
              iommu-check gate Specs --threads 2 --json gate.json
              iommu-check gate Specs --traces counterexamples
            """)

    @Argument(help: "A directory of specs, or one spec.")
    var path: String = "Specs"

    @OptionGroup var limits: LimitOptions

    @Option(help: ArgumentHelp("Write all results as JSON.", valueName: "file"))
    var json: String?

    @Option(
        help: ArgumentHelp(
            "Write the counterexample of each violation into this directory.", valueName: "directory"))
    var traces: String?

    func run() throws {
        let request = GateRequest(
            path: path, limits: try limits.limits(), jsonPath: json, tracesDirectory: traces)
        let answer = try answering { try GateQuestion(request).answer() }
        Terminal.out(answer.text)
        throw Stop(code: answer.exitCode)
    }
}
