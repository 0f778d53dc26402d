// SPDX-License-Identifier: MIT

import Findings

/// What is not as expected, as SARIF 2.1.0 (OASIS): a result points to the property or the check; the counterexample is its
/// code flow, a thread flow for each lane.
package enum SARIFReport {
    package static func text(
        _ summaries: [CheckSummary], problems: [String] = [], version: String
    ) -> String {
        let failing = summaries.filter { $0.outcome == .unexpected || $0.outcome == .inconclusive }
        var rules: [String] = []
        for summary in failing where !rules.contains(rule(summary)) { rules.append(rule(summary)) }
        let driver: JSONValue = .object([
            .init("name", .string("iommu-check")), .init("version", .string(version)),
            .init(
                "rules",
                .array(
                    rules.map { rule in
                        .object([
                            .init("id", .string(rule)),
                            .init(
                                "shortDescription",
                                message("the verdict on '\(rule)' is not the expected one")),
                            .init("defaultConfiguration", .object([.init("level", .string("error"))])),
                        ])
                    })),
        ])
        let run: JSONValue = .object([
            .init("tool", .object([.init("driver", driver)])),
            .init("columnKind", .string("unicodeCodePoints")),
            .init("results", .array(failing.map { result($0, rules) } + problems.map(result))),
        ])
        return JSONValue.object([
            .init("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")),
            .init("version", .string("2.1.0")),
            .init("runs", .array([run])),
        ]).text
    }

    /// The property, or the check where no property is to blame.
    private static func rule(_ summary: CheckSummary) -> String {
        summary.violation?.property ?? summary.name
    }

    private static func result(_ summary: CheckSummary, _ rules: [String]) -> JSONValue {
        let id = rule(summary)
        var members: [JSONValue.Member] = [
            .init("ruleId", .string(id)),
            .init("ruleIndex", .integer(Int128(rules.firstIndex(of: id) ?? 0))),
            .init("level", .string(summary.outcome == .inconclusive ? "warning" : "error")),
            .init("message", message("\(summary.caseName): \(summary.finding)")),
            .init("locations", .array([.object([location(summary.shownPlace)])])),
            .init(
                "partialFingerprints",
                .object([.init("check/v1", .string("\(summary.spec):\(summary.caseName):\(id)"))])),
        ]
        if let run = summary.violation?.run, !run.steps.isEmpty {
            members.append(.init("codeFlows", .array([codeFlow(run, at: summary.shownPlace)])))
        }
        return .object(members)
    }

    /// A problem of the gate itself has no rule of its own.
    private static func result(_ problem: String) -> JSONValue {
        .object([
            .init("ruleId", .string("gate")), .init("level", .string("error")),
            .init("message", message(problem)),
        ])
    }

    /// `executionOrder` tells how the lanes' steps interleave.
    private static func codeFlow(_ run: Run, at place: SourcePlace) -> JSONValue {
        let flows = run.lanes.indices.compactMap { lane -> JSONValue? in
            let steps = run.steps.enumerated().filter { $0.element.lane == lane }
            if steps.isEmpty { return nil }
            let locations = steps.map { number, step in
                JSONValue.object([
                    .init(
                        "location",
                        .object([
                            location(place),
                            .init(
                                "message", message("\(number + 1). \(run.lanes[lane].title): \(step.action)")),
                        ])),
                    .init("executionOrder", .integer(Int128(number + 1))),
                ])
            }
            return .object([
                .init("id", .string(EscapedText.visible(run.lanes[lane].title))),
                .init("locations", .array(locations)),
            ])
        }
        return .object([.init("threadFlows", .array(flows))])
    }

    private static func message(_ text: String) -> JSONValue {
        .object([.init("text", .string(EscapedText.visible(text)))])
    }

    private static func location(_ place: SourcePlace) -> JSONValue.Member {
        .init(
            "physicalLocation",
            .object([
                .init("artifactLocation", .object([.init("uri", .string(uri(place.path)))])),
                .init(
                    "region",
                    .object([
                        .init("startLine", .integer(Int128(place.line))),
                        .init("startColumn", .integer(Int128(place.column))),
                    ])),
            ]))
    }

    /// RFC 3986, a path: what is not unreserved is percent-encoded.
    private static func uri(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF")
        let encoded = path.utf8.reduce(into: "") { result, byte in
            let scalar = Unicode.Scalar(byte)
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~", "/":
                result.unicodeScalars.append(scalar)
            default: result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return path.hasPrefix("/") ? "file://" + encoded : encoded
    }
}
