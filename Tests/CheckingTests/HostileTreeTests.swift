// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import CompiledModel
import Foundation
import FoundationXML
import Reports
import Testing

/// In CI a tree and its file names come from a stranger's pull request.
@Suite struct HostileTreeTests {
    /// Violated, with a title that GitHub's runner takes for a command wherever it stands in a line.
    static let spec = """
        module m
        state { x: 0 ... 3 }
        process p as "##[add-mask]violated" { choose { where x < 3 => { x = x + 1 } } }
        invariant never: x < 3
        check c { expect holds }

        """

    static let names = [
        "::error file=x", "a\r\n::error::forged", "pipe|\u{301}", "quote\"\u{301}", "less<\u{301}b>",
        "##[error]x",
        "##vso[task.setvariable]x", "escape\u{1B}[31m", "turned\u{202E}round", "--- group", "+++ group",
        "section_start:1:x", "%0A::error::x", "hash#\u{301} SKIP", "amp&amp;", "apostrophe'", "back`tick`",
        "[link](x)", "www.example.org", "control\u{1}", "not a character \u{FFFE}", "*star*", "colon:1:1",
        "comma,title=x", " blank at the start", "blank at the end ", "new\nline", "tab\there", "]]>cdata",
        "<!--comment", "##teamcity[x]", "travis_fold:start:x",
    ]

    private static func tree() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        for name in names { try directory.write(spec, as: "tree/\(name).spec") }
        for folder in ["a", "b"] { try directory.write(spec, as: "tree/\(folder)/same.spec") }
        let secret = try directory.write("root:x:0:0:a secret\n", as: "secret")
        for (name, target) in [("out", secret), ("nowhere", "missing"), ("inside", "a/same.spec")] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(directory.path)/tree/\(name).spec", withDestinationPath: target)
        }
        var path = Array("\(directory.path)/tree/".utf8CString.dropLast())
        path += [CChar(bitPattern: 0xFF)] + Array(".spec".utf8CString)
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        close(descriptor)
        return directory
    }

    private static func gate(_ directory: TemporaryDirectory) throws -> Answer {
        let request = GateRequest(
            path: directory.path + "/tree", limits: ExplorationLimits(threads: 2, memoryBytesMax: 1 << 28),
            reports: GateRequest.Format.allCases.map { ($0, "\(directory.path)/report.\($0.rawValue)") },
            annotates: true, summaryPath: directory.path + "/summary.md",
            tracesDirectory: directory.path + "/traces")
        return try onLargeStack { try GateQuestion(request).answer() }
    }

    @Test func everyReportSurvivesHostileNames() throws {
        let directory = try Self.tree()
        let answer = try Self.gate(directory)
        #expect(answer.exitCode == .badInput)
        let checks = Self.names.count + 3
        #expect(
            answer.text.contains("\(checks) checks: 0 as expected, \(checks) NOT as expected"),
            "\(answer.text)")

        // What a stranger's link leads to is not shown anywhere.
        let reports = try GateRequest.Format.allCases.map {
            try Repository.text("\(directory.path)/report.\($0.rawValue)")
        }
        let printed = WorkflowCommandGuard.disarmed(answer.warnings + "\n" + answer.text)
        for text in reports + [printed, answer.commands] { #expect(!text.contains("a secret")) }

        // One failing test case for each check, in the readers of the formats.
        for format in ["json", "sarif"] {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/report.\(format)"))
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: data) }
        }
        let junit = try XMLCases(path: directory.path + "/report.junit")
        #expect(junit.failures == checks + 3 && junit.isWellFormed)

        // The numbers of lines that a reader counts, whatever the names hold.
        let ktap = try Repository.text(directory.path + "/report.ktap").scalarLines
        #expect(ktap.count { $0.hasPrefix("  not ok 1 c") } == checks)
        #expect(ktap.allSatisfy { !$0.contains("# SKIP") && !$0.contains("\r") })
        let markdown = try Repository.text(directory.path + "/report.markdown").scalarLines
        let rows = markdown.filter { $0.hasPrefix("| ") && $0.contains("**NOT as expected**") }
        #expect(rows.count == checks)
        for row in rows { #expect(row.unicodeScalars.count { $0 == "|" } == 6, "\(row)") }
        // Diagrams stand in blocks of code, indented by four blanks.
        let text = markdown.filter { !$0.hasPrefix("    ") }
        #expect(!text.contains { $0.contains("[link](") || $0.contains("<b>") })
    }

    @Test func nothingPrintedIsACommandToACISystem() throws {
        let directory = try Self.tree()
        let answer = try Self.gate(directory)
        let printed = WorkflowCommandGuard.disarmed(answer.warnings + "\n" + answer.text)
        for line in printed.scalarLines {
            let start = line.drop { $0.isWhitespace }
            #expect(!start.hasPrefix("::") && !line.contains("##["), "\(line)")
            #expect(!line.contains("##vso[") && !line.contains("##teamcity["), "\(line)")
            for command in ["section_start:", "travis_fold:", "--- ", "+++ "] {
                #expect(!line.hasPrefix(command))
            }
        }
        // One annotation a finding, each on a line of its own.
        let annotations = answer.commands.scalarLines.filter { !$0.isEmpty }
        #expect(annotations.count == Self.names.count + 3 + 3)
        for line in annotations {
            #expect(line.hasPrefix("::error "), "\(line)")
            #expect(!line.contains("##[") && !line.unicodeScalars.contains("\r"), "\(line)")
        }
    }

    @Test func noTraceReplacesAnother() throws {
        let directory = try Self.tree()
        _ = try Self.gate(directory)
        let traces = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/traces")
        #expect(traces.count == 2 * (Self.names.count + 3))
        let specs = try traces.filter { $0.hasSuffix("same.c.txt") }.map {
            try Repository.text("\(directory.path)/traces/\($0)")
        }
        #expect(Set(specs).count == 2)
    }
}

/// Reads JUnit files as a CI system would.
private final class XMLCases: NSObject, XMLParserDelegate {
    private(set) var failures = 0
    private(set) var isWellFormed = false

    init(path: String) throws {
        super.init()
        let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: path)))
        parser.delegate = self
        isWellFormed = parser.parse()
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        if name == "failure" { failures += 1 }
    }
}
