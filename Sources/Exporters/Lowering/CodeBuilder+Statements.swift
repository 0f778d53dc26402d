// SPDX-License-Identifier: MIT

import Core
import Diagnostics

/// Where the `return`s of an inlined function leave their value.
struct FunctionFrame {
    let result: Storage
    /// Set where the function has returned, if statements may follow.
    var done: ExportVariable?

    var goesOn: Term { done.map { !Term.read($0) } ?? .yes }
}

/// Statements without boundaries: of functions, and of the nodes of control graphs.
extension CodeBuilder {
    /// - Parameter frame: `nil`: the statements are not a function's.
    func execute(_ statements: ArraySlice<Core.Statement>, _ frame: FunctionFrame?) throws {
        guard let statement = statements.first else { return }
        try execute(statement, frame)
        let rest = statements.dropFirst()
        guard statement.mayReturn, !rest.isEmpty, let frame else { return try execute(rest, frame) }
        let (_, inner) = try captured { try execute(rest, frame) }
        emit(inner, where: frame.goesOn)
    }

    private func execute(_ statement: Core.Statement, _ frame: FunctionFrame?) throws {
        let span = statement.span
        switch statement.form {
        case .assign(let place, let value):
            guard case .temporary = place.variable.role, place.path.isEmpty else {
                return try assign(place, value, span)
            }
            // What it is made of may change before it is read.
            frames[place.variable.number] = stored(try operand(value), value.kind, place.variable.name)
        case .insert(let place, let range): try change(place, range, isMember: true, span)
        case .remove(let place, let range): try change(place, range, isMember: false, span)
        case .check(let required):
            check(try truth(required.condition), required.requirement.cause)
        case .returnValue(let value):
            guard let frame else { preconditionFailure("only functions return") }
            if let value { emit(frame.result.write(try operand(value), [])) }
            if let done = frame.done { emit(.assign(done, [], .yes)) }
        case .conditional(let condition, let then, let otherwise):
            let test = try truth(condition)
            let (_, thenStatements) = try captured { try execute(then.statements[...], frame) }
            let (_, otherwiseStatements) = try captured { try execute(otherwise.statements[...], frame) }
            emitConditional(test, thenStatements, otherwiseStatements)
        case .loop(let loop): try execute(loop, frame)
        case .forEach(let variable, let first, let last, let body):
            try forEach(variable, first, last, body, frame, span)
        case .call, .step, .await, .locked, .choose, .fault:
            preconditionFailure("what takes steps is no part of a function or a node")
        }
    }

    private func execute(_ loop: Core.Loop, _ frame: FunctionFrame?) throws {
        let (test, tests) = try captured { try truth(loop.condition) }
        let (_, inner) = try captured { try execute(loop.body.statements[...], frame) }
        let goesOn = Self.goesOn(loop.body, frame)
        if tests.isEmpty { return emit(.loop(.and(goesOn, test), roundsMax: nil, inner)) }
        let again = flag("goes_on")
        emit(.assign(again, [], .yes))
        let round = goesOn.booleanConstant == true ? inner : inner + [.assign(again, [], goesOn)]
        emit(
            .loop(
                .read(again), roundsMax: nil,
                tests + [.conditional(test, round, [.assign(again, [], .no)])]))
    }

    /// Whether a further round may follow one that may return.
    private static func goesOn(_ body: Core.Block, _ frame: FunctionFrame?) -> Term {
        body.statements.contains(where: \.mayReturn) ? frame?.goesOn ?? .yes : .yes
    }

    private func forEach(
        _ variable: Core.Variable, _ first: Core.Expression, _ last: Core.Expression, _ body: Core.Block,
        _ frame: FunctionFrame?, _ span: Span
    ) throws {
        let (lower, upper) = (stored(try number(first), "first"), stored(try number(last), "last"))
        guard lower.lower <= upper.upper else { return }
        let count = upper.upper - lower.lower + 1
        guard count <= 1 << 16 else {
            throw ExportRefusal("a loop over up to \(count) numbers cannot be exported", at: span)
        }
        let binder = Binder(name: variable.name, count: Int(count))
        let number = Term.add(.bound(binder), lower.lower)
        frames[variable.number] = .number(number)
        let (_, inner) = try captured { try execute(body.statements[...], frame) }
        let isMeant = Term.and(.lessOrEqual(lower, number), .lessOrEqual(number, upper))
        let test = Term.and(Self.goesOn(body, frame), isMeant)
        emit(.forEach(binder, test.booleanConstant == true ? inner : [.conditional(test, inner, [])]))
    }
}

extension Core.Statement {
    var mayReturn: Bool {
        if case .returnValue = form { return true }
        return blocks.contains { $0.statements.contains(where: \.mayReturn) }
    }
}
