// SPDX-License-Identifier: MIT

import Conformance
import Diagnostics
import Foundation
import Platforms
import Reports
import SpecLanguage

/// What the command line asks of `conform`.
package struct ConformRequest: Sendable {
    /// `-` is the standard input.
    package var trace: String
    package var spec: String
    /// How events are written; `nil`: the one `.events` file beside the spec.
    package var events: String?
    package var settings: [String]
    /// The regions that the logged machine reserves.
    package var platform: String?
    package var jsonPath: String?

    package init(
        trace: String, spec: String, events: String? = nil, settings: [String] = [], platform: String? = nil,
        jsonPath: String? = nil
    ) {
        self.trace = trace
        self.spec = spec
        self.events = events
        self.settings = settings
        self.platform = platform
        self.jsonPath = jsonPath
    }
}

/// `iommu-check conform`: is a kernel's log a run of the spec?
package struct ConformQuestion: Sendable {
    let request: ConformRequest

    package init(_ request: ConformRequest) { self.request = request }

    /// - Throws: `BadInput`, `OutputFile.Failure`
    package func answer() throws -> Answer {
        let (judge, loaded, title) = try judge()
        let report: ConformanceReport
        do throws(LogFailure) {
            report = try judge.judge(try LogInput(path: request.trace))
        } catch {
            throw BadInput(diagnostic(error))
        }
        let text = ConformanceText(
            report: report, trace: request.trace, title: title, sources: loaded.sources)
        if let path = request.jsonPath { try OutputFile.write(text.json.text, to: path) }
        let code: ExitCode =
            switch report.verdict {
            case .conforms: .expected
            case .violates: .unexpected
            case .notEnough: .inconclusive
            }
        return Answer(
            text: text.text,
            warnings: loaded.warnings.isEmpty
                ? "" : TextRenderer(sources: loaded.sources).render(loaded.warnings), exitCode: code)
    }

    /// A judge that has seen nothing yet.
    func judge() throws -> (LogJudge, LoadedSpec, title: String) {
        var loaded = try LoadedSpec.load(request.spec)
        let (bound, title) = try bind(&loaded)
        let regions = try regions(&loaded.sources)
        return (LogJudge(bound, regions: regions), loaded, title)
    }

    private func bind(_ loaded: inout LoadedSpec) throws -> (BoundEvents, title: String) {
        var overrides: [Syntax.Setting] = []
        for text in request.settings {
            overrides.append(try SettingText.parse(text, origin: "--set \(text)", sources: &loaded.sources))
        }
        let catalog = try catalog(&loaded)
        let (program, composed) = Program.compose(
            Syntax.Composition(), in: loaded.library, overrides: overrides)
        guard let program else { throw BadInput(composed, sources: loaded.sources) }
        let (spec, found) = TypeChecker.check(program, for: .fullWidth)
        guard let spec else { throw BadInput(composed + found, sources: loaded.sources) }
        let bound: BoundEvents?
        let diagnostics: [Diagnostic]
        do throws(NotRunnable) {
            (bound, diagnostics) = try BoundEvents.bind(
                catalog, to: spec,
                regionFields: ["group", "first", "last", "direct_region", "relaxable", "software"])
        } catch {
            throw BadInput(
                [Diagnostic("not-runnable", error.message, at: error.span)], sources: loaded.sources)
        }
        guard let bound else { throw BadInput(diagnostics, sources: loaded.sources) }
        return (bound, spec.title)
    }

    private func catalog(_ loaded: inout LoadedSpec) throws(BadInput) -> EventCatalog {
        let path: String
        if let events = request.events {
            path = events
        } else {
            let folder = URL(fileURLWithPath: request.spec).deletingLastPathComponent().path
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
                .filter { $0.hasSuffix(".events") }.sorted()
            guard let name = names.first, names.count == 1 else {
                throw BadInput(
                    Diagnostic(
                        "no-events",
                        names.isEmpty
                            ? "there is no '.events' file beside '\(request.spec)'"
                            : "there are several '.events' files beside '\(request.spec)'", at: nil,
                        help: "name the one that says how events are written: --events FILE"))
            }
            path = folder + "/" + name
        }
        let file = try read(path, bytesMax: EventCatalog.bytesMax, "the events")
        let (catalog, diagnostics) = EventCatalog.parse(file, id: loaded.sources.add(file))
        guard diagnostics.isEmpty else { throw BadInput(diagnostics, sources: loaded.sources) }
        return catalog
    }

    private func regions(_ sources: inout SourceMap) throws(BadInput) -> [[String: UInt64]] {
        guard let platform = request.platform else { return [] }
        let file = try read(platform, bytesMax: ReservedRegionsFile.bytesMax, "the platform")
        let (groups, diagnostics) = ReservedRegionsFile.parse(file, id: sources.add(file))
        guard !diagnostics.contains(where: { $0.severity == .error }) else {
            throw BadInput(diagnostics, sources: sources)
        }
        return groups.flatMap { group in
            group.regions.map { region in
                [
                    "group": UInt64(group.number ?? 0), "first": region.first, "last": region.last,
                    "direct_region": region.kind.isMappedOneToOne ? 1 : 0,
                    "relaxable": region.kind == .directRelaxable ? 1 : 0,
                    "software": region.kind == .softwareMSI ? 1 : 0,
                ]
            }
        }
    }

    private func read(_ path: String, bytesMax: Int, _ what: String) throws(BadInput) -> SourceFile {
        do throws(InputFile.Failure) {
            return SourceFile(path: path, bytes: try InputFile.read(path, bytesMax: bytesMax))
        } catch {
            throw BadInput(Diagnostic("cannot-read", "cannot read \(what) '\(path)': \(error)", at: nil))
        }
    }

    private func diagnostic(_ failure: LogFailure) -> Diagnostic {
        var place = ""
        if let line = failure.line {
            place = "\(request.trace):\(line)" + (failure.column.map { ":\($0)" } ?? "") + ": "
        }
        let text = failure.text.map { ": '\(EscapedText.visible($0))'" } ?? ""
        return Diagnostic(failure.id, place + failure.message + text, at: nil, help: failure.help)
    }
}
