// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import SpecLanguage
import Testing

/// The README's table, Documentation/matrix.md and the runs beside it are what `make matrix` writes.
@Suite struct MatrixPageTests {
    private static let spec = "Specs/proposal_matrix.spec"
    private static let page = "Documentation/matrix.md"

    /// The table between the marks of the README.
    private func table() throws -> String {
        let readme = try Repository.text("README.md")
        let begin = try #require(readme.range(of: "<!-- matrix proposals -->\n"))
        let end = try #require(readme.range(of: "<!-- end of matrix proposals -->"))
        return String(readme[begin.upperBound..<end.lowerBound])
    }

    @Test func readmeAndPageAgree() throws {
        let page = try Repository.text(Self.page)
        let table = try table().replacing("](Documentation/", with: "](")
        #expect(table.split(separator: "\n").count > 4)
        #expect(page.contains(table), "run `make matrix`")
        #expect(!page.contains("not as expected"))
    }

    /// Rows and columns are those of the spec.
    @Test func pageHasTheRowsOfTheSpec() throws {
        #expect(Repository.isCurrentDirectory)
        let loaded = try LoadedSpec.load(Self.spec)
        let matrices = loaded.library.main.declarations.compactMap { declaration in
            if case .matrix(let matrix) = declaration.kind { matrix } else { nil }
        }
        let matrix = try #require(matrices.first)
        let lines = try table().split(separator: "\n")
        let columns = matrix.columns.map { $0.title ?? $0.name.text }
        #expect(lines.first == "| | \(columns.joined(separator: " | ")) |", "run `make matrix`")
        let rows = lines.dropFirst(2).compactMap { $0.split(separator: "|").first }
        #expect(
            rows.map { $0.trimmingCharacters(in: .whitespaces).replacing("&#95;", with: "_") }
                == matrix.rows.map { $0.title ?? $0.name.text }, "run `make matrix`")
    }

    /// Each violation is linked, and its run still breaks the property.
    @Test func runsAreLinkedAndReplay() throws {
        #expect(Repository.isCurrentDirectory)
        let page = try Repository.text(Self.page)
        let folder = "Documentation/matrix"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names.count >= 6)
        for name in names where name.hasSuffix(".txt") {
            #expect(page.contains("(matrix/\(name))"), "\(name) is not linked; run `make matrix`")
            let answer = try onLargeStack {
                try ReplayQuestion(ReplayRequest(trace: "\(folder)/\(name)")).answer()
            }
            #expect(answer.text.hasPrefix("still breaks "), "\(name): \(answer.text)")
        }
    }

    /// All of it again: minutes without a release build.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["LONG_TESTS"] == "1"))
    func pageIsWhatIsFound() throws {
        #expect(Repository.isCurrentDirectory)
        let directory = try TemporaryDirectory()
        let page = "\(directory.path)/Documentation/matrix.md"
        let answer = try onLargeStack {
            try MatrixQuestion(
                MatrixRequest(
                    spec: Self.spec, limits: Repository.limits, reports: [(.markdown, page)],
                    tracesDirectory: "\(directory.path)/Documentation/matrix")
            ).answer()
        }
        #expect(answer.exitCode == .expected, "\(answer.text)")
        let written = try Repository.text(page).replacing(Self.spec, with: "../" + Self.spec)
        #expect(
            written == (try Repository.text(Self.page)), "run `make matrix`")
    }
}
