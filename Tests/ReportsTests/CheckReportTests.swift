// SPDX-License-Identifier: MIT

import CheckerTesting
import Findings
import Foundation
import Reports
import Testing

private let coverage = Coverage(
    operations: [
        .init(name: "dma_map_page", count: 1_234_567), .init(name: "iommu_map", count: 42),
        .init(name: "alloc_coherent", count: 0),
    ],
    premises: [.init(name: "unity_ranges_hold", count: 0), .init(name: "no_stale_dma", count: 99)],
    reachables: [.init(name: "table_is_full", count: 17)])

private let layout = CheckSummary.Layout(
    title: "groups 7, 12",
    rows: [
        .init(
            realFirst: 0, realLast: 0xfff, firstPage: 0, lastPage: 0, title: "free", boundaries: ["page 0"]),
        .init(
            realFirst: 0xe00_0000, realLast: 0xe00_ffff, firstPage: 1, lastPage: 2, title: "direct",
            boundaries: []),
        .init(
            realFirst: 0x1_0000_0000, realLast: .max, firstPage: 3, lastPage: 14, title: "free",
            boundaries: ["4 GiB"]),
    ])

private func summary(
    _ name: String, _ verdict: Verdict, expected: ExpectedVerdict?, seconds: Double = 4.2,
    isExplored: Bool = true
) -> CheckSummary {
    CheckSummary(
        name: name, title: "default_domain on vtd", spec: "Specs/proposals/default_domain.spec",
        platform: "machines/intel-strict-rmrr.regions",
        settings: [ObservedField(name: "PAGES", value: .integer(8))],
        verdict: verdict, expected: expected,
        statistics: isExplored
            ? .init(states: 154_585, transitions: 1_012_140, depth: 31, bytesPerState: 18.04, threads: 2)
            : nil,
        coverage: isExplored ? coverage : nil, seconds: seconds,
        warnings: ["state variable 'x' is never read"],
        layout: isExplored ? layout : nil)
}

@Suite("Reports of checks") struct CheckReportTests {
    static let violated = Verdict.violated(SampleRun.violation)
    static let never = Verdict.violated(
        Violation(
            kind: .unreachable, property: "table_is_full", explanation: ["no state has a full table"],
            place: "a.spec:3:1", run: nil))
    static let all = [
        summary("vtd_strict", .holds(.exhaustive), expected: .holds),
        summary(
            "vtd_deferred_without_flush", violated,
            expected: .violates(property: "no_stale_dma", stepsMax: 9)),
        summary("vtd_deferred", violated, expected: .holds, seconds: 12.345),
        summary("gart", never, expected: nil),
        summary("calgary", .holds(.bounded(steps: 14)), expected: .violates(property: "x", stepsMax: nil)),
        summary(
            "huge", .inconclusive("the reduced layout has 99 pages, at most 64 can be explored"),
            expected: .holds,
            isExplored: false),
        summary("isolation", .notApplicable("GART has no protection"), expected: .holds, isExplored: false),
    ]

    @Test("every kind of verdict, as it is printed") func text() {
        let text = Self.all.map(CheckReport.text).joined(separator: "\n")
        let difference = golden(text, file: "\(repositoryRoot)/Tests/Golden/reports/checks.txt")
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test("one check as JSON") func oneAsJSON() throws {
        let text = CheckReport.json([Self.all[1]]).text
        let difference = golden(text, file: "\(repositoryRoot)/Tests/Golden/reports/check.json")
        #expect(difference == nil, "\(difference ?? "")")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let promised: Set = [
            "version", "verdict", "property", "states", "transitions", "depth", "seconds", "bytesPerState",
            "operations",
            "trace",
        ]
        #expect(promised.isSubset(of: object.keys))
    }

    @Test("several checks as JSON are an array of the same objects") func severalAsJSON() throws {
        let text = CheckReport.json(Self.all).text
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let checks = try #require(object["checks"] as? [[String: Any]])
        #expect(checks.map { $0["check"] as? String } == Self.all.map(\.name))
        #expect(checks.allSatisfy { $0["verdict"] is String })
    }

    @Test("the gate, a line for each check, and totals") func gate() {
        let proof = CheckSummary(
            subject: .proof, name: "top_down", title: "alloc_top_down", spec: "Specs/layers/iova.spec",
            verdict: .holds(.proved(width: 64)), expected: .proved, seconds: 2.9)
        let text = GateReport.text(Self.all + [proof], seconds: 44.04)
        let difference = golden(text, file: "\(repositoryRoot)/Tests/Golden/reports/gate.txt")
        #expect(difference == nil, "\(difference ?? "")")
        #expect(GateReport.text([], seconds: 0).contains("nothing to check"))
    }

    static let problems = ["'x' expects nothing (a.spec:3:7): add 'expect holds' or 'expect violates …'"]

    @Test("the gate for other programs", arguments: ["ktap", "junit", "sarif", "markdown", "annotations"])
    func gateFormats(_ format: String) {
        let text =
            switch format {
            case "ktap": KTAPReport.text(Self.all, problems: Self.problems)
            case "junit": JUnitReport.text(Self.all, problems: Self.problems)
            case "sarif": SARIFReport.text(Self.all, problems: Self.problems, version: "1.2.3")
            case "markdown": GitHubReport.markdown(Self.all, problems: Self.problems, seconds: 44.04)
            default: GitHubReport.annotations(Self.all, problems: Self.problems)
            }
        let difference = golden(text, file: "\(repositoryRoot)/Tests/Golden/reports/gate.\(format)")
        #expect(difference == nil, "\(difference ?? "")")
    }

    /// As the kernel's parser (tools/testing/kunit/kunit_parser.py) reads it: plans are kept, and a suite fails with its
    /// cases.
    @Test("KTAP is well formed") func ktapIsWellFormed() throws {
        let lines = KTAPReport.text(Self.all, problems: Self.problems).split(separator: "\n").map(String.init)
        #expect(lines[0] == "KTAP version 1")
        for indent in ["", "  "] {
            let own = lines.filter { $0.hasPrefix(indent) && !$0.dropFirst(indent.count).hasPrefix(" ") }
                .map { String($0.dropFirst(indent.count)) }
            let plan = try #require(own.first { $0.hasPrefix("1..") }.flatMap { Int($0.dropFirst(3)) })
            let results = own.filter { $0.hasPrefix("ok ") || $0.hasPrefix("not ok ") }
            #expect(results.count == plan)
            for (number, line) in results.enumerated() {
                #expect(
                    line.firstMatch(of: #/^(not )?ok ([0-9]+) [^#]+( # (SKIP|TIMEOUT) .*)?$/#)?.2
                        == "\(number + 1)")
            }
        }
        #expect(lines.contains { $0.hasPrefix("not ok 1 Specs/proposals/default_domain.spec") })
    }

    @Test("the outcome of a verdict") func outcomes() {
        let expectations: [(Verdict, ExpectedVerdict?, ExpectedVerdict.Outcome)] = [
            (.holds(.exhaustive), nil, .asExpected), (.holds(.exhaustive), .holds, .asExpected),
            (Self.violated, nil, .unexpected), (Self.violated, .holds, .unexpected),
            (Self.violated, .violates(property: "no_stale_dma", stepsMax: nil), .asExpected),
            (Self.violated, .violates(property: "no_stale_dma", stepsMax: 5), .asExpected),
            (Self.violated, .violates(property: "no_stale_dma", stepsMax: 4), .unexpected),
            (Self.violated, .violates(property: "isolation", stepsMax: nil), .unexpected),
            (.holds(.exhaustive), .violates(property: "isolation", stepsMax: nil), .unexpected),
            (.holds(.proved(width: 64)), .proved, .asExpected), (Self.violated, .refuted, .asExpected),
            (.holds(.proved(width: 64)), .refuted, .unexpected), (Self.violated, .proved, .unexpected),
            (.inconclusive("memory"), .violates(property: "x", stepsMax: nil), .inconclusive),
            (.inconclusive("memory"), .holds, .inconclusive), (.notApplicable("-"), nil, .notApplicable),
        ]
        for (verdict, expected, outcome) in expectations {
            #expect(ExpectedVerdict.outcome(of: verdict, expected: expected) == outcome)
        }
    }

    @Test("nothing is said of what a run that ended early never did") func incomplete() {
        #expect(Self.all[0].neverEntered == ["alloc_coherent"])
        #expect(Self.all[0].vacuous == ["unity_ranges_hold"])
        #expect(Self.all[1].neverEntered == [])
        #expect(Self.all[1].vacuous == [])
    }

    @Test("texts of specs cannot reach the terminal's controls") func untrustedText() {
        let evil = "a\u{1b}[31m\u{202e}b\r\n\u{9b}2J\u{7f}\u{2028}"
        let run = Run(
            source: RunSource(spec: evil, check: evil, settings: []), lanes: [Lane(title: evil)],
            initialState: [],
            steps: [Step(lane: 0, action: evil, operations: [evil], changes: [], state: [])])
        for run in [run, nil] {
            let verdict = Verdict.violated(
                Violation(kind: .invariant, property: evil, explanation: [evil], place: evil, run: run))
            let summary = CheckSummary(
                name: evil, title: evil, spec: evil, platform: evil,
                settings: [ObservedField(name: evil, value: .name(evil))], verdict: verdict,
                expected: .violates(property: evil, stepsMax: nil),
                coverage: Coverage(operations: [.init(name: evil, count: 0)], premises: [], reachables: []),
                seconds: 1, warnings: [evil],
                layout: .init(
                    title: evil,
                    rows: [
                        .init(
                            realFirst: 0, realLast: 1, firstPage: 0, lastPage: 0, title: evil,
                            boundaries: [evil])
                    ]))
            let texts = [
                CheckReport.text(summary), GateReport.text([summary], seconds: 1),
                CheckReport.json([summary]).text,
            ]
            for text in texts {
                #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || (" "..."~").contains($0) })
            }
        }
    }

    @Test("letters of all scripts stay readable") func letters() {
        let summary = CheckSummary(
            name: "größe", title: "境界", spec: "Prüfung/a.spec", verdict: .holds(.exhaustive), expected: nil,
            seconds: 0)
        #expect(CheckReport.text(summary).hasPrefix("check größe: 境界 (Prüfung/a.spec)\n"))
    }

    @Test("odd numbers do no harm") func oddNumbers() {
        for seconds in [Double.nan, .infinity, -.infinity, 1e300, -0.004, 0.005] {
            let summary = summary("x", .holds(.exhaustive), expected: nil, seconds: seconds)
            #expect(CheckReport.text(summary).contains(" s on 2 threads"))
            #expect(
                (try? JSONSerialization.jsonObject(with: Data(CheckReport.json([summary]).text.utf8))) != nil)
        }
    }
}
