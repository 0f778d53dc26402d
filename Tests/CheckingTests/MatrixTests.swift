// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import Foundation
import Testing

/// A table of verdicts: no violation hides another, nothing of a spec becomes markup, and mistakes have a place.
@Suite struct MatrixTests {
    private static let spec = "Tests/Golden/matrix/counters.spec"

    private func answer(
        _ spec: String = Self.spec, threads: Int = 2, _ change: (inout MatrixRequest) -> Void = { _ in }
    ) throws -> Answer {
        #expect(Repository.isCurrentDirectory)
        var request = MatrixRequest(
            spec: spec, limits: ExplorationLimits(threads: threads, memoryBytesMax: 1 << 28))
        change(&request)
        return try onLargeStack { [request] in try MatrixQuestion(request).answer() }
    }

    /// On a machine's regions: one layout, and what does not speak of regions does not apply.
    @Test func onAMachine() throws {
        let platform = "Tests/Fixtures/traces/intel-strict-kprobes/reserved_regions.txt"
        let answer = try answer {
            $0.platform = platform
            $0.group = 13
        }
        #expect(answer.text.contains("has no constant RESERVED_REGIONS for a platform to fill"))
        #expect(throws: BadInput.self) { try self.answer { $0.platform = platform } }
    }

    @Test func allFormats() throws {
        let directory = try TemporaryDirectory()
        let answer = try answer {
            $0.tracesDirectory = directory.path + "/traces"
            $0.reports = MatrixRequest.Format.allCases.map { ($0, "\(directory.path)/\($0.rawValue)") }
        }
        // 'never_odd' is violated, and the matrix does not say so; 'unseen' violates 'rarely'.
        #expect(answer.exitCode == .unexpected)
        var texts = ["text": answer.text]
        for format in MatrixRequest.Format.allCases {
            texts[format.rawValue] = try Repository.text("\(directory.path)/\(format.rawValue)")
        }
        for (name, text) in texts {
            let shown = text.replacing(directory.path + "/", with: "")
            let difference = golden(shown, file: "\(repositoryRoot)/Tests/Golden/matrix/counters.\(name)")
            #expect(difference == nil, "\(difference ?? "")")
        }
        let html = try #require(texts["html"])
        #expect(!html.contains("<b>") && !html.contains("<has>") && !html.contains("<script"))
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path + "/traces")
        where name.hasSuffix(".txt") {
            let replay = try onLargeStack {
                try ReplayQuestion(ReplayRequest(trace: "\(directory.path)/traces/\(name)")).answer()
            }
            // The run of an invariant that is violated behind an assertion ends there in the whole program.
            #expect(
                replay.exitCode == .expected || name.contains("forgetful.fast"), "\(name): \(replay.text)")
        }
    }

    @Test func theSameOnAnyNumberOfThreads() throws {
        let directory = try TemporaryDirectory()
        chmod(directory.path, 0o700)
        let cache = try #require(VerdictCache(folder: directory.path))
        let one = try answer(threads: 1) { $0.cache = cache }
        #expect(try answer(threads: 4).text == one.text)
        // Known by now.
        #expect(try answer(threads: 2) { $0.cache = cache }.text == one.text)
    }

    @Test func aCellIsACheck() throws {
        #expect(Repository.isCurrentDirectory)
        func exitCode(_ check: String) throws -> ExitCode {
            try onLargeStack {
                try CheckQuestion(CheckRequest(spec: Self.spec, check: check, limits: Repository.limits))
                    .answer()
            }.exitCode
        }
        #expect(try exitCode("both/plain/slow") == .expected)
        #expect(try exitCode("both/unseen/slow") == .unexpected)
        let failure = BadInputTests.refusal {
            try CheckQuestion(
                CheckRequest(spec: Self.spec, check: "both/plain/slwo", limits: Repository.limits)
            ).answer()
        }
        #expect(failure?.text.contains("did you mean 'both/plain/slow'?") == true)
    }

    @Test func theSummaryGoesBetweenItsMarks() throws {
        let directory = try TemporaryDirectory()
        let page = try directory.write(
            "# A\n\n<!-- matrix both -->\nnot any more\n<!-- end of matrix both -->\n\nrest\n",
            as: "README.md")
        _ = try answer { $0.updatedPath = page }
        let once = try Repository.text(page)
        #expect(once.hasPrefix("# A\n\n<!-- matrix both -->\n| |") && once.hasSuffix("-->\n\nrest\n"))
        #expect(!once.contains("not any more"))
        _ = try answer { $0.updatedPath = page }
        #expect(try Repository.text(page) == once)
        let unmarked = try directory.write("# A\n", as: "other.md")
        let failure = BadInputTests.refusal { try answer { $0.updatedPath = unmarked } }
        #expect(failure?.diagnostics.map(\.id) == ["no-marks"])
    }

    @Test(arguments: [
        ("", "no-matrix"),
        ("matrix m { row a {} }", "empty-matrix"),
        ("matrix m { row a {}; row a {}; column b {} }", "duplicate-name"),
        ("matrix m { row a { on c with d }; column b {} }", "unknown-column"),
        ("matrix m { row a {}; column b {}; not applicable small on c: \"x\" }", "unknown-column"),
        ("matrix m { row a {}; column b {}; not applicable smal: \"x\" }", "unknown-property"),
        ("matrix m { row a { expect violates smal }; column b {} }", "unknown-property"),
        ("matrix m { row a {}; column b {}; properties smal }", "unknown-property"),
        ("matrix m { row a { with x }; column b {} }", "unknown-change"),
        ("matrix m { row a {}; column b { on x } }", "unknown-module"),
        ("matrix m { row a {}; column b {} }\nmatrix n { row a {}; column b {} }", "unknown-matrix"),
    ])
    func mistakes(text: String, id: String) throws {
        let directory = try TemporaryDirectory()
        let spec = try directory.write(BadInputTests.counter + "\n" + text + "\n", as: "counter.spec")
        let failure = BadInputTests.refusal { try answer(spec) }
        #expect(failure?.diagnostics.map(\.id) == [id], "\(failure?.text ?? "")")
    }
}
