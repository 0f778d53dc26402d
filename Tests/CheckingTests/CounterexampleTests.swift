// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Foundation
import SpecLanguage
import Testing

/// `counterexamples/` is what the tool writes today, and every file in it still breaks its property.
/// Rewrite it with `iommu-check gate Specs --traces counterexamples` and review the difference.
@Suite struct CounterexampleTests {
    struct BrokenCheck: CustomTestStringConvertible, Sendable {
        let spec: String
        let name: String

        var testDescription: String { "\(spec) \(name)" }
    }

    /// Every check below `Specs` that expects a violation.
    static let checks: [BrokenCheck] = {
        guard Repository.isCurrentDirectory else { return [] }
        return Repository.specs(below: "Specs").flatMap { path -> [BrokenCheck] in
            guard let loaded = try? LoadedSpec.load(path) else { return [] }
            return loaded.library.main.declarations.compactMap { declaration in
                guard case .check(let check) = declaration.kind, case .violates? = check.expectation else {
                    return nil
                }
                return BrokenCheck(spec: path, name: declaration.name.text)
            }
        }
    }()

    static let traces: [String] = {
        let names =
            (try? FileManager.default.contentsOfDirectory(atPath: repositoryRoot + "/counterexamples")) ?? []
        return names.sorted().map { "counterexamples/\($0)" }
    }()

    @Test func thereIsSomethingToLookAt() {
        #expect(Self.checks.count >= 15)
        #expect(Self.traces.count >= Self.checks.count)
    }

    private static let isLong = ProcessInfo.processInfo.environment["LONG_TESTS"] == "1"

    /// Every fourth check, or all with `LONG_TESTS=1`; `Tests/Scripts/counterexamples-are-current` does all with the release
    /// program. A check whose property is never true (`unreachable`) has no run and so no file.
    @Test func filesAreWhatTheChecksGive() throws {
        try #require(Repository.isCurrentDirectory)
        let directory = try TemporaryDirectory()
        for (number, check) in Self.checks.enumerated() where Self.isLong || number.isMultiple(of: 4) {
            let before = try directory.names.count
            let answer = try CheckQuestion(
                CheckRequest(
                    spec: check.spec, check: check.name, limits: Repository.limits,
                    tracesDirectory: directory.path)
            ).answer()
            #expect(answer.exitCode == .expected, "\(check.testDescription)\n\(answer.text)")
            let hasRun = !answer.text.contains(" is never true")
            #expect(
                try directory.names.count == before + (hasRun ? 2 : 0),
                "\(check.testDescription) shares its file names with another check")
        }
        let expected = Set(Self.traces.map { $0.replacingOccurrences(of: "counterexamples/", with: "") })
        let written = Set(try directory.names)
        #expect(written.subtracting(expected).sorted() == [], "counterexamples/ lacks these")
        #expect(
            !Self.isLong || expected.subtracting(written).sorted() == [],
            "counterexamples/ has these, and no check gives them")
        for name in written.intersection(expected).sorted() {
            let isSame =
                try Repository.bytes("\(directory.path)/\(name)")
                == Repository.bytes("counterexamples/\(name)")
            #expect(isSame, "counterexamples/\(name) is not what its check gives today")
        }
    }

    @Test(arguments: traces)
    func replays(_ trace: String) throws {
        try #require(Repository.isCurrentDirectory)
        let answer = try ReplayQuestion(ReplayRequest(trace: trace)).answer()
        #expect(answer.exitCode == .expected, "\(answer.text)")
        #expect(answer.text.hasPrefix("still breaks "))
    }

    @Test(arguments: traces.filter { $0.hasSuffix(".txt") })
    func fitsIntoMail(_ trace: String) throws {
        for line in try Repository.text(trace).split(separator: "\n") {
            #expect(line.count <= 75, "\(trace): \(line)")
        }
    }
}
