// SPDX-License-Identifier: MIT

import Diagnostics
import Findings
import Foundation
import Platforms
import Reports
import SpecLanguage

/// `iommu-check matrix`: every proposal on every platform, with the verdict on each property.
package struct MatrixQuestion: Sendable {
    let request: MatrixRequest

    package init(_ request: MatrixRequest) { self.request = request }

    /// - Throws: `BadInput` with what is wrong with the matrix or any of its programs; nothing runs before all are right.
    package func answer() throws -> Answer {
        var loaded = try LoadedSpec.load(request.spec)
        let plan = try MatrixPlan.find(in: loaded, named: request.matrix)
        let layout = try self.layout(&loaded)
        let sweeps = try self.sweeps(plan, layout, &loaded)
        var limits = request.limits
        limits.threads = 1
        limits.patience = ExplorationLimits.patienceAmongOthers
        let outcomes = try Parallel.map(sweeps, threads: request.limits.threads) { [limits] in
            try $0.run(limits: limits, cache: request.cache)
        }
        let table = try self.table(plan, sweeps, outcomes)
        for (format, path) in request.reports {
            try OutputFile.write(report(format, table, path), to: path)
        }
        if let path = request.updatedPath { try update(path, table) }
        return Answer(
            text: MatrixReport.text(table), warnings: warnings(loaded), exitCode: exitCode(table))
    }

    /// The one layout of the machine that is asked for.
    private func layout(_ loaded: inout LoadedSpec) throws(BadInput) -> PlatformLayout? {
        let (layouts, _) = try PlatformLayouts.load(
            request.platform, group: request.group, sources: &loaded.sources)
        guard layouts.count == 1, let layout = layouts.first else {
            throw BadInput(
                Diagnostic(
                    "which-group", "'\(request.platform ?? "")' has \(layouts.count) different layouts",
                    at: nil,
                    help: "choose one with --group: "
                        + layouts.compactMap { $0?.name }.joined(separator: "; ")))
        }
        return layout
    }

    /// A cell, ready to run or known already.
    private enum Prepared: Sendable {
        case sweep(PropertySweep)
        case excluded
        /// The layout cannot be put in its place; `PropertySweep`: the program without it, for its names.
        case settled(Verdict, PropertySweep)

        /// The program whose properties are spoken of.
        var program: PropertySweep? {
            switch self {
            case .sweep(let sweep), .settled(_, let sweep): sweep
            case .excluded: nil
            }
        }

        func run(limits: ExplorationLimits, cache: VerdictCache?) throws -> PropertySweep.Outcome? {
            switch self {
            case .sweep(let sweep): return try sweep.run(limits: limits, cache: cache)
            case .excluded: return nil
            case .settled(let verdict, _):
                var outcome = PropertySweep.Outcome()
                outcome.rest = verdict
                outcome.isSettled = true
                return outcome
            }
        }
    }

    /// The cell's program on the layout.
    private func prepared(
        _ check: CheckPlan, _ layout: PlatformLayout?, _ loaded: inout LoadedSpec
    ) throws(BadInput) -> Prepared {
        let own = try PropertySweep(check, in: loaded.library, path: loaded.path, sources: loaded.sources)
        guard let layout else { return .sweep(own) }
        switch layout.binding(for: check, base: own.spec) {
        case .tooLarge(let why): return .settled(.inconclusive(why), own)
        case .notApplicable(let why): return .settled(.notApplicable(why), own)
        case .fitted(let fitted):
            var overrides: [Syntax.Setting] = []
            for text in fitted.settings {
                overrides.append(try SettingText.parse(text, origin: layout.path, sources: &loaded.sources))
            }
            do throws(BadInput) {
                var sweep = try PropertySweep(
                    check, in: loaded.library, path: loaded.path, sources: loaded.sources,
                    overrides: overrides, variant: fitted.settings + layout.regionTexts)
                let fitting = LayoutFitting(
                    layout: layout, machine: PlatformLayout.Machine(own.spec, overrides: []), plan: check,
                    library: loaded.library, sources: loaded.sources, overrides: [])
                sweep.fit = (fitted, fitting)
                return .sweep(sweep)
            } catch {
                // A proposal may say more of a region than a machine's file does: for which device it is.
                return .settled(
                    .notApplicable("a machine's file does not say all that its regions need"), own)
            }
        }
    }

    /// Everything typed.
    private func sweeps(
        _ plan: MatrixPlan, _ layout: PlatformLayout?, _ loaded: inout LoadedSpec
    ) throws(BadInput) -> [Prepared] {
        var sweeps: [Prepared] = []
        var mistakes: [Diagnostic] = []
        for cell in plan.cells {
            guard cell.exclusion == nil else {
                sweeps.append(.excluded)
                continue
            }
            do throws(BadInput) {
                sweeps.append(try prepared(plan.check(of: cell), layout, &loaded))
            } catch {
                mistakes += error.diagnostics
            }
        }
        if mistakes.isEmpty {
            let known = sweeps.flatMap { Array($0.program?.knownNames ?? []) }
            mistakes = plan.unknownProperties(known: Set(known))
        }
        var seen: Set<Diagnostic> = []
        mistakes = mistakes.filter { seen.insert($0).inserted }
        guard mistakes.isEmpty else { throw BadInput(mistakes, sources: loaded.sources) }
        return sweeps
    }

    private func warnings(_ loaded: LoadedSpec) -> String {
        loaded.warnings.isEmpty ? "" : TextRenderer(sources: loaded.sources).render(loaded.warnings)
    }

    // MARK: The table

    private func table(
        _ plan: MatrixPlan, _ sweeps: [Prepared], _ outcomes: [PropertySweep.Outcome?]
    ) throws -> MatrixTable {
        let properties = shownProperties(plan, outcomes)
        let width = plan.matrix.columns.count
        var cells: [[[MatrixTable.Cell]]] = []
        for row in plan.matrix.rows.indices {
            var line: [[MatrixTable.Cell]] = []
            for column in plan.matrix.columns.indices {
                let number = row * width + column
                let outcome = outcomes[number]
                line.append(
                    try properties.map { try cell($0, plan, plan.cells[number], outcome) })
            }
            cells.append(line)
        }
        func headings(_ parts: [Syntax.Matrix.Heading]) -> [MatrixTable.Heading] {
            parts.map { .init(name: $0.name.text, title: $0.title ?? $0.name.text) }
        }
        return MatrixTable(
            name: plan.name.text, spec: request.spec, rows: headings(plan.matrix.rows),
            columns: headings(plan.matrix.columns), properties: properties, cells: cells,
            explorationCount: outcomes.compactMap { $0?.explorationCount }.reduce(0, +),
            stateCount: outcomes.compactMap { $0?.stateCount }.reduce(0, &+))
    }

    /// Those named, else all; and whatever else is not as it ought to be somewhere.
    private func shownProperties(_ plan: MatrixPlan, _ outcomes: [PropertySweep.Outcome?]) -> [String] {
        let findings = outcomes.compactMap { $0?.findings }.joined()
        var shown = plan.matrix.properties.map(\.text)
        let isChosen = !shown.isEmpty
        for finding in findings where !shown.contains(finding.property) {
            let isViolated = if case .violated = finding.verdict { true } else { false }
            if !isChosen || isViolated { shown.append(finding.property) }
        }
        return shown
    }

    private func cell(
        _ property: String, _ plan: MatrixPlan, _ cell: MatrixPlan.Cell, _ outcome: PropertySweep.Outcome?
    ) throws -> MatrixTable.Cell {
        guard let outcome else { return .init(.notApplicable(cell.exclusion ?? "")) }
        let isExpected = cell.expected.contains { $0.text == property }
        if let reason = plan.exclusion(of: property, in: cell) {
            return .init(.notApplicable(reason), isExpected: !isExpected)
        }
        switch outcome[property] {
        case nil:
            return .init(.notApplicable("it is not stated there"), isExpected: !isExpected)
        case .holds? where outcome.vacuous.contains(property):
            return .init(.notApplicable("its premise is true in no state"), isExpected: !isExpected)
        case .holds?: return .init(.holds, isExpected: !isExpected)
        case .violated(let violation)?:
            let trace = try writeTrace(violation, plan.checkName(of: cell))
            return .init(.violated(violation, trace: trace), isExpected: isExpected)
        case .inconclusive(let reason)?: return .init(.inconclusive(reason))
        case .notApplicable(let reason)?: return .init(.notApplicable(reason))
        }
    }

    /// - Returns: the path of the diagram, where one is asked for and there is a run.
    private func writeTrace(_ violation: Violation, _ check: String) throws -> String? {
        guard let directory = request.tracesDirectory, let run = violation.run else { return nil }
        let name = (check + "." + violation.property).replacingScalars { scalar in
            let isPlain =
                scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            return isPlain || scalar == "_" || scalar == "-" ? nil : "."
        }
        let base = "\(directory)/\(name)"
        try OutputFile.write(
            RaceDiagram.text(of: run, breaking: violation), to: base + ".txt", below: directory)
        try OutputFile.write(
            ITFTrace.json(of: run, breaking: violation).text, to: base + ".itf.json", below: directory)
        return base + ".txt"
    }

    // MARK: What is written

    private func report(_ format: MatrixRequest.Format, _ table: MatrixTable, _ path: String) -> String {
        switch format {
        case .json: MatrixReport.json(table).text
        case .markdown: MatrixReport.markdown(table, in: path)
        case .html: MatrixReport.html(table, in: path)
        }
    }

    /// - Throws: `BadInput` where the marks are missing.
    private func update(_ path: String, _ table: MatrixTable) throws {
        let (begin, end) = ("<!-- matrix \(table.name) -->\n", "<!-- end of matrix \(table.name) -->")
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let first = text.range(of: begin),
            let last = text.range(of: end, range: first.upperBound..<text.endIndex)
        else {
            throw BadInput(
                Diagnostic(
                    "no-marks", "'\(path)' does not say where the matrix goes", at: nil,
                    help: "put the lines '\(begin.dropLast())' and '\(end)' into it"))
        }
        let summary = MatrixReport.markdownSummary(table, in: path)
        try OutputFile.write(text[..<first.upperBound] + summary + text[last.lowerBound...], to: path)
    }

    private func exitCode(_ table: MatrixTable) -> ExitCode {
        let all = table.cells.joined().joined()
        if all.contains(where: { !$0.isExpected }) { return .unexpected }
        return all.contains { if case .inconclusive = $0.finding { true } else { false } }
            ? .inconclusive : .expected
    }
}
