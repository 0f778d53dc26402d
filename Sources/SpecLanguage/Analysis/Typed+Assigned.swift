// SPDX-License-Identifier: MIT

extension Typed.Block {
    /// Numbers of the variables that statements of a function's block write or bind.
    package var assignedNumbers: Set<Int> {
        var numbers: Set<Int> = []
        for statement in statements {
            switch statement.kind {
            case .assign(let target, _), .mutate(let target, _, _): numbers.insert(target.variable.number)
            case .conditional(let condition, let then, let otherwise):
                if case .binding(let variable, _) = condition { numbers.insert(variable.number) }
                numbers.formUnion(then.assignedNumbers.union(otherwise.assignedNumbers))
            case .whileLoop(_, _, _, let body): numbers.formUnion(body.assignedNumbers)
            case .forEach(let variable, let body), .forInterval(let variable, _, let body),
                .forList(let variable, _, let body):
                numbers.formUnion(body.assignedNumbers.union([variable.number]))
            case .returnValue: break
            case .callOperation, .step, .await, .withLock, .choose, .assert:
                preconditionFailure("functions take no steps")
            }
        }
        return numbers
    }
}
