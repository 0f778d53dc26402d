// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking

struct ProveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Let Z3 discharge the proofs of a spec, or all short runs of its checks.",
        discussion: """
            EXAMPLES
              iommu-check prove Specs/layers/iova_allocator.spec
              iommu-check prove Specs/layers/iova_allocator.spec top_down --timeout 30s
              iommu-check prove Specs/layers/iova_allocator.spec --smtlib conditions
              iommu-check prove Specs/tutorial/03_lazy_flush.spec --depth 6
              iommu-check prove Specs/proposals/default_domain.spec --platform reserved_regions
            """)

    @Argument(help: "The spec file, or a folder of specs.")
    var file: String

    @Argument(help: "Only this proof; with --depth, only this check.")
    var proof: String?

    @OptionGroup var scope: ScopeOptions

    @Option(help: ArgumentHelp("Time for each condition.", valueName: "time"))
    var timeout: String = "30s"

    @Option(
        help: ArgumentHelp("Write every condition here, for any SMT-LIB solver.", valueName: "folder"))
    var smtlib: String?

    @Option(
        help: ArgumentHelp(
            "Look at all runs of up to so many steps of the checks instead, data of any width included.",
            valueName: "number"))
    var depth: Int?

    @Flag(help: "List all conditions, also those that are proved.")
    var conditions = false

    @OptionGroup var threads: ThreadOptions

    @Flag(help: "Ask the solver anew for conditions that were proved before.")
    var noCache = false

    func run() throws {
        guard let seconds = Quantity.seconds(timeout) else {
            throw ValidationError("--timeout '\(timeout)' is not a time; write for example 90s or 10m")
        }
        if let depth {
            guard (0...1000).contains(depth) else { throw ValidationError("--depth takes 0 to 1000") }
        }
        let request = ProofRequest(
            spec: file, proof: proof, settings: scope.settings, platform: scope.platform, group: scope.group,
            secondsMax: seconds, smtLibFolder: smtlib,
            cacheFolder: noCache ? nil : ProofRequest.standardCacheFolder, depth: depth,
            threads: try threads.number(), listsConditions: conditions)
        let answer = try answering { try ProofQuestion(request).answer() }
        Terminal.out(answer)
        throw Stop(code: answer.exitCode)
    }
}
