// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

extension SparseCompiler {
    func compile(_ block: Typed.Block) throws(NotRunnable) {
        for statement in block.statements { try compile(statement) }
    }

    private func compile(_ statement: Typed.Statement) throws(NotRunnable) {
        switch statement.kind {
        case .assign(let target, let value): try assign(target, value)
        case .mutate(let target, let mutation, let arguments): try mutate(target, mutation, arguments)
        case .callOperation(let operation, let arguments, let result):
            try call(operation, arguments, result)
        case .conditional(let condition, let then, let otherwise):
            let toOtherwise = try jumpsIfFalse(condition)
            try compile(then)
            let toEnd = emit(.jump)
            patch(toOtherwise)
            try compile(otherwise)
            patch(toEnd)
        case .whileLoop(let condition, _, _, let body):
            let begin = code.count
            let toEnd = try jumpsIfFalse(condition)
            try compile(body)
            emit(.jump, begin)
            patch(toEnd)
        case .forEach(let variable, let body):
            try loop(over: variable, statement.span) { () throws(NotRunnable) in try compile(body) }
        case .forInterval(let variable, let interval, let body):
            try loop(variable, interval, body)
        case .forList(let variable, let list, let body):
            for element in try elements(of: list) {
                let words = try WordCoding.encode(element, variable.type, at: list.span)
                try move(constant(words), to: try place(of: variable), count: words.count)
                try compile(body)
            }
        case .returnValue(let expression): try compileReturn(expression)
        case .step, .withLock:
            throw NotRunnable(
                "an event of a log is one step: it has no boundaries inside", at: statement.span)
        case .await(let condition):
            let isFalse = try jumpsIfFalse(condition)
            let toEnd = emit(.jump)
            patch(isFalse)
            emit(.fail, assertion("await", condition))
            patch(toEnd)
        case .choose(let arms): try compile(arms, statement.span)
        case .assert(let name, let condition):
            let isFalse = try jumpsIfFalse(condition)
            let toEnd = emit(.jump)
            patch(isFalse)
            emit(.fail, assertion(name, condition))
            patch(toEnd)
        }
    }

    private func jumpsIfFalse(_ condition: Typed.Condition) throws(NotRunnable) -> [Int] {
        switch condition {
        case .expression(let test): return try jumpsIfFalse(test)
        case .binding(let variable, let optional):
            let source = try value(optional)
            let jump = emit(.jumpIfFalse, 0, source)
            try move(source + 1, to: try place(of: variable), count: try words(variable.type, variable.span))
            return [jump]
        case .fault:
            hasChoices = true
            let chosen = allocate(1)
            emit(.choose, chosen, 2)
            return [emit(.jumpIfFalse, 0, chosen)]
        }
    }

    private func loop(
        _ variable: Variable, _ interval: Typed.Expression, _ body: Typed.Block
    ) throws(NotRunnable) {
        let bounds = allocate(2)
        try move(try value(interval), to: bounds, count: 2)
        let test = allocate(1)
        emit(Self.isWord(variable.type) ? .lessWord : .lessSigned, test, bounds + 1, bounds)
        let toEnd = emit(.jumpIfTrue, 0, test)
        let begin = code.count
        try move(bounds, to: try place(of: variable), count: 1)
        try compile(body)
        emit(.equal, test, bounds, bounds + 1, 1)
        let atLast = emit(.jumpIfTrue, 0, test)
        emit(.addWord, bounds, bounds, constant(1), constant(.max))
        emit(.jump, begin)
        patch([toEnd, atLast])
    }

    private func call(
        _ operation: Typed.Operation, _ arguments: [Typed.Expression], _ result: Variable?
    ) throws(NotRunnable) {
        var sources: [Int] = []
        for (parameter, argument) in zip(operation.parameters, arguments) {
            let size = try words(parameter.type, argument.span)
            let copy = allocate(size)
            try move(try value(argument, as: parameter.type), to: copy, count: size)
            sources.append(copy)
        }
        for (parameter, source) in zip(operation.parameters, sources) {
            try move(
                source, to: try place(of: parameter), count: try words(parameter.type, parameter.span))
        }
        try inline(
            operation, result: try result.map { variable throws(NotRunnable) in try place(of: variable) })
    }

    private func compileReturn(_ expression: Typed.Expression?) throws(NotRunnable) {
        guard let target = returns.last else { return }
        if let expression {
            let source = try value(expression, as: target.type)
            if let register = target.register {
                try move(source, to: register, count: try words(target.type, expression.span))
            }
        }
        let jump = emit(.jump)
        returns[returns.count - 1].jumps.append(jump)
    }

    /// `choose`: one way for each arm and each combination of values of its variables.
    private func compile(_ arms: [Typed.Arm], _ span: Span) throws(NotRunnable) {
        hasChoices = true
        var sizes: [Int] = []
        for arm in arms {
            var size = 1
            for variable in arm.bindings {
                guard let count = variable.type.indexCount, count <= 256, size * count <= 256 else {
                    throw NotRunnable("a choice over a log is one of at most 256", at: variable.span)
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
                let count = constant(UInt64(variable.type.indexCount ?? 1))
                let place = try place(of: variable)
                emit(.remainderWord, place, chosen, count, constant(.max))
                emit(.divideWord, chosen, chosen, count, constant(.max))
                if case .range(_, let lower, _) = variable.type, lower != 0 {
                    emit(.addWord, place, place, constant(UInt64(bitPattern: Int64(lower))), constant(.max))
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
}
