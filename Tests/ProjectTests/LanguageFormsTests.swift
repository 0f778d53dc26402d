// SPDX-License-Identifier: MIT

import Foundation
import Testing

/// A form that is added to the language does not compile until each of its readers knows it: no `switch` over forms of the
/// language, of its types and values, of control graphs or of the Core has a `default:` or an equal of it.
struct LanguageFormsTests {
    /// Where the enumerations stand whose cases are forms. A declaration is found by its head.
    private static let forms = [
        ("SpecLanguage/Syntax/Syntax+Declarations.swift", "indirect enum Kind"),
        ("SpecLanguage/Syntax/Syntax+Expressions.swift", "indirect enum Kind"),
        ("SpecLanguage/Syntax/Syntax+Statements.swift", "indirect enum Kind"),
        ("SpecLanguage/Types/Typed.swift", "indirect enum Kind"),
        ("SpecLanguage/Types/Typed.swift", "indirect enum Condition"),
        ("SpecLanguage/Types/Typed.swift", "enum Step"),
        ("SpecLanguage/Types/Typed+Methods.swift", "enum Method"),
        ("SpecLanguage/Types/Typed+Methods.swift", "enum SetMethod"),
        ("SpecLanguage/Types/Typed+Methods.swift", "enum QueueMethod"),
        ("SpecLanguage/Types/Typed+Methods.swift", "enum Mutation"),
        ("SpecLanguage/Types/SpecType.swift", "indirect enum SpecType"),
        ("SpecLanguage/Values/Value.swift", "enum Value"),
        ("SpecLanguage/Values/Operators.swift", "enum Connective"),
        ("SpecLanguage/Values/Operators.swift", "enum ComparisonOperator"),
        ("SpecLanguage/Values/Operators.swift", "enum ArithmeticOperator"),
        ("SpecLanguage/Values/Operators.swift", "enum Sign"),
        ("TransitionSystem/ControlNode.swift", "enum Kind"),
        ("Core/Core+Types.swift", "indirect enum Kind"), ("Core/Core+Types.swift", "enum Number"),
        ("Core/Core+Types.swift", "indirect enum Constant"),
        ("Core/Core+Expressions.swift", "indirect enum Form"), ("Core/Core+Expressions.swift", "enum Query"),
        ("Core/Core+Statements.swift", "indirect enum Form"), ("Core/Core+Nodes.swift", "enum Node"),
        ("Core/Requirement.swift", "enum Requirement"),
    ]

    @Test func noReaderHasADefault() throws {
        let sources = TidyTests.sources
        let enumerations = Self.forms.flatMap { path, head in
            let source = sources.first { $0.path == "Sources/" + path }
            let found = FormScanner.cases(of: head, in: (source?.lines ?? []).map(String.init))
            #expect(!found.isEmpty, "\(path) has no '\(head)'")
            return found
        }
        for source in sources {
            for (line, names) in FormScanner.defaults(in: source.lines.map(String.init)) {
                let isOverForms = names.contains { names in enumerations.contains { names.isSubset(of: $0) } }
                if isOverForms {
                    Issue.record(
                        "\(source.path):\(line): name the forms instead, so that a new one is not missed")
                }
            }
        }
    }

    /// What the scanner is to find, and what not.
    @Test func theScannerFindsDefaults() {
        let text = """
            switch value {
            case .plain(let x), .other: f()
            default: g()
            }
            switch (a, b) {
            case (.first, .left(.deep)): f()
            case (_, .right) where x: g()
            case (_, _): h()
            }
            switch kind {
            case .all: f()
            }
            """
        let found = FormScanner.defaults(in: text.components(separatedBy: "\n"))
        #expect(found.map(\.line) == [3, 8])
        #expect(found.first?.names == [["plain", "other"]])
        #expect(found.last?.names == [["first"], ["left", "right"]])
        let declaration = [
            "    enum E {", "        case a(Int, b: X), c", "        /// b", "        case d", "    }",
        ]
        #expect(FormScanner.cases(of: "enum E", in: declaration) == [["a", "c", "d"]])
    }
}

/// Reads Swift as far as it takes to see the cases of a `switch`; the formatter's indentation tells what belongs together.
enum FormScanner {
    /// Names of the cases of each enumeration with this head.
    static func cases(of head: String, in lines: [String]) -> [Set<String>] {
        var found: [Set<String>] = []
        for (number, line) in lines.enumerated()
        where line.contains(" " + head + ":") || line.contains(head + " {") {
            let indent = Self.indent(line)
            var names: Set<String> = []
            for inner in lines[(number + 1)...] {
                if inner.trimmingCharacters(in: .whitespaces) == "}", Self.indent(inner) == indent { break }
                guard Self.indent(inner) == indent + 4, inner.dropFirst(indent + 4).hasPrefix("case ") else {
                    continue
                }
                for part in parts(String(inner.dropFirst(indent + 9))) {
                    if let name = part.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
                        .first
                    {
                        names.insert(String(name))
                    }
                }
            }
            found.append(names)
        }
        return found
    }

    /// Each `default:` and `case _` with what stands in the other cases of its `switch`: the names of the first level, by
    /// the number of the part where a tuple is matched.
    static func defaults(in lines: [String]) -> [(line: Int, names: [Set<String>])] {
        var found: [(line: Int, names: [Set<String>])] = []
        for (number, line) in lines.enumerated() {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            let isDefault =
                ["default:", "case _:", "case (_, _):", "case (_, _, _):"].contains { trimmed.hasPrefix($0) }
                || trimmed.hasPrefix("case _ where")
            if isDefault { found.append((number + 1, names(before: number, in: lines))) }
        }
        return found
    }

    private static func names(before number: Int, in lines: [String]) -> [Set<String>] {
        let indent = Self.indent(lines[number])
        var names: [Int: Set<String>] = [:]
        for place in lines[..<number].indices.reversed() {
            let line = lines[place]
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            guard !trimmed.isEmpty else { continue }
            if Self.indent(line) < indent { break }
            if Self.indent(line) == indent, trimmed.contains("switch ") { break }
            guard Self.indent(line) == indent, trimmed.hasPrefix("case ") else { continue }
            for pattern in parts(head(of: lines[place...])) {
                var pattern = pattern
                if pattern.hasSuffix("?") { pattern.removeLast() }
                let isTuple = pattern.hasPrefix("(") && pattern.hasSuffix(")")
                let components = isTuple ? parts(String(pattern.dropFirst().dropLast())) : [pattern]
                for (index, component) in components.enumerated() where component.hasPrefix(".") {
                    let name = component.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                    names[index, default: []].insert(String(name))
                }
            }
        }
        return names.sorted { $0.key < $1.key }.map(\.value)
    }

    /// What stands between `case` and its colon or `where`, over several lines.
    private static func head(of lines: ArraySlice<String>) -> String {
        var (head, depth) = ("", 0)
        for line in lines {
            for character in line.trimmingCharacters(in: .whitespaces) + " " {
                if "([{".contains(character) { depth += 1 }
                if ")]}".contains(character) { depth -= 1 }
                if character == ":", depth == 0 {
                    let text = head.dropFirst("case ".count)
                    return String(text.components(separatedBy: " where ").first ?? "")
                }
                head.append(character)
            }
        }
        return ""
    }

    /// Split at commas outside of parentheses.
    private static func parts(_ text: String) -> [String] {
        var (parts, current, depth) = ([String](), "", 0)
        for character in text {
            if "([{<".contains(character) { depth += 1 }
            if ")]}>".contains(character) { depth -= 1 }
            if character == ",", depth == 0 {
                parts.append(current)
                current = ""
            } else {
                current.append(character)
            }
        }
        return (parts + [current]).map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func indent(_ line: String) -> Int { line.prefix { $0 == " " }.count }
}
