// SPDX-License-Identifier: MIT

import Diagnostics
import Foundation
import SpecLanguage

/// One side of a comparison: the programs that a reference names.
struct CompareSide: Sendable {
    struct Candidate: Sendable {
        /// What pairs it with a program of the other side: a check's name, a column's name.
        let key: String
        let title: String
        let plan: CheckPlan
        /// Why there is nothing to ask of it.
        let exclusion: String?

        func isOn(_ platform: String) -> Bool {
            key == platform || plan.composition.on?.text == platform
        }
    }

    /// As the user wrote it.
    let reference: String
    var loaded: LoadedSpec
    /// A check or cell, and not all of a file or row.
    let isSingle: Bool
    var candidates: [Candidate]

    /// - Throws: `BadInput` where the reference names nothing.
    init(_ reference: String, after sources: SourceMap) throws(BadInput) {
        let (path, name) = Self.split(reference)
        let loaded = try LoadedSpec.load(path, after: sources)
        self.reference = reference
        self.loaded = loaded
        guard let name else {
            let plans = try CheckPlan.plans(of: loaded, named: nil, proofs: false)
            candidates = plans.map(Self.candidate)
            isSingle = candidates.count == 1
            return
        }
        if let row = try Self.row(named: name, in: loaded) {
            if let check = (try? CheckPlan.plans(of: loaded, named: name))?.first, !name.contains("/") {
                throw BadInput(
                    [
                        Diagnostic(
                            "ambiguous-name", "'\(name)' is a check and a row of a matrix", at: check.span,
                            help: "write 'MATRIX/\(name)' for the row, or rename one of them")
                    ], sources: loaded.sources)
            }
            candidates = row
            isSingle = false
            return
        }
        let plans = try CheckPlan.plans(of: loaded, named: name)
        if let proof = plans.first(where: \.isProof) {
            throw BadInput(
                [
                    Diagnostic(
                        "not-a-check", "'\(proof.name)' is a proof: it has no runs to compare",
                        at: proof.span, help: "name a check, or a row of a matrix")
                ], sources: loaded.sources)
        }
        candidates = plans.map(Self.candidate)
        isSingle = true
    }

    private static func candidate(_ plan: CheckPlan) -> Candidate {
        Candidate(key: plan.name, title: plan.name, plan: plan, exclusion: nil)
    }

    /// A path may have a colon itself.
    private static func split(_ reference: String) -> (path: String, name: String?) {
        guard !FileManager.default.fileExists(atPath: reference),
            let colon = reference.lastIndex(of: ":")
        else { return (reference, nil) }
        return (String(reference[..<colon]), String(reference[reference.index(after: colon)...]))
    }

    /// `ROW`, where the spec has one matrix, or `MATRIX/ROW`.
    private static func row(named name: String, in loaded: LoadedSpec) throws(BadInput) -> [Candidate]? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let matrices = loaded.library.main.declarations.filter {
            if case .matrix = $0.kind { true } else { false }
        }
        guard parts.count <= 2, parts.count == 2 || matrices.count == 1 else { return nil }
        let plan = try MatrixPlan.find(in: loaded, named: parts.count == 2 ? parts[0] : nil)
        let rows = plan.matrix.rows
        guard let row = rows.firstIndex(where: { $0.name.text == parts.last }) else {
            guard parts.count == 2 else { return nil }
            throw BadInput(
                Diagnostic(
                    "unknown-check", "the matrix '\(parts[0])' has no row '\(parts[1])'", at: nil,
                    help: "its rows are: \(rows.map(\.name.text).joined(separator: ", "))"))
        }
        return plan.cells.filter { $0.row == row }.map { cell in
            let column = plan.matrix.columns[cell.column]
            return Candidate(
                key: column.name.text, title: column.title ?? column.name.text, plan: plan.check(of: cell),
                exclusion: cell.exclusion)
        }
    }
}
