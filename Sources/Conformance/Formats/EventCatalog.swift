// SPDX-License-Identifier: MIT

package import Diagnostics

/// What is known of the events of a kernel: how they are written and which operations they are.
///
/// A text: `event NAME [as OPERATION]: TEMPLATE`, `ignore NAME`, `missing ASSERTION: WHAT`, `unseen MODULE: WHAT`, comments with `#`.
package struct EventCatalog: Sendable {
    /// In the order written; several of one event are tried in this order.
    package private(set) var formats: [EventFormat] = []
    /// Events without a meaning for any spec.
    package private(set) var ignored: Set<String> = []
    /// Assertions whose failure says that something is missing in the log, and what.
    package private(set) var missing: [String: String] = [:]

    /// What a log cannot show, by the spec's module.
    package private(set) var unseen: [(module: String, what: String)] = []

    package static let bytesMax = 1 << 20

    package static func parse(_ file: SourceFile, id: SourceFileID) -> (EventCatalog, [Diagnostic]) {
        var catalog = EventCatalog()
        var diagnostics: [Diagnostic] = []
        for number in 1...max(1, file.lineStarts.count) {
            let line = file.line(number)
            let text = line.drop { $0 == " " || $0 == "\t" }
            if text.isEmpty || text.hasPrefix("#") { continue }
            let start = file.lineStarts[number - 1]
            let span = Span(file: id, start: start, end: start + line.utf8.count)
            if let message = catalog.add(text, line: number) {
                diagnostics.append(
                    Diagnostic(
                        "bad-event-format", message, at: span,
                        help: "write 'event NAME as OPERATION: text with {field:hex}', 'ignore NAME', "
                            + "'missing ASSERTION: what' or 'unseen MODULE: what'"))
            }
        }
        return (catalog, diagnostics)
    }

    /// - Returns: what is wrong with the line.
    private mutating func add(_ text: Substring, line: Int) -> String? {
        let words = text.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return "'\(text)' is not finished" }
        let rest = words[1]
        switch words[0] {
        case "ignore":
            for name in rest.split(separator: " ") { ignored.insert(String(name)) }
            return nil
        case "missing":
            guard let colon = rest.firstIndex(of: ":") else { return "a colon is missing" }
            let what = rest[rest.index(after: colon)...].drop { $0 == " " }
            missing[String(rest[..<colon])] = String(what)
            return nil
        case "unseen":
            guard let colon = rest.firstIndex(of: ":") else { return "a colon is missing" }
            unseen.append(
                (String(rest[..<colon]), String(rest[rest.index(after: colon)...].drop { $0 == " " })))
            return nil
        case "event":
            guard let colon = rest.firstIndex(of: ":") else { return "a colon is missing" }
            let head = rest[..<colon].split(separator: " ")
            guard head.count == 1 || (head.count == 3 && head[1] == "as") else {
                return "'\(rest[..<colon])' is not 'NAME' or 'NAME as OPERATION'"
            }
            let template = rest[rest.index(after: colon)...].drop { $0 == " " }
            switch Self.parts(template) {
            case .failure(let problem): return problem.message
            case .success(let (parts, fields, kinds)):
                formats.append(
                    EventFormat(
                        event: String(head[0]), operation: String(head[head.count - 1]), parts: parts,
                        fields: fields, kinds: kinds, line: line))
            }
            return nil
        default: return "'\(words[0])' begins no line"
        }
    }

    private static func append(_ text: some Sequence<UInt8>, to parts: inout [EventFormat.Part]) {
        if case .literal(let before)? = parts.last {
            parts[parts.count - 1] = .literal(before + text)
        } else {
            parts.append(.literal(Array(text)))
        }
    }

    private struct Problem: Error {
        let message: String
    }

    private static func parts(
        _ template: Substring
    ) -> Result<([EventFormat.Part], [String], [EventFormat.FieldKind]), Problem> {
        var parts: [EventFormat.Part] = []
        var fields: [String] = []
        var kinds: [EventFormat.FieldKind] = []
        var rest = template
        while !rest.isEmpty {
            guard let open = rest.firstIndex(of: "{") else {
                Self.append(rest.utf8, to: &parts)
                break
            }
            if open > rest.startIndex { Self.append(rest[..<open].utf8, to: &parts) }
            if rest[open...].hasPrefix("{{") {
                Self.append("{".utf8, to: &parts)
                rest = rest[open...].dropFirst(2)
                continue
            }
            guard let close = rest[open...].firstIndex(of: "}") else {
                return .failure(Problem(message: "a '{' is not closed"))
            }
            let field = rest[rest.index(after: open)..<close].split(separator: ":")
            rest = rest[rest.index(after: close)...]
            if case .field(let before, _)? = parts.last,
                field != ["_"] || before == .name || before == .skipped
            {
                return .failure(Problem(message: "nothing tells where the field before this one ends"))
            }
            if field == ["_"] {
                parts.append(.field(.skipped, slot: -1))
                continue
            }
            let kind: EventFormat.FieldKind
            switch (field.count, field.last) {
            case (1, _): kind = .decimal
            case (2, "hex"): kind = .hexadecimal
            case (2, "name"): kind = .name
            default:
                return .failure(Problem(message: "a field is '{name}', '{name:hex}', '{name:name}' or '{_}'"))
            }
            parts.append(.field(kind, slot: fields.count))
            fields.append(String(field[0]))
            kinds.append(kind)
        }
        guard fields.count <= 16 else { return .failure(Problem(message: "more than 16 fields")) }
        return .success((parts, fields, kinds))
    }
}
