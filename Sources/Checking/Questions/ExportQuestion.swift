// SPDX-License-Identifier: MIT

import Diagnostics
package import Exporters
import SpecLanguage
import TransitionSystem

/// `iommu-check export`: one check of a spec as the text of another checker.
package struct ExportQuestion: Sendable {
    let spec: String
    let check: String?
    let settings: [String]
    let target: Exporter.Target
    let depth: Int
    /// `nil`: the text is the answer.
    let outputPath: String?

    package init(
        spec: String, check: String?, settings: [String], target: Exporter.Target, depth: Int,
        outputPath: String?
    ) {
        self.spec = spec
        self.check = check
        self.settings = settings
        self.target = target
        self.depth = depth
        self.outputPath = outputPath
    }

    /// - Throws: `BadInput` where the spec is wrong or cannot be exported, `OutputFile.Failure`
    package func answer() throws -> Answer {
        var loaded = try LoadedSpec.load(spec)
        let plans = try CheckPlan.plans(of: loaded, named: check, proofs: false)
        let (jobs, warnings) = try CheckJob.all(
            plans, of: &loaded, settings: settings, platform: nil, group: nil)
        guard jobs.count == 1, let job = jobs.first else {
            throw BadInput(
                Diagnostic(
                    "which-check", "'\(spec)' declares \(jobs.count) checks: one is exported at a time",
                    at: nil,
                    help: "name one of: \(plans.map(\.name).joined(separator: ", "))"))
        }
        guard !job.plan.isProof else {
            throw BadInput(
                [
                    Diagnostic(
                        "not-exportable", "'\(job.plan.name)' is a proof: only checks have states to export",
                        at: job.plan.span, help: "name a check")
                ], sources: loaded.sources)
        }
        let text = try export(job.spec, loaded.sources)
        let rendered = warnings.isEmpty ? "" : TextRenderer(sources: loaded.sources).render(warnings)
        guard let outputPath else { return Answer(text: text, warnings: rendered, exitCode: .expected) }
        try OutputFile.write(text, to: outputPath)
        return Answer(text: "", warnings: rendered, exitCode: .expected)
    }

    private func export(_ spec: TypedSpec, _ sources: SourceMap) throws(BadInput) -> String {
        do {
            return try Exporter.text(of: try TransitionSystem(spec), for: target, depth: depth)
        } catch let refusal as ExportRefusal {
            throw BadInput(
                [
                    Diagnostic(
                        "not-exportable", "'\(spec.title)' is not exported: \(refusal.what)",
                        at: refusal.span,
                        help: refusal.help)
                ], sources: sources)
        } catch let tooLarge as TransitionSystem.TooLarge {
            throw BadInput(
                [
                    Diagnostic(
                        "state-too-large", tooLarge.what, at: tooLarge.span,
                        help: "set a smaller scope: 'set NAME = …'")
                ], sources: sources)
        } catch {
            preconditionFailure("exporting throws refusals only: \(error)")
        }
    }
}
