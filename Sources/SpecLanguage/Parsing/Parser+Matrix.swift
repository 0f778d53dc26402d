// SPDX-License-Identifier: MIT

import Diagnostics

extension Parser {
    /// `matrix = "matrix" name "{" { use | with | settings | column | row | "properties" name { "," name }
    ///          | exclusion } "}"`
    mutating func parseMatrix() -> Syntax.Declaration.Kind {
        var matrix = Syntax.Matrix()
        let items = "'column', 'row', 'use', 'with', 'set', 'properties' or 'not applicable'"
        parseItems(items, purpose: "and its columns and rows") { parser in
            if parser.parsePart(of: &matrix.composition) { return true }
            if parser.takeWord("column") {
                matrix.columns += parser.parseColumn().map { [$0] } ?? []
            } else if parser.takeWord("row") {
                matrix.rows += parser.parseRow().map { [$0] } ?? []
            } else if parser.takeWord("properties") {
                matrix.properties += parser.parsePropertyNames()
            } else if parser.takeWord("not") {
                matrix.exclusions += parser.parseExclusion().map { [$0] } ?? []
            } else {
                return false
            }
            return true
        }
        return .matrix(matrix)
    }

    /// `column = "column" name [ "as" string ] "{" { "on" name | with | settings } "}"`
    private mutating func parseColumn() -> Syntax.Matrix.Heading? {
        var column = Syntax.Matrix.Heading(name: parseName("the name of a column"), title: parseTitle())
        parseItems("'on', 'with' or 'set'", purpose: "and the platform") { parser in
            if parser.kind == .on {
                parser.refuseSecond("'on'", isPresent: column.composition.on != nil)
                parser.skip()
                column.composition.on = parser.parsePresentName("the name of a platform module")
                if !parser.isAtLineStart, parser.take(.with) {
                    column.composition.changes += parser.parseNames("the name of a change")
                }
                return true
            }
            return parser.kind != .use && parser.parsePart(of: &column.composition)
        }
        return column.name.text.isEmpty ? nil : column
    }

    /// `row = "row" name [ "as" string ] "{" { use | with | settings | [ "on" name { "," name } ] exception } "}"`
    /// with `exception = [ with ] [ settings ] [ "expect" "violates" name { "," name } ]`
    private mutating func parseRow() -> Syntax.Matrix.Heading? {
        var row = Syntax.Matrix.Heading(name: parseName("the name of a row"), title: parseTitle())
        parseItems("'use', 'with', 'set', 'on' or 'expect'", purpose: "and its changes") { parser in
            if parser.parsePart(of: &row.composition) { return true }
            guard parser.kind == .on || parser.kind == .expect else { return false }
            var exception = Syntax.Matrix.Exception()
            if parser.take(.on) {
                exception.columns = parser.parseNames("the name of a column")
                // Behind a line end begins another item.
                if !parser.isAtLineStart, parser.take(.with) {
                    exception.changes = parser.parseNames("the name of a change")
                }
                if !parser.isAtLineStart, parser.take(.set) { exception.settings = parser.parseSettings() }
            }
            if exception.columns.isEmpty || !parser.isAtLineStart, parser.take(.expect) {
                if parser.takeWord("violates") {
                    exception.violated = parser.parsePropertyNames()
                } else {
                    parser.failAtWord(["violates"])
                }
            }
            row.exceptions.append(exception)
            return true
        }
        return row.name.text.isEmpty ? nil : row
    }

    /// `exclusion = "not" "applicable" name { "," name } [ "on" name { "," name } ] ":" string`
    private mutating func parseExclusion() -> Syntax.Matrix.Exclusion? {
        guard takeWord("applicable") else {
            failAtWord(["applicable"])
            return nil
        }
        let names = parseNames("the name of a property or row")
        let columns = take(.on) ? parseNames("the name of a column") : []
        expect(.colon, "and the reason")
        let place = span(of: token)
        guard let reason = parseString("the reason in double quotes") else { return nil }
        if !(1...Limits.reasonLengthMax).contains(reason.utf8.count) {
            report(ParseDiagnostics.reasonLength(at: place))
        }
        return Syntax.Matrix.Exclusion(names: names, columns: columns, reason: reason)
    }

    /// `observe = "observe" name ":" name { "," name } [ "up" "to" name { "," name } ]`
    mutating func parseObserver() -> Syntax.Declaration.Kind {
        expect(.colon, "and what is observed")
        let names = parseNames("the name of an operation, function or state variable")
        guard takeWord("up") else { return .observer(Syntax.Observer(names: names, alike: [])) }
        if !takeWord("to") { failAtWord(["to"]) }
        return .observer(Syntax.Observer(names: names, alike: parseNames("the name of a type")))
    }

    /// `use = "use" name [ with ]`, `with = "with" name { "," name }`, `settings`
    private mutating func parsePart(of composition: inout Syntax.Composition) -> Bool {
        if kind == .use {
            refuseSecond("'use'", isPresent: composition.use != nil)
            skip()
            composition.use = parsePresentName("the name of a module")
            if !isAtLineStart, take(.with) {
                composition.changes += parseNames("the name of a change")
            }
            return true
        }
        if take(.with) {
            composition.changes += parseNames("the name of a change")
            return true
        }
        guard take(.set) else { return false }
        composition.settings += parseSettings()
        return true
    }
}
