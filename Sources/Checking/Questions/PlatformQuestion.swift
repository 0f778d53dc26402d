// SPDX-License-Identifier: MIT

import Diagnostics
import Foundation
import Platforms
import Reports

/// `iommu-check platform`: the addresses of a real machine, and what is wrong with its tables.
package struct PlatformQuestion: Sendable {
    let paths: [String]
    /// `nil`: only the paths.
    let root: String?
    let outputPath: String?
    let drawingPath: String?
    let jsonPath: String?

    /// - Parameter root: of the running kernel that is to be read; `nil` where only the paths are.
    package init(
        paths: [String], root: String?, outputPath: String?, drawingPath: String?, jsonPath: String?
    ) {
        self.paths = paths
        self.root = root
        self.outputPath = outputPath
        self.drawingPath = drawingPath
        self.jsonPath = jsonPath
    }

    /// 0 without a defect, 1 with one, 2 where something cannot be read: what can is reported all the same.
    ///
    /// - Throws: `BadInput`, `OutputFile.Failure`
    package func answer() throws -> Answer {
        var files = MachineFiles()
        if let root { try files.readRunningKernel(root: root) }
        try files.read(paths)
        let machine = files.reader.machine
        let diagnostics = files.failures + machine.diagnostics
        let hasErrors = diagnostics.contains { $0.severity == .error }
        guard !machine.filesRead.isEmpty || !machine.groups.isEmpty || !machine.devices.isEmpty else {
            if hasErrors { throw BadInput(diagnostics, sources: files.sources) }
            throw BadInput(
                Diagnostic(
                    "no-platform", "nothing here says anything of a machine's addresses", at: nil,
                    help:
                        "name ACPI tables (DMAR, IVRS, IORT, MCFG) or dumps of them, kernel logs, /proc/iomem, "
                        + "reserved_regions, or a folder with these; for this machine say --here"))
        }
        let report = MachineReport(machine)
        try write(report, of: machine)
        let warnings = diagnostics.isEmpty ? "" : TextRenderer(sources: files.sources).render(diagnostics)
        let exitCode: ExitCode = hasErrors ? .badInput : report.defects.isEmpty ? .expected : .unexpected
        return Answer(text: report.text, warnings: warnings, exitCode: exitCode)
    }

    private func write(_ report: MachineReport, of machine: Machine) throws {
        if let jsonPath {
            try OutputFile.write(report.json(version: ProgramIdentity.version).text, to: jsonPath)
        }
        if outputPath != nil || drawingPath != nil, !report.hasGroups {
            throw BadInput(
                Diagnostic(
                    "no-group",
                    "no file says that there is an IOMMU with groups: there is no platform to write", at: nil,
                    help:
                        "name the machine's DMAR, IVRS or IORT table, its kernel log or its reserved_regions")
            )
        }
        if let outputPath {
            try OutputFile.write(
                PlatformText.text(of: machine, program: "iommu-check \(ProgramIdentity.version)"),
                to: outputPath)
        }
        if let drawingPath { try OutputFile.write(AddressMapDrawing.svg(report), to: drawingPath) }
    }
}
