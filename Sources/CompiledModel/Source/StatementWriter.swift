// SPDX-License-Identifier: MIT

import Core

/// Statements without boundaries, of functions and of the nodes of control graphs.
extension ExpressionWriter {
    /// - Parameter result: kind of what a function returns; `nil`: the statements are not a function's.
    func write(_ statements: [Core.Statement], result: Core.Kind? = nil) throws(NotCompilable) {
        for statement in statements { try write(statement, result: result) }
    }

    private func write(_ statement: Core.Statement, result: Core.Kind?) throws(NotCompilable) {
        switch statement.form {
        case .assign(let place, let value):
            let new = try self.value(value)
            // A temporary gets its value once, before it is read.
            guard case .temporary = place.variable.role, place.path.isEmpty else {
                return try assign(place, new)
            }
            let type = try types.swiftType(place.kind)
            body.line("var \(Identifiers.name(place.variable)): \(type) = \(new.text)")
        case .insert(let place, let range): try insert(range, into: place)
        case .remove(let place, let range): try remove(range, from: place)
        case .check(let check): require(try value(check.condition))
        case .conditional(let condition, let then, let otherwise):
            let test = bind(try value(condition)).text
            try block("if \(test)") { () throws(NotCompilable) in try write(then.statements, result: result) }
            guard !otherwise.statements.isEmpty else { return }
            try block("else") { () throws(NotCompilable) in try write(otherwise.statements, result: result) }
        case .loop(let loop):
            try block("while true") { () throws(NotCompilable) in
                let test = try value(loop.condition)
                body.line("if \(test.negated.text) { break }")
                try counting(nil, each: functions.rounds.of(loop.body)) { () throws(NotCompilable) in
                    try write(loop.body.statements, result: result)
                }
            }
        case .forEach(let variable, let first, let last, let body):
            try forEach(variable, first, last, body, result: result)
        case .returnValue(let value):
            guard let value, result != nil else { throw NotCompilable("a function without a value") }
            body.line("return \(try self.value(value).text)")
        case .call, .step, .await, .locked, .choose, .fault:
            preconditionFailure("what takes steps is no part of a function or a node")
        }
    }

    private func forEach(
        _ variable: Core.Variable, _ first: Core.Expression, _ last: Core.Expression, _ loop: Core.Block,
        result: Core.Kind?
    ) throws(NotCompilable) {
        let (lower, upper) = (bind(try value(first)), bind(try value(last)))
        let name = Identifiers.name(variable)
        let rounds = functions.rounds.of(loop)
        func write() throws(NotCompilable) {
            try block("for \(name) in \(lower.text) ... \(upper.text)") { () throws(NotCompilable) in
                try counting(nil, each: rounds) { () throws(NotCompilable) in
                    try self.write(loop.statements, result: result)
                }
            }
        }
        guard upper.isLess(than: lower) != false else { return try write() }
        try block("if \(lower.text) <= \(upper.text)", write)
    }
}
