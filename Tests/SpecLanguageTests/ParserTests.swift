// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import SpecLanguage
import Testing

@Suite struct ParserTests {
    @Test(arguments: SpecFile.below("Tests/Golden/parse") + SpecFile.below("Specs"))
    func acceptsEachSpec(_ file: SpecFile) {
        let (module, diagnostics) = Parser.parse(file.source, id: firstFile)
        #expect(diagnostics.isEmpty, "\(rendered(file.source, diagnostics))")
        #expect(module != nil)
    }

    /// The tree of an expression, written with all its parentheses.
    private func shape(_ expression: String) throws -> String {
        let (module, diagnostics) = parse("module m\ninvariant i: \(expression)\n")
        #expect(diagnostics.isEmpty, "\(expression): \(diagnostics.map(\.message))")
        let declaration = try #require(module?.declarations.first)
        guard case .invariant(let condition) = declaration.kind else { return "" }
        return shape(condition)
    }

    private func shape(_ expression: Syntax.Expression) -> String {
        switch expression.kind {
        case .integer(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .none: "none"
        case .name(let name): name
        case .element(let base, let index): "\(shape(base))[\(shape(index))]"
        case .everyElement(let base): "\(shape(base))[all]"
        case .member(let base, let name): "\(shape(base)).\(name.text)"
        case .call(let callee, let arguments): "\(callee.text)(\(shape(arguments)))"
        case .methodCall(let base, let method, let arguments):
            "\(shape(base)).\(method.text)(\(shape(arguments)))"
        case .unary(let sign, let operand): "(\(sign.symbol)\(shape(operand)))"
        case .binary(let sign, let left, let right): "(\(shape(left)) \(sign.symbol) \(shape(right)))"
        case .interval(let first, let last): "(\(shape(first)) ... \(shape(last)))"
        case .list(let elements): "[\(elements.map(shape).joined(separator: ", "))]"
        case .conditional(_, let then, let otherwise):
            "(if … {\(shape(then))}\(otherwise.map { " else {\(shape($0))}" } ?? ""))"
        case .quantifier(let quantifier, _, let body): "(\(quantifier.rawValue) … \(shape(body)))"
        case .fault(let name): "fault \(name.text)"
        case .missing: "<missing>"
        }
    }

    private func shape(_ arguments: [Syntax.Argument]) -> String {
        arguments.map { ($0.label.map { "\($0.text): " } ?? "") + shape($0.value) }.joined(separator: ", ")
    }

    @Test(arguments: [
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a implies b implies c", "(a implies (b implies c))"),
        ("a || b && c", "(a || (b && c))"),
        // Unlike C: `&` binds tighter than `==`.
        ("a & b == c", "((a & b) == c)"),
        ("a | b ^ c & d << e + f", "(a | (b ^ (c & (d << (e + f)))))"),
        ("!a.b[c].d(e, f: g)", "(!a.b[c].d(e, f: g))"),
        ("- -a", "(-(-a))"),
        ("s.contains_all(a ... b + 1)", "s.contains_all((a ... (b + 1)))"),
        ("a ... b == c ... d", "((a ... b) == (c ... d))"),
        ("(a implies b) implies c", "((a implies b) implies c)"),
        ("a && forall(x: T) b || c", "(a && (forall … (b || c)))"),
        ("if a { b } else if c { d } else { e }", "(if … {b} else {(if … {d} else {e})})"),
        ("if a { b } && c", "((if … {b}) && c)"),
        ("a\n    && b\n    || c", "((a && b) || c)"),
        ("x == none", "(x == none)"),
        ("[1, 0x10, 1_000]", "[1, 16, 1000]"),
        ("18446744073709551615", "18446744073709551615"),
    ])
    func bindsOperators(_ text: String, _ expected: String) throws {
        #expect(try shape(text) == expected)
    }

    @Test func newlineEndsStatementBeforeBrackets() throws {
        let (module, diagnostics) = parse(
            "module m\nop f() {\n    let a = b\n    (c).push(1)\n    x = y\n    -z\n}\n")
        #expect(diagnostics.isEmpty)
        guard case .operation(let operation) = module?.declarations.first?.kind else {
            Issue.record("no operation")
            return
        }
        #expect(operation.body?.statements.count == 3)
    }

    @Test func documentationBelongsToWhatFollows() throws {
        let module = try #require(
            parse(
                """
                /// M
                module m
                // no
                /// A
                ///  b
                const A = 1
                const B = 2
                state {
                    /// S
                    s: Bool
                }

                """
            ).module)
        #expect(module.documentation == "M")
        #expect(module.declarations.map(\.documentation) == ["A\n b", "", "S"])
    }

    @Test func namesSurviveErrors() throws {
        let (module, diagnostics) = parse(
            "module m\nconst A = = 1\ntype T = \nop f(a: T) {\n    x = = 1\n    y = 2\n}\nconst B = 2\n")
        #expect(diagnostics.count == 3)
        #expect(module?.declarations.map(\.name.text) == ["A", "T", "f", "B"])
    }

    @Test func spansCoverWhatWasWritten() throws {
        let text = "module m\ninvariant i: (a + f(b)) == c\n"
        guard case .invariant(let condition) = parse(text).module?.declarations.first?.kind,
            case .binary(_, let left, _) = condition.kind
        else {
            Issue.record("no comparison")
            return
        }
        let bytes = Array(text.utf8)
        #expect(String(decoding: bytes[left.span.start..<left.span.end], as: UTF8.self) == "(a + f(b))")
        #expect(
            String(decoding: bytes[condition.span.start..<condition.span.end], as: UTF8.self)
                == "(a + f(b)) == c")
    }
}
