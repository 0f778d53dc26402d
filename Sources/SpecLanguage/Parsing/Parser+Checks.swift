// SPDX-License-Identifier: MIT

import Diagnostics

extension Parser {
    /// `check = "check" name "{" { composition | expectation } "}"`
    mutating func parseCheck() -> Syntax.Declaration.Kind {
        var composition = Syntax.Composition()
        var expectation: Syntax.Check.Expectation?
        parseItems("'use', 'set' or 'expect'") { parser in
            if parser.parseComposition(&composition) { return true }
            guard parser.kind == .expect else { return false }
            parser.refuseSecond("'expect'", isPresent: expectation != nil)
            parser.skip()
            expectation = parser.parseCheckExpectation()
            return true
        }
        return .check(Syntax.Check(composition: composition, expectation: expectation))
    }

    /// `proof = "proof" name "{" { composition | "prove" [ "invariant" ] name { "," name }
    ///         | "unbounded" name { "," name } | expectation } "}"`
    mutating func parseProof() -> Syntax.Declaration.Kind {
        var composition = Syntax.Composition()
        var functions: [Syntax.Name] = []
        var invariants: [Syntax.Name] = []
        var unbounded: [Syntax.Name] = []
        var expectation: Syntax.Proof.Expectation?
        parseItems("'use', 'set', 'prove', 'unbounded' or 'expect'") { parser in
            if parser.parseComposition(&composition) { return true }
            if parser.takeWord("unbounded") {
                unbounded += parser.parseNames("the name of a constant")
                return true
            }
            if parser.takeWord("prove") {
                if parser.take(.invariant) {
                    invariants += parser.parseNames("the name of an invariant")
                    return true
                }
                functions += parser.parseNames("the name of a function")
                return true
            }
            guard parser.kind == .expect else { return false }
            parser.refuseSecond("'expect'", isPresent: expectation != nil)
            parser.skip()
            if parser.takeWord("proved") {
                expectation = .proved
            } else if parser.takeWord("refuted") {
                expectation = .refuted
            } else {
                parser.failAtWord(["proved", "refuted"])
            }
            return true
        }
        return .proof(
            Syntax.Proof(
                composition: composition, functions: functions, invariants: invariants, unbounded: unbounded,
                expectation: expectation))
    }

    /// Items between braces, each ended by a line end or `;`. `parseItem` says whether there was one.
    mutating func parseItems(
        _ what: String, purpose: String = "and what is checked", _ parseItem: (inout Parser) -> Bool
    ) {
        guard let level = openBrace(purpose) else { return }
        while kind != .rightBrace, kind != .endOfFile, !hasFailed {
            if leavesUnclosed() { break }
            let first = index
            mark(.member)
            if !parseItem(&self), !hasFailed { failAtToken(expecting: what) }
            endStatement()
            if hasFailed, !recover(in: level, from: first) { break }
        }
        closeBrace(of: level)
    }

    /// `composition = "use" name [ "on" name ] [ "with" name { "," name } ]
    ///              | "set" name "=" expression { "," name "=" expression }`
    private mutating func parseComposition(_ composition: inout Syntax.Composition) -> Bool {
        if kind == .use {
            refuseSecond("'use'", isPresent: composition.use != nil)
            skip()
            composition.use = parsePresentName("the name of a module")
            if take(.on) { composition.on = parsePresentName("the name of a platform module") }
            if take(.with) { composition.changes = parseNames("the name of a change") }
            return true
        }
        guard take(.set) else { return false }
        composition.settings += parseSettings()
        return true
    }

    /// `name "=" expression { "," name "=" expression }`
    mutating func parseSettings() -> [Syntax.Setting] {
        var settings: [Syntax.Setting] = []
        repeat {
            let name = parseName("the name of a constant")
            expect(.assign, "and a value")
            let value = parseExpression()
            if !name.text.isEmpty { settings.append(Syntax.Setting(name: name, value: value)) }
        } while take(.comma)
        return settings
    }

    mutating func parsePresentName(_ what: String) -> Syntax.Name? {
        let name = parseName(what)
        return name.text.isEmpty ? nil : name
    }

    mutating func refuseSecond(_ what: String, isPresent: Bool) {
        if isPresent { report(ParseDiagnostics.repeated(what, at: span(of: token))) }
    }

    /// `"expect" ( "holds" | "violates" name [ "within" number "steps" ] )`
    private mutating func parseCheckExpectation() -> Syntax.Check.Expectation? {
        if takeWord("holds") { return .holds }
        guard takeWord("violates") else {
            failAtWord(["holds", "violates"])
            return nil
        }
        let property = parsePropertyName()
        guard takeWord("within") else { return .violates(property: property, stepsMax: nil) }
        let number = token
        guard take(.number) else {
            if !hasFailed { failExpecting("a number of steps") }
            return .violates(property: property, stepsMax: nil)
        }
        if !takeWord("steps"), !take(.step) { failAtWord(["steps"]) }
        return .violates(property: property, stepsMax: Int(clamping: value(of: number)))
    }

    /// The name of a property, or of a finding that no spec declares. Hyphens, which older versions printed, get a
    /// message of their own.
    mutating func parsePropertyName() -> Syntax.Name {
        let name = parseName("the name of a property")
        guard !name.text.isEmpty, kind == .minus, !isAtLineStart else { return name }
        var text = name.text
        var end = name.span.end
        while kind == .minus, !isAtLineStart {
            let word = tokens[min(index + 1, tokens.count - 1)]
            guard word.kind == .identifier || word.kind.isKeyword else { break }
            skip()
            text += "_" + self.text(word)
            end = Int(word.end)
            skip()
        }
        let span = Span(file: name.span.file, start: name.span.start, end: end)
        report(ParseDiagnostics.hyphenInName(text, at: span))
        return Syntax.Name(text: text, span: span)
    }

    /// `name { "," name }`
    mutating func parsePropertyNames() -> [Syntax.Name] {
        var names = [parsePropertyName()]
        while take(.comma) { names.append(parsePropertyName()) }
        return names.filter { !$0.text.isEmpty }
    }

    /// Fails where one of these words must stand.
    mutating func failAtWord(_ words: [String]) {
        guard !hasFailed else { return }
        let list = words.map { "'\($0)'" }.joined(separator: " or ")
        let suggestion = kind == .identifier ? closestName(to: text(token), among: words) : nil
        failExpecting(list, help: suggestion.map { "did you mean '\($0)'?" })
    }
}
