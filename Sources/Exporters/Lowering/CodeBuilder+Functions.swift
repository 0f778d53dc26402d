// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

/// Functions are inlined: as one term where the body only names values and decides, as statements where it loops or
/// changes variables.
extension CodeBuilder {
    func call(_ function: Typed.Function, _ arguments: [Typed.Expression]) throws -> Operand {
        var values: [Operand] = []
        for (argument, parameter) in zip(arguments, function.parameters) {
            values.append(shared(try operand(argument), parameter.type, parameter.name))
        }
        for (parameter, value) in zip(function.parameters, values) {
            frames[parameter.number] = value
            frameStorage[parameter.number] = nil
        }
        let body = function.definition.body
        if Self.isSimple(body.statements[...]) {
            return shared(try result(of: body.statements[...]), function.result, function.name)
        }
        if mode == .symbolic, !function.definition.ensures.isEmpty { return try promised(by: function) }
        let result = StorageMaker(role: .temporary, instanceCount: instanceCount)
            .make(function.name, function.result)
        var frame = FunctionFrame(result: result, type: function.result, done: nil)
        let mayMiss = !Self.alwaysReturns(body)
        if mayMiss || Self.returnsEarly(body.statements) {
            let done = flag("done")
            emit(.assign(done, [], .no))
            frame.done = done
        }
        try execute(body.statements[...], frame)
        if mayMiss, let done = frame.done { check(.read(done), .error(.missingReturn)) }
        return result.read([])
    }

    /// Whatever the contract allows, where what it requires holds. Parameters have their values.
    private func promised(by function: Typed.Function) throws -> Operand {
        guard !function.result.hasIntegers else {
            throw ExportRefusal(
                "'\(function.name)' is known by its contract alone, and an 'Int' has no bounds",
                at: function.span)
        }
        let unknown = StorageMaker(role: .unknown, instanceCount: instanceCount)
            .make(function.name, function.result)
        let storage = StorageMaker(role: .temporary, instanceCount: instanceCount)
            .make(function.name, function.result)
        emit(storage.write(unknown.read([]), []))
        let result = storage.read([])
        var required = Term.yes
        for requirement in function.definition.requires {
            let (term, inner) = try captured { try truth(requirement) }
            // What it takes more than a term to say is not relied upon.
            required = .and(required, Self.isOnlyChecked(inner) ? term : .no)
        }
        for ensures in function.definition.ensures {
            let (term, inner) = try captured { () -> Term in
                switch (ensures.resultCase, result) {
                case (.always(let variable), _):
                    frames[variable.number] = result
                    return try truth(ensures.condition)
                case (.some(let variable), .optional(let present, let wrapped, _)):
                    frames[variable.number] = wrapped
                    return .or(!present, try truth(ensures.condition))
                case (.none, .optional(let present, _, _)): return .or(present, try truth(ensures.condition))
                default: preconditionFailure("the contract was checked")
                }
            }
            if Self.isOnlyChecked(inner) { emit(.require(.or(!required, term))) }
        }
        if !relied.contains(where: { $0 === function }) { relied.append(function) }
        return result
    }

    private static func isOnlyChecked(_ statements: [ExportStatement]) -> Bool {
        statements.allSatisfy { if case .check = $0 { true } else { false } }
    }

    private struct FunctionFrame {
        let result: Storage
        let type: SpecType
        /// Set where the function has returned, if statements may follow.
        var done: ExportVariable?

        var goesOn: Term { done.map { !Term.read($0) } ?? .yes }
    }

    // MARK: One term

    /// Only declarations of values, decisions of which at most the last goes on in both ways, and `return`.
    private static func isSimple(_ statements: ArraySlice<Typed.Statement>) -> Bool {
        for statement in statements {
            switch statement.kind {
            case .assign(let target, _): if !target.path.isEmpty || target.variable.isMutable { return false }
            case .returnValue: return true
            case .conditional(_, let then, let otherwise):
                guard isSimple(then.statements[...]), isSimple(otherwise.statements[...]) else {
                    return false
                }
                guard alwaysReturns(then) || alwaysReturns(otherwise) else { return false }
            default: return false
            }
        }
        return true
    }

    private static func alwaysReturns(_ block: Typed.Block) -> Bool {
        block.statements.contains { statement in
            switch statement.kind {
            case .returnValue: true
            case .conditional(_, let then, let otherwise): alwaysReturns(then) && alwaysReturns(otherwise)
            default: false
            }
        }
    }

    private func result(of statements: ArraySlice<Typed.Statement>) throws -> Operand {
        guard let statement = statements.first else {
            throw ExportRefusal("a function that may end without a result cannot be exported")
        }
        let rest = statements.dropFirst()
        switch statement.kind {
        case .assign(let target, let value):
            frames[target.variable.number] = shared(
                try operand(value), target.variable.type, target.variable.name)
            return try result(of: rest)
        case .returnValue(let value?): return try operand(value)
        case .conditional(let condition, let then, let otherwise):
            let test: Term
            switch condition {
            case .expression(let expression): test = try truth(expression)
            case .binding(let variable, let value):
                let bound = shared(try operand(value), value.type, variable.name)
                guard case .optional(let present, let wrapped, _) = bound else {
                    preconditionFailure("an optional was checked")
                }
                frames[variable.number] = wrapped
                test = present
            case .fault: preconditionFailure("functions have no faults")
            }
            return try choice(
                test, { try self.result(of: (then.statements + rest)[...]) },
                { try self.result(of: (otherwise.statements + rest)[...]) })
        default: preconditionFailure("the function is simple")
        }
    }

    // MARK: Statements

    /// Whether some `return` is not the last thing that happens.
    private static func returnsEarly(_ statements: [Typed.Statement]) -> Bool {
        for (place, statement) in statements.enumerated() where mayReturn(statement) {
            if place < statements.count - 1 { return true }
            switch statement.kind {
            case .conditional(_, let then, let otherwise):
                return returnsEarly(then.statements) || returnsEarly(otherwise.statements)
            case .returnValue: return false
            default: return true
            }
        }
        return false
    }

    private static func mayReturn(_ statement: Typed.Statement) -> Bool {
        if case .returnValue = statement.kind { return true }
        return statement.blocks.contains { $0.statements.contains(where: mayReturn) }
    }

    private func execute(_ statements: ArraySlice<Typed.Statement>, _ frame: FunctionFrame) throws {
        guard let statement = statements.first else { return }
        try execute(statement, frame)
        let rest = statements.dropFirst()
        guard Self.mayReturn(statement), !rest.isEmpty else { return try execute(rest, frame) }
        let (_, inner) = try captured { try execute(rest, frame) }
        emit(inner, where: frame.goesOn)
    }

    private func execute(_ statement: Typed.Statement, _ frame: FunctionFrame) throws {
        switch statement.kind {
        case .assign(let target, let value): try assign(target, value)
        case .mutate(let target, let mutation, let arguments): try mutate(target, mutation, arguments)
        case .returnValue(let value):
            if let value { emit(frame.result.write(try operand(value), [])) }
            if let done = frame.done { emit(.assign(done, [], .yes)) }
        case .conditional(let condition, let then, let otherwise):
            let test: Term
            switch condition {
            case .expression(let expression): test = try stableTruth(expression)
            case .binding(let variable, let value):
                // What it is made of may change in the block.
                let bound = stored(try operand(value), value.type, variable.name)
                guard case .optional(let present, let wrapped, _) = bound else {
                    preconditionFailure("an optional was checked")
                }
                frames[variable.number] = wrapped
                test = present
            case .fault: preconditionFailure("functions have no faults")
            }
            let (_, thenStatements) = try captured { try execute(then.statements[...], frame) }
            let (_, otherwiseStatements) = try captured { try execute(otherwise.statements[...], frame) }
            emitConditional(test, thenStatements, otherwiseStatements)
        case .whileLoop(let condition, _, _, let body): try loop(condition, body, frame)
        case .forEach(let variable, let body):
            let binder = Binder(name: variable.name, count: variable.type.indexCount ?? 0)
            frames[variable.number] = .value(ordinal: .bound(binder), of: variable.type)
            try loop(over: binder, .yes, body, frame)
        case .forInterval(let variable, let interval, let body):
            try loop(variable, interval, body, frame)
        case .forList(let variable, let list, let body):
            guard case .list(let values) = try operand(list) else {
                preconditionFailure("a list was checked")
            }
            for value in values {
                frames[variable.number] = Operand(value, variable.type)
                let (_, inner) = try captured { try execute(body.statements[...], frame) }
                emit(inner, where: frame.goesOn)
            }
        case .callOperation, .step, .await, .withLock, .choose, .assert:
            preconditionFailure("functions take no steps")
        }
    }

    /// A condition whose value is needed once, where it is evaluated.
    private func stableTruth(_ expression: Typed.Expression) throws -> Term { try truth(expression) }

    private func loop(_ condition: Typed.Expression, _ body: Typed.Block, _ frame: FunctionFrame) throws {
        let (test, tests) = try captured { try truth(condition) }
        let (_, inner) = try captured { try execute(body.statements[...], frame) }
        let mayReturn = body.statements.contains(where: Self.mayReturn)
        if tests.isEmpty {
            return emit(.loop(mayReturn ? .and(frame.goesOn, test) : test, roundsMax: nil, inner))
        }
        let goesOn = flag("goes_on")
        emit(.assign(goesOn, [], .yes))
        let again = mayReturn ? inner + [.assign(goesOn, [], frame.goesOn)] : inner
        emit(
            .loop(
                .read(goesOn), roundsMax: nil,
                tests + [.conditional(test, again, [.assign(goesOn, [], .no)])]))
    }

    private func loop(
        over binder: Binder, _ condition: Term, _ body: Typed.Block, _ frame: FunctionFrame
    ) throws {
        let (_, inner) = try captured { try execute(body.statements[...], frame) }
        let goesOn = body.statements.contains(where: Self.mayReturn) ? frame.goesOn : .yes
        let test = Term.and(goesOn, condition)
        emit(.forEach(binder, test.booleanConstant == true ? inner : [.conditional(test, inner, [])]))
    }

    private func loop(
        _ variable: Variable, _ interval: Typed.Expression, _ body: Typed.Block, _ frame: FunctionFrame
    ) throws {
        let range = try operand(interval).interval
        let (first, last) = (stored(range.first, "first"), stored(range.last, "last"))
        guard first.lower <= last.upper else { return }
        let count = last.upper - first.lower + 1
        guard count <= 1 << 16 else {
            throw ExportRefusal("a loop over up to \(count) numbers cannot be exported", at: interval.span)
        }
        let binder = Binder(name: variable.name, count: Int(count))
        let number = Term.add(.bound(binder), first.lower)
        frames[variable.number] = .number(number)
        try loop(over: binder, .and(.lessOrEqual(first, number), .lessOrEqual(number, last)), body, frame)
    }
}
