import SpecLanguage

/// Finds the symmetric types that a spec uses, and those whose elements a run-time error could tell apart.
struct SymmetricTypeCollector {
    /// Elements by name.
    private(set) var counts: [String: Int] = [:]
    /// Types over which a quantifier ranges whose body can fail. `forall` and `exists` stop at the first element that
    /// decides: whether they come to the one that fails depends on the order.
    private(set) var unusable: Set<String> = []
    private var failures = FailureAnalysis()

    mutating func visit(_ spec: TypedSpec) {
        for state in spec.stateVariables {
            visit(state.variable.type)
            if let initial = state.initial { visit(initial) }
        }
        for function in spec.functions { visit(function.definition.body) }
        for operation in spec.operations {
            for parameter in operation.parameters { visit(parameter.type) }
            visit(operation.body)
        }
        for process in spec.processes {
            for parameter in process.parameters { visit(parameter.type) }
            visit(process.body)
        }
        for block in spec.initialization { visit(block) }
        for property in spec.invariants + spec.reachables { visit(property.condition) }
    }

    private mutating func visit(_ type: SpecType) {
        switch type {
        case .symmetric(let name, let count): counts[name] = count
        case .structure(_, let fields): for field in fields { visit(field.type) }
        case .array(let index, let element):
            visit(index)
            visit(element)
        case .optional(let part), .set(let part), .queue(let part, _), .interval(let part), .list(let part):
            visit(part)
        default: break
        }
    }

    // MARK: Statements

    private mutating func visit(_ block: Typed.Block) {
        for statement in block.statements { visit(statement) }
    }

    private mutating func visit(_ statement: Typed.Statement) {
        switch statement.kind {
        case .assign(let target, let value):
            visit(target)
            visit(value)
        case .mutate(let target, _, let arguments):
            visit(target)
            for argument in arguments { visit(argument) }
        case .callOperation(_, let arguments, _): for argument in arguments { visit(argument) }
        case .conditional(let condition, let then, let otherwise):
            switch condition {
            case .expression(let value): visit(value)
            case .binding(let variable, let value):
                visit(variable.type)
                visit(value)
            case .fault: break
            }
            visit(then)
            visit(otherwise)
        case .whileLoop(let condition, _, _, let body):
            visit(condition)
            visit(body)
        case .forEach(let variable, let body):
            visit(variable.type)
            visit(body)
        case .forInterval(_, let bounds, let body), .forList(_, let bounds, let body):
            visit(bounds)
            visit(body)
        case .returnValue(let value): if let value { visit(value) }
        case .await(let condition), .assert(_, let condition): visit(condition)
        case .withLock(let target, let body):
            visit(target)
            visit(body)
        case .choose(let arms):
            for arm in arms {
                for variable in arm.bindings { visit(variable.type) }
                if let condition = arm.condition { visit(condition) }
                visit(arm.body)
            }
        case .step: break
        }
    }

    private mutating func visit(_ target: Typed.Target) {
        visit(target.variable.type)
        for step in target.path { if case .element(let index) = step { visit(index) } }
    }

    // MARK: Expressions

    private mutating func visit(_ expression: Typed.Expression) {
        switch expression.kind {
        case .literal, .variable: break
        case .element(let base, let index):
            visit(base)
            visit(index)
        case .field(let base, _), .convert(let base), .unary(_, let base): visit(base)
        case .method(_, let base, let arguments):
            visit(base)
            for argument in arguments { visit(argument) }
        case .binary(_, let left, let right), .interval(let left, let right):
            visit(left)
            visit(right)
        case .quantifier(_, let variable, let body):
            if case .symmetric(let name, let count) = variable.type {
                counts[name] = count
                if failures.canFail(body) { unusable.insert(name) }
            }
            visit(body)
        case .listQuantifier(_, _, let list, let body):
            visit(list)
            visit(body)
        case .conditional(let condition, let then, let otherwise):
            visit(condition)
            visit(then)
            visit(otherwise)
        case .optionalBinding(_, let value, let then, let otherwise):
            visit(value)
            visit(then)
            visit(otherwise)
        case .call(_, let arguments), .record(let arguments), .list(let arguments):
            for argument in arguments { visit(argument) }
        }
    }
}

/// Whether evaluating an expression can end in a run-time error. Sharper than `Typed.Expression.canFail`: an index of
/// the array's own index type is never outside, and functions are looked into.
struct FailureAnalysis {
    private var functions: [ObjectIdentifier: Bool] = [:]

    mutating func canFail(_ expression: Typed.Expression) -> Bool {
        switch expression.kind {
        case .literal, .variable: return false
        case .element(let base, let index):
            guard case .array(let indexType, _) = base.type, index.type == indexType else { return true }
            return canFail(base) || canFail(index)
        case .field(let base, _): return canFail(base)
        case .method(let method, let base, let arguments):
            return method == .front || canFail(base) || canFail(arguments)
        case .convert(let operand):
            if canFail(operand) { return true }
            guard case .range(_, let lower, let upper) = expression.type else { return false }
            // A number into a range; anything else only changes its type.
            guard case .range(_, let least, let greatest) = operand.type else {
                return operand.type.isNumeric
            }
            return least < lower || greatest > upper
        case .unary(_, let operand): return canFail(operand)
        case .binary(let operation, let left, let right):
            switch operation {
            case .multiply, .divide, .remainder, .shiftLeft, .shiftRight: return true
            default: return canFail(left) || canFail(right)
            }
        case .conditional(let condition, let then, let otherwise):
            return canFail(condition) || canFail(then) || canFail(otherwise)
        case .optionalBinding(_, let value, let then, let otherwise):
            return canFail(value) || canFail(then) || canFail(otherwise)
        case .quantifier(_, let variable, let body):
            return (variable.type.indexCount ?? .max) > Evaluator.workMax || canFail(body)
        case .listQuantifier(_, _, let list, let body): return canFail(list) || canFail(body)
        case .call(let function, let arguments): return canFail(arguments) || canFail(function)
        case .record(let parts), .list(let parts): return canFail(parts)
        case .interval(let first, let last): return canFail(first) || canFail(last)
        }
    }

    private mutating func canFail(_ parts: [Typed.Expression]) -> Bool {
        for part in parts where canFail(part) { return true }
        return false
    }

    private mutating func canFail(_ function: Typed.Function) -> Bool {
        if let known = functions[ObjectIdentifier(function)] { return known }
        let answer = canFail(function.definition.body)
        functions[ObjectIdentifier(function)] = answer
        return answer
    }

    /// Loops count as failing: they may not end.
    private mutating func canFail(_ block: Typed.Block) -> Bool {
        for statement in block.statements {
            switch statement.kind {
            case .returnValue(let value): if let value, canFail(value) { return true }
            case .assign(let target, let value):
                guard target.path.isEmpty else { return true }
                if canFail(value) { return true }
            case .conditional(let condition, let then, let otherwise):
                switch condition {
                case .expression(let value), .binding(_, let value): if canFail(value) { return true }
                case .fault: return true
                }
                if canFail(then) || canFail(otherwise) { return true }
            default: return true
            }
        }
        return false
    }
}
