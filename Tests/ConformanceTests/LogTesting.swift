// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import SpecLanguage

@testable import Conformance

/// Specs, lists of events and logs as texts.
enum LogTesting {
    struct Rejected: Error, CustomStringConvertible {
        let description: String
    }

    static func spec(
        _ text: String, for purpose: TypeChecker.Purpose = .fullWidth
    ) throws -> TypedSpec {
        try StandaloneSpec.typed(text, for: purpose).spec
    }

    /// The list of events, and what is wrong with it: `line: message`.
    static func catalog(_ text: String) -> (catalog: EventCatalog, problems: [String]) {
        var sources = SourceMap()
        let file = SourceFile(path: "test.events", text: text)
        let (catalog, diagnostics) = EventCatalog.parse(file, id: sources.add(file))
        return (
            catalog,
            diagnostics.map { diagnostic in
                let line = diagnostic.span.map { span in file.lineStarts.count { $0 <= span.start } }
                return "\(line ?? 0): \(diagnostic.message)"
            }
        )
    }

    static func bound(_ spec: String, events: String) throws -> BoundEvents {
        let (catalog, problems) = catalog(events)
        guard problems.isEmpty else { throw Rejected(description: problems.joined(separator: "\n")) }
        let (bound, diagnostics) = try BoundEvents.bind(catalog, to: try Self.spec(spec))
        guard let bound else {
            throw Rejected(description: diagnostics.map { "\($0.id): \($0.message)" }.joined(separator: "\n"))
        }
        return bound
    }

    /// Why a spec has no meaning over a log; `nil` if it has.
    static func refusal(_ spec: String, events: String) throws -> String? {
        let typed = try Self.spec(spec)
        do throws(NotRunnable) {
            _ = try SparseProgram(typed, steps: Set(catalog(events).catalog.formats.map(\.operation)))
            return nil
        } catch {
            return error.message
        }
    }

    /// A line of a log: one task on one CPU, a microsecond after the other.
    static func line(_ event: String, at time: Int, pid: Int = 7, cpu: Int = 0, flags: String = "d..1.")
        -> String
    {
        let fraction = String(1_000_000 + time % 1_000_000).dropFirst()
        return "  task-\(pid)  [00\(cpu)] \(flags)  \(time / 1_000_000).\(fraction): \(event)"
    }

    /// What a judge says of a log. Lines that begin with `#` or a blank stand as they are, others are events.
    static func judge(
        _ spec: String, events: String, log: [String], regions: [[String: UInt64]] = []
    ) throws -> ConformanceReport {
        let folder = try TemporaryDirectory()
        let lines = log.enumerated().map { number, text in
            text.hasPrefix("#") || text.hasPrefix(" ") || text.hasPrefix("CPU:")
                ? text : line(text, at: number + 1)
        }
        let path = try folder.write(lines.map { $0 + "\n" }.joined(), as: "trace.txt")
        return try LogJudge(try bound(spec, events: events), regions: regions)
            .judge(try LogInput(path: path))
    }
}

extension ConformanceReport {
    /// The verdict in short: its word, and the line and names of what was objected.
    var outcome: String {
        switch verdict {
        case .conforms: "conforms"
        case .violates(let mismatch):
            "line \(mismatch.line) \(mismatch.operation): "
                + mismatch.objections.map(\.name).joined(separator: ", ")
        case .notEnough(let what, let mismatch):
            "not enough: \(what)" + (mismatch.map { " (line \($0.line))" } ?? "")
        }
    }

    var mismatch: Mismatch? {
        switch verdict {
        case .conforms: nil
        case .violates(let mismatch): mismatch
        case .notEnough(_, let mismatch): mismatch
        }
    }
}
