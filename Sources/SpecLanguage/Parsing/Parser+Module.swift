// SPDX-License-Identifier: MIT

import Diagnostics

extension Parser {
    /// `file = { doc } "module" name [ "implements" name { "," name } ] { import } { declaration }`
    mutating func parseModule() -> Syntax.Module? {
        let documentation = self.documentation[index] ?? ""
        mark(.member)
        let header = parseHeader()
        let level = Level(braces: 0, parentheses: 0, opening: 0)
        if header != nil || hasFailed { endDeclaration(in: level, from: index) }
        var imports: [Syntax.Import] = []
        var declarations: [Syntax.Declaration] = []
        while token.kind != .endOfFile {
            mark(.member)
            if kind == .import {
                if !declarations.isEmpty { report(ParseDiagnostics.misplacedImport(at: span(of: token))) }
                let first = index
                if let imported = parseImport() { imports.append(imported) }
                endDeclaration(in: level, from: first)
            } else {
                declarations += parseDeclaration(.module, in: level)
            }
        }
        guard let (name, implements) = header else { return nil }
        return Syntax.Module(
            name: name, implements: implements, imports: imports, declarations: declarations,
            documentation: documentation, file: id)
    }

    /// `"module" name [ "implements" name { "," name } ]`
    private mutating func parseHeader() -> (name: Syntax.Name, implements: [Syntax.Name])? {
        guard take(.module) else {
            // What begins like a spec is read on; of what does not, one message is enough.
            let isSpec = kind.beginsDeclaration || kind == .import
            report(ParseDiagnostics.missingModule(isEmpty: kind == .endOfFile, at: span(of: token)))
            if !isSpec { abandon() }
            return nil
        }
        let name = parseName("the name of the module")
        let implements = take(.implements) ? parseNames("the name of an interface") : []
        return name.text.isEmpty ? nil : (name, implements)
    }

    /// `import = "import" [ "/" ] part { "/" part }` with `part = name | ".."`
    private mutating func parseImport() -> Syntax.Import? {
        let start = self.start
        skip()
        let isAbsolute = take(.slash)
        var components: [String] = []
        repeat {
            guard !isAtLineStart, kind == .identifier || kind == .parent || kind.isKeyword else {
                let end = span(from: start).end
                let place = isAtLineStart ? Span(file: id, start: end, end: end) : span(of: token)
                fail(ParseDiagnostics.importForm(at: place))
                return nil
            }
            components.append(text(token))
            skip()
        } while take(.slash)
        guard isAtLineStart || kind == .semicolon else {
            fail(ParseDiagnostics.importForm(at: span(of: token)))
            return nil
        }
        return Syntax.Import(components: components, isAbsolute: isAbsolute, span: span(from: start))
    }
}
