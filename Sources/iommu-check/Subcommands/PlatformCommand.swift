// SPDX-License-Identifier: MIT

import ArgumentParser
import Checking

struct PlatformCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "platform",
        abstract: "Read a real machine's tables and logs: its addresses, and what is wrong with them.",
        discussion: """
            Reads ACPI tables (DMAR, IVRS, IORT, MCFG), dumps of them by acpidump or iasl, kernel logs, /proc/iomem and the \
            files of /sys/kernel/iommu_groups. Exit codes: 0 no defect; 1 defects; 2 something cannot be read. \
            See Documentation/platforms.md.

            EXAMPLES
              iommu-check platform /sys/firmware/acpi/tables/DMAR
              iommu-check platform dmesg.txt DMAR.bin --svg map.svg
              iommu-check platform --here --output this.platform
              iommu-check check Specs/proposals/default_domain.spec --platform this.platform
            """)

    @Argument(help: "Tables, logs, and folders with these.")
    var paths: [String] = []

    @Flag(help: "Read this machine, from /sys and /proc; as root, for all of it.")
    var here = false

    @Option(
        help: ArgumentHelp("With --here: read what lies below this folder instead of /.", valueName: "folder")
    )
    var root: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write the platform that --platform takes.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("Draw the address maps.", valueName: "file"))
    var svg: String?

    @Option(help: ArgumentHelp("Write everything as JSON.", valueName: "file"))
    var json: String?

    func run() throws {
        guard here || !paths.isEmpty else {
            throw ValidationError("name tables, logs or folders, or say --here for this machine")
        }
        guard here || root == nil else { throw ValidationError("--root goes with --here") }
        let question = PlatformQuestion(
            paths: paths, root: here ? root ?? "/" : nil, outputPath: output, drawingPath: svg, jsonPath: json
        )
        let answer = try answering { try question.answer() }
        Terminal.out(answer)
        throw Stop(code: answer.exitCode)
    }
}
