// SPDX-License-Identifier: MIT

import Core
import Diagnostics
import SpecLanguage

/// Functions are inlined: as one term where the body only names values and decides, as statements where it loops or
/// changes variables.
extension CodeBuilder {
    func call(_ function: Core.Function, _ arguments: [Core.Expression]) throws -> Operand {
        var values: [Operand] = []
        for (argument, parameter) in zip(arguments, function.parameters) {
            values.append(shared(try operand(argument), parameter.kind, parameter.name))
        }
        for (parameter, value) in zip(function.parameters, values) {
            frames[parameter.number] = value
            frameStorage[parameter.number] = nil
        }
        let statements = function.body.statements[...]
        if Self.isSimple(statements) {
            return shared(try result(of: statements), function.result, function.name)
        }
        if mode == .symbolic, !function.source.definition.ensures.isEmpty {
            return try promised(by: function)
        }
        let result = StorageMaker(role: .temporary, instanceCount: instanceCount)
            .make(function.name, function.source.result)
        var frame = FunctionFrame(result: result, done: nil)
        let mayMiss = !function.body.alwaysReturns
        if mayMiss || function.body.returnsEarly {
            let done = flag("done")
            emit(.assign(done, [], .no))
            frame.done = done
        }
        try execute(statements, frame)
        if mayMiss, let done = frame.done {
            check(.read(done), Requirement.returns(function.name).cause)
        }
        return result.read([])
    }

    /// Whatever the contract allows, where what it requires holds. Parameters have their values.
    private func promised(by function: Core.Function) throws -> Operand {
        guard !function.result.hasIntegers else {
            throw ExportRefusal(
                "'\(function.name)' is known by its contract alone, and an 'Int' has no bounds",
                at: function.span)
        }
        let contract = try refusing { () throws(CoreRefusal) in
            try translator.contract(of: function.source)
        }
        let unknown = StorageMaker(role: .unknown, instanceCount: instanceCount)
            .make(function.name, function.source.result)
        let storage = StorageMaker(role: .temporary, instanceCount: instanceCount)
            .make(function.name, function.source.result)
        emit(storage.write(unknown.read([]), []))
        let result = storage.read([])
        var required = Term.yes
        for requirement in contract.requires {
            let (term, inner) = try captured { try truth(requirement) }
            // What it takes more than a term to say is not relied upon.
            required = .and(required, Self.isOnlyChecked(inner) ? term : .no)
        }
        for ensures in contract.ensures {
            let (term, inner) = try captured { () -> Term in
                switch (ensures.resultCase, result) {
                case (.always(let variable), _):
                    frames[variable.number] = result
                    return try truth(ensures.condition)
                case (.some(let variable), .optional(let present, let wrapped, _)):
                    frames[variable.number] = wrapped
                    return .or(!present, try truth(ensures.condition))
                case (.none, .optional(let present, _, _)): return .or(present, try truth(ensures.condition))
                case (.some, _), (.none, _): preconditionFailure("the contract was checked")
                }
            }
            if Self.isOnlyChecked(inner) { emit(.require(.or(!required, term))) }
        }
        if !relied.contains(where: { $0 === function.source }) { relied.append(function.source) }
        return result
    }

    private static func isOnlyChecked(_ statements: [ExportStatement]) -> Bool {
        statements.allSatisfy { if case .check = $0 { true } else { false } }
    }

    // MARK: One term

    /// Only declarations of values, decisions of which at most the last goes on in both ways, and `return`.
    private static func isSimple(_ statements: ArraySlice<Core.Statement>) -> Bool {
        for statement in statements {
            switch statement.form {
            case .assign(let place, _):
                if !place.path.isEmpty || place.variable.source?.isMutable ?? false { return false }
            case .returnValue: return true
            case .conditional(_, let then, let otherwise):
                guard isSimple(then.statements[...]), isSimple(otherwise.statements[...]) else {
                    return false
                }
                guard then.alwaysReturns || otherwise.alwaysReturns else { return false }
            case .insert, .remove, .check, .loop, .forEach, .call, .step, .await, .locked, .choose, .fault:
                return false
            }
        }
        return true
    }

    private func result(of statements: ArraySlice<Core.Statement>) throws -> Operand {
        guard let statement = statements.first else {
            throw ExportRefusal("a function that may end without a result cannot be exported")
        }
        let rest = statements.dropFirst()
        switch statement.form {
        case .assign(let place, let value):
            frames[place.variable.number] = shared(try operand(value), value.kind, place.variable.name)
            return try result(of: rest)
        case .returnValue(let value?): return try operand(value)
        case .conditional(let condition, let then, let otherwise):
            return try choice(
                try truth(condition), { try self.result(of: (then.statements + rest)[...]) },
                { try self.result(of: (otherwise.statements + rest)[...]) })
        case .returnValue(nil), .insert, .remove, .check, .loop, .forEach, .call, .step, .await, .locked,
            .choose,
            .fault:
            preconditionFailure("the function is simple")
        }
    }
}

extension Core.Block {
    /// Whether some `return` is not the last thing that happens.
    fileprivate var returnsEarly: Bool {
        for (place, statement) in statements.enumerated() where statement.mayReturn {
            if place < statements.count - 1 { return true }
            switch statement.form {
            case .conditional(_, let then, let otherwise): return then.returnsEarly || otherwise.returnsEarly
            case .returnValue: return false
            case .assign, .insert, .remove, .check, .loop, .forEach, .call, .step, .await, .locked, .choose,
                .fault:
                return true
            }
        }
        return false
    }
}
