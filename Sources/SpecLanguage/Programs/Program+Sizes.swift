// SPDX-License-Identifier: MIT

package import Diagnostics

extension Program {
    /// Where a constant is used as a number, and not only as the size of types: `type Page = 0 ..< PAGES`.
    ///
    /// A constant that is declared to be another one, `const DOMAINS = DEVICES`, is that one.
    ///
    /// - Parameter others: declarations that do not count, since nobody looks at them.
    package func usesAsNumber(
        of constant: String, unlessIn others: (Syntax.Declaration) -> Bool, in sources: SourceMap
    ) -> Span? {
        var names: Set<String> = [constant]
        var hasGrown = true
        while hasGrown {
            hasGrown = false
            for member in members {
                guard case .constant(_, let value) = member.declaration.kind,
                    case .name(let other) = value.kind, names.contains(other),
                    !settings.contains(where: { $0.name.text == member.declaration.name.text }),
                    names.insert(member.declaration.name.text).inserted
                else { continue }
                hasGrown = true
            }
        }
        for member in members {
            let declaration = member.declaration
            if others(declaration) { continue }
            switch declaration.kind {
            case .type(let type):
                if case .range(let lower, let upper, false) = type.kind, case .name = upper.kind,
                    case .integer = lower.kind
                {
                    continue
                }
                if case .symmetric(let count) = type.kind, case .name = count.kind { continue }
            case .constant(_, let value):
                if names.contains(declaration.name.text) {
                    if declaration.name.text == constant { continue }
                    if case .name = value.kind { continue }
                }
                // Its text does not count where a setting replaces it.
                if settings.contains(where: { $0.name.text == declaration.name.text }) { continue }
            case .change, .check, .enumeration, .fault, .function, .initialization, .interface, .invariant,
                .liveness, .matrix, .observer, .operation, .process, .proof, .reachable, .stateVariable,
                .structure:
                break
            }
            if let use = Lexer.firstUse(of: names, in: declaration.span, sources) { return use }
        }
        for setting in settings where setting.name.text != constant {
            if let use = Lexer.firstUse(of: names, in: setting.value.span, sources) { return use }
        }
        return nil
    }
}

extension Lexer {
    /// The first of these names within a stretch of text.
    fileprivate static func firstUse(of names: Set<String>, in span: Span, _ sources: SourceMap) -> Span? {
        let file = sources[span.file]
        for token in lex(file, id: span.file).tokens {
            guard token.kind == .identifier, Int(token.start) >= span.start, Int(token.end) <= span.end else {
                continue
            }
            let text = String(decoding: file.bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
            if names.contains(text) {
                return Span(file: span.file, start: Int(token.start), end: Int(token.end))
            }
        }
        return nil
    }
}
