// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking
import Foundation
import Reports

/// The command line: parses arguments, calls one function of `Checking`, prints, exits.
@main
struct IommuCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "iommu-check",
        abstract:
            "Checks the contract between device drivers, the DMA-mapping layer, the IOMMU API and IOMMU hardware.",
        discussion: """
            Exit codes: 0 every verdict is the expected one; 1 a verdict is not; 2 the spec, the input or the command \
            line is wrong; 3 inconclusive.

            EXAMPLES
              iommu-check check Specs/proposals/default_domain.spec
              iommu-check prove Specs/layers/iova_allocator.spec
              iommu-check replay counterexamples/free_before_flush.free_before_flush.txt
              iommu-check gate Specs
            """,
        version: ProgramIdentity.version,
        subcommands: [
            CheckCommand.self, ProveCommand.self, ReplayCommand.self, GateCommand.self,
            MatrixCommand.self, CompareCommand.self, PlatformCommand.self, ConformCommand.self,
            ExportCommand.self, MutateCommand.self, FormatCommand.self,
        ])

    /// ArgumentParser's own code for a wrong command line is 64; here it is 2 as for every bad input.
    static func main() {
        // Where files may not grow, writing fails with an error instead of ending the process.
        signal(SIGXFSZ, SIG_IGN)
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            if code == .success {
                Terminal.out(text + "\n")
                exitProcess(.expected)
            }
            if let stop = error as? Stop { exitProcess(stop.code) }
            // It repeats arguments, which may be names of a stranger's files.
            Terminal.error(text.scalarLines.map(EscapedText.visible).joined(separator: "\n") + "\n")
            exitProcess(.badInput)
        }
    }
}
