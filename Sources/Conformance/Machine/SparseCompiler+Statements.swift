// SPDX-License-Identifier: MIT

import Core
import Diagnostics

extension SparseCompiler {
    func compile(_ block: Core.Block) throws(NotRunnable) {
        for statement in block.statements { try compile(statement) }
    }

    private func compile(_ statement: Core.Statement) throws(NotRunnable) {
        let span = statement.span
        switch statement.form {
        case .assign(let place, let value): try assign(place, value, span)
        case .insert(let place, let range): try change(place, .setInsert, range, span)
        case .remove(let place, let range): try change(place, .setRemove, range, span)
        case .check(let check), .await(let check): try require(check)
        case .conditional(let test, let then, let otherwise):
            try branch(try jumpsIfFalse(test), then, otherwise)
        case .fault(_, let strikes, let passes):
            hasChoices = true
            let chosen = allocate(1)
            emit(.choose, chosen, 2)
            try branch([emit(.jumpIfFalse, 0, chosen)], strikes, passes)
        case .loop(let loop):
            let begin = code.count
            let toEnd = try jumpsIfFalse(loop.condition)
            try compile(loop.body)
            emit(.jump, begin)
            patch(toEnd)
        case .forEach(let variable, let first, let last, let body):
            try forEach(variable, first, last, body)
        case .call(let operation, let arguments, let result):
            try bind(operation.parameters, to: arguments)
            try inline(
                operation, result: try result.map { variable throws(NotRunnable) in try place(of: variable) })
        case .returnValue(let value): try compileReturn(value)
        case .step, .locked:
            throw NotRunnable("an event of a log is one step: it has no boundaries inside", at: span)
        case .choose(let arms): try compile(arms)
        }
    }

    private func branch(
        _ toOtherwise: [Int], _ then: Core.Block, _ otherwise: Core.Block
    ) throws(NotRunnable) {
        try compile(then)
        let toEnd = emit(.jump)
        patch(toOtherwise)
        try compile(otherwise)
        patch(toEnd)
    }

    private func forEach(
        _ variable: Core.Variable, _ first: Core.Expression, _ last: Core.Expression, _ body: Core.Block
    ) throws(NotRunnable) {
        let bounds = allocate(2)
        move(try value(first), to: bounds, count: 1)
        move(try value(last), to: bounds + 1, count: 1)
        let test = allocate(1)
        emit(first.number.isWord ? .lessWord : .lessSigned, test, bounds + 1, bounds)
        let toEnd = emit(.jumpIfTrue, 0, test)
        let begin = code.count
        move(bounds, to: try place(of: variable), count: 1)
        try compile(body)
        emit(.equal, test, bounds, bounds + 1, 1)
        let atLast = emit(.jumpIfTrue, 0, test)
        emit(.addWord, bounds, bounds, constant(1), constant(.max))
        emit(.jump, begin)
        patch([toEnd, atLast])
    }

    private func compileReturn(_ value: Core.Expression?) throws(NotRunnable) {
        guard let target = returns.last else { return }
        if let value {
            let source = try self.value(value)
            if let register = target.register { move(source, to: register, count: target.size) }
        }
        let jump = emit(.jump)
        returns[returns.count - 1].jumps.append(jump)
    }

    /// `choose`: one way for each arm and each combination of values of its variables.
    private func compile(_ arms: [Core.Arm]) throws(NotRunnable) {
        hasChoices = true
        var sizes: [Int] = []
        for arm in arms {
            var size = 1
            for variable in arm.bindings {
                let count = Self.count(variable)
                guard count <= 256, size * count <= 256 else {
                    throw NotRunnable("a choice over a log is one of at most 256", at: arm.span)
                }
                size *= count
            }
            sizes.append(size)
        }
        let chosen = allocate(1)
        emit(.choose, chosen, sizes.reduce(0, +))
        var ends: [Int] = []
        let test = allocate(1)
        for (arm, size) in zip(arms, sizes) {
            emit(.lessWord, test, chosen, constant(UInt64(size)))
            let toNext = emit(.jumpIfFalse, 0, test)
            for variable in arm.bindings {
                let count = constant(UInt64(Self.count(variable)))
                let place = try place(of: variable)
                emit(.remainderWord, place, chosen, count, constant(.max))
                emit(.divideWord, chosen, chosen, count, constant(.max))
                if let lower = variable.kind.number?.lower, lower != 0 {
                    emit(.addWord, place, place, constant(UInt64(truncatingIfNeeded: lower)), constant(.max))
                }
            }
            if let condition = arm.condition {
                let isFalse = try jumpsIfFalse(condition)
                let isOpen = emit(.jump)
                patch(isFalse)
                emit(.reject)
                patch(isOpen)
            }
            try compile(arm.body)
            ends.append(emit(.jump))
            patch(toNext)
            emit(.subtractWord, chosen, chosen, constant(UInt64(size)), constant(.max))
        }
        patch(ends)
    }

    private static func count(_ variable: Core.Variable) -> Int { variable.kind.number?.count ?? 2 }
}
