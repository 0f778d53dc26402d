// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

/// All the mistakes that are tried in a module: in its operations, processes and `init`; not in what it says of itself
/// (properties, contracts) and not in changes.
struct MutationSites {
    let file: SourceFile
    /// Names of operations of the whole program: two calls of theirs in a row are steps in a row.
    let operations: Set<String>
    private(set) var mutations: [Mutation] = []
    private var home = ""

    init(of module: Syntax.Module, in file: SourceFile, operations: Set<String>) {
        self.file = file
        self.operations = operations
        for declaration in module.declarations {
            home = declaration.name.text
            switch declaration.kind {
            case .operation(let operation): operation.body.map { visit($0) }
            case .process(let process): visit(process.body)
            case .initialization(let body): visit(body)
            case .change, .check, .constant, .enumeration, .fault, .function, .interface, .invariant,
                .liveness, .matrix, .observer, .proof, .reachable, .stateVariable, .structure, .type:
                break
            }
        }
    }

    private mutating func visit(_ block: Syntax.Block) {
        for (number, statement) in block.statements.enumerated() {
            visit(statement)
            swap(number, in: block.statements)
        }
    }

    private mutating func visit(_ statement: Syntax.Statement) {
        switch statement.kind {
        case .assign, .call: drop(statement)
        case .await(let condition):
            drop(statement)
            negate(condition)
        case .conditional(let condition, let then, let otherwise):
            drop(statement)
            if case .expression(let expression) = condition { negate(expression) }
            visit(then)
            if let otherwise { visit(otherwise) }
        case .guardElse(let condition, let otherwise):
            if case .expression(let expression) = condition {
                drop(statement)
                negate(expression)
            }
            visit(otherwise)
        case .forLoop(_, _, let body):
            drop(statement)
            visit(body)
        case .whileLoop(_, _, _, let body): visit(body)
        case .withLock(_, let body):
            add(.lockDropped, statement.span, "if true \(text(body.span))")
            visit(body)
        case .choose(let arms):
            for arm in arms {
                if let condition = arm.condition { negate(condition) }
                visit(arm.body)
            }
        case .declare, .returnValue, .step, .assert: break
        }
    }

    // MARK: Mistakes

    private mutating func drop(_ statement: Syntax.Statement) {
        var (start, end) = (statement.span.start, statement.span.end)
        let bytes = file.bytes
        // In a line of several its semicolon goes too.
        var next = end
        while next < bytes.count, bytes[next] == UInt8(ascii: " ") { next += 1 }
        if next < bytes.count, bytes[next] == UInt8(ascii: ";") {
            end = next + 1
        } else {
            var last = start - 1
            while last >= 0, bytes[last] == UInt8(ascii: " ") { last -= 1 }
            if last >= 0, bytes[last] == UInt8(ascii: ";") { start = last }
        }
        // An arm is a block even without its braces.
        let isArm = precedes(start, "=>")
        add(
            .statementDropped, Span(file: statement.span.file, start: start, end: end),
            isArm ? "{}" : "")
    }

    private func precedes(_ place: Int, _ sign: String) -> Bool {
        var last = place - 1
        while last >= 0, [UInt8(ascii: " "), UInt8(ascii: "\n")].contains(file.bytes[last]) { last -= 1 }
        return last >= 1 && file.bytes[(last - 1)...last].elementsEqual(sign.utf8)
    }

    private mutating func negate(_ condition: Syntax.Expression) {
        // A failure that may strike or not is its own negation.
        if case .fault = condition.kind { return }
        if case .unary(.not, let inner) = condition.kind {
            add(.guardNegated, condition.span, text(inner.span))
        } else {
            add(.guardNegated, condition.span, "!(\(text(condition.span)))")
        }
    }

    /// A statement and the next; or, with a `step` between them, the one behind it.
    private mutating func swap(_ number: Int, in statements: [Syntax.Statement]) {
        let rest = statements[number...]
        guard let first = rest.first, first.isSimple, let second = rest.dropFirst().first else { return }
        if case .step = second.kind {
            guard let third = rest.dropFirst(2).first, third.isSimple else { return }
            exchange(first, third)
        } else if second.isSimple, first.calls(operations), second.calls(operations) {
            exchange(first, second)
        }
    }

    private mutating func exchange(_ first: Syntax.Statement, _ second: Syntax.Statement) {
        guard text(first.span) != text(second.span) else { return }
        let between = Span(file: first.span.file, start: first.span.end, end: second.span.start)
        add(
            .stepsSwapped, first.span.joined(with: second.span),
            text(second.span) + text(between) + text(first.span))
    }

    private mutating func add(_ kind: Mutation.Kind, _ span: Span, _ replacement: String) {
        mutations.append(Mutation(kind: kind, span: span, replacement: replacement, home: home))
    }

    private func text(_ span: Span) -> String {
        String(decoding: file.bytes[span.start..<span.end], as: UTF8.self)
    }
}

extension Syntax.Statement {
    fileprivate var isSimple: Bool {
        switch kind {
        case .assign, .call: true
        case .assert, .await, .choose, .conditional, .declare, .forLoop, .guardElse, .returnValue, .step,
            .whileLoop, .withLock:
            false
        }
    }

    fileprivate func calls(_ operations: Set<String>) -> Bool {
        guard case .call(let expression) = kind, case .call(let callee, _) = expression.kind else {
            return false
        }
        return operations.contains(callee.text)
    }
}
